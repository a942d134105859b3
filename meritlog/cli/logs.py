"""What the worker logs: its own warnings, and of its clients' what has not just been said."""

from __future__ import annotations

import logging

SAID_AGAIN_SECONDS = 60
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def begin() -> None:
    """Log warnings to standard error from now on."""
    logging.basicConfig(level=logging.WARNING, format=FORMAT)
    for handler in logging.getLogger().handlers:
        handler.addFilter(Seldom())
    logging.getLogger("kafka").propagate = False  # what its attempts failed of stands in our own messages


class Seldom(logging.Filter):
    """Lets what aiokafka says pass once a minute: without a broker it says the same several times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._again: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be logged."""
        if not record.name.startswith("aiokafka"):
            return True
        if record.created < self._again.get(record.msg, 0):
            return False
        self._again[record.msg] = record.created + SAID_AGAIN_SECONDS
        return True
