"""The Faust app that agents, timers and services of the worker run on: with a producer, and without a consumer."""

from __future__ import annotations

from pathlib import Path

import faust
from faust.app.base import BootStrategy

from engine.stream.connection import Connection
from engine.stream.topics import Topics

MESSAGE_BYTES_MAX = 16 << 20
BATCH_BYTES = 1 << 19
"""So many bytes go to a partition at once; the next ones wait until the brokers have them."""
SEND_SECONDS = 8


class _NoConsumer(BootStrategy):
    """Starts agents and producer; what is read is read by ``Reading``."""

    enable_kafka_consumer = False
    enable_web = False


def faust_app(connection: Connection, topics: Topics, folder: Path) -> faust.App:
    """The app of a log's topics, which keeps what is Faust's own in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)  # Faust makes its own folder, but none above it
    app = faust.App(
        f"{topics.prefix}-worker",
        **connection.for_faust(),
        store="memory://",
        datadir=str(folder),
        producer_acks=-1,
        producer_request_timeout=SEND_SECONDS,
        producer_max_request_size=MESSAGE_BYTES_MAX,
        producer_max_batch_size=BATCH_BYTES,
        producer_compression_type=None,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
    )
    app.boot_strategy = _NoConsumer(app)
    return app
