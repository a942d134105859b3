"""Reports for a person: what each is called, and how it stands on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from meritlog.show import business, customers, disputes, grid, staff
from meritlog.show.figures import column, percent
from meritlog.show.labels import Labels
from meritlog.show.sections import Column, Section
from meritlog.words import Words
from schemas.reports import (
    AnyReport,
    CertificationReport,
    ClassReport,
    ConcentrationReport,
    DayReport,
    DisputeReport,
    GapReport,
    GradeReport,
    ProductReport,
    RegisterReport,
    RiskReport,
    RoleReport,
    SupervisionReport,
    TargetReport,
)

ROWS = 40

TITLES: Mapping[type[AnyReport], str] = {
    ProductReport: "Business by product line",
    TargetReport: "Targets from units to managers",
    RegisterReport: "Register of managers",
    RiskReport: "Customers at risk",
    GapReport: "What customers could use and do not",
    ConcentrationReport: "Concentration on the largest customers",
    ClassReport: "Quality of loans",
    RoleReport: "Contribution by role",
    GradeReport: "Grade evaluation",
    CertificationReport: "Certification rates",
    SupervisionReport: "Supervision figures",
    DisputeReport: "Disputes and complaints",
}
SECTIONS: Mapping[type[AnyReport], Callable[[Any, Labels], Iterator[Section]]] = {
    ProductReport: business.products,
    TargetReport: staff.targets,
    RegisterReport: staff.managers,
    RiskReport: customers.risks,
    GapReport: customers.gaps,
    ConcentrationReport: customers.concentration,
    ClassReport: business.classes,
    RoleReport: staff.roles,
    GradeReport: staff.grades,
    CertificationReport: staff.certification,
    SupervisionReport: staff.supervision,
    DisputeReport: disputes.disputes,
}


def sections(report: AnyReport, labels: Labels) -> list[Section]:
    """The report's tables."""
    return list(SECTIONS[type(report)](report, labels))


def about(report: AnyReport, labels: Labels) -> dict[str, str]:
    """What the report was made from, for the last sheet of a workbook."""
    words = labels.words
    told = {words("Report"): words(TITLES[type(report)])}
    if isinstance(report, DayReport):
        told[words("On the day")] = report.on
    else:
        told |= {words("Period"): report.period, words("First day"): report.start, words("Through"): report.through}
        told[words("Currency")] = report.currency
    return told | {words("Position in the log"): str(report.position), words("Head of the log"): report.log_head}


def shown(report: AnyReport, labels: Labels) -> Iterator[RenderableType]:
    """The report on the terminal."""
    words = labels.words
    head = Text(words(TITLES[type(report)]), style="bold")
    if isinstance(report, DayReport):
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
    if not isinstance(report, DayReport) and report.missing:
        yield Text(f"{words('Left out for want of')}: {', '.join(map(labels.lacking, report.missing))}", style="yellow")


def _table(section: Section, words: Words) -> Iterator[RenderableType]:
    if section.title:
        yield Text(section.title, style="bold")
    rows: Sequence[Sequence[str | None]] = section.rows
    if len(rows) > ROWS + 1:
        rows = [*rows[:ROWS], *rows[len(section.depths) or len(rows) :]]
    first, *others = ([row[at] for row in rows] for at in range(len(section.columns)))
    depths = [*section.depths[: len(rows)], *[0] * (len(rows) - len(section.depths))]
    columns = [
        grid.Column(
            section.columns[0].heading, ["  " * deep + (key or "") for deep, key in zip(depths, first, strict=True)]
        )
    ]
    for one, values in zip(section.columns[1:], others, strict=True):
        columns.append(
            grid.Column(one.heading, _cells(values, one), grid.Kind.FIGURE if one.figure else grid.Kind.TEXT)
        )
    yield grid.Grid(columns, words)
    if len(section.rows) > len(rows):
        left = len(section.rows) - len(rows)
        yield Text(words("… and {count} more: --json, or all of them: --out FILE", count=left))


def _cells(values: Sequence[str | None], of: Column) -> list[str]:
    if of.part:
        return ["–" if value is None else percent(value) for value in values]
    return column(values, short=True) if of.figure else [value or "" for value in values]
