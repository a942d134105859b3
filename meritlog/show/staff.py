"""Reports of managers and units as sections: the register, targets."""

from __future__ import annotations

from collections.abc import Iterator

from meritlog.show.labels import Labels
from meritlog.show.sections import Column, Section, text_of
from schemas.reports import (
    CertificationReport,
    ChangeRow,
    GradeReport,
    PostRow,
    RegisterReport,
    RoleReport,
    SupervisionReport,
    TargetReport,
)


def targets(report: TargetReport, labels: Labels) -> Iterator[Section]:
    """A section a measure: the tree of units with the managers of each."""
    words = labels.words
    headings = ("Target", "Given to units below", "Given to managers", "Left over", "Reached", "Attainment")
    fields = ("target", "units_below", "managers", "left", "actual", "attainment")
    columns = [Column(words("Unit or manager")), Column(words("Full name"))]
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
    who = (Column(words("Manager")), Column(words("Full name")), *post)
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
        Column(words("Number of managers"), figure=True),
        Column(words("Contribution"), figure=True),
    ]
    columns += [Column(words("Part"), figure=True, part=True)]
    yield Section(words("By role"), columns, by_role)
    items = list(dict.fromkeys(name for row in report.rows for name in row.items))
    who = [Column(words(one)) for one in ("Manager", "Full name", "Unit", "Customer", "Role")]
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


PROPOSALS = {"promote": "promote", "demote": "demote", "keep": "keep", "appoint": "appoint"}


def grades(report: GradeReport, labels: Labels) -> Iterator[Section]:
    """The grade held and the one that may be held, proposals first."""
    words = labels.words
    headings = ("Manager", "Full name", "Unit", "Grade held", "Grade reached", "Proposal")
    columns = [*(Column(words(one)) for one in headings), Column(words("Result"), figure=True)]
    columns += [Column(words(one)) for one in ("Conditions not met", "Conditions not reported", "Incomplete for")]
    rows = [
        [
            row.manager_id,
            labels.person(row.manager_id),
            row.org_unit,
            None if row.held is None else labels.word(row.held),
            None if row.reached is None else labels.word(row.reached),
            None if row.proposal is None else words(PROPOSALS[row.proposal]),
            row.score,
            ", ".join(row.unmet),
            ", ".join(row.unknown),
            ", ".join(map(labels.lacking, row.missing)),
        ]
        for row in sorted(report.rows, key=lambda row: (row.proposal in {"keep", None}, row.manager_id))
    ]
    ladder = " < ".join(map(labels.word, report.grades))
    yield Section(words("Grades: {ladder}", ladder=ladder), columns, rows).filled()


def certification(report: CertificationReport, labels: Labels) -> Iterator[Section]:
    """The rates of each unit."""
    words = labels.words
    columns = [
        Column(words("Unit")),
        Column(words("Number of managers"), figure=True),
        Column(words("Certified"), figure=True),
    ]
    columns += [Column(words("of"), figure=True), Column(words("Certification rate"), figure=True, part=True)]
    columns += [Column(words("New"), figure=True), Column(words("of them skilled"), figure=True)]
    columns += [Column(words("Rate of the new"), figure=True, part=True), Column(words("Neither"))]
    rows = [
        [
            row.org_unit or words("All together"),
            *map(str, (row.managers, row.certified, row.experienced)),
            row.rate,
            *map(str, (row.new, row.skilled)),
            row.new_rate,
            ", ".join(row.lacking),
        ]
        for row in report.rows
    ]
    title = words("{measure} of at least {least}", measure=report.measure, least=report.least)
    yield Section(title, columns, rows, [row.depth for row in report.rows]).filled()


def supervision(report: SupervisionReport, labels: Labels) -> Iterator[Section]:
    """Ratings by item, surveys by topic, complaints and incidents; then every item by rater group."""
    words = labels.words
    topics = sorted({topic for row in report.rows for topic in row.surveys})
    kinds = sorted({kind for row in report.rows for kind in row.incidents})
    who = [Column(words(one)) for one in ("Manager", "Full name", "Unit")]
    columns = [*who, Column(words("Mean of ratings"), figure=True), Column(words("Ratings"), figure=True)]
    columns += [Column(words("Survey: {topic}", topic=topic), figure=True) for topic in topics]
    columns += [Column(words(one), figure=True) for one in ("Complaints", "Serious ones", "Found right")]
    columns += [Column(words("Incidents: {kind}", kind=kind), figure=True) for kind in kinds]
    rows = [
        [
            row.manager_id,
            labels.person(row.manager_id),
            row.org_unit,
            row.mean,
            str(row.raters),
            *(row.surveys.get(topic) for topic in topics),
            *map(str, (row.complaints, row.serious, row.upheld)),
            *(row.incidents.get(kind) for kind in kinds),
        ]
        for row in report.rows
    ]
    yield Section(words("By manager, marks of a hundred"), columns, rows).filled()
    groups = sorted({group for row in report.rows for told in row.ratings.values() for group in told})
    by_group = [
        [row.manager_id, labels.person(row.manager_id), item, *(told.get(group) for group in groups), row.overall[item]]
        for row in report.rows
        for item, told in row.ratings.items()
    ]
    headings = [Column(words("Manager")), Column(words("Full name")), Column(words("Rated item"))]
    headings += [Column(labels.rater(group), figure=True) for group in groups]
    yield Section(words("Ratings from every side"), [*headings, Column(words("Mean"), figure=True)], by_group).filled()
