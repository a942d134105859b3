"""Reports of business as sections: product lines and the quality of loans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.crediting.classes import CLASSES
from meritlog.show.labels import Labels
from meritlog.show.sections import Column, Section, product_name, text_of
from schemas.reports import BusinessRow, ClassReport, ClassRow, ProductReport

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


def products(report: ProductReport, labels: Labels) -> Iterator[Section]:
    """A section a kind of business, its total below."""
    words = labels.words
    nobody = words("Credited to nobody")
    none = {"product": words("without a product"), "unit": words("without a unit")}.get(report.by, nobody)
    for of in dict.fromkeys(row.of for row in report.total):
        shown = [row for row in report.rows if row.of == of]
        total = [row for row in report.total if row.of == of]
        figures = BALANCES if of == "balance" else FLOWS
        if report.by == "event":
            figures = {name: heading for name, heading in figures.items() if name in OF_EVENTS}
        headings = [Column(words(KEYS[report.by])), Column(words("Full name" if report.by == "manager" else "Name"))]
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


def classes(report: ClassReport, labels: Labels) -> Iterator[Section]:
    """Each manager's loans by class, and for all of them together how classes migrated."""
    words = labels.words
    rows = [*report.rows, report.total]
    shown = [one for one in CLASSES if any(one in row.balances for row in rows)]
    columns = [Column(words(one)) for one in ("Manager", "Full name", "Unit")]
    columns += [Column(words("Loans"), figure=True), *(Column(words(one), figure=True) for one in shown)]
    columns += [Column(words("Bad loans, part"), figure=True, part=True)]
    yield Section(
        words("Classes on the last day"),
        columns,
        [
            [
                *_whose(row, row is report.total, labels),
                row.total,
                *(row.balances.get(one) for one in shown),
                row.bad,
            ]
            for row in rows
        ],
    ).filled()
    headings = [Column(words(one)) for one in ("Manager", "Class before")]
    headings += [Column(words("now: {name}", name=words(one)), figure=True) for one in shown]
    moves = [
        [_whose(row, row is report.total, labels)[0], words(before), *(into.get(one) for one in shown)]
        for row in rows
        for before, into in row.migration.items()
    ]
    yield Section(words("Migration from the beginning to the end of the period"), headings, moves).filled()


def _whose(row: ClassRow, total: bool, labels: Labels) -> list[str | None]:
    if row.manager_id is None:
        return [labels.words("Total") if total else labels.words("Credited to nobody"), None, None]
    return [row.manager_id, labels.person(row.manager_id), row.org_unit]
