"""Comparing two statements line by line, and tracing what differs back to the events that account for it.

A line is traced through both explanations: whatever event contributes otherwise to one of the manager's measures is
named with its two contributions. Their differences add up to the measure's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import msgspec
from msgspec import UNSET

from engine.crediting.flows import FLOWS
from replay.corrected import BEFORE
from replay.explain import explain
from replay.settle import Settlement
from schemas.comparison import TRACED_MAX, Arrived, Comparison, EventChange, LineChange, ManagerChange, Side
from schemas.exact import print_exact, print_scaled
from schemas.lines import ROUNDED, LineKind
from schemas.payloads import TYPES, family_types
from schemas.problems import Place, Problem
from schemas.statement import SETTLEMENT, Amount, CreditRow, ManagerStatement, Node, Statement, StatementLine, digest_of

ARRIVED_MAX = 200
"""So many events that came in between are listed."""
SAYING = frozenset(TYPES) - {"balance.changed", "balance.stated", *FLOWS, *family_types("settlement")}
"""The types that are no business themselves but say how business counts."""
WORDS = frozenset({LineKind.RANK.value, LineKind.GRADE.value})
"""The kinds of lines whose values are no amounts to be subtracted."""
MONEY = frozenset(kind.value for kind in ROUNDED)


@dataclass(frozen=True, slots=True)
class Compared:
    """One side: its statement, how it was named, and, where it was made from a log, the settlement behind it."""

    name: str
    statement: Statement
    settlement: Settlement | None = None

    @property
    def side(self) -> Side:
        """What the comparison says of this side."""
        one = self.statement
        return Side(
            self.name,
            one.plan,
            one.plan_digest,
            one.period,
            one.through,
            one.position,
            one.log_head,
            str(one.digest),
        )


def read_statement(file: Path) -> Statement:
    """The statement in a .json file that ``settle`` wrote.

    Raises:
        Problem: there is none, or it has been changed since: its digest is another.
    """
    try:
        statement = msgspec.json.decode(file.read_bytes(), type=Statement)
    except FileNotFoundError:
        raise Problem("There is no such file.", place=Place(file=str(file))) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        remedy = "Give a file that `meritlog settle PLAN PERIOD --out FILE.json` wrote."
        raise Problem(f"It is no statement: {failure}.", place=Place(file=str(file)), remedy=remedy) from None
    if statement.digest != digest_of(statement):
        raise Problem(
            "The statement has been changed since it was written: its digest is not that of its content.",
            place=Place(file=str(file)),
            remedy="Take the file as it was written.",
        )
    return statement


def compare(before: Compared, after: Compared, currency: str, traced: int = TRACED_MAX) -> Comparison:
    """The two sides compared; of the first ``traced`` managers who differ with the events that account for it."""
    changes = list(manager_changes(before.statement, after.statement))
    if before.settlement is not None and after.settlement is not None:
        for place, change in enumerate(changes[:traced]):
            events = _event_changes(before.settlement, after.settlement, currency, change.manager_id)
            changes[place] = msgspec.structs.replace(change, events=list(events))
    uncredited = list(_amount_changes(before.statement.uncredited, after.statement.uncredited))
    arrived = _arrived(before.settlement, after.settlement)
    return Comparison(
        before.side,
        after.side,
        not changes and not uncredited,
        changes,
        uncredited,
        list(_totals(before.statement, after.statement)),
        UNSET if arrived is None else arrived[:ARRIVED_MAX],
        UNSET if arrived is None else len(arrived),
    )


def manager_changes(before: Statement, after: Statement) -> Iterator[ManagerChange]:
    """What differs, manager by manager, by id."""
    old = {one.manager_id: one for one in before.managers}
    new = {one.manager_id: one for one in after.managers}
    for manager in sorted(old.keys() | new.keys()):
        one, other = old.get(manager), new.get(manager)
        lines = list(_line_changes(_lines(one), _lines(other)))
        lacked, lacks = _missing(one), _missing(other)
        if lacked != lacks:
            yield ManagerChange(manager, lines, missing_before=lacked, missing_after=lacks)
        elif lines:
            yield ManagerChange(manager, lines)


def _lines(one: ManagerStatement | None) -> Mapping[str, StatementLine]:
    return {} if one is None else {line.id: line for line in one.lines}


def _missing(one: ManagerStatement | None) -> list[str]:
    return [] if one is None else one.missing


def _line_changes(old: Mapping[str, StatementLine], new: Mapping[str, StatementLine]) -> Iterator[LineChange]:
    for name in dict.fromkeys((*new, *old)):
        before, after = old.get(name), new.get(name)
        shown = after or before
        values = (None if before is None else before.value, None if after is None else after.value)
        if shown is not None and values[0] != values[1]:
            yield LineChange(name, shown.kind, *values, _difference(shown.kind, *values), shown.unit)


def _amount_changes(old: Iterable[Amount], new: Iterable[Amount]) -> Iterator[LineChange]:
    was, now = ({one.id: one.value for one in side} for side in (old, new))
    for name in dict.fromkeys((*now, *was)):
        before, after = was.get(name), now.get(name)
        if before != after:
            yield LineChange(name, LineKind.ITEM.value, before, after, _difference(LineKind.ITEM.value, before, after))


def _difference(kind: str, before: str | None, after: str | None) -> str | None:
    if kind in WORDS:
        return None
    try:
        return _printed(kind, Fraction(after or 0) - Fraction(before or 0), max(map(_digits, (before, after))))
    except ValueError:  # a score that is told by a word
        return None


def _digits(value: str | None) -> int:
    return len((value or "").partition(".")[2])


def _printed(kind: str, value: Fraction, digits: int) -> str:
    """Money that is paid keeps its digits; everything else is printed as any figure is."""
    return print_scaled(int(value * 10**digits), digits) if kind in MONEY and digits else print_exact(value)


@dataclass(slots=True)
class _Sum:
    """A line added up over all managers."""

    line: StatementLine
    before: Fraction = Fraction(0)
    after: Fraction = Fraction(0)
    digits: int = 0


def _totals(before: Statement, after: Statement) -> Iterator[LineChange]:
    """Every line of amounts that differs in its sum over all managers."""
    sums: dict[str, _Sum] = {}
    for statement in (after, before):
        for manager in statement.managers:
            for line in manager.lines:
                if line.kind not in WORDS:
                    _add(sums.setdefault(line.id, _Sum(line)), line, is_before=statement is before)
    for name, one in sums.items():
        if one.before != one.after:
            told = [_printed(one.line.kind, value, one.digits) for value in (one.before, one.after)]
            difference = _printed(one.line.kind, one.after - one.before, one.digits)
            yield LineChange(name, one.line.kind, told[0], told[1], difference, one.line.unit)


def _add(one: _Sum, line: StatementLine, *, is_before: bool) -> None:
    try:
        value = Fraction(line.value)
    except ValueError:
        return
    one.digits = max(one.digits, _digits(line.value))
    if is_before:
        one.before += value
    else:
        one.after += value


def _arrived(before: Settlement | None, after: Settlement | None) -> list[Arrived] | None:
    """What came in between the two, said of business and not business itself."""
    if before is None or after is None:
        return None
    first, last = sorted((before, after), key=lambda one: one.book.position)
    if first.book.position == last.book.position:
        return []
    end = max(before.evaluation.scope.end, after.evaluation.scope.end)
    place = last.book.snapshot.place
    return [
        Arrived(fact.event.id, fact.event.source, place(fact.position), fact.event.type, fact.on.isoformat())
        for fact in last.book.facts(SAYING, first.book.position)
        if fact.on < end
    ]


@dataclass(slots=True)
class _Contribution:
    """What one event contributes to one measure; it may do so in several rows."""

    row: CreditRow
    value: Fraction = Fraction(0)


Contributions = dict[tuple[str, str | None, str, str], _Contribution]
"""By measure, its period where that is another one, and the event's source and id."""


def _event_changes(before: Settlement, after: Settlement, currency: str, manager: str) -> Iterator[EventChange]:
    old, new = _contributions(before, currency, manager), _contributions(after, currency, manager)
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        values = [Fraction(0) if one is None else one.value for one in (was, now)]
        told = now or was
        if told is None or values[0] == values[1]:
            continue
        measure, period, source, event = key
        yield EventChange(
            measure,
            event,
            source,
            told.row.position or 0,
            told.row.on or None,
            print_exact(values[0]),
            print_exact(values[1]),
            print_exact(values[1] - values[0]),
            UNSET if period is None else period,
        )


def _contributions(settlement: Settlement, currency: str, manager: str) -> Contributions:
    found: Contributions = {}
    if manager in settlement.evaluation.managers:
        for measure, period, row, sign in _credits(explain(settlement, currency, manager)):
            key = (measure.id, period, str(row.event_source), str(row.event_id))
            found.setdefault(key, _Contribution(row)).value += sign * Fraction(row.contribution)
    return found


def _credits(node: Node, period: str | None = None, sign: int = 1) -> Iterator[tuple[Node, str | None, CreditRow, int]]:
    """The rows of all measures with the periods that they are of; what an adjustment was paid before counts against."""
    if node.kind == SETTLEMENT:
        period = node.period or None
    if node.id == BEFORE and node.kind == LineKind.TOTAL.value:
        sign = -sign
    for row in node.credits:
        yield node, node.period or period, row, sign
    for inner in node.inputs:
        yield from _credits(inner, period, sign)
