"""What ``server.properties`` says: one node, broker and controller in one, for this machine alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

HOST = "127.0.0.1"


def server_properties(data: Path, port: int, controller_port: int, further: Mapping[str, str]) -> str:
    """The text of the file; ``further`` properties stand before ours."""
    broker, controller = f"{HOST}:{port}", f"{HOST}:{controller_port}"
    own = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{broker}",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": f"1@{controller}",
        "log.dirs": str(data),
        # A misspelt topic is to be a mistake, and a topic's partitions a decision.
        "auto.create.topics.enable": "false",
        # Kafka's own topics, of which a cluster keeps 50 partitions threefold.
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.num.partitions": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.num.partitions": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        # After kill -9 the controller lets the same node in again when the session of its last life is over.
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        "log.cleaner.dedupe.buffer.size": str(16 << 20),
    }
    return "".join(f"{name}={_escaped(value)}\n" for name, value in {**own, **further}.items())


def _escaped(value: str) -> str:
    """A value as java.util.Properties reads it back."""
    return value.replace("\\", "\\\\").replace("\n", "\\n")
