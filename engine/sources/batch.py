"""What every source yields: a batch of events for admission, and what never became an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from schemas.problems import Problem

EVENTS_A_BATCH = 16_384


@dataclass(frozen=True, slots=True)
class Refused:
    """A line or row that holds no event: its own bytes (of a huge one the beginning) and what is wrong with it."""

    line: int
    raw: bytes
    problem: Problem


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one source in order, as JSON; ``lines`` says for each where it stands.

    ``skipped`` counts rows that a mapping leaves out on purpose, by reason. They are no events.
    """

    lines: Sequence[int]
    events: Sequence[bytes]
    refused: Sequence[Refused] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)


class Source(Protocol):
    """A named place that events come from."""

    @property
    def name(self) -> str:
        """What messages call it: the file as the user wrote it, or ``standard input``."""

    def batches(self) -> Iterator[Batch]:
        """Everything it holds, at most about ``EVENTS_A_BATCH`` events at a time, in constant memory."""
