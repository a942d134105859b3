"""Reports for a person: what each is called, and its sections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from meritlog.show.figures import column, percent
from meritlog.show.labels import Labels
from meritlog.show.sections import Column, Section
from meritlog.words import Words
from schemas.reports import (
    AnyReport,
    BusinessRow,
    ChangeRow,
    PostRow,
    ProductReport,
    RegisterReport,
    TargetReport,
)

ROWS = 40
KINDS = {
    "balance": "Balances",
    "loan.recovered": "Recovered bad loans",
    "loan.moved": "Loans moved to other customers",
    "loan.exited": "Loans of customers exited",
    "fee.earned": "Fees",
    "product.sold": "Sales",
    "payment.made": "Payments",
    "card.spent": "Card spending",
    "merchant.enrolled": "Merchants enrolled",
}
KEYS = {
    "product": "Product",
    "unit": "Unit",
    "manager": "Manager",
    "customer": "Customer",
    "account": "Account",
    "event": "Event",
}
BALANCES = {
    "opening": "At the beginning",
    "closing": "At the end",
    "change": "Difference",
    "average": "Daily average",
    "product_days": "Product-days",
    "customers": "Customers",
    "accounts": "Accounts",
}
OF_EVENTS = ("opening", "closing", "product_days", "amount", "count", "quantity")
FLOWS = {"amount": "Amount", "count": "Count", "quantity": "Quantity"}


def text_of(value: object) -> str | None:
    """A field of a report as a cell."""
    if value is UNSET or value is None:
        return None
    if isinstance(value, list):
        return ", ".join(map(str, value)) or None
    return str(value)


def product_name(path: str | None, words: Words) -> str | None:
    """What a path of the standard catalogue is called in the reader's language; None where it speaks for itself."""
    return words.catalogue.get(f"catalogue {path}")


def _products(report: ProductReport, labels: Labels) -> Iterator[Section]:
    words = labels.words
    nobody = words("Credited to nobody")
    none = {"product": words("without a product"), "unit": words("without a unit")}.get(report.by, nobody)
    for of in dict.fromkeys(row.of for row in report.total):
        shown = [row for row in report.rows if row.of == of]
        total = [row for row in report.total if row.of == of]
        figures = BALANCES if of == "balance" else FLOWS
        if report.by == "event":
            figures = {name: heading for name, heading in figures.items() if name in OF_EVENTS}
        headings = [Column(words(KEYS[report.by])), Column(words("Name"))]
        if report.by == "event":
            headings += [Column(words("Business date")), Column(words("Kind")), Column(words("Source"))]
        rows = []
        for row in shown:
            key = row.key if row.key is not None else nobody if row.uncredited else none
            more = [text_of(row.on), text_of(row.type), text_of(row.event_source)] if report.by == "event" else []
            rows.append([key, _name(report.by, row, labels), *more, *_figures(row, figures)])
        for row in total:
            blank = [None] * (len(headings) - 1)
            rows.append([words("Total"), *blank, *_figures(row, figures)])
        columns = [*headings, *(Column(words(heading), figure=True) for heading in figures.values())]
        yield Section(words(KINDS[of]), columns, rows, [row.depth for row in shown]).filled()


def _name(by: str, row: BusinessRow, labels: Labels) -> str | None:
    if by == "product":
        return product_name(row.key, labels.words)
    return labels.person(row.key) if by == "manager" and row.key is not None else None


def _figures(row: BusinessRow, figures: Mapping[str, str]) -> list[str | None]:
    return [text_of(getattr(row, name)) for name in figures]


def _targets(report: TargetReport, labels: Labels) -> Iterator[Section]:
    words = labels.words
    headings = ("Target", "Given to units below", "Given to managers", "Left over", "Reached", "Attainment")
    fields = ("target", "units_below", "managers", "left", "actual", "attainment")
    columns = [Column(words("Unit or manager")), Column(words("Name"))]
    columns += [Column(words(heading), figure=True, part=heading == "Attainment") for heading in headings]
    for measure in dict.fromkeys(row.measure for row in report.rows):
        told = [row for row in report.rows if row.measure == measure]
        rows = []
        for row in told:
            manager = text_of(row.manager_id)
            figures = [text_of(getattr(row, field)) for field in fields]
            rows.append([text_of(row.org_unit) or manager, labels.person(manager or ""), *figures])
        source = report.actual[measure]
        title = words("{measure}: reached by {source}", measure=measure, source=words(source))
        yield Section(title, columns, rows, [row.depth for row in told])


def _managers(report: RegisterReport, labels: Labels) -> Iterator[Section]:
    words = labels.words
    post = (Column(words("Unit")), Column(words("Position held")), Column(words("Grade")))
    who = (Column(words("Manager")), Column(words("Name")), *post)
    more = ("So since", "Serving since", "Left on")
    figures = (Column(words("Months of service"), figure=True), Column(words("Customers"), figure=True))
    rows = [
        [
            *_post(row, labels),
            *(text_of(getattr(row, field)) for field in ("since", "serving_since", "left", "months", "customers")),
        ]
        for row in report.rows
    ]
    yield Section(words("In post"), [*who, *(Column(words(one)) for one in more), *figures], rows).filled()
    changes = [
        [row.on, *_post(row, labels), ", ".join(map(words, row.changes)), row.event_id, str(row.at)]
        for row in report.history
    ]
    if changes:
        columns = [Column(words(one)) for one in ("What changed", "Event", "Position")]
        yield Section(words("Changes"), [Column(words("From the day")), *who, *columns], changes).filled()


def _post(row: PostRow | ChangeRow, labels: Labels) -> list[str | None]:
    name = labels.person(row.manager_id)
    return [row.manager_id, name, *(text_of(getattr(row, field)) for field in ("org_unit", "position", "grade"))]


TITLES: Mapping[type[AnyReport], str] = {
    ProductReport: "Business by product line",
    TargetReport: "Targets from units to managers",
    RegisterReport: "Register of managers",
}
SECTIONS: Mapping[type[AnyReport], Callable[[Any, Labels], Iterator[Section]]] = {
    ProductReport: _products,
    TargetReport: _targets,
    RegisterReport: _managers,
}


def sections(report: AnyReport, labels: Labels) -> list[Section]:
    """The report's tables."""
    return list(SECTIONS[type(report)](report, labels))


def about(report: AnyReport, labels: Labels) -> dict[str, str]:
    """What the report was made from, for the last sheet of a workbook."""
    words = labels.words
    told = {words("Report"): words(TITLES[type(report)])}
    if isinstance(report, RegisterReport):
        told[words("On the day")] = report.on
    else:
        told |= {words("Period"): report.period, words("First day"): report.start, words("Through"): report.through}
        told[words("Currency")] = report.currency
    return told | {words("Position in the log"): str(report.position), words("Head of the log"): report.log_head}


def shown(report: AnyReport, labels: Labels) -> Iterator[RenderableType]:
    """The report on the terminal."""
    words = labels.words
    head = Text(words(TITLES[type(report)]), style="bold")
    if isinstance(report, RegisterReport):
        head.append(f"  {report.on}\n", style="bold cyan")
    else:
        head.append(f"  {report.period}", style="bold cyan")
        days = words("{first} through {last}", first=report.start, last=report.through)
        head.append(f"  {days}  ·  {report.currency}\n", style="not bold")
    head.append(f"{words('position')} {report.position}  ", style="dim")
    head.append(f"{words('log')} {report.log_head[:19]}", style="dim")
    yield head
    told = False
    for section in sections(report, labels):
        if section.rows:
            told = True
            yield from _table(section, words)
    if not told:
        yield Text(words("There is nothing to show."))
    if not isinstance(report, RegisterReport) and report.missing:
        yield Text(f"{words('Left out for want of')}: {', '.join(report.missing)}", style="yellow")


def _table(section: Section, words: Words) -> Iterator[RenderableType]:
    if section.title:
        yield Text(section.title, style="bold")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, one in enumerate(section.columns):
        table.add_column(one.heading, justify="right" if one.figure else "left", no_wrap=one.figure or not place)
    rows: Sequence[Sequence[str | None]] = section.rows
    if len(rows) > ROWS + 1:
        rows = [*rows[:ROWS], *rows[len(section.depths) or len(rows) :]]
    cells = [_cells([row[at] for row in rows], one) for at, one in enumerate(section.columns)]
    for place, row in enumerate(zip(*cells, strict=True)):
        depth = section.depths[place] if place < len(section.depths) else 0
        table.add_row("  " * depth + row[0], *row[1:])
    yield table
    if len(section.rows) > len(rows):
        left = len(section.rows) - len(rows)
        yield Text(words("… and {count} more: --json, or all of them: --out FILE", count=left))


def _cells(values: Sequence[str | None], of: Column) -> list[str]:
    if of.part:
        return ["–" if value is None else percent(value) for value in values]
    return column(values, short=True) if of.figure else [value or "" for value in values]


def to_json(report: AnyReport) -> bytes:
    """The report as JSON, its fields in their written order."""
    return msgspec.json.encode(report)
