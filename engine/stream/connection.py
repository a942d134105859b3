"""How the brokers are reached: their addresses, TLS and SASL, for every client library that meritlog speaks with.

Addresses come from the command line or MERITLOG_BROKERS; all else from variables named MERITLOG_KAFKA_…, because a
secret on a command line is everybody's. A variable of that family that is not known is refused: a misspelt one must not
end in a connection in the clear.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.document import nearest
from schemas.problems import EnvironmentProblem, Place, Problem

BROKERS = "MERITLOG_BROKERS"
FAMILY = "MERITLOG_KAFKA_"
DEFAULT_PORT = 9092
PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL = "plaintext", "ssl", "sasl_plaintext", "sasl_ssl"
SECURITIES = (PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL)
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
_TLS = ("CA", "CERT", "KEY", "KEY_PASSWORD", "KEY_PASSWORD_FILE")
_SASL = ("SASL_MECHANISM", "USERNAME", "PASSWORD", "PASSWORD_FILE")
KNOWN = ("SECURITY", *_TLS, *_SASL)


class Secret(str):
    """A text that clients use like any other and that does not show where they print what they were given."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


def _says_no_password(record: logging.LogRecord) -> bool:
    """The clients, told to log every request (DEBUG), would log the one that carries the password."""
    return record.levelno > logging.DEBUG


for _requests in ("aiokafka.conn", "kafka.net.connection", "kafka.protocol.parser"):
    logging.getLogger(_requests).addFilter(_says_no_password)


@dataclass(frozen=True, slots=True)
class Connection:
    """The way to the brokers. ``ca``, ``certificate`` and ``key`` are PEM files; without ``ca`` the system's hold."""

    brokers: tuple[str, ...]
    security: str = PLAINTEXT
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    key_password: Secret | None = None
    mechanism: str | None = None
    username: str | None = None
    password: Secret | None = None

    @classmethod
    def read(cls, brokers: str | None, environment: Mapping[str, str]) -> Connection:
        """The connection that ``--brokers`` (or MERITLOG_BROKERS) and the environment's variables describe.

        Raises:
            Problem: no brokers are named, a setting is not known, contradicts another, or lacks one.
            EnvironmentProblem: the file of a password cannot be read.
        """
        settings = _Settings(environment)
        security = settings.one_of("SECURITY", SECURITIES, PLAINTEXT)
        tls, sasl = security in (SSL, SASL_SSL), security in (SASL_PLAINTEXT, SASL_SSL)
        settings.refuse(_TLS if not tls else (), f"{FAMILY}SECURITY is {security}, which uses no TLS")
        settings.refuse(_SASL if not sasl else (), f"{FAMILY}SECURITY is {security}, which knows no users")
        settings.together("CERT", "KEY")
        return cls(
            brokers=_addresses(brokers, environment),
            security=security,
            ca=settings.file("CA"),
            certificate=settings.file("CERT"),
            key=settings.file("KEY"),
            key_password=settings.secret("KEY_PASSWORD"),
            mechanism=settings.one_of("SASL_MECHANISM", MECHANISMS, MECHANISMS[-1]) if sasl else None,
            username=settings.needed("USERNAME") if sasl else None,
            password=settings.needed_secret("PASSWORD") if sasl else None,
        )

    def for_clients(self) -> dict[str, Any]:
        """Keyword arguments for the clients of kafka-python and of aiokafka, which have the same names.

        Raises:
            EnvironmentProblem: a certificate or key cannot be used.
        """
        return {
            "bootstrap_servers": list(self.brokers),
            "security_protocol": self.security.upper(),
            "ssl_context": self._context(),
            "sasl_mechanism": self.mechanism or "PLAIN",
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
        }

    def for_faust(self) -> dict[str, Any]:
        """Keyword arguments for a Faust app.

        Raises:
            EnvironmentProblem: a certificate or key cannot be used.
        """
        from faust import SASLCredentials, SSLCredentials
        from faust.types.auth import CredentialsT

        context = self._context()
        credentials: CredentialsT | None = None
        if self.mechanism is not None:
            credentials = SASLCredentials(
                username=self.username, password=self.password, ssl_context=context, mechanism=self.mechanism
            )
        elif context is not None:
            credentials = SSLCredentials(context)
        return {"broker": ";".join(f"kafka://{one}" for one in self.brokers), "broker_credentials": credentials}

    def _context(self) -> ssl.SSLContext | None:
        """TLS that checks the brokers' certificates and names, and shows our own certificate if there is one."""
        if self.security not in (SSL, SASL_SSL):
            return None
        using = self.ca
        try:
            context = ssl.create_default_context(cafile=self.ca)
            if self.certificate is not None:
                using = self.certificate
                # Without a password, OpenSSL would ask for one at the terminal.
                context.load_cert_chain(self.certificate, self.key, self.key_password or "")
        except (OSError, ValueError) as failure:  # an ssl.SSLError is an OSError
            raise EnvironmentProblem(
                f"TLS cannot use this file: {getattr(failure, 'strerror', None) or failure}.",
                place=Place(file=str(using)),
                remedy=f"It has to be readable PEM: {FAMILY}CA the certificate of the brokers' authority, {FAMILY}CERT "
                f"and {FAMILY}KEY our certificate with its key, {FAMILY}KEY_PASSWORD_FILE the key's password, if any.",
            ) from failure
        return context


class _Settings:
    """The environment's variables of our family, an empty one being none."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._given = {
            name.removeprefix(FAMILY): value for name, value in environment.items() if name.startswith(FAMILY) and value
        }
        for name in self._given:
            if name not in KNOWN:
                known = [f"{FAMILY}{one}" for one in KNOWN]
                raise Problem("This setting is not known.", place=_at(name), remedy=nearest(f"{FAMILY}{name}", known))

    def refuse(self, names: tuple[str, ...], why: str) -> None:
        """Refuse settings that would be without effect."""
        for name in names:
            if name in self._given:
                remedy = f"Set {FAMILY}SECURITY to {' or '.join(SECURITIES[1:])}, or leave {FAMILY}{name} out."
                raise Problem(f"This has no effect: {why}.", place=_at(name), remedy=remedy)

    def together(self, one: str, other: str) -> None:
        """Refuse one of two settings without the other."""
        for given, lacking in ((one, other), (other, one)):
            if given in self._given and lacking not in self._given:
                raise Problem(f"This needs {FAMILY}{lacking} beside it.", place=_at(given))

    def one_of(self, name: str, known: tuple[str, ...], otherwise: str) -> str:
        """A setting that knows few values, whatever the case of their letters."""
        value = self._given.get(name, otherwise)
        found = next((one for one in known if one.casefold() == value.casefold()), None)
        if found is None:
            raise Problem(f"{value!r} is not known here.", place=_at(name), remedy=f"Known: {', '.join(known)}.")
        return found

    def needed(self, name: str) -> str:
        """A setting that has to be there."""
        if name not in self._given:
            raise Problem(
                f"{FAMILY}{name} is not set.", place=_at("SECURITY"), remedy="SASL needs a user and password."
            )
        return self._given[name]

    def file(self, name: str) -> Path | None:
        """A setting that names a file."""
        return Path(self._given[name]) if name in self._given else None

    def secret(self, name: str) -> Secret | None:
        """A password: the variable's value, or what the file says that NAME_FILE names."""
        kept = f"{name}_FILE"
        if name in self._given and kept in self._given:
            raise Problem(f"{FAMILY}{kept} is set, too.", place=_at(name), remedy="Set one of them.")
        if kept not in self._given:
            return Secret(self._given[name]) if name in self._given else None
        try:
            return Secret(Path(self._given[kept]).read_text(encoding="utf-8").rstrip("\r\n"))
        except (OSError, UnicodeDecodeError) as failure:
            why = getattr(failure, "strerror", None) or "it is no UTF-8 text"
            raise EnvironmentProblem(
                f"The password in {self._given[kept]} cannot be read: {why}.", place=_at(kept)
            ) from None

    def needed_secret(self, name: str) -> Secret:
        """A password that has to be there."""
        return self.secret(name) or Secret(self.needed(name))


def _addresses(given: str | None, environment: Mapping[str, str]) -> tuple[str, ...]:
    text, place = (given, "--brokers") if given is not None else (environment.get(BROKERS, ""), BROKERS)
    addresses = tuple(_address(one.strip(), place) for one in text.split(",") if one.strip())
    if not addresses:
        raise Problem(
            "No brokers are named.",
            place=Place(field=place),
            remedy=f"Say --brokers HOST:PORT[,HOST:PORT…] or set {BROKERS}; `meritlog broker up` starts one here.",
        )
    return addresses


def _address(text: str, place: str) -> str:
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):  # A host alone, or an IPv6 address in its brackets.
        host, port = text, str(DEFAULT_PORT)
    plain_host = host and "/" not in host and ("[" in host or ":" not in host)
    if not plain_host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise Problem(
            f"{text!r} is no address of a broker.",
            place=Place(field=place),
            remedy="Write HOST:PORT, several with commas between: kafka-1:9092,kafka-2:9092.",
        )
    return f"{host}:{port}"


def _at(name: str) -> Place:
    return Place(field=f"{FAMILY}{name}")
