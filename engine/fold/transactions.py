"""Transactions in the fold: single flows as they are credited, looked for among the facts whenever somebody asks.

The series hold sums, which most measures need; a measure that reads a table for each event needs the events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.crediting.streams import Basis
from engine.fold.credits import FlowCredit
from engine.fold.flows import single_flows
from engine.fold.posting import Ledger
from engine.fold.state import State
from engine.fold.yardstick import Yardstick
from engine.measures import Request, Transaction, Transactions


def transactions(state: State, request: Request) -> Transactions:
    """The single events behind the sums of amounts or quantities that ``request`` asks for."""
    yardstick = Yardstick.of(request, state.facts.currency, state.facts.exchange)
    types = {measure.of for measure in request.measures.values()}
    found: dict[str, dict[str | None, Counter[Transaction]]] = {name: {} for name in request.measures}
    by_place = list(found.values())
    for credit in _credits(state, types):
        for day, flow in credit.days.items():
            ledger = _ledger_on(credit, day)
            for at, basis, worth in yardstick.worth(ledger.stream, day):
                values = [value for pair in single_flows(flow) if (value := pair[basis is Basis.QUANTITY] * worth)]
                for holder, share in ledger.holders if values else ():
                    if share:
                        counted = by_place[at].setdefault(holder, Counter())
                        counted.update(Transaction(value, share) for value in values)
    return found


def _credits(state: State, types: set[str]) -> Iterator[FlowCredit]:
    for owners in state.credits.flows.values():
        for owned in owners.values():
            for key, credit in owned.items():
                if key.of in types:
                    yield credit


def _ledger_on(credit: FlowCredit, day: int) -> Ledger:
    return next(phase.ledger for phase in reversed(credit.phases) if phase.start <= day)
