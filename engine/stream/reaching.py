"""Reaching the brokers: the problem that none of them answers, and why.

The clients try a connection again and again, log what each attempt failed of, and raise no more than that time is up.
So whoever was refused for a wrong password, an unknown certificate or a wrong port would not learn it: here what they
log while the brokers are being reached becomes the reason.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import errors as of_aiokafka
from kafka import errors as of_kafka

from engine.stream.connection import Connection
from schemas.problems import EnvironmentProblem, Place

CLIENTS = ("aiokafka", "kafka")
WITHOUT_A_REASON = (
    of_aiokafka.KafkaConnectionError,
    of_aiokafka.KafkaTimeoutError,
    of_kafka.KafkaConnectionError,
    of_kafka.KafkaTimeoutError,
)
"""What the clients raise when they have given up, whatever each attempt failed of."""
TIMED_OUT = (of_aiokafka.RequestTimedOutError, of_kafka.RequestTimedOutError)
HUNG_UP = (of_aiokafka.KafkaConnectionError, of_kafka.KafkaConnectionError)


@contextmanager
def reaching(connection: Connection) -> Iterator[None]:
    """While it lasts, a failure of a client is the problem that no broker answers, with the reason.

    Raises:
        EnvironmentProblem: the brokers cannot be reached.
    """
    attempts = _Attempts()
    for client in CLIENTS:
        logging.getLogger(client).addHandler(attempts)
    try:
        yield
    except (of_aiokafka.KafkaError, of_kafka.KafkaError, OSError) as failure:
        why = attempts.failure if isinstance(failure, WITHOUT_A_REASON) else None
        raise unreachable(connection, why or failure) from None
    finally:
        for client in CLIENTS:
            logging.getLogger(client).removeHandler(attempts)


def unreachable(connection: Connection, failure: BaseException) -> EnvironmentProblem:
    """The problem that no broker answers, because of this failure."""
    name = type(failure).__name__
    return EnvironmentProblem(
        f"No broker answers as it should: {str(failure).removeprefix(f'{name}: ').rstrip('.') or name}.",
        place=Place(file=",".join(connection.brokers)),
        remedy="See that they run, that this machine may reach them and that the variables MERITLOG_KAFKA_… say what "
        "they ask for; `meritlog broker up` starts one here.",
    )


class _Attempts(logging.Handler):
    """Keeps what an attempt failed of: the last one of those that say most."""

    def __init__(self) -> None:
        super().__init__()
        self.failure: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        for value in record.args if isinstance(record.args, tuple) else ():
            if not isinstance(value, BaseException) or isinstance(value, of_kafka.KafkaTimeoutError):
                continue
            if self.failure is None or _says(value) >= _says(self.failure):
                self.failure = value


def _says(failure: BaseException) -> int:
    """How much a failure says: least that time was up, then that brokers hung up, and most what they refuse."""
    return 0 if isinstance(failure, TIMED_OUT) else 1 if isinstance(failure, HUNG_UP) else 2
