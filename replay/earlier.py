"""Earlier settlements of a plan: what they showed, made again from the log, and what later knowledge makes of them.

``settlement.closed`` names a plan, its digest, a period, a position and the result's digest. Beside the plan's wording
nothing is stored: the figures are computed anew as of that position, and the digest proves that they are the same. That
is how a prepayment is set against the year's award, and a risk fund is released years later.

What arrives after a settlement was closed is made good by the next one that shows an adjustment (contract §1): it pays
what the closed one would pay by then, less what that would have paid when somebody last made it good. So originals and
adjustments add up to what all of today's knowledge gives. Compared are figures apart from adjustments, or one would be
paid for another's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from engine.book import Book, Fact
from engine.plan.evaluate import Evaluation, evaluate
from engine.plan.facts import Facts
from engine.plan.held import carries_over, corrects, set_off
from engine.plan.library import LoadedPlan
from engine.plan.scope import Correction, Earlier, HeldLine, Scope
from engine.plan.windows import first_day
from engine.recent import Recent
from projections.book import ProjectedBook
from projections.reach import Stretch
from replay.remade import (
    Amounts,
    ClosedSettlement,
    Figures,
    Moment,
    Remade,
    closed_at,
    closed_period,
    events_until,
    paid_by_steps,
)
from schemas.period import Period
from schemas.statement import Finding

AnyBook = TypeVar("AnyBook", bound=Book)
Evaluating = Callable[[Scope, Earlier], Evaluation]
"""Evaluates a scope by the book at hand."""
Concerned = Callable[[Sequence[Stretch]], Collection[Stretch]]
"""Says which stretches of the log brought what may change the days that they are asked of."""
TRACED = 8
"""Both sides of four settlements that are traced; each may hold the figures of ten thousand managers."""
DOUBTS = {
    "settlement_of_another_log": ("names a position of another log", "所指位置属于另一日志"),
    "settlement_of_the_future": ("names a position after its own", "所指位置晚于其自身"),
    "settlement_of_another_plan": ("was made by another wording of the plan", "由另一版本的办法作出"),
    "settlement_differs": ("has another digest when made again", "重算后的摘要不一致"),
}


@dataclass(frozen=True, slots=True)
class Corrected:
    """Between which moments a closed settlement is made good; ``until`` None is the book's own."""

    settlement: ClosedSettlement
    since: Moment
    until: Moment | None


@dataclass(frozen=True, slots=True)
class Within:
    """What settlements made again by one book share: its moment (None: the book at hand), and the figures by now."""

    moment: Moment | None
    now: dict[str, Figures] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made(Generic[AnyBook]):
    """A settlement by what was known at one moment, adjustments apart, and what it was made from."""

    evaluation: Evaluation
    book: AnyBook
    earlier: EarlierSettlements[AnyBook]


def concerned_by(book: Book) -> Concerned:
    """What the projections find; another book says that every stretch of the log may have changed something."""
    return book.concerned if isinstance(book, ProjectedBook) else lambda stretches: stretches


def evaluating_by(book: Book, facts: Facts | None = None) -> Evaluating:
    """Evaluates by ``book``, every time anew; what people said, its ``facts``, is read once."""
    facts = facts or Facts(book)
    return lambda scope, earlier: evaluate(scope, book, earlier, facts)


class EarlierSettlements(Generic[AnyBook]):
    """The closed settlements of one plan that stand at a book's position.

    Those ``within`` another closed one made again leave adjustments out. ``evaluating`` evaluates by ``book``,
    ``concerned`` says what need not be: where somebody does so better than anew.
    """

    def __init__(
        self,
        loaded: LoadedPlan,
        book: AnyBook,
        remade: Remade,
        evaluating: Evaluating | None = None,
        concerned: Concerned | None = None,
        within: Within | None = None,
    ) -> None:
        self._loaded, self._book, self._remade, self._apart = loaded, book, remade, within is not None
        self._evaluating, self._concerned = evaluating or evaluating_by(book), concerned or concerned_by(book)
        self._within = within or Within(None)
        self._closed: list[Fact] = []
        self._paid: set[str] = set()
        self._made: Recent[Made[AnyBook | ProjectedBook]] = Recent(TRACED)
        self.findings: list[Finding] = []
        for fact in book.facts(("settlement.closed", "settlement.paid")):
            if fact.event.type == "settlement.paid":
                self._paid.add(fact.event.data.settlement_id)
            elif fact.event.data.plan == loaded.plan.plan:
                self._closed.append(fact)

    @property
    def closed_periods(self) -> set[str]:
        """The periods that have been closed."""
        return {fact.event.data.period for fact in self._closed}

    def closed_on(self, period: str) -> date | None:
        """The day on which a period was closed; None where it has not been."""
        return next((fact.on for fact in self._closed if fact.event.data.period == period), None)

    def closed_around(self, period: Period, lines: Collection[str]) -> str | None:
        """The closed period that ``period`` is a part of, where that sets off what is paid in one of ``lines``."""
        for one, _ in self._known:
            is_part = one.period.start <= period.start and period.end <= one.period.end
            if is_part and not set_off(one.loaded.plan, one.period.cycle).isdisjoint(lines):
                return one.period.name
        return None

    def lines(self, line: str, period: Period) -> Mapping[str, list[HeldLine]]:
        """By manager, what each closed settlement that can be made again shows in ``line``, as far as corrected."""
        return self._held(line, lambda one: self._figures(one, self._counts_until(one, period)).line(line))

    def paid(self, line: str, period: Period) -> Mapping[str, list[HeldLine]]:
        """The same as far as it was paid, by the settlement itself and by those that made it good.

        Settlements without such a line wait for no ``settlement.paid``, nor does what is made good from now on.
        """
        return self._held(line, lambda one: self._paid_of(one, line, period))

    def _held(self, line: str, amounts: Callable[[ClosedSettlement], Amounts]) -> dict[str, list[HeldLine]]:
        held: dict[str, list[HeldLine]] = defaultdict(list)
        for one in self._standing((line,)):
            for manager, value in amounts(one).items() if self._proven(one) else ():
                held[manager].append(HeldLine(one.id, one.period, one.fact.on, value))
        return held

    def _paid_of(self, one: ClosedSettlement, line: str, period: Period) -> Amounts:
        steps: list[tuple[Moment | None, bool]] = [
            (other.moment, other.id in self._paid or not other.shows((line,)))
            for other in (one, *self._made_good_by(one, self._closing(period)))
        ]
        steps.append((self._counts_until(one, period), True))
        amounts = paid_by_steps(steps, lambda moment: self._figures(one, moment).line(line))
        return amounts if one.id in self._paid else {manager: amount for manager, amount in amounts.items() if amount}

    def corrections(self, lines: Sequence[str], period: Period) -> Sequence[Correction]:
        """What the settlement of ``period`` makes good of the closed ones, in these lines; none where it shows none."""
        return [correction for _, correction in self.corrected(lines, period)]

    def corrected(self, lines: Sequence[str], period: Period) -> Iterator[tuple[Corrected, Correction]]:
        """The closed settlements that the one of ``period`` makes good, and by how much."""
        for one in self._to_correct(lines, period):
            before, after = self._figures(one.settlement, one.since), self._figures(one.settlement, one.until)
            amounts = after.less(before, one.settlement.shows(lines))
            if amounts:
                yield one, Correction(one.settlement.id, one.settlement.period, amounts)

    def _to_correct(self, lines: Sequence[str], period: Period) -> list[Corrected]:
        """The settlements that may have to be made good: not those that nothing has concerned since they were."""
        if self._apart or not corrects(self._loaded.plan, period.cycle):
            return []
        own = self._closing(period)
        until = None if own is None else own.moment
        known = [
            Corrected(one, since, until)
            for one in self._standing(lines)
            if own is None or events_until(own.moment) >= one.fact.position
            if (since := self._corrected_until(one, own)) != until
        ]
        stretches = [self._stretch(one) for one in known]
        concerned = self._concerned([stretch for stretch in stretches if stretch is not None])
        return [one for one, stretch in zip(known, stretches, strict=True) if stretch is None or stretch in concerned]

    def _stretch(self, one: Corrected) -> Stretch | None:
        """What of the log lies between both sides, for a settlement that follows from nothing but its own days."""
        if carries_over(one.settlement.loaded.plan):
            return None
        since = events_until(one.since)
        until = self._book.position if one.until is None else events_until(one.until)
        scope = one.settlement.scope(self._remade.log)
        return Stretch(min(since, until), max(since, until), first_day(scope), scope.end)

    def made(self, settlement: ClosedSettlement, moment: Moment | None) -> Made[AnyBook | ProjectedBook]:
        """A closed settlement by what was known at ``moment`` (None: by the book), adjustments apart.

        Those made last are remembered, for whoever traces one manager after the other.
        """
        return self._made.remembered((settlement.id, moment), lambda: self._make(settlement, moment))

    def _make(self, settlement: ClosedSettlement, moment: Moment | None) -> Made[AnyBook | ProjectedBook]:
        book: AnyBook | ProjectedBook = self._book
        evaluating = self._evaluating
        if moment is not None:
            past = self._remade.past(moment)
            book, evaluating = past.book, evaluating_by(past.book, past.facts)
        within = self._within if moment is None else Within(moment)
        earlier = EarlierSettlements(settlement.loaded, book, self._remade, evaluating, within=within)
        return Made(evaluating(settlement.scope(self._remade.log), earlier), book, earlier)

    def _figures(self, settlement: ClosedSettlement, moment: Moment | None) -> Figures:
        if moment is not None:
            return self._remade.figures(
                settlement.loaded, settlement.period, moment, lambda: self._make(settlement, moment).evaluation
            )
        if settlement.id not in self._within.now:
            self._within.now[settlement.id] = Figures.of(self._make(settlement, None).evaluation)
        return self._within.now[settlement.id]

    def _counts_until(self, one: ClosedSettlement, period: Period) -> Moment | None:
        """What is carried over is what was paid for by then; into a closed one by now, as both are made good."""
        if not any(corrects(self._loaded.plan, cycle) for cycle in type(period.cycle)):
            return one.moment
        own = self._closing(period)
        if own is None and not corrects(self._loaded.plan, period.cycle):
            return self._corrected_until(one, None)
        if own is not None and own.fact.position <= one.fact.position:
            return max(own.moment, one.moment, key=events_until)
        return self._within.moment

    def _corrected_until(self, one: ClosedSettlement, before: ClosedSettlement | None) -> Moment:
        """Up to when settlements closed since, and ``before`` another, have made it good; else its own moment."""
        return [one, *self._made_good_by(one, before)][-1].moment

    def _made_good_by(self, one: ClosedSettlement, before: ClosedSettlement | None) -> list[ClosedSettlement]:
        """The settlements closed since, and ``before`` another, that have made it good."""
        return [
            other
            for other in self._correcting
            if before is None or other.fact.position < before.fact.position
            if events_until(other.moment) >= one.fact.position
        ]

    @cached_property
    def _correcting(self) -> list[ClosedSettlement]:
        """The settlements that made others good."""
        return [one for one in self._standing() if corrects(one.loaded.plan, one.period.cycle)]

    def _closing(self, period: Period) -> ClosedSettlement | None:
        """The closing of ``period`` itself, where it has one."""
        return next((one for one in self._standing() if one.period == period), None)

    def _standing(self, lines: Sequence[str] | None = None) -> Iterator[ClosedSettlement]:
        """The settlements that can be made again, in order: all, or those that show one of ``lines``.

        Of the latter it is told why one cannot be made again.
        """
        for one, doubt in self._known:
            if lines is not None and not one.shows(lines):
                continue
            if doubt is None:
                yield one
            elif lines is not None:
                self._tell(one, doubt)

    @cached_property
    def _known(self) -> list[tuple[ClosedSettlement, str | None]]:
        """The closed settlements, each with what is to be said against making it again."""
        known = []
        for fact in self._closed:
            closed = fact.event.data
            loaded = self._remade.wording(closed.plan_digest, self._loaded)
            period = closed_period(loaded or self._loaded, closed.period)
            moment = closed_at(self._remade.log, closed.position)
            one = ClosedSettlement(fact, loaded or self._loaded, period, 0 if moment is None else moment)
            known.append((one, _doubt(one, moment is not None, loaded is not None)))
        return known

    def _proven(self, one: ClosedSettlement) -> bool:
        """Whether the settlement is the same when it is made again."""
        if self._remade.digest(one.loaded, one.period, one.moment) == one.fact.event.data.result_digest:
            return True
        self._tell(one, "settlement_differs")
        return False

    def _tell(self, one: ClosedSettlement, doubt: str) -> None:
        english, chinese = DOUBTS[doubt]
        finding = Finding(
            id=doubt,
            about=one.id,
            text={
                "en": f"The settlement {one.id} {english}; its figures are not carried over.",
                "zh": f"结算 {one.id} {chinese}，其数字未予结转。",
            },
            events=[{"event_id": one.fact.event.id, "event_source": one.fact.event.source}],
        )
        if finding not in self.findings:  # each line carried over meets the same settlements
            self.findings.append(finding)


def _doubt(one: ClosedSettlement, is_of_this_log: bool, is_worded: bool) -> str | None:
    if not is_of_this_log:
        return "settlement_of_another_log"
    if events_until(one.moment) >= one.fact.position:
        return "settlement_of_the_future"
    return None if is_worded else "settlement_of_another_plan"
