"""Statements, boards and explanations: the documents that a period's settlement and the leaderboard are told in.

Their JSON is the contract's (§4, §5, §7). A statement's digest is SHA-256 over its canonical JSON (RFC 8785)
without the digest itself; keys are ASCII and values are text, whole numbers and truth values, so sorting keys is
all that it takes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

_canonical = msgspec.json.Encoder(order="sorted")
PART_ENTRIES = 128


class Finding(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Something that contradicts itself in the log; it never stops a run.

    ``id`` says what it is, ``about`` names the account, manager or currency, ``events`` the events concerned.
    """

    id: str
    about: str
    text: dict[str, str]
    events: list[dict[str, str]] = []


class StatementLine(msgspec.Struct, frozen=True, gc=False):
    """One figure of a manager's statement: an exact decimal, or a word for a grade.

    ``settlements`` has by id what an adjustment adds to each settlement that was closed before.
    """

    id: str
    kind: str
    value: str
    unit: str | UnsetType = UNSET
    clause: str | UnsetType = UNSET
    inputs: list[str] | UnsetType = UNSET
    settlements: dict[str, str] | UnsetType = UNSET


class ManagerStatement(msgspec.Struct, frozen=True, gc=False):
    """All lines of one manager, what makes the result incomplete, and what was left out of a mean."""

    manager_id: str
    org_unit: str | None
    complete: bool
    missing: list[str]
    gaps: list[str]
    lines: list[StatementLine]


class Amount(msgspec.Struct, frozen=True, gc=False):
    """What of an item no manager is credited with."""

    id: str
    value: str


class Statement(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A period settled by a plan at one position of the log. The days are [from, to), counted through ``through``."""

    plan: str
    plan_digest: str
    period: str
    start: str
    end: str
    through: str
    position: int | str
    log_head: str
    status: str
    findings: list[Finding]
    managers: list[ManagerStatement]
    uncredited: list[Amount]
    digest: str | UnsetType = UNSET


class BoardRow(msgspec.Struct, frozen=True):
    """A manager's place: ranks won or lost against one day earlier, and the last event that moved a figure."""

    rank: int | None
    manager_id: str
    org_unit: str | None
    score: str | None
    change: int
    lines: dict[str, str]
    last_event: dict[str, Any] | None


class Board(msgspec.Struct, frozen=True):
    """The leaderboard of a plan's period, best first; of one unit and all below it where ``org_unit`` names one.

    ``findings`` name the events that it had to be made without.
    """

    plan: str
    plan_digest: str
    period: str
    through: str
    position: int | str
    rows: list[BoardRow]
    uncredited: list[Amount]
    findings: list[Finding] | UnsetType = UNSET
    org_unit: str | UnsetType = UNSET
    digest: str | UnsetType = UNSET


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit with all units below it, its rank among those of the same parent by the mean score of a manager.

    ``org_unit`` is null for managers without a unit (``uncredited`` false) and for what no manager is credited with.
    ``score`` is the sum of the scores of its ``scored`` managers, ``lines`` are the sums of the plan's items.
    """

    rank: int | None
    org_unit: str | None
    uncredited: bool
    parent: str | None
    depth: int
    managers: int
    scored: int
    score: str | None
    mean: str | None
    best: str | None
    lines: dict[str, str]


class UnitBoard(msgspec.Struct, frozen=True, kw_only=True):
    """The units of a plan's period compared, each behind what it belongs to; ``total`` is the whole bank's by item."""

    plan: str
    plan_digest: str
    period: str
    through: str
    position: int | str
    rows: list[UnitRow]
    total: dict[str, str]
    digest: str | UnsetType = UNSET


class BoardChanges(msgspec.Struct, frozen=True):
    """What makes a later board of an earlier one: the rows that differ, the managers gone, and what it is stamped with.

    A board's rows stand by rank, those without one last, and within a rank by manager id. ``digest`` is the later
    board's: who has applied the changes can check that nothing was missed.
    """

    plan_digest: str
    through: str
    position: int | str
    rows: list[BoardRow]
    gone: list[str]
    uncredited: list[Amount]
    findings: list[Finding] | UnsetType = UNSET
    digest: str | UnsetType = UNSET


class ParameterValue(msgspec.Struct, frozen=True, rename={"since": "from"}):
    """A parameter as it was read: its value and the date since which it holds."""

    value: str
    since: str


class CreditRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one event contributed; ``others`` sums up the events that a limit left out."""

    contribution: str
    event_id: str | UnsetType = UNSET
    event_source: str | UnsetType = UNSET
    position: int | str | UnsetType = UNSET
    on: str | UnsetType = UNSET
    share: str | UnsetType = UNSET
    amount: str | UnsetType = UNSET
    others: int | UnsetType = UNSET


class RateRow(msgspec.Struct, frozen=True, omit_defaults=True, rename={"above": "from", "word": "is"}):
    """A row of a table that a figure fell into: its bounds or its word, and what stands there.

    ``from`` and ``to`` are its bounds, left out where there is none; a point of a curve is ``at`` one. Of a rate,
    ``part`` is what it was applied to and ``gives`` what came of it: those of a table add up to its value.
    """

    above: str | UnsetType = UNSET
    to: str | UnsetType = UNSET
    at: str | UnsetType = UNSET
    word: str | UnsetType = UNSET
    value: str | UnsetType = UNSET
    label: dict[str, str] | UnsetType = UNSET
    part: str | UnsetType = UNSET
    gives: str | UnsetType = UNSET


class ToldRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule in a reader's language: by the names of what it is made of, and with the values in their place."""

    rule: str
    values: str | UnsetType = UNSET


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of an explanation with what it follows from (contract §5).

    ``repeats`` marks a figure that stands in full earlier in the same tree: its inputs are not told twice.
    ``period`` is given where the figure is of another period than the tree, ``as_of`` where it is as known at another
    position, ``due`` is the day on which what a settlement held back is paid out. A figure without a value says null.
    ``rows`` are those of a table that gave the figure. ``told`` says the formula in a language that was asked for.
    """

    id: str
    kind: str
    value: str | None
    label: dict[str, str] | UnsetType = UNSET
    unit: str | UnsetType = UNSET
    period: str | UnsetType = UNSET
    as_of: int | str | UnsetType = UNSET
    due: str | UnsetType = UNSET
    clause: str | UnsetType = UNSET
    reading: dict[str, str] | UnsetType = UNSET
    formula: str | UnsetType = UNSET
    repeats: bool | UnsetType = UNSET
    parameters: dict[str, ParameterValue] = {}
    inputs: list[Node] = []
    credits: list[CreditRow] = []
    rows: list[RateRow] | UnsetType = UNSET
    told: ToldRule | UnsetType = UNSET


class Explanation(Node, frozen=True, kw_only=True):
    """The tree of one line of a manager, or of the manager with all lines as inputs; and what it was read from."""

    plan: str
    plan_digest: str
    through: str
    position: int | str
    log_head: str
    manager_id: str
    missing: list[str]
    gaps: list[str]

    @property
    def lines(self) -> list[Node]:
        """The lines that are explained."""
        return self.inputs if self.kind == MANAGER else [self]


MANAGER = "manager"
"""The kind of a root that stands for a manager: its value is the score that the board is ordered by."""
SETTLEMENT = "settlement"
"""The kind of a node that stands for a settlement closed before."""


Sealed = TypeVar("Sealed", Statement, Board, UnitBoard)


def sealed(document: Sealed) -> Sealed:
    """The document with its digest."""
    return msgspec.structs.replace(document, digest=digest_of(document))


def digest_of(document: Statement | Board | UnitBoard) -> str:
    """The digest that ``document`` has to carry."""
    digest = hashlib.sha256()
    for part in _canonical_parts(document):
        digest.update(part)
    return f"sha256:{digest.hexdigest()}"


def _canonical_parts(document: Statement | Board | UnitBoard) -> Iterator[bytes]:
    """The canonical JSON without the digest, in parts that stay in the processor's cache: it may be 25 MB."""
    name = "managers" if isinstance(document, Statement) else "rows"
    entries: Sequence[object] = getattr(document, name)
    bare = _canonical.encode(msgspec.structs.replace(document, digest=UNSET, **{name: []}))
    # Nothing but this field spells it: within a text its quotes would be escaped, and no entry is left to have another.
    before, empty, after = bare.partition(f'"{name}":['.encode())
    yield before + empty
    for start in range(0, len(entries), PART_ENTRIES):
        part = _canonical.encode(entries[start : start + PART_ENTRIES])
        yield part[1:-1] if start == 0 else b"," + part[1:-1]
    yield after


def to_json(document: msgspec.Struct) -> bytes:
    """The document as JSON, its fields in their written order."""
    return msgspec.json.encode(document)
