"""Reports of customers as sections."""

from __future__ import annotations

from collections.abc import Iterator

from meritlog.show.figures import percent
from meritlog.show.labels import Labels
from meritlog.show.sections import Column, Section, product_name, text_of
from meritlog.words import Words
from schemas.reports import ConcentrationReport, ConcentrationRow, GapReport, RiskReport

REASONS = {
    "balance-falls": "Balances that fall",
    "class-falls": "Loans classed worse than at the beginning",
    "class-bad": "Loans classed worse than normal, as before",
    "complaint-open": "Complaints not decided yet",
    "complaint-upheld": "Complaints found right",
}
RISK_FIGURES = ("before", "now", "fall", "class_before", "class_now", "complaint_id", "severity")
RISK_HEADINGS = {
    "before": "Average before",
    "now": "Average now",
    "fall": "Fall",
    "class_before": "Class before",
    "class_now": "Class now",
    "complaint_id": "Complaint",
    "severity": "Severity",
}


def risks(report: RiskReport, labels: Labels) -> Iterator[Section]:
    """A section a reason, and how many each manager has."""
    words = labels.words
    for reason in dict.fromkeys(row.reason for row in report.rows):
        headings = {**RISK_HEADINGS, **({"now": "Outstanding"} if reason.startswith("class") else {})}
        columns = [Column(words(one)) for one in ("Customer", "Account", "Managers", "Units")]
        columns += [
            Column(words(headings[one]), figure=one in {"before", "now", "fall"}, part=one == "fall")
            for one in RISK_FIGURES
        ]
        rows = [
            [
                row.customer_id,
                text_of(row.account_id),
                ", ".join(row.managers) or words("nobody"),
                ", ".join(row.units),
                *(_word(getattr(row, one), one, words) for one in RISK_FIGURES),
                ", ".join(f"{event.event_id} ({event.on})" for event in row.events),
            ]
            for row in report.rows
            if row.reason == reason
        ]
        yield Section(words(REASONS[reason]), [*columns, Column(words("Events"))], rows).filled()
    who = [Column(words(one)) for one in ("Manager", "Full name", "Unit")]
    figures = [Column(words("Customers at risk"), figure=True)]
    figures += [Column(words(heading), figure=True) for heading in REASONS.values()]
    counts = [
        [
            one.manager_id or words("nobody"),
            labels.person(one.manager_id or ""),
            one.org_unit,
            str(one.customers),
            *(text_of(one.reasons.get(reason)) for reason in REASONS),
        ]
        for one in report.managers
    ]
    yield Section(words("By manager"), [*who, *figures], counts).filled()


def _word(value: object, field: str, words: Words) -> str | None:
    text = text_of(value)
    return words(text) if text is not None and field in {"class_before", "class_now", "severity"} else text


def gaps(report: GapReport, labels: Labels) -> Iterator[Section]:
    """Which lines are common among whom, and the customers who lack one."""
    words = labels.words
    columns = [Column(words("Segment")), Column(words("Line of business")), Column(words("Name"))]
    columns += [Column(words("Customers"), figure=True), Column(words("Used by"), figure=True, part=True)]
    lines = [
        [one.segment, one.line, product_name(one.line, words), str(one.customers), one.use] for one in report.lines
    ]
    yield Section(words("Lines in use"), columns, lines).filled()
    headings = [Column(words(one)) for one in ("Customer", "Segment", "Managers")]
    headings += [Column(words("Daily average"), figure=True), Column(words("Uses")), Column(words("Lacks"))]
    rows = [
        [
            row.customer_id,
            row.segment,
            ", ".join(row.managers) or words("nobody"),
            row.average,
            ", ".join(product_name(one, words) or one for one in row.lines),
            ", ".join(product_name(one, words) or one for one in row.lacking),
        ]
        for row in report.rows
    ]
    yield Section(words("Customers who lack a common line"), headings, rows).filled()


def concentration(report: ConcentrationReport, labels: Labels) -> Iterator[Section]:
    """The bank and its units, then the managers, then the wealthiest of the retail customers."""
    words = labels.words
    figures = [Column(words("Customers"), figure=True), Column(words("Daily average"), figure=True)]
    parts = [Column(words(one), figure=True, part=True) for one in ("Largest 10", "Largest 20")]
    warning = Column(words("Warning"))

    def told(row: ConcentrationRow) -> list[str | None]:
        above = words("above {line}", line=percent(report.warning_line)) if row.warning else None
        return [str(row.customers), row.average, row.top_10, row.top_20, above]

    units = [[row.id or words("All together"), *told(row)] for row in report.rows if row.of != "manager"]
    yield Section(words("Units"), [Column(words("Unit")), *figures, *parts, warning], units).filled()
    who = [Column(words(one)) for one in ("Manager", "Full name", "Unit")]
    managers = [
        [row.id or words("Credited to nobody"), labels.person(row.id or ""), text_of(row.parent), *told(row)]
        for row in report.rows
        if row.of == "manager"
    ]
    yield Section(words("Managers"), [*who, *figures, *parts, warning], managers).filled()
    retail = report.retail
    headings = [Column(words("Retail customers"), figure=True), Column(words("The wealthiest tenth"), figure=True)]
    headings += [
        Column(words("Assets of all"), figure=True),
        Column(words("Part of the tenth"), figure=True, part=True),
    ]
    rows = [[str(retail.customers), str(retail.tenth), retail.assets, retail.share]] if retail.customers else []
    yield Section(words("Retail customers"), headings, rows)
