"""Unreachable rules: lines that can never have a value, and rows of tables that nothing reaches."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.plan.check.draft import Complaint, Draft, Path
from engine.plan.check.presence import Presence, cycles
from engine.plan.check.reach import Reach
from engine.plan.check.tables import beside_words
from engine.plan.ranges import Range
from engine.plan.unset import waits_for
from schemas.exact import plain
from schemas.lines import Line
from schemas.tables import Row, Table, TableKind


def unreachable(draft: Draft) -> Iterator[Complaint]:
    """Every rule that nothing can come of."""
    presence = Presence(draft)
    reach = Reach(draft, presence)
    yield from _without_value(draft, presence)
    for path, what, remedy in reach.found:
        yield draft.warning(path, what, remedy)
    yield from _rows(draft, reach)


def _without_value(draft: Draft, presence: Presence) -> Iterator[Complaint]:
    for place, line in enumerate(draft.plan.lines):
        path: Path = ("lines", place)
        if not line.cycles:
            yield draft.warning((*path, "in"), f"No period shows the line {line.id!r}.", "Name a cycle under 'in'.")
            continue
        if hidden := set(line.required) - set(line.cycles):
            what = f"The line {line.id!r} is required in periods that do not show it: {cycles(hidden)}."
            yield draft.warning((*path, "required"), what, "Name them under 'in', too, or not under 'required'.")
        if waits_for(draft.plan, line.id):
            continue  # told by what is still to be set
        if not presence.ever[line.id] and (cause := _absent(draft, presence, place, line)):
            what = f"The line {line.id!r} never has a value: in its periods ({cycles(line.cycles)}) {cause}."
            yield draft.warning(path, what, "Show both in the same periods, or say what stands instead: first(…, 0).")


def _absent(draft: Draft, presence: Presence, place: int, line: Line) -> str:
    """Which of the lines that it is made of has no value in any of the line's periods."""
    for name, is_table in draft.names[place]:
        if not is_table and name in presence.ever and not presence.ever[name] & set(line.cycles):
            return f"{name!r} has none"
    return ""


def _rows(draft: Draft, reach: Reach) -> Iterator[Complaint]:
    """Rows that no formula's figure, or word, can reach."""
    for name, table in draft.plan.tables.items():
        if not reach.read[name] or table.kind in {TableKind.CURVE, TableKind.MARGINAL}:
            continue
        for place, row in enumerate(table.rows):
            if beside_words(table):
                reached = any(words is None or row.word in words for words in reach.words[name])
                said = f"is {row.word!r}"
            else:
                reached = any(_meets(_part(table, place), one) for one in reach.read[name])
                said = f"falls into the row {_told(row)}"
            if not reached:
                what = f"Nothing that {name!r} is read by ever {said}."
                yield draft.warning(("tables", name, "rows", place), what, "Remove the row, or correct its bound.")
        yield from _lacking(draft, reach, name, table)


def _lacking(draft: Draft, reach: Reach, name: str, table: Table) -> Iterator[Complaint]:
    """Words that a table is read by, and has no row for."""
    if not beside_words(table) or not table.rows:
        return
    known = {row.word for row in table.rows}
    for word in sorted({word for words in reach.words[name] for word in words or ()} - known):
        what = f"The table {name!r} has no row for {word!r}, which it is read by."
        yield draft.warning(("tables", name), what, "Add a row for it.")


def _part(table: Table, place: int) -> Range:
    """The figures that fall into a row."""
    upper = table.boundary == "upper"
    start = table.rows[place].above
    end = table.rows[place + 1].above if place + 1 < len(table.rows) else None
    return Range(
        None if start is None else Fraction(start),
        None if end is None else Fraction(end),
        start is not None and not upper,
        end is not None and upper,
    )


def _meets(part: Range, figure: Range) -> bool:
    return not (part.below(figure) or figure.below(part))


def _told(row: Row) -> str:
    return "without 'from'" if row.above is None else f"from {plain(row.above)} on"
