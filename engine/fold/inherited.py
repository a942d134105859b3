"""Inherited measures: what the businesses a manager serves now had earned the year before (base contribution).

A business is an account, or a customer for what carries no account. It counts whole, whoever was credited with it, and
follows the team of the account, or of the customer, on each day of the period. An account never opened has its own
team, else that of the customer whom a flow on it names. What names no customer at all is nobody's to inherit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from engine.crediting.balances import differences
from engine.crediting.exchange import Exchange
from engine.crediting.streams import Basis, Stream, answers, basis_of
from engine.crediting.teams import Holders
from engine.crediting.timeline import Steps, Timeline
from engine.crediting.weights import Weights, weights_of
from engine.fold.credits import Credits, balance_phases, flow_phases
from engine.fold.facts import FlowKey, Owner, OwnerKind
from engine.fold.flows import NO_CUSTOMER
from engine.fold.holding import NOBODY_EVER
from engine.fold.missing import Missing, gaps_of, owners_in_doubt
from engine.fold.posting import enter_flow, move
from engine.fold.state import State
from engine.measures import Request


class Piece(NamedTuple):
    """A part of a business: an account's balance (``key`` None) or an owner's flows of one key, and who serves it.

    ``touched`` is the last position that spoke of the owner: what the piece earned does not change while that stays.
    """

    owner: Owner
    key: FlowKey | None
    touched: int
    holders: Steps[Holders]


Earned = dict[tuple[Owner, FlowKey | None], tuple[int, list[int]]]


@dataclass(slots=True)
class Memory:
    """What each piece had earned when last asked, at which position; a live board asks the same again and again."""

    exchange: dict[str, Timeline[int]] = field(default_factory=dict)
    earned: dict[object, Earned] = field(default_factory=dict)

    def of(self, request: Request, exchange: dict[str, Timeline[int]]) -> Earned:
        """What is remembered of this question; nothing once an exchange rate changed."""
        if exchange != self.exchange:
            self.exchange = dict(exchange)
            self.earned.clear()
        question = (request.start, request.end, tuple(request.measures.items()), tuple(request.factors.items()))
        return self.earned.setdefault(question, {})


def inherited_measures(state: State, request: Request, memory: Memory) -> tuple[dict[str | None, list[int]], Missing]:
    """By holder each measure of the year before times share-days, and what had to be left out of it."""
    year = request.start.year
    before = replace(request, start=date(year - 1, 1, 1), end=date(year, 1, 1))
    yardstick = _Yardstick(before, state.facts.exchange_table())
    remembered = memory.of(before, state.facts.exchange)
    doubtful = set(owners_in_doubt(state, before))
    totals: dict[str | None, list[int]] = {}
    missing: Missing = {}
    for piece in _pieces(state):
        touched, earned = remembered.get((piece.owner, piece.key), (-1, []))
        if touched != piece.touched:
            earned = yardstick.measure(_whole(state, piece))
            remembered[piece.owner, piece.key] = (piece.touched, earned)
        gaps = gaps_of(state, piece.owner, piece.key, before) if piece.owner in doubtful else ()
        lacks = {gap.lacks for gap in gaps}
        if not lacks and not any(earned):
            continue
        for holder, share_days in _share_days(piece.holders, request):
            values = totals.setdefault(holder, [0] * len(earned))
            for at, value in enumerate(earned):
                values[at] += value * share_days
            if lacks:
                missing.setdefault(holder, set()).update(lacks)
    return totals, missing


def _pieces(state: State) -> Iterator[Piece]:
    facts, holding = state.facts, state.credits.holding
    for account_id, account in facts.accounts.items():
        owner = Owner(OwnerKind.ACCOUNT, account_id)
        holders = holding.of_account(account)
        if account.changes or account.statements:
            yield Piece(owner, None, account.touched, holders)
        for key in account.flows:
            served = holders if account.openings else holding.of_account(account, key.customer_id)
            yield Piece(owner, key, account.touched, served)
    for customer_id, customer in facts.customers.items():
        if customer_id != NO_CUSTOMER and customer.flows:
            holders = holding.of_customer(customer_id)
            for key in customer.flows:
                yield Piece(Owner(OwnerKind.CUSTOMER, customer_id), key, customer.touched, holders)


def _whole(state: State, piece: Piece) -> Credits:
    """A piece of business as if one holder had held all of it all the time."""
    credits = Credits(state.credits.holding)
    if piece.key is None:
        account = state.facts.accounts[piece.owner.id]
        phases = balance_phases(state.facts, credits, account, NOBODY_EVER)
        move([], phases, differences(account.changes, account.statements))
    else:
        phases = flow_phases(state.facts, credits, piece.owner, piece.key, NOBODY_EVER)
        for day, flow in state.credits.flows_of(piece.owner)[piece.key].days.items():
            enter_flow(phases, day, flow)
    credits.journal.close()
    return credits


def _share_days(holders: Steps[Holders], request: Request) -> Iterator[tuple[str | None, int]]:
    start, end = request.start.toordinal(), request.end.toordinal()
    for at, (day, held) in enumerate(holders):
        until = holders[at + 1][0] if at + 1 < len(holders) else end
        days = min(until, end) - max(day, start)
        if days > 0:
            for holder, share in held:
                yield holder, share * days


@dataclass(slots=True)
class _Yardstick:
    """The measures of a request, to be taken of many pieces; it remembers which of them each stream answers."""

    request: Request
    exchange: Exchange
    known: dict[Stream, Sequence[tuple[int, Basis, Weights]]] = field(default_factory=dict)

    def measure(self, credits: Credits) -> list[int]:
        values = [0] * len(self.request.measures)
        for stream, holders in credits.streams.items():
            for at, basis, weights in self._answers(stream):
                for line in holders.values():
                    values[at] += weights.total(line[basis])
        return values

    def _answers(self, stream: Stream) -> Sequence[tuple[int, Basis, Weights]]:
        if stream not in self.known:
            self.known[stream] = [
                (at, basis_of(measure), weights_of(measure, self.request, stream.currency, self.exchange))
                for at, measure in enumerate(self.request.measures.values())
                if answers(measure, stream)
            ]
        return self.known[stream]
