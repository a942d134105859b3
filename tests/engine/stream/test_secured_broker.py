"""A real broker that speaks TLS and knows its users: who has the right settings gets in, nobody else."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import faust
import pytest
import trustme
from aiokafka import AIOKafkaProducer
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import UserScramCredentialUpsertion
from kafka.errors import KafkaError

from engine.stream.administration import partitions_of
from engine.stream.connection import Connection
from engine.stream.shown import shown_boards
from engine.stream.topics import Topics
from meritlog.broker import Node
from meritlog.broker.node import free_port
from schemas.problems import EnvironmentProblem
from tests.brokers import needed

PASSWORD = "open-sesame"
TOPIC = "secured"


@dataclass(frozen=True)
class Secured:
    """A broker with a listener for users over TLS and one for certificates."""

    users: str
    certificates: str
    files: Path

    def user(self, **changed: str) -> Connection:
        """The connection of a user."""
        settings = {
            "SECURITY": "sasl_ssl",
            "CA": str(self.files / "ca.pem"),
            "USERNAME": "meritlog",
            "PASSWORD": PASSWORD,
            **changed,
        }
        return Connection.read(self.users, {f"MERITLOG_KAFKA_{name}": value for name, value in settings.items()})

    def certificate(self) -> Connection:
        """The connection of whoever shows a certificate."""
        settings = {name: str(self.files / f"{name.lower()}.pem") for name in ("CA", "CERT", "KEY")}
        environment = {f"MERITLOG_KAFKA_{name}": value for name, value in {"SECURITY": "ssl", **settings}.items()}
        return Connection.read(self.certificates, environment)


def key_of(certificate: trustme.LeafCert) -> bytes:
    """The key in the one form that Kafka reads."""
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    needed()
    files = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(files / "ca.pem"))
    theirs, ours = authority.issue_cert("127.0.0.1"), authority.issue_cert("meritlog")
    (files / "broker.pem").write_bytes(key_of(theirs) + theirs.cert_chain_pems[0].bytes())
    (files / "key.pem").write_bytes(key_of(ours))
    ours.cert_chain_pems[0].write_to_path(str(files / "cert.pem"))
    plain, users, certificates, controller = (free_port() for _ in range(4))
    outside = f"PLAIN://127.0.0.1:{plain},USERS://127.0.0.1:{users},CERTIFICATES://127.0.0.1:{certificates}"
    node = Node(tmp_path_factory.mktemp("secured"))
    running = node.up(
        plain,
        kept=False,
        properties={
            "listeners": f"{outside},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": outside,
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "inter.broker.listener.name": "PLAIN",
            "listener.security.protocol.map": "PLAIN:PLAINTEXT,USERS:SASL_SSL,CERTIFICATES:SSL,CONTROLLER:PLAINTEXT",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(files / "broker.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(files / "ca.pem"),
            "listener.name.certificates.ssl.client.auth": "required",
            "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
            "listener.name.users.scram-sha-512.sasl.jaas.config": "org.apache.kafka.common.security.scram."
            "ScramLoginModule required;",
            "listener.name.users.plain.sasl.jaas.config": "org.apache.kafka.common.security.plain.PlainLoginModule "
            f'required user_meritlog="{PASSWORD}";',
        },
    )
    admin = KafkaAdminClient(bootstrap_servers=running.address)
    admin.create_topics({TOPIC: {"num_partitions": 1, "replication_factor": 1}})
    admin.alter_user_scram_credentials([UserScramCredentialUpsertion("meritlog", "SCRAM-SHA-512", PASSWORD)])
    admin.close()
    yield Secured(f"127.0.0.1:{users}", f"127.0.0.1:{certificates}", files)
    node.down()


def sent_by_kafka_python(connection: Connection, value: bytes) -> None:
    producer = KafkaProducer(**connection.for_clients(), acks="all")
    producer.send(TOPIC, value).get(timeout=20)
    producer.close()


async def sent_by_aiokafka(connection: Connection, value: bytes) -> None:
    async with AIOKafkaProducer(**connection.for_clients()) as producer:
        await producer.send_and_wait(TOPIC, value)


async def sent_by_faust(connection: Connection, value: bytes) -> None:
    app = faust.App("secured", **connection.for_faust(), producer_request_timeout=10)
    async with app.producer:
        await app.producer.send_and_wait(TOPIC, None, value, None, None, {})


def all_read(connection: Connection) -> list[bytes]:
    consumer = KafkaConsumer(
        TOPIC, **connection.for_clients(), auto_offset_reset="earliest", consumer_timeout_ms=1_000, group_id=None
    )
    values = [message.value for message in consumer]
    consumer.close()
    return values


def test_every_client_gets_in_and_no_password_is_logged(secured: Secured, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ways = {
        b"scram": secured.user(),
        b"plain": secured.user(SASL_MECHANISM="PLAIN"),
        b"certificate": secured.certificate(),
    }
    for name, connection in ways.items():
        KafkaAdminClient(**connection.for_clients()).close()
        sent_by_kafka_python(connection, name + b" by kafka-python")
        asyncio.run(sent_by_aiokafka(connection, name + b" by aiokafka"))
        asyncio.run(sent_by_faust(connection, name + b" by faust"))
    clients = (b"kafka-python", b"aiokafka", b"faust")
    assert all_read(secured.user()) == [name + b" by " + client for name in ways for client in clients]
    logged = [record.getMessage() for record in caplog.records]
    assert len(logged) > 20
    assert [text for text in logged if PASSWORD in text] == []


@pytest.mark.parametrize(
    "wrong",
    [{"PASSWORD": "guess"}, {"USERNAME": "nobody"}, {"CA": ""}],
    ids=["password", "user", "authority"],
)
def test_whoever_has_the_wrong_settings_stays_outside(secured: Secured, wrong: dict[str, str]) -> None:
    with pytest.raises(KafkaError):
        KafkaAdminClient(**secured.user(**wrong).for_clients(), bootstrap_timeout_ms=1_500)


UNTRUSTED = "certificate verify failed: unable to get local issuer certificate"


@pytest.mark.parametrize(
    ("wrong", "by_kafka_python", "by_aiokafka"),
    [
        # Kafka hangs up as it refuses a user, and over TLS kafka-python may see no more than that.
        ({"PASSWORD": "guess"}, r"socket disconnected\.|invalid credentials", "invalid credentials"),
        ({"CA": ""}, UNTRUSTED, UNTRUSTED),
    ],
    ids=["password", "authority"],
)
def test_whoever_stays_outside_is_told_why(
    secured: Secured, wrong: dict[str, str], by_kafka_python: str, by_aiokafka: str
) -> None:
    connection = secured.user(**wrong)
    with pytest.raises(EnvironmentProblem) as ours:
        partitions_of(connection, [TOPIC])
    with pytest.raises(EnvironmentProblem) as theirs:
        asyncio.run(shown_boards(connection, Topics(TOPIC)))
    for problem, reason in ((ours.value, by_kafka_python), (theirs.value, by_aiokafka)):
        assert str(problem).startswith(f"{secured.users}: No broker answers as it should: ")
        assert re.search(reason, problem.what)
        assert "that the variables MERITLOG_KAFKA_… say what they ask for" in problem.remedy
