"""Closings: the settlements that a log says were closed, and how one of them is made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.book import Book, Fact
from engine.log import Log
from engine.plan.library import LoadedPlan, bundled, load
from projections.book import ProjectedBook
from replay.remade import closed_at, closed_period, wording
from replay.settle import Settlement, settle
from schemas.document import nearest
from schemas.period import Period
from schemas.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class Closing:
    """What ``settlement.closed`` says of one settlement, and whether it was paid."""

    fact: Fact
    paid: bool

    @property
    def settlement_id(self) -> str:
        """The settlement's id."""
        return str(self.fact.event.data.settlement_id)

    def again(self, log: Log, loaded: LoadedPlan) -> Settlement:
        """The settlement made again as of its position, by the plan as it was worded.

        Raises:
            Problem: its position is none of this log.
        """
        closed = self.fact.event.data
        moment = closed_at(log, closed.position)
        if moment is None:
            raise Problem(
                f"The settlement {self.settlement_id} names the position {closed.position}, which is none of this log.",
                place=Place(event_id=self.fact.event.id),
                remedy="It was closed on another log: audit it there.",
            )
        return settle(log, loaded, self.period(loaded), as_of=moment)

    def period(self, loaded: LoadedPlan) -> Period:
        """What was closed."""
        return closed_period(loaded, self.fact.event.data.period)

    def worded(self, log: Log, at_hand: LoadedPlan | None) -> LoadedPlan:
        """The plan as it was worded: that of ``at_hand``, or the bundled one, else the one kept in the log's folder.

        Raises:
            Problem: no plan at hand is worded as the settlement says.
        """
        closed = self.fact.event.data
        if at_hand is None and closed.plan in bundled():
            at_hand = load(closed.plan)
        found = wording(log, closed.plan_digest, at_hand)
        if found is None:
            raise Problem(
                f"The settlement {self.settlement_id} was made by a wording of {closed.plan} that is not at hand "
                f"({closed.plan_digest}).",
                place=Place(event_id=self.fact.event.id),
                remedy="Name the plan file as it was then: --plan FILE.",
            )
        return found


def closings(book: Book) -> Iterator[Closing]:
    """The closed settlements that a book knows, in order; of several with one id the first stands."""
    facts = list(book.facts(("settlement.closed", "settlement.paid")))
    paid = {fact.event.data.settlement_id for fact in facts if fact.event.type == "settlement.paid"}
    met: set[str] = set()
    for fact in facts:
        settlement = fact.event.data.settlement_id
        if fact.event.type == "settlement.closed" and settlement not in met:
            met.add(settlement)
            yield Closing(fact, settlement in paid)


def closing_of(log: Log, settlement_id: str) -> Closing:
    """The closed settlement with this id.

    Raises:
        Problem: the log has none.
    """
    known = {one.settlement_id: one for one in closings(ProjectedBook.of(log, None))}
    if settlement_id not in known:
        hint = nearest(settlement_id, set(known)) or "None has been closed yet: `meritlog close PLAN PERIOD`."
        raise Problem(f"The log has no closed settlement {settlement_id!r}.", remedy=hint)
    return known[settlement_id]
