"""What the topics that others read carry: the models of their messages, which describe them, too (AsyncAPI)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from schemas.statement import Amount, BoardRow, Finding


class LogBatch(msgspec.Struct, frozen=True):
    """What one batch brought to one partition; ``after`` and ``position`` are the log's positions before and after it.

    ``log`` is the log's identity, ``admitted`` the time of the batch. The first event stands at the place
    ``partition:first`` of the log, and each of the others one further.
    """

    log: str
    admitted: datetime
    after: str
    position: int | str
    partition: int
    first: int
    events: Sequence[msgspec.Raw]


class ManagerCredits(msgspec.Struct, frozen=True):
    """One manager's measures as decimals, by name, in each running window (``plan/period``)."""

    manager_id: str
    through: str
    position: int | str
    windows: Mapping[str, Mapping[str, str]]


class BoardPlace(msgspec.Struct, frozen=True):
    """One row of a board, under the key ``plan/period/manager``."""

    plan: str
    period: str
    position: int | str
    row: BoardRow


class BoardWhole(msgspec.Struct, frozen=True):
    """What holds for a whole board, under the key ``plan/period``; it comes after the rows that belong to it.

    ``digest`` is that of the board that the rows then make; ``findings`` name the events that it was made without.
    """

    plan: str
    plan_digest: str
    period: str
    through: str
    position: int | str
    managers: int
    uncredited: list[Amount]
    digest: str
    findings: list[Finding] | UnsetType = UNSET
