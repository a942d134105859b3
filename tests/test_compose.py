"""docker-compose.yml: it is valid, Kafka takes the settings in it, and the commands in it are meritlog's."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from meritlog.broker import KAFKA_VERSION, Node
from meritlog.broker.node import free_port
from meritlog.cli import application
from meritlog.words import Language, Words
from tests.brokers import needed, unknown_settings
from tests.lacking import lacking

COMPOSE = Path(__file__).parents[1] / "docker-compose.yml"


@pytest.fixture(scope="module")
def services() -> Mapping[str, Any]:
    """The services as docker-compose reads them."""
    program = shutil.which("docker-compose")
    if program is None:
        lacking("docker-compose, to read docker-compose.yml: apt-get install docker-compose")
    read = subprocess.run(
        [program, "--file", str(COMPOSE), "config"], capture_output=True, text=True, check=False, timeout=60
    )
    assert read.returncode == 0, read.stderr
    found: Mapping[str, Any] = yaml.safe_load(read.stdout)["services"]
    return found


def test_everything_waits_for_a_broker_that_answers(services: Mapping[str, Any]) -> None:
    assert set(services) == {"kafka", "worker", "serve"}
    assert services["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
    assert "healthcheck" in services["kafka"]
    for ours in ("worker", "serve"):
        assert services[ours]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
        assert services[ours]["volumes"] == ["log:/data:rw"]


def test_workers_can_be_many(services: Mapping[str, Any]) -> None:
    """A published port or a name of its own would keep a second one from starting."""
    assert not {"ports", "container_name"} & set(services["worker"])


def test_kafka_takes_the_settings(services: Mapping[str, Any], tmp_path: Path) -> None:
    needed()
    settings = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): str(value)
        for name, value in services["kafka"]["environment"].items()
        if name.startswith("KAFKA_") and name != "KAFKA_LOG_DIRS"
    }
    ports = {port: free_port() for port in (9092, 9093, 29092)}
    for name, value in settings.items():
        here = value.replace("kafka:", "127.0.0.1:").replace("//:", "//127.0.0.1:").replace("localhost", "127.0.0.1")
        for inside, outside in ports.items():
            here = here.replace(f":{inside}", f":{outside}")
        settings[name] = here
    node = Node(tmp_path)
    node.up(ports[9092], kept=False, properties=settings)
    try:
        assert unknown_settings(f"127.0.0.1:{ports[29092]}") == []
    finally:
        node.down()


def complaints(arguments: list[str]) -> list[str]:
    """What of a command line meritlog does not know."""
    command = application(Words(Language.EN))
    rest = list(arguments)
    while hasattr(command, "commands"):
        name = rest.pop(0)
        if name not in command.commands:
            return [name]
        command = command.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    return [argument for argument in rest if argument.startswith("-") and argument not in known]


def test_the_commands_are_meritlogs(services: Mapping[str, Any]) -> None:
    unknown = {word for ours in ("worker", "serve") for word in complaints(services[ours]["command"])}
    assert unknown == set()


def test_a_command_or_an_option_that_is_not_is_named() -> None:
    assert complaints(["verify", "--log", "/data/log"]) == []
    assert complaints(["verify", "--brokers", "kafka:9092"]) == ["--brokers"]
    assert complaints(["plan", "show", "bank-contribution", "--sauce"]) == ["--sauce"]
    assert complaints(["broker", "sideways"]) == ["sideways"]
