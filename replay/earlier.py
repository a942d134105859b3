"""Earlier settlements of a plan: what they showed, made again from the log at their own positions.

``settlement.closed`` names a plan, its digest, a period, a position and the result's digest. Beside the plan's wording
nothing is stored: the figures are computed anew as of that position, and the digest proves that they are the same. That
is how a prepayment is set against the year's award, and a risk fund is released years later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from fractions import Fraction

from engine.book import Book, Fact
from engine.log import Log
from engine.plan.library import LoadedPlan, worded
from engine.plan.scope import HeldLine
from schemas.period import Period
from schemas.problems import Problem
from schemas.statement import Finding
from schemas.vector import Vector

LinesOf = Callable[[Log, LoadedPlan, Period, int | Vector, str], tuple[Mapping[str, Fraction], str]]
"""What a settlement at a position shows in a line, by manager, and the digest of its statement."""


class EarlierSettlements:
    """The closed settlements of one plan that stand at a book's position."""

    def __init__(self, log: Log, loaded: LoadedPlan, book: Book, lines_of: LinesOf) -> None:
        self._log = log
        self._loaded = loaded
        self._lines_of = lines_of
        self._closed: list[Fact] = []
        self._paid: set[str] = set()
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

    def lines(self, line: str) -> Mapping[str, list[HeldLine]]:
        """By manager, what each closed settlement that can be made again shows in ``line``."""
        held: dict[str, list[HeldLine]] = defaultdict(list)
        for fact in self._closed:
            closed = fact.event.data
            loaded = wording(self._log, closed.plan_digest, self._loaded)
            period = closed_period(loaded or self._loaded, closed.period)
            document = (loaded or self._loaded).plan.line(line)
            if document is None or period.cycle not in document.cycles:
                continue
            moment = closed_at(self._log, closed.position)
            if moment is None:
                self._doubt(
                    fact, "settlement_of_another_log", "names a position of another log", "所指位置属于另一日志"
                )
                continue
            if (moment.events if isinstance(moment, Vector) else moment) >= fact.position:
                self._doubt(fact, "settlement_of_the_future", "names a position after its own", "所指位置晚于其自身")
                continue
            if loaded is None:
                self._doubt(
                    fact,
                    "settlement_of_another_plan",
                    "was made by another wording of the plan",
                    "由另一版本的办法作出",
                )
                continue
            shown, digest = self._lines_of(self._log, loaded, period, moment, line)
            if digest != closed.result_digest:
                self._doubt(fact, "settlement_differs", "has another digest when made again", "重算后的摘要不一致")
                continue
            for manager, value in shown.items():
                paid = closed.settlement_id in self._paid
                held[manager].append(HeldLine(closed.settlement_id, period, fact.on, paid, value))
        return held

    def _doubt(self, fact: Fact, finding: str, english: str, chinese: str) -> None:
        settlement = fact.event.data.settlement_id
        doubt = Finding(
            id=finding,
            about=settlement,
            text={
                "en": f"The settlement {settlement} {english}; its figures are not carried over.",
                "zh": f"结算 {settlement} {chinese}，其数字未予结转。",
            },
            events=[{"event_id": fact.event.id, "event_source": fact.event.source}],
        )
        if doubt not in self.findings:  # each line carried over meets the same settlements
            self.findings.append(doubt)


def wording(log: Log, digest: str, at_hand: LoadedPlan | None) -> LoadedPlan | None:
    """The plan as it was worded under ``digest``: the one at hand, or the one kept when a period was closed by it."""
    if at_hand is not None and digest == at_hand.digest:
        return at_hand
    content = log.wordings.find(digest)
    return None if content is None else worded(content)


def closed_at(log: Log, position: int | str) -> int | Vector | None:
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


def remembered(lines_of: LinesOf) -> LinesOf:
    """``lines_of``, each figure made again only once: what a closed settlement shows never changes."""
    known: dict[tuple[str, str, int | Vector, str], tuple[Mapping[str, Fraction], str]] = {}

    def lines(
        log: Log, loaded: LoadedPlan, period: Period, position: int | Vector, line: str
    ) -> tuple[Mapping[str, Fraction], str]:
        key = loaded.digest, period.name, position, line
        if key not in known:
            known[key] = lines_of(log, loaded, period, position, line)
        return known[key]

    return lines
