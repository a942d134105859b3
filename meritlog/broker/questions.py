"""What a broker answers about itself, asked as any client would."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from schemas.problems import EnvironmentProblem

MILLISECONDS_TO_ANSWER = 5_000


def cluster_at(address: str) -> str | None:
    """The id of the cluster that answers at ``address``; None as long as none does."""
    from kafka.errors import KafkaError

    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
        with _admin(address) as admin:
            return str(admin.describe_cluster()["cluster_id"])
    except (OSError, KafkaError):
        return None


def topics_at(address: str) -> Mapping[str, int]:
    """The topics of a broker, but its own, with their counts of partitions.

    Raises:
        EnvironmentProblem: it does not answer.
    """
    from kafka.errors import KafkaError

    try:
        with _admin(address) as admin:
            topics = admin.describe_topics()
    except (OSError, KafkaError) as failure:
        raise EnvironmentProblem(
            f"The broker at {address} runs, but does not answer: {type(failure).__name__}.",
            remedy="Wait a moment, or start it anew: meritlog broker down, then meritlog broker up.",
        ) from failure
    return {one["name"]: len(one["partitions"]) for one in topics if not one["is_internal"]}


@contextmanager
def _admin(address: str) -> Iterator[Any]:
    from kafka import KafkaAdminClient

    admin = KafkaAdminClient(
        bootstrap_servers=address,
        request_timeout_ms=MILLISECONDS_TO_ANSWER,
        bootstrap_timeout_ms=MILLISECONDS_TO_ANSWER,
    )
    try:
        yield admin
    finally:
        admin.close()
