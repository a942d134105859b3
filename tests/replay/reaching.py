"""A plan of all pieces that look at days, and the law of reach: what concerns nothing changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import yaml

from engine.log import Log
from engine.plan.evaluate import evaluate
from engine.plan.library import LoadedPlan
from engine.plan.printing import manager_statements, uncredited
from engine.plan.windows import first_day
from projections.book import ProjectedBook
from projections.reach import Stretch
from replay.live import LiveFold
from replay.scope import scope_of
from replay.settle import earlier_settlements
from schemas.period import Period
from tests.small import plan_of

PARAMETERS = """\
price: {values: {2024-01-01: 0.02, 2025-02-01: 0.03}}
stops: {values: {2024-01-01: 2}}
one: {values: {2024-01-01: 1}}
point: {values: {2024-01-01: 30}}
"""
PAID = """\
loans: {of: balance, aggregate: product-days, where: {product: loan.*}, times: rate}
cost: {of: balance, aggregate: product-days, where: {product: loan.*}, times: price, needs_rate: true}
fees: {of: fee.earned, aggregate: sum}
fees_year: {of: fee.earned, aggregate: sum, over: year}
sales: {of: product.sold, aggregate: sum, each: transaction}
rated: {of: rating, items: {task_completion: one, teamwork: one}, groups: {self: one, customer: one, superior: one}}
exam: {of: figure, measure: exam}
days: {of: calendar, field: days}
corrections: {of: corrections, lines: [paid]}
"""
OTHERS = """\
good: {of: balance, aggregate: product-days, until_class: stops}
closing: {of: balance, aggregate: closing-balance}
closing_before: {of: balance, aggregate: closing-balance, over: previous}
moved: {of: loan.moved, aggregate: product-days, times: rate, accrue: year-end}
exited: {of: loan.exited, aggregate: sum, times: rate}
recovered: {of: loan.recovered, aggregate: sum, where: {class: [loss, doubtful]}}
fees_before: {of: fee.earned, aggregate: sum, over: year-ago}
payments: {of: payment.made, aggregate: sum, over: previous}
sold: {of: product.sold, aggregate: quantity}
cards: {of: card.spent, aggregate: sum}
joined: {of: customer.joined, aggregate: count}
complaints: {of: complaint.received, aggregate: count}
answers: {of: survey.answered, aggregate: quantity, where: {topic: counter}}
visits: {of: activity.logged, aggregate: count, where: {kind: visit}}
incidents: {of: incident.recorded, aggregate: quantity}
rated_year: {of: rating, items: {log_quality: one}, groups: {department: one, customer: one}, over: year}
qualitative: {of: decision, decision: qualitative-score}
exempt: {of: decision, decision: shortfall-exempt, take: count}
based: {of: decision, decision: base-contribution, take: sum, over: year}
barred: {of: standing, decision: disqualified}
exams: {of: figure, measure: exam, each: month, take: sum, over: year}
goal: {of: target, measure: deposits}
grade: {of: post, field: grade}
unit: {of: post, field: org_unit}
served: {of: service, unit: months}
"""
CHAINED = """\
handed_on: {of: inherited, line: line_fees}
carried: {of: line, line: line_fees, over: previous}
"""
LINES = """\
- {id: place, kind: rank, rank: {by: line_fees}}
- {id: below, kind: measure, group: {take: sum, of: line_fees, below: true}}
- {id: business, kind: item, unit: money, formula: (loans - cost) / days + fees + fees_year + sales}
- {id: award, kind: pay, unit: money, formula: "business + (first(exam, rated, 1) + first(place, 0)) * point"}
- {id: adjustments, kind: adjustment, unit: money, formula: corrections}
- {id: paid, kind: total, unit: money, formula: "award + first(adjustments, 0)"}
"""
PERIODS = [Period.parse(name) for name in ("2024", "2025-01", "2025-03")]


def plan_that_looks(folder: Path, *, chained: bool = False) -> LoadedPlan:
    """A plan that shows every measure in a line; ``chained`` has some of other years and of cycles before, too."""
    return _plan(folder, PAID + OTHERS + (CHAINED if chained else ""))


def plan_that_pays(folder: Path) -> LoadedPlan:
    """A plan of what it takes to pay, and to make good what it learns of closed periods."""
    return _plan(folder, PAID)


def _plan(folder: Path, measures: str) -> LoadedPlan:
    kinds = {"grade": "measure", "unit": "measure"}
    shown = [name for name in read(measures) if name != "corrections"]
    lines = [{"id": f"line_{name}", "kind": kinds.get(name, "item"), "formula": name} for name in shown]
    example = {"example": "looking", "parameters": read(PARAMETERS), "measures": read(measures)}
    return plan_of({**example, "lines": [*lines, *read(LINES)]}, folder)


def read(text: str) -> Any:
    """A part of a plan, every scalar the text that it is spelled with."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def shown(live: LiveFold, log: Log, loaded: LoadedPlan, period: Period) -> bytes:
    """What a settlement of the period would show at the fold's position."""
    scope = scope_of(log, loaded, period, period.last)
    evaluation = evaluate(scope, live.book, earlier_settlements(log, loaded, live.book))
    return msgspec.json.encode([manager_statements(evaluation, "CNY"), uncredited(evaluation)])


@dataclass
class Heard:
    """What was asked of one period: the stretches that changed it, those that did not, and those said to concern it."""

    changed: set[Stretch] = field(default_factory=set)
    still: set[Stretch] = field(default_factory=set)
    concerned: set[Stretch] = field(default_factory=set)

    @property
    def missed(self) -> set[Stretch]:
        """Changes that nobody would hear of."""
        return self.changed - self.concerned


def heard(log: Log, loaded: LoadedPlan, begun: int) -> Heard:
    """Every stretch of the log up to where a fold stands, asked of the fold at each step from position ``begun`` on."""
    live, found = LiveFold(log, 0), Heard()
    shows: list[list[bytes]] = []
    for position in range(log.position + 1):
        shows.append([shown(live, log, loaded, period) for period in PERIODS])
        if position >= begun:
            for nth, scope in enumerate(scope_of(log, loaded, period, period.last) for period in PERIODS):
                asked = [Stretch(after, position, first_day(scope), scope.end) for after in range(position)]
                found.concerned |= live.concerned(asked)
                for after, stretch in enumerate(asked):
                    same = shows[after][nth] == shows[position][nth]
                    (found.still if same else found.changed).add(stretch)
        live.follow(1)
    return found


def heard_of_columns(log: Log, heard: Heard) -> Heard:
    """The same asked of the log's columns."""
    book = ProjectedBook.of(log)
    return Heard(heard.changed, heard.still, book.concerned([*heard.changed, *heard.still]))
