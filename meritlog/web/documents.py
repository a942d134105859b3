"""The documents that only the API has; boards, statements and explanations are those of ``schemas.statement``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
from msgspec import UNSET, UnsetType

from engine.plan.library import LoadedPlan
from schemas.period import Cycle
from schemas.statement import ManagerStatement, StatementLine

PERIODS_MAX = 60
CYCLES = (Cycle.YEAR, Cycle.HALF_YEAR, Cycle.QUARTER, Cycle.TWO_MONTHS, Cycle.MONTH)


class ManagerLines(msgspec.Struct, frozen=True):
    """One manager's lines, as in the statement of the plan's period through that day, at that position."""

    plan: str
    plan_digest: str
    period: str
    through: str
    position: int | str
    manager_id: str
    org_unit: str | None
    complete: bool
    missing: list[str]
    gaps: list[str]
    lines: list[StatementLine]

    @classmethod
    def of(
        cls, told: ManagerStatement, *, plan: str, plan_digest: str, period: str, through: str, position: int | str
    ) -> ManagerLines:
        """The lines of a statement, with what they were read from."""
        return cls(
            plan=plan,
            plan_digest=plan_digest,
            period=period,
            through=through,
            position=position,
            **{name: getattr(told, name) for name in told.__struct_fields__},
        )


class PlanLine(msgspec.Struct, frozen=True):
    """A line of a plan: what it is called, where its rule stands, in which cycles it shows."""

    id: str
    kind: str
    label: dict[str, str]
    cycles: list[str]
    unit: str | UnsetType = UNSET
    clause: str | UnsetType = UNSET


class PlanPeriod(msgspec.Struct, frozen=True):
    """A period that a plan has a board for; ``current``: the log's latest business date lies in it."""

    period: str
    cycle: str
    current: bool


class PlanEntry(msgspec.Struct, frozen=True):
    """A plan that is served: its title, the line that its boards are ordered by, its lines, what the words
    that stand for values (grades) are called, and the log's periods.

    ``names`` says what its measures, parameters, tables and rated items are called, which a result may lack.
    """

    plan: str
    title: dict[str, str]
    source: dict[str, str]
    digest: str
    board: str
    lines: list[PlanLine]
    words: dict[str, dict[str, str]]
    names: dict[str, dict[str, str]]
    periods: list[PlanPeriod]


class PlanList(msgspec.Struct, frozen=True):
    """The plans that are served; ``through`` is the latest business date among the log's transactions."""

    through: str | None
    plans: list[PlanEntry]


class People(msgspec.Struct, frozen=True):
    """The names of managers, by id: personal data; empty where the server leaves them out."""

    names: dict[str, str]


def plan_entry(loaded: LoadedPlan, days: tuple[date, date] | None) -> PlanEntry:
    """A plan with the periods that the log's ``days`` of transactions lie in."""
    plan = loaded.plan
    return PlanEntry(
        plan=plan.plan,
        title=plan.title.model_dump(),
        source=plan.source.model_dump(),
        digest=loaded.digest,
        board=plan.board,
        lines=[
            PlanLine(
                id=line.id,
                kind=line.kind.value,
                label=line.label.model_dump(),
                cycles=[cycle.value for cycle in line.cycles],
                unit=line.unit or UNSET,
                clause=line.clause or UNSET,
            )
            for line in plan.lines
        ],
        words={
            row.name: row.label.model_dump()
            for table in plan.tables.values()
            for row in table.rows
            if row.name is not None and row.label is not None
        },
        names={name: label.model_dump() for name, label in plan.item_labels.items()}
        | {
            name: part.label.model_dump()
            for parts in (plan.measures, plan.parameters, plan.tables)
            for name, part in parts.items()
        },
        periods=[] if days is None else list(_periods(loaded, *days)),
    )


def _periods(loaded: LoadedPlan, first: date, last: date) -> Iterator[PlanPeriod]:
    """The periods of every cycle whose board has a score, the latest first, of long logs the latest ones alone."""
    line = loaded.plan.line(loaded.plan.board)
    for cycle in CYCLES if line is None else [one for one in CYCLES if one in line.cycles]:
        day = last
        for _ in range(PERIODS_MAX):
            period = loaded.plan.year.around(day, cycle)
            yield PlanPeriod(period.name, cycle.value, current=last in period)
            day = period.start - timedelta(days=1)
            if day < first:
                break
