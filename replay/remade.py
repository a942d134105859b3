"""Closed settlements made again at moments of the log, each once: what was known at a moment never changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from engine.book import Fact
from engine.log import Log
from engine.plan.column import Column
from engine.plan.evaluate import Evaluation
from engine.plan.facts import Facts
from engine.plan.library import LoadedPlan, worded
from engine.plan.scope import Scope
from engine.recent import Recent
from projections.book import ProjectedBook
from replay.scope import scope_of
from schemas.period import Period
from schemas.problems import Problem
from schemas.vector import Vector

Moment = int | Vector
"""A position of the log: of a partitioned one, its vector."""
Amounts = Mapping[str, Fraction]
"""Money by manager."""
PASTS = 2
"""Past moments whose books are held: each may be as large as the one at hand."""


@dataclass(frozen=True, slots=True)
class Past:
    """The log as of a past moment, and what people said by then, each read once."""

    book: ProjectedBook
    facts: Facts

    @classmethod
    def of(cls, book: ProjectedBook) -> Past:
        """What a book knows."""
        return cls(book, Facts(book))


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one evaluation, without what they were made of."""

    managers: Sequence[str]
    lines: Mapping[str, Column]
    _told: dict[str, Amounts] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, evaluation: Evaluation) -> Figures:
        """The figures of ``evaluation``."""
        return cls(evaluation.managers, evaluation.lines)

    def line(self, name: str) -> Amounts:
        """By manager the line's amounts."""
        if name not in self._told:
            column = self.lines.get(name)
            values = ((manager, column.value(row)) for row, manager in enumerate(self.managers)) if column else ()
            self._told[name] = {manager: value for manager, value in values if isinstance(value, Fraction)}
        return self._told[name]

    def less(self, other: Figures, lines: Sequence[str]) -> dict[str, Fraction]:
        """By manager by how much these lines are more than the other's together; no value counts as 0."""
        alike = self.managers == other.managers
        differing = [line for line in lines if not (alike and self.lines.get(line) == other.lines.get(line))]
        difference: dict[str, Fraction] = {}
        for sign, side in ((1, self), (-1, other)):
            for line in differing:
                for manager, value in side.line(line).items():
                    difference[manager] = difference.get(manager, Fraction(0)) + sign * value
        return {manager: amount for manager, amount in sorted(difference.items()) if amount}


@dataclass(frozen=True, slots=True)
class ClosedSettlement:
    """A closed settlement that can be made again: the plan as it was worded, and the moment it was made of."""

    fact: Fact
    loaded: LoadedPlan
    period: Period
    moment: Moment

    @property
    def id(self) -> str:
        """The settlement's id."""
        return str(self.fact.event.data.settlement_id)

    def scope(self, log: Log) -> Scope:
        """The plan over all days of the period."""
        return scope_of(log, self.loaded, self.period, self.period.last)

    def shows(self, lines: Sequence[str]) -> list[str]:
        """Those of these lines that a settlement of its cycle shows."""
        found = ((name, self.loaded.plan.line(name)) for name in lines)
        return [name for name, line in found if line is not None and self.period.cycle in line.cycles]


class Remade:
    """What settlements show at moments of one log.

    ``settled`` settles a plan's period as of a moment: the statement's digest, and the evaluation behind it. It is
    handed what is remembered, because a settlement looks at earlier ones, and those at earlier ones still.
    """

    def __init__(
        self, log: Log, settled: Callable[[Remade, LoadedPlan, Period, Moment], tuple[str, Evaluation]]
    ) -> None:
        self.log = log
        self._settled = settled
        self._wordings: dict[str, LoadedPlan | None] = {}
        self._digests: dict[tuple[str, str, Moment], str] = {}
        self._figures: dict[tuple[str, str, Moment], Figures] = {}
        self._pasts: Recent[Past] = Recent(PASTS)

    def wording(self, digest: str, at_hand: LoadedPlan) -> LoadedPlan | None:
        """The plan as it was worded under ``digest``, as ``wording``."""
        if digest == at_hand.digest:
            return at_hand
        if digest not in self._wordings:
            self._wordings[digest] = wording(self.log, digest, None)
        return self._wordings[digest]

    def digest(self, loaded: LoadedPlan, period: Period, moment: Moment) -> str:
        """The digest of the statement made again as of ``moment``."""
        key = loaded.digest, period.name, moment
        if key not in self._digests:
            self._digests[key], evaluation = self._settled(self, loaded, period, moment)
            if not any(evaluation.gathered.corrections.values()):  # then nothing has to be left out of its figures
                self._figures[key] = Figures.of(evaluation)
        return self._digests[key]

    def figures(
        self, loaded: LoadedPlan, period: Period, moment: Moment, evaluated: Callable[[], Evaluation]
    ) -> Figures:
        """The figures at ``moment``, apart from adjustments: those of ``evaluated``, asked for once."""
        key = loaded.digest, period.name, moment
        if key not in self._figures:
            self._figures[key] = Figures.of(evaluated())
        return self._figures[key]

    def past(self, moment: Moment) -> Past:
        """The log as of ``moment``: many settlements were made good up to one and the same."""
        return self._pasts.remembered(moment, lambda: Past.of(ProjectedBook.of(self.log, moment)))


def paid_by_steps(steps: Sequence[tuple[Moment | None, bool]], shown: Callable[[Moment | None], Amounts]) -> Amounts:
    """By manager the sum of those steps that were paid, of an amount that grew from moment to moment, from 0 on.

    Asked of ``shown`` is the amount at those moments alone between which something was paid and something was not.
    """
    paid: dict[str, Fraction] = {}
    for (moment, counts), (_, next_counts) in zip(steps, [*steps[1:], (None, False)], strict=True):
        if counts != next_counts:
            for manager, amount in shown(moment).items():
                paid[manager] = paid.get(manager, Fraction(0)) + (amount if counts else -amount)
    return paid


def wording(log: Log, digest: str, at_hand: LoadedPlan | None) -> LoadedPlan | None:
    """The plan as it was worded under ``digest``: the one at hand, or the one kept when a period was closed by it."""
    if at_hand is not None and digest == at_hand.digest:
        return at_hand
    content = log.wordings.find(digest)
    return None if content is None else worded(content)


def closed_at(log: Log, position: int | str) -> Moment | None:
    """The position that a closing names; None where it is none of this kind of log."""
    moment = Vector.moment(position)
    return moment if isinstance(moment, Vector) == (log.partitions is not None) else None


def closed_period(loaded: LoadedPlan, name: str) -> Period:
    """What was closed, as the plan's own year has it; of a wording with another year, as the calendar has it."""
    period = Period.parse(name)
    try:
        return loaded.plan.year.own(period)
    except Problem:
        return period


def events_until(moment: Moment) -> int:
    """How many events the log had admitted at a moment."""
    return moment.events if isinstance(moment, Vector) else moment
