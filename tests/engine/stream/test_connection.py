"""What the environment says of the brokers becomes the arguments of each client, or one clear complaint."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

import pytest
import trustme
from faust import SASLCredentials, SSLCredentials

from engine.stream.connection import FAMILY, KNOWN, Connection
from schemas.problems import EnvironmentProblem, Problem

USER = {"MERITLOG_KAFKA_USERNAME": "meritlog", "MERITLOG_KAFKA_PASSWORD": "sesame"}


def secured(security: str, **settings: object) -> dict[str, str]:
    return {
        "MERITLOG_KAFKA_SECURITY": security,
        **{f"MERITLOG_KAFKA_{name}": str(value) for name, value in settings.items()},
    }


@pytest.mark.parametrize(
    ("given", "environment", "brokers"),
    [
        ("kafka-1:9092,kafka-2:9093", {}, ["kafka-1:9092", "kafka-2:9093"]),
        (None, {"MERITLOG_BROKERS": " kafka-1:19092 , kafka-2 "}, ["kafka-1:19092", "kafka-2:9092"]),
        ("here:1", {"MERITLOG_BROKERS": "there:1"}, ["here:1"]),
        ("[::1],[::1]:9093", {}, ["[::1]:9092", "[::1]:9093"]),
    ],
)
def test_brokers_are_the_options_else_the_environments(
    given: str | None, environment: dict[str, str], brokers: list[str]
) -> None:
    connection = Connection.read(given, environment)
    assert connection.for_clients()["bootstrap_servers"] == brokers
    assert connection.for_clients()["security_protocol"] == "PLAINTEXT"
    assert connection.for_clients()["ssl_context"] is None
    addresses = ";".join(f"kafka://{one}" for one in brokers)
    assert connection.for_faust() == {"broker": addresses, "broker_credentials": None}


@pytest.mark.parametrize("address", ["kafka:", "kafka:0", "kafka:65536", "kafka:http", ":9092", "kafka://h:1", "::1:9"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Problem, match=r"field --brokers: '.*' is no address of a broker\. Write HOST:PORT"):
        Connection.read(address, {})


def test_no_brokers_at_all_is_told_with_the_ways_to_name_some() -> None:
    for given, environment in ((None, {}), ("", {"MERITLOG_BROKERS": "there:1"}), (" , ", {})):
        with pytest.raises(Problem, match=r"No brokers are named\. Say --brokers HOST:PORT.*`meritlog broker up`"):
            Connection.read(given, environment)


def test_tls_checks_the_brokers_by_the_authority_given_and_shows_our_certificate(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    ours = authority.issue_cert("meritlog")
    ours.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    ours.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    environment = secured("SSL", CA=tmp_path / "ca.pem", CERT=tmp_path / "cert.pem", KEY=tmp_path / "key.pem")
    connection = Connection.read("kafka:9093", environment)
    context = connection.for_clients()["ssl_context"]
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    assert len(context.get_ca_certs()) == 1
    assert isinstance(connection.for_faust()["broker_credentials"], SSLCredentials)


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
@pytest.mark.parametrize(("security", "with_tls"), [("sasl_plaintext", False), ("sasl_ssl", True)])
def test_sasl_names_a_user(security: str, with_tls: bool, mechanism: str) -> None:
    environment = secured(security, SASL_MECHANISM=mechanism.lower()) | USER
    connection = Connection.read("kafka:9093", environment)
    told = connection.for_clients()
    assert told["security_protocol"] == security.upper()
    assert (told["sasl_mechanism"], told["sasl_plain_username"], told["sasl_plain_password"]) == (
        mechanism,
        "meritlog",
        "sesame",
    )
    assert (told["ssl_context"] is not None) == with_tls
    credentials = connection.for_faust()["broker_credentials"]
    assert isinstance(credentials, SASLCredentials)
    assert (credentials.protocol.value, credentials.mechanism.value) == (security.upper(), mechanism)


def test_a_password_comes_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("open sesame \n")
    environment = secured("sasl_ssl", USERNAME="meritlog", PASSWORD_FILE=tmp_path / "password")
    connection = Connection.read("kafka:9093", environment)
    assert connection.password == "open sesame "
    assert connection.mechanism == "SCRAM-SHA-512"


def test_passwords_do_not_show_where_a_client_prints_what_it_was_given() -> None:
    connection = Connection.read("kafka:9093", secured("sasl_ssl") | USER)
    for shown in (
        connection,
        connection.for_clients(),
        connection.for_faust(),
        vars(connection.for_faust()["broker_credentials"]),
    ):
        assert "sesame" not in repr(shown)
        assert "sesame" not in f"{shown}"


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"MERITLOG_KAFKA_SECURTY": "ssl"}, r"SECURTY: This setting is not known\. Did you mean '\w+_SECURITY'\?"),
        (secured("tls"), r"SECURITY: 'tls' is not known here\. Known: plaintext, ssl, sasl_plaintext, sasl_ssl\."),
        (secured("sasl_ssl", SASL_MECHANISM="MD5") | USER, r"'MD5' is not known here\. Known: PLAIN, SCRAM-SHA-256, "),
        ({"MERITLOG_KAFKA_CA": "ca.pem"}, r"KAFKA_CA: This has no effect: \w+ is plaintext, which uses no TLS"),
        (secured("ssl") | USER, r"KAFKA_USERNAME: This has no effect: \w+ is ssl, which knows no users"),
        (secured("ssl", CERT="cert.pem"), r"KAFKA_CERT: This needs MERITLOG_KAFKA_KEY beside it"),
        (secured("ssl", KEY="key.pem"), r"KAFKA_KEY: This needs MERITLOG_KAFKA_CERT beside it"),
        (secured("sasl_ssl", PASSWORD="sesame"), r"MERITLOG_KAFKA_USERNAME is not set\. SASL needs a user"),
        (secured("sasl_ssl", USERNAME="meritlog"), r"MERITLOG_KAFKA_PASSWORD is not set\. SASL needs a user"),
        (secured("sasl_ssl", PASSWORD_FILE="f") | USER, r"MERITLOG_KAFKA_PASSWORD_FILE is set, too\. Set one"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(environment: dict[str, str], complaint: str) -> None:
    with pytest.raises(Problem, match=complaint) as told:
        Connection.read("kafka:9092", environment)
    assert not isinstance(told.value, EnvironmentProblem)
    assert "sesame" not in str(told.value)


def test_a_password_file_that_is_not_there_is_named() -> None:
    environment = secured("sasl_ssl", USERNAME="meritlog", PASSWORD_FILE="/nowhere/password")
    with pytest.raises(EnvironmentProblem, match="The password in /nowhere/password cannot be read: No such file"):
        Connection.read("kafka:9092", environment)


def test_a_certificate_that_is_none_is_named(tmp_path: Path) -> None:
    missing, broken = tmp_path / "missing.pem", tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for file, environment in (
        (missing, secured("ssl", CA=missing)),
        (broken, secured("ssl", CA=broken)),
        (broken, secured("ssl", CERT=broken, KEY=broken)),
    ):
        connection = Connection.read("kafka:9092", environment)
        with pytest.raises(EnvironmentProblem, match=r"TLS cannot use this file: .* It has to be readable PEM") as told:
            connection.for_clients()
        assert told.value.place.file == str(file)


def test_the_documents_have_every_setting() -> None:
    page = Path(__file__).parents[3] / "docs" / "operations" / "kafka.md"
    told = set(re.findall(rf"{FAMILY}[A-Z_]+", page.read_text(encoding="utf-8")))
    assert told == {f"{FAMILY}{name}" for name in KNOWN}
