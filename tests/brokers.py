"""Brokers for tests: a real Apache Kafka, the one of MERITLOG_BROKERS or one that is started here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource

from meritlog.broker import Node, Running
from meritlog.broker.distribution import distribution
from schemas.problems import EnvironmentProblem
from tests.lacking import lacking


@contextmanager
def broker_of_tests(home: Path) -> Iterator[str]:
    """The address of the broker of MERITLOG_BROKERS, else of one that lives as long as this context."""
    given = os.environ.get("MERITLOG_BROKERS")
    if given:
        yield given
        return
    with started(Node(home), kept=False) as running:
        yield running.address


@contextmanager
def started(node: Node, *, kept: bool, properties: Mapping[str, str] | None = None) -> Iterator[Running]:
    """A broker of one's own, at a free port: to kill it, to start it anew (``node.up(running.port)``)."""
    needed()
    running = node.up(0, kept=kept, properties=properties)
    try:
        yield running
    finally:
        node.down()


def needed() -> None:
    """End a test where this machine has no Kafka to start."""
    try:
        distribution()
    except EnvironmentProblem as problem:
        lacking(f"no broker: {problem}")


def unknown_settings(address: str) -> list[str]:
    """The lines of server.properties that mean nothing to the broker; it does not complain of them itself."""
    admin = KafkaAdminClient(bootstrap_servers=address)
    settings = admin.describe_configs([ConfigResource("BROKER", "1")], config_filter="all")["broker"]["1"]
    admin.close()
    return [name for name, setting in settings.items() if setting["config_type"] == "UNKNOWN"]
