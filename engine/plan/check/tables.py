"""Tables: rows that ascend without overlap and leave no gap, and are read as what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.plan import formula
from engine.plan.check.draft import Complaint, Draft, Path
from engine.plan.tables import BANDS
from schemas.exact import plain
from schemas.tables import Row, Table, TableKind

RATED = frozenset({TableKind.MARGINAL, TableKind.WHOLE, TableKind.CURVE})


def tables(draft: Draft) -> Iterator[Complaint]:
    """What is wrong in a table by itself, row by row."""
    for name, table in draft.plan.tables.items():
        path: Path = ("tables", name)
        for place, row in enumerate(table.rows):
            yield from _contents(draft, (*path, "rows", place), table, row)
        if beside_words(table):
            yield from _words_once(draft, path, table)
        else:
            yield from _ascending(draft, path, table)
        yield from _columns(draft, path, table)
        yield from _gap_below(draft, path, table)


def beside_words(table: Table) -> bool:
    """Whether the rows stand beside words, not from a bound on."""
    return table.kind is TableKind.WORDS or (
        table.kind is TableKind.GRID and any(row.word is not None for row in table.rows)
    )


def _contents(draft: Draft, path: Path, table: Table, row: Row) -> Iterator[Complaint]:
    if (row.word is not None) != beside_words(table):
        wanted = "the word it stands beside: 'is'" if beside_words(table) else "where it begins: 'from'"
        yield draft.error(path, f"This row has to say {wanted}.", "A table has rows of one sort only.")
    if beside_words(table) and row.above is not None:
        yield draft.error(path, "A row beside a word begins nowhere.", "Remove 'from'.")
    if table.kind is TableKind.GRID:
        if row.value is not None or row.name is not None or len(row.values) != len(table.columns):
            what = f"Each row of this grid has {len(table.columns)} 'values', one for each column."
            yield draft.error(path, what, f"This one has {len(row.values)}; write those alone.")
        return
    if row.values:
        yield draft.error(path, "Only the rows of a grid have 'values'.", "Write one 'value', or make it a grid.")
    elif (row.value is None) == (row.name is None):
        yield draft.error(path, "Each row has either a value or a name.", "Write 'value' or 'name', not both.")
    if row.name is not None and table.kind in RATED:
        yield draft.error(path, "The rows of a rate table have rates.", "Write a value, or make the table 'steps'.")
    if (row.name is None) != (table.rows[0].name is None):
        yield draft.error(path, "Some rows of this table give values and some names.", "Give one sort in all rows.")


def _words_once(draft: Draft, path: Path, table: Table) -> Iterator[Complaint]:
    seen: set[str] = set()
    for place, row in enumerate(table.rows):
        if row.word is not None and row.word in seen:
            what = f"The word {row.word!r} stands in an earlier row, too."
            yield draft.error((*path, "rows", place), what, "Keep one of the two.")
        seen |= {row.word} if row.word is not None else set()


def _ascending(draft: Draft, path: Path, table: Table) -> Iterator[Complaint]:
    last: Decimal | None = None
    for place, row in enumerate(table.rows):
        where = (*path, "rows", place)
        if row.above is None:
            if table.kind is TableKind.CURVE:
                what = "Each row of a curve says 'from': the place of its point."
                yield draft.error(where, what, "Write it.")
            elif place > 0:
                yield draft.error(where, "Only the first row may leave out 'from'.", "Write where this row begins.")
            continue
        if last is not None and row.above == last:
            what = f"Two rows begin at {plain(last)}: they overlap."
            yield draft.error(where, what, "Keep one of them, or begin this one higher.")
        elif last is not None and row.above < last:
            what = f"This row begins at {plain(row.above)}, below the one before it, which begins at {plain(last)}."
            yield draft.error(where, what, "Write rows in ascending order, each where the one before it ends.")
        last = row.above


def _columns(draft: Draft, path: Path, table: Table) -> Iterator[Complaint]:
    where = (*path, "columns")
    if (table.kind is TableKind.GRID) != bool(table.columns):
        yield draft.error(where, "A grid, and no other table, has columns.", "Add 'columns', or remove them.")
    for place, (before, after) in enumerate(zip(table.columns, table.columns[1:], strict=False), 1):
        if after <= before:
            what = f"The column that begins at {plain(after)} stands behind the one that begins at {plain(before)}."
            yield draft.error((*where, place), what, "Write columns in ascending order, each bound once.")
    if table.columns and min(table.columns) > 0:
        what = f"The grid gives nothing where its second figure is below {plain(min(table.columns))}."
        yield draft.warning(where, what, "Begin the first column at 0 if something holds there, if only 0.")


def _gap_below(draft: Draft, path: Path, table: Table) -> Iterator[Complaint]:
    first = table.rows[0].above if table.rows else None
    if table.kind in {TableKind.STEPS, TableKind.WHOLE, TableKind.GRID} and first is not None:
        yield draft.warning(
            (*path, "rows", 0),
            f"The table {path[-1]!r} gives nothing below {plain(first)}.",
            "Add a first row without 'from' if something holds there, if only 0.",
        )


def readings(draft: Draft) -> Iterator[Complaint]:
    """A table is read as what it is: the function says how, and so does the table's kind."""
    for place, node in draft.formulas.items():
        for call in formula.table_calls(node):
            name = next(formula.names(call))[0]
            table = draft.plan.tables.get(name)
            if table is not None:
                yield from _reading(draft, ("lines", place, "formula"), name, table, call.function)


def _reading(draft: Draft, path: Path, name: str, table: Table, way: str) -> Iterator[Complaint]:
    if table.kind != way and not (table.kind in BANDS and way in BANDS):
        what = f"{name!r} is a table of kind {table.kind}, but is read by '{way}'."
        yield draft.error(path, what, f"Write {table.kind}({name}, …), or change the table's kind.")
    elif way in {TableKind.MARGINAL, TableKind.WHOLE} and _named(table.rows):
        yield draft.error(path, f"The rows of {name!r} have names, not rates.", f"Write steps({name}, …).")


def _named(rows: Sequence[Row]) -> bool:
    return any(row.name is not None for row in rows)
