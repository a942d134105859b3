"""Measures: they ask for events, fields, parameters and lines that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.crediting.flows import FLOWS
from engine.crediting.streams import BALANCE, CURRENCY_WORD, words_of
from engine.measures import RATE
from engine.plan.check.draft import Complaint, Draft, Path
from engine.plan.check.linear import plain_sums
from schemas.business_year import CALENDAR
from schemas.document import Document, nearest
from schemas.lines import LineKind
from schemas.measures import (
    SOURCES,
    CreditDocument,
    FigureDocument,
    InheritedDocument,
    LineDocument,
    RatingDocument,
    SettledDocument,
)
from schemas.payloads import TYPES, fields_of
from schemas.period import Cycle
from schemas.problems import Problem
from schemas.tables import TableKind

CYCLES = "Write month, two-months, quarter, half-year or year."
JUDGED = frozenset(LineKind) - {LineKind.MEASURE}
"""The kinds of line that judge or pay somebody; measures are only shown."""


def measures(draft: Draft) -> Iterator[Complaint]:
    """What each measure asks for exists."""
    above: set[str] = set()
    for name, document in draft.plan.measures.items():
        path: Path = ("measures", name)
        match document:
            case CreditDocument():
                yield from _credit(draft, path, document)
            case RatingDocument():
                for part in ("items", "groups"):
                    for key, parameter in getattr(document, part).items():
                        yield from _parameter(draft, (*path, part, key), parameter)
                for item in sorted(document.labels.keys() - document.items.keys()):
                    yield draft.unknown((*path, "labels", item), item, document.items, "item")
                if document.unless is not None and document.unless not in above:
                    yield draft.unknown((*path, "unless"), document.unless, above, "measure above")
            case InheritedDocument():
                yield from _inherited(draft, path, document)
            case SettledDocument() | LineDocument() if document.line not in draft.places:
                yield draft.unknown((*path, "line"), document.line, draft.places, "line")
            case _:
                pass
        if isinstance(document, FigureDocument | LineDocument) and document.each is Cycle.RANGE:
            yield draft.error((*path, "each"), "A range is no cycle that a period is made of.", CYCLES)
        above.add(name)


def unmeasurable(document: Document, problems: Sequence[Problem]) -> Sequence[Problem]:
    """What is wrong in a document that is no plan, each measure of what does not exist told first, and once.

    What else is said of such a measure is said of a kind that was guessed.
    """
    found = []
    written = document.value.get("measures") if isinstance(document.value, Mapping) else None
    for name, measure in written.items() if isinstance(written, Mapping) else ():
        of = measure.get("of") if isinstance(measure, Mapping) else None
        if isinstance(of, str) and of not in {*FLOWS, BALANCE, *SOURCES}:
            remedy = nearest(of, {*FLOWS, BALANCE, *SOURCES}) or nearest(of, {*FLOWS, BALANCE})
            place = document.place(("measures", name, "of"))
            found.append(Problem(f"There is no event type to measure {of!r}.", place=place, remedy=remedy))
            inside = f"measures.{name}."
            problems = [one for one in problems if not f"{one.place.field}.".startswith(inside)]
    return [*found, *problems]


def _credit(draft: Draft, path: Path, document: CreditDocument) -> Iterator[Complaint]:
    if document.of != BALANCE and document.of not in FLOWS:
        yield draft.unknown((*path, "of"), document.of, [*FLOWS, BALANCE], "event type to measure")
        return
    if document.of in FLOWS:
        quantity = FLOWS[document.of].quantity or "quantity"
        needed = {"sum": "amount", "product-days": "amount", "quantity": quantity}.get(document.aggregate)
        if needed is not None and needed not in {one.name for one in fields_of(TYPES[document.of].model)}:
            yield draft.error((*path, "of"), f"An event {document.of!r} has no {needed}.", "Count such events.")
    fields = (*words_of(document.of), CURRENCY_WORD)
    for field in document.where:
        if field not in fields:
            yield draft.unknown((*path, "where", field), field, fields, f"field of {document.of!r}")
    if document.times is not None and document.times != RATE:
        yield from _parameter(draft, (*path, "times"), document.times)
    if document.until_class is not None:
        yield from _parameter(draft, (*path, "until_class"), document.until_class)
    if document.table is not None:
        yield from _table_of_each(draft, (*path, "table"), document.table)
    if document.accrue == "calendar-year-end" and draft.plan.year != CALENDAR:
        what = f"The year of this plan begins on {draft.plan.year}, so flows cannot accrue to the calendar year's end."
        yield draft.error((*path, "accrue"), what, "Write year-end.")


def _table_of_each(draft: Draft, path: Path, name: str) -> Iterator[Complaint]:
    table = draft.plan.tables.get(name)
    if table is None:
        yield draft.unknown(path, name, draft.plan.tables, "table")
    elif table.kind in {TableKind.WORDS, TableKind.GRID} or any(row.name for row in table.rows):
        what = f"The table {name!r} gives no figure for an amount, so it cannot be read for each transaction."
        yield draft.error(path, what, "Name a table of kind steps, marginal, whole or curve, with values.")


def credited_in_full(draft: Draft) -> Iterator[Complaint]:
    """The items of all managers, with what is uncredited, add up to the bank's own figure."""
    for place, (path, line) in enumerate(draft.rules()):
        for name, _ in draft.names[place] if line.kind is LineKind.ITEM else ():
            measure = draft.plan.measures.get(name)
            if isinstance(measure, CreditDocument) and measure.share == "full":
                what = f"{name!r} credits everybody of a team in full, so this item would not add up to the bank's."
                yield draft.error(path, what, "Make the line one of kind measure, score or pay.")


def _inherited(draft: Draft, path: Path, document: InheritedDocument) -> Iterator[Complaint]:
    if document.line not in draft.places:
        yield draft.unknown((*path, "line"), document.line, draft.places, "line")
    elif document.line not in plain_sums(draft):
        what = f"The line {document.line!r} is no plain sum of credited measures, so customers cannot hand it on."
        yield draft.error((*path, "line"), what, "Inherit a line made by +, - and by parameters as factors.")


def _parameter(draft: Draft, path: Path, name: str) -> Iterator[Complaint]:
    if name not in draft.plan.parameters:
        yield draft.unknown(path, name, draft.plan.parameters, "parameter")


def closing_balances(draft: Draft) -> Iterator[Complaint]:
    """Supervisors forbid judging deposits by a day's balance: such a balance may be shown, but not counted."""
    judged: set[str] = set()
    for line, names in reversed(list(zip(draft.plan.lines, draft.names, strict=True))):
        if line.kind in JUDGED or line.id in judged:
            judged |= {name for name, _ in names}
    for name, document in draft.plan.measures.items():
        if (
            isinstance(document, CreditDocument)
            and document.aggregate == "closing-balance"
            and name in judged
            and _may_hold_deposits(document)
        ):
            yield draft.warning(
                ("measures", name, "aggregate"),
                f"The closing balance {name!r} of deposits reaches a score, a rank or pay.",
                "Supervisors forbid judging deposits by a day's balance; use product-days over the days.",
            )


def _may_hold_deposits(document: CreditDocument) -> bool:
    """Whether the filter on products lets deposits, or cards, which hold some, through."""
    where = document.where.get("product")
    if where is None or not where.only:
        return True
    return any(path.split(".")[0] in {"deposit", "card"} for path in where.only)
