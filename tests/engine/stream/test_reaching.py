"""Reaching the brokers: of several reasons why none answered, the one that says most is told."""

from __future__ import annotations

import logging

import pytest
from kafka import errors

from engine.stream.connection import Connection
from engine.stream.reaching import reaching
from schemas.problems import EnvironmentProblem

TIMED_OUT = errors.RequestTimedOutError("Request timed out after 214 ms")
HUNG_UP = errors.KafkaConnectionError("socket disconnected")
REFUSED = errors.SaslAuthenticationFailedError("invalid credentials")


@pytest.mark.parametrize(
    ("attempts", "told"),
    [
        ([REFUSED, HUNG_UP, TIMED_OUT], "invalid credentials"),
        ([HUNG_UP, TIMED_OUT], "socket disconnected"),
        ([TIMED_OUT], "timed out after 214 ms"),
        ([], "Unable to bootstrap"),
    ],
)
def test_an_attempt_that_ran_out_of_time_does_not_hide_why_others_failed(attempts: list[Exception], told: str) -> None:
    with pytest.raises(EnvironmentProblem, match=told):
        fail_after(attempts)


def fail_after(attempts: list[Exception]) -> None:
    """Reach brokers as a client does that logs what each attempt failed of, and raises that time is up."""
    with reaching(Connection.read("127.0.0.1:1", {})):
        for attempt in attempts:
            logging.getLogger("kafka.net").error("Bootstrap connection failed: %s", attempt)
        raise errors.KafkaTimeoutError("Unable to bootstrap")
