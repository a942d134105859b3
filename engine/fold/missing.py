"""What had to be left out of a measure, and whose result is incomplete by it (``missing``, contract §1 and §4).

Entries are sums and cannot tell: a balance of 5 and one of -5 are both worth nothing, yet both lack their rate. So
what can lack something (accounts without a known rate, business in a currency whose first exchange rate comes late) is
looked at one by one; a bank in order has none of it. Two things are said of each measure asked for:

- ``rate:ACCOUNT``, where the measure needs a rate and the account has none;
- ``fx:CURRENCY``, where an amount stands on a day before the currency's first exchange rate;

to whoever holds a share of it on a day on which the amount is not 0; None, where a part is held by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from engine.crediting.balances import differences
from engine.crediting.exchange import Exchange
from engine.crediting.flows import FLOWS
from engine.crediting.streams import BALANCE, Basis, Stream, basis_of, covers, needs_rate
from engine.crediting.teams import Holders
from engine.fold.entries import stream_of
from engine.fold.facts import FlowKey, Owner, OwnerKind
from engine.fold.state import State
from engine.measures import CreditMeasure, Request


class Gap(NamedTuple):
    """An amount left out: what it lacks, and who holds it."""

    lacks: str
    holders: Holders


@dataclass(frozen=True, slots=True)
class Doubt:
    """The owners of whose business something might be missing from an answer, and maybe others.

    ``unrated`` are accounts, ``late`` owners of business in currencies with a late first exchange rate.
    """

    unrated: Sequence[Set[str]]
    late: Sequence[Set[Owner]]

    def concerns(self, owner: Owner) -> bool:
        """Whether something might be missing of what ``owner`` has."""
        if owner.kind is OwnerKind.ACCOUNT and any(owner.id in accounts for accounts in self.unrated):
            return True
        return any(owner in owners for owners in self.late)

    def among(self, owners: Iterable[Owner]) -> set[Owner]:
        """Those of ``owners`` of whose business something might be missing."""
        if not (any(self.unrated) or any(self.late)):
            return set()
        return {owner for owner in owners if self.concerns(owner)}

    def owners(self) -> set[Owner]:
        """All of them."""
        unrated = {Owner(OwnerKind.ACCOUNT, account_id) for accounts in self.unrated for account_id in accounts}
        return unrated.union(*self.late)


def doubt_of(state: State, request: Request) -> Doubt:
    """Of whose business something might be missing on the days of ``request``."""
    exchange = state.facts.exchange_table()
    foreign = state.credits.foreign
    late = [foreign[currency] for currency in foreign if _is_late(exchange, currency, request)]
    rated = {measure.of for measure in request.measures.values() if needs_rate(measure)}
    unrated: list[Set[str]] = [state.credits.unrated] if rated else []
    if any(of in FLOWS and not FLOWS[of].has_rate for of in rated):  # such flows have no rate on any account
        unrated.append(state.credits.spending)
    return Doubt(unrated, late)


def may_lack(stream: Stream, request: Request, exchange: Exchange) -> bool:
    """Whether something might be missing from what ``request`` counts of a stream."""
    late = _is_late(exchange, stream.currency, request)
    return any(
        (late or (needs_rate(measure) and not stream.rated))
        and basis_of(measure) in {Basis.AMOUNT, Basis.INTEREST}
        and covers(measure, stream.of, stream.words, stream.currency)
        for measure in request.measures.values()
    )


def _is_late(exchange: Exchange, currency: str, request: Request) -> bool:
    known = exchange.known_from(currency)
    return known is None or known > _horizon(request)


def lacks_of(state: State, owner: Owner, request: Request) -> set[tuple[str | None, str]]:
    """Who lacks what of an account's balance and of an owner's flows."""
    numbers = [*state.facts.flows_of(owner)]
    if owner.kind is OwnerKind.ACCOUNT and owner.id in state.credits.accounts:
        numbers.append(state.credits.accounts[owner.id])
    gaps = (gap for number in numbers for gap in gaps_of(state, number, request))
    return {(holder, gap.lacks) for gap in gaps for holder, _ in gap.holders}


def gaps_of(state: State, number: int, request: Request) -> Iterator[Gap]:
    """What is left out of a piece: of an account's balance, or of flows of one key."""
    piece = state.credits.pieces[number]
    for measure in request.measures.values():
        if basis_of(measure) not in {Basis.AMOUNT, Basis.INTEREST}:
            continue
        if isinstance(piece, FlowKey):
            if measure.of == piece.of:
                yield from _flow_gaps(state, number, piece, measure, request)
        elif measure.of == BALANCE:
            yield from _balance_gaps(state, piece.id, measure, request)


def _balance_gaps(state: State, account_id: str, measure: CreditMeasure, request: Request) -> Iterator[Gap]:
    account = state.facts.accounts[account_id]
    start, end = request.start.toordinal(), request.end.toordinal()
    spans = _spans(differences(state.facts.rows.changes(account.number), account.statements), start, end)
    if not spans:
        return
    exchange = state.facts.exchange_table()
    course = state.credits.courses[account.number]
    phases = course.phases
    for at, phase in enumerate(phases):
        stream = state.credits.streams[course.stream(phase)]
        until = phases[at + 1].start if at + 1 < len(phases) else end
        if not covers(measure, BALANCE, stream.words, stream.currency):
            continue
        known = exchange.known_from(stream.currency)
        for first, last in spans:
            low, high = max(first, phase.start), min(last, until)
            if low < high and phase.rate is None and needs_rate(measure):
                yield Gap(f"rate:{account_id}", phase.holders)
            if low < high and (known is None or low < known):
                yield Gap(f"fx:{stream.currency}", phase.holders)


def _spans(shifts: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of [start, end) on which a balance is not 0."""
    spans = []
    balance = 0
    for at, (day, amount) in enumerate(shifts):
        balance += amount
        until = shifts[at + 1][0] if at + 1 < len(shifts) else end
        if balance and max(day, start) < min(until, end):
            spans.append((max(day, start), min(until, end)))
    return spans


def _flow_gaps(state: State, number: int, key: FlowKey, measure: CreditMeasure, request: Request) -> Iterator[Gap]:
    start, end = request.start.toordinal(), request.end.toordinal()
    exchange = state.facts.exchange_table()
    begin = _year_start(request) if measure.accrue_to_year_end else start
    days = {flow.day for flow in state.facts.rows.flows(number) if flow.amount and begin <= flow.day < end}
    base, phases = state.credits.courses[number]
    stream = state.credits.streams[stream_of(base)]
    if not covers(measure, stream.of, stream.words, stream.currency):
        return
    known = exchange.known_from(stream.currency)
    for at, phase in enumerate(phases):
        until = phases[at + 1].start if at + 1 < len(phases) else end
        for day in days:
            if not phase.start <= day < until:
                continue
            if phase.rate is None and needs_rate(measure) and key.account_id is not None:
                yield Gap(f"rate:{key.account_id}", phase.holders)
            if known is None or day < known:
                yield Gap(f"fx:{stream.currency}", phase.holders)


def _year_start(request: Request) -> int:
    return request.year.begin(request.start).toordinal()


def _horizon(request: Request) -> int:
    """Nothing before this day counts: flows that accrue to the year's end may lie before the period's first day."""
    if any(measure.accrue_to_year_end for measure in request.measures.values()):
        return _year_start(request)
    return request.start.toordinal()
