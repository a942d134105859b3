"""Transactions in the fold: single flows as they are credited, looked for among the facts whenever somebody asks.

Entries are sums, which most measures need; a measure that reads a table for each event needs the events.
"""

from __future__ import annotations

from collections import Counter

from engine.crediting.streams import Basis
from engine.fold.entries import stream_of
from engine.fold.posting import phase_on
from engine.fold.state import State
from engine.fold.yardstick import Yardstick
from engine.measures import Request, Transaction, Transactions


def transactions(state: State, request: Request) -> Transactions:
    """The single events behind the sums of amounts or quantities that ``request`` asks for."""
    yardstick = Yardstick.of(request, state.facts.currency, state.facts.exchange)
    types = {measure.of for measure in request.measures.values()}
    found: dict[str, dict[str | None, Counter[Transaction]]] = {name: {} for name in request.measures}
    by_place = list(found.values())
    for number in [number for key, number in state.facts.flows.items() if key.of in types]:
        base, phases = state.credits.courses[number]
        stream = state.credits.streams[stream_of(base)]
        for flow in state.facts.rows.flows(number):
            holders = phase_on(phases, flow.day).holders
            for at, basis, worth in yardstick.worth(stream, flow.day):
                value = (flow.quantity if basis is Basis.QUANTITY else flow.amount) * worth
                for holder, share in holders if value else ():
                    if share:
                        by_place[at].setdefault(holder, Counter())[Transaction(value, share)] += flow.times
    return found
