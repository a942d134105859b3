"""The topics of a log on Kafka: what each is for, and how it is made (contract §7).

One prefix is one institution's log; the contract's own is ``meritlog``. Topics that are there already are used as they
are, whatever their partitions and settings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.problems import Place, Problem

PREFIX = "meritlog"
_PREFIX = re.compile(r"[A-Za-z0-9._-]{1,200}")
_DAY_MS = 24 * 60 * 60 * 1000
_COMPACTED = {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.2"}
_LARGE = {"max.message.bytes": str(16 << 20)}


@dataclass(frozen=True, slots=True)
class Topics:
    """The names of a log's topics.

    Raises:
        Problem: Kafka has no topics whose names begin with the prefix.
    """

    prefix: str = PREFIX

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise Problem(
                f"{self.prefix!r} cannot begin the name of a topic.",
                place=Place(field="--prefix"),
                remedy="Write letters, digits, hyphens, dots and underscores, at most 200, such as meritlog.",
            )

    @property
    def events(self) -> str:
        """In: one event a message, from anyone. Its retention is the brokers' default."""
        return f"{self.prefix}.events"

    @property
    def log(self) -> str:
        """Out: what was admitted, in batches by partition of the log; for a week, as the archive keeps it."""
        return f"{self.prefix}.log"

    @property
    def rejected(self) -> str:
        """Out: messages that were not admitted, as they came, with the reason."""
        return f"{self.prefix}.rejected"

    @property
    def credits(self) -> str:
        """Out: each manager's rolling measures, the newest by manager and window."""
        return f"{self.prefix}.credits"

    @property
    def board(self) -> str:
        """Out: the boards of the running periods, the newest row by board and manager."""
        return f"{self.prefix}.board"

    @property
    def group(self) -> str:
        """The group under which the worker notes how far it has read."""
        return f"{self.prefix}-worker"

    def settings(self) -> Mapping[str, Mapping[str, str]]:
        """By topic how it is made where it is missing."""
        return {
            self.events: {},
            self.log: {"retention.ms": str(7 * _DAY_MS), **_LARGE},
            self.rejected: {"retention.ms": str(30 * _DAY_MS), **_LARGE},
            self.credits: _COMPACTED,
            self.board: {**_COMPACTED, **_LARGE},
        }
