"""Reports of managers and units as sections: the register, targets."""

from __future__ import annotations

from collections.abc import Iterator

from meritlog.show.labels import Labels
from meritlog.show.sections import Column, Section, text_of
from schemas.reports import ChangeRow, PostRow, RegisterReport, RoleReport, TargetReport


def targets(report: TargetReport, labels: Labels) -> Iterator[Section]:
    """A section a measure: the tree of units with the managers of each."""
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


def managers(report: RegisterReport, labels: Labels) -> Iterator[Section]:
    """Who is in post, and what changed."""
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


def roles(report: RoleReport, labels: Labels) -> Iterator[Section]:
    """What each role brought in, and what each manager earned in which."""
    words = labels.words
    by_role = [[one.role or words("no role"), str(one.managers), one.total, one.part] for one in report.roles]
    columns = [
        Column(words("Role")),
        Column(words("Managers"), figure=True),
        Column(words("Contribution"), figure=True),
    ]
    columns += [Column(words("Part"), figure=True, part=True)]
    yield Section(words("By role"), columns, by_role)
    items = list(dict.fromkeys(name for row in report.rows for name in row.items))
    who = [Column(words(one)) for one in ("Manager", "Name", "Unit", "Customer", "Role")]
    figures = [Column(labels(name), figure=True) for name in items]
    rows = [
        [
            row.manager_id,
            labels.person(row.manager_id),
            row.org_unit,
            text_of(row.customer_id),
            row.role or words("no role"),
            row.total,
            *(row.items.get(name) for name in items),
        ]
        for row in report.rows
    ]
    yield Section(words("By manager"), [*who, Column(words("Contribution"), figure=True), *figures], rows).filled()
