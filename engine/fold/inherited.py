"""Inherited measures: what the businesses a manager serves now had earned the year before (base contribution).

A business is an account, or a customer for what carries no account. It counts whole, whoever was credited with it, and
follows the team of the account, or of the customer, on each day of the period. An account never opened has its own
team, else that of the customer whom a flow on it names. What names no customer at all is nobody's to inherit.

What a business had earned is reckoned once and kept: only owners whom the journal calls stirred are looked at again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from engine.crediting.streams import check
from engine.crediting.teams import Holders
from engine.crediting.timeline import Steps
from engine.fold.credits import Credits
from engine.fold.earnings import Earnings
from engine.fold.extending import added_up, extension
from engine.fold.facts import NO_CUSTOMER, FlowKey, Owner, OwnerKind
from engine.fold.missing import Doubt, doubt_of, gaps_of
from engine.fold.state import State
from engine.fold.tally import Tally
from engine.fold.yardstick import Yardstick
from engine.measures import MeasureTable, Request
from engine.recent import Recent
from schemas.period import ONE_DAY

YEARS = 32
"""Years kept up, a plan's measures apart: this one and the next of sixteen plans."""
PERIODS = 24
"""Periods kept up of one of them, and what they are made of."""


class Piece(NamedTuple):
    """A part of a business with something to inherit: who serves it, what it had earned, and what is missing of it."""

    holders: Steps[Holders]
    earned: Sequence[int]
    lacks: Mapping[str, int]


@dataclass(slots=True)
class Heritage:
    """All that is served by the same holders from the same days on."""

    earned: list[int]
    lacks: Counter[str] = field(default_factory=Counter)

    def add(self, piece: Piece, sign: int) -> None:
        """Count a piece in (``sign`` 1) or out (-1)."""
        for at, value in enumerate(piece.earned):
            self.earned[at] += sign * value
        for what, times in piece.lacks.items():
            self.lacks[what] += sign * times
            if not self.lacks[what]:
                del self.lacks[what]


@dataclass(slots=True)
class Year:
    """What each business had earned in a year, by owner and by holders, as of the journal's page ``read``."""

    yardstick: Yardstick
    earnings: Earnings
    read: int
    pieces: dict[Owner, list[Piece]] = field(default_factory=dict)
    heritages: dict[Steps[Holders], Heritage] = field(default_factory=dict)
    asked: Recent[tuple[Request, Tally]] = field(default_factory=lambda: Recent(PERIODS))

    @classmethod
    def of(cls, state: State, before: Request) -> Year:
        """The year of ``before`` reckoned from all facts, once the journal is closed."""
        yardstick = Yardstick.of(before, state.facts.currency, state.facts.exchange)
        journal = state.credits.journal
        journal.horizon = max(journal.horizon, before.end.toordinal())
        year = cls(yardstick, Earnings(yardstick, Credits(state.credits.holding)), journal.number)
        doubt = doubt_of(state, before)
        earned = year.earnings.of_all(state)
        pieces = (state.credits.pieces[number] for number in earned)
        for owner in {piece if isinstance(piece, Owner) else piece.owner for piece in pieces}:
            year._look_at(state, owner, doubt, earned)
        return year

    def keep_up(self, state: State, owners: set[Owner]) -> None:
        """Look again at owners whose business may have changed."""
        doubt = doubt_of(state, self.yardstick.request)
        for owner in owners:
            self._look_at(state, owner, doubt, {})
        self.read = state.credits.journal.number

    def inherited(self, request: Request) -> MeasureTable:
        """Each manager's share-days of ``request`` in what the businesses had earned."""
        tally = self._kept(request)
        if tally is None:
            tally = self._put(request, self._extended(request) or self._reckoned(request))
        return tally.table()

    def _kept(self, request: Request) -> Tally | None:
        asked = self.asked.get((request.start, request.end))
        return None if asked is None else asked[1]

    def _put(self, request: Request, tally: Tally) -> Tally:
        return self.asked.put((request.start, request.end), (request, tally))[1]

    def _reckoned(self, request: Request) -> Tally:
        tally = Tally(list(request.measures))
        for holders, heritage in self.heritages.items():
            _inherit(request, tally, Piece(holders, heritage.earned, heritage.lacks), 1)
        return tally

    def _extended(self, request: Request) -> Tally | None:
        """The answer made of a kept one and of the days that make the difference; what is lacking counts only once."""
        found = extension((request.start, request.end), {(one.start, one.end) for one, _ in self.asked})
        if found is None:
            return None
        days = ((1, found.base), (found.sign, found.rest))
        signed = [(sign, replace(request, start=start, end=end)) for sign, (start, end) in days]
        parts = [(sign, self._kept(one) or self._put(one, self._reckoned(one))) for sign, one in signed]
        tally = added_up(list(request.measures), [(sign, part.table()) for sign, part in parts])
        for holders, heritage in self.heritages.items():
            if heritage.lacks:
                _inherit(request, tally, Piece(holders, (), heritage.lacks), 1)
        return tally

    def _look_at(self, state: State, owner: Owner, doubt: Doubt, known: Mapping[int, Sequence[int]]) -> None:
        """Look at an owner's pieces; what some of them had earned is ``known``."""
        before = self.pieces.pop(owner, [])
        now = list(self._pieces(state, owner, doubt.concerns(owner), known))
        if now:
            self.pieces[owner] = now
        if now == before:
            return
        for sign, pieces in ((-1, before), (1, now)):
            for piece in pieces:
                heritage = self.heritages.setdefault(piece.holders, Heritage([0] * len(piece.earned)))
                heritage.add(piece, sign)
                if not heritage.lacks and not any(heritage.earned):
                    del self.heritages[piece.holders]
                for request, tally in self.asked:
                    _inherit(request, tally, piece, sign)

    def _pieces(
        self, state: State, owner: Owner, doubtful: bool, known: Mapping[int, Sequence[int]]
    ) -> Iterator[Piece]:
        for number, holders in _served(state, owner):
            earned = known[number] if number in known else self.earnings.of(state, number)
            gaps = gaps_of(state, number, self.yardstick.request) if doubtful else ()
            lacks = dict.fromkeys((gap.lacks for gap in gaps), 1)
            if lacks or any(earned):
                yield Piece(holders, earned, lacks)


def _served(state: State, owner: Owner) -> Iterator[tuple[int, Steps[Holders]]]:
    """The numbers of an owner's pieces, and who serves each."""
    facts, holding = state.facts, state.credits.holding
    if owner.kind is OwnerKind.ACCOUNT:
        account = facts.accounts[owner.id]
        holders = holding.of_account(account)
        yield account.number, holders
        for number in account.flows:
            key = state.credits.pieces[number]
            named = key.customer_id if isinstance(key, FlowKey) else None
            yield number, holders if account.openings else holding.of_account(account, named)
    elif owner.kind is OwnerKind.CUSTOMER and owner.id != NO_CUSTOMER:
        flows = facts.flows_of(owner)
        if flows:
            holders = holding.of_customer(owner.id)
            for number in flows:
                yield number, holders


def _inherit(request: Request, tally: Tally, piece: Piece, sign: int) -> None:
    """Count a piece in or out of what the managers inherit."""
    start, end = request.start.toordinal(), request.end.toordinal()
    for at, (day, held) in enumerate(piece.holders):
        until = piece.holders[at + 1][0] if at + 1 < len(piece.holders) else end
        days = min(until, end) - max(day, start)
        if days <= 0:
            continue
        for holder, share in held:
            totals = tally.totals(holder)
            for place, value in enumerate(piece.earned):
                totals[place] += sign * value * share * days
            for what, times in piece.lacks.items():
                tally.lack(holder, what, sign * times)


@dataclass(slots=True)
class Inheritance:
    """The years that are kept up."""

    _recent: Recent[Year] = field(default_factory=lambda: Recent(YEARS))

    def inherited(self, state: State, request: Request) -> MeasureTable:
        """What the businesses served in ``request``'s days had earned in the year before, by share-days."""
        journal = state.credits.journal
        journal.close()
        begin = request.year.begin(request.start)
        before = replace(request, start=request.year.begin(begin - ONE_DAY), end=begin)
        question = (before.start, request.year, tuple(request.measures.items()), tuple(request.factors.items()))
        year = self._recent.get(question)
        pages = journal.since(year.read) if year is not None else None
        if year is None or pages is None or not year.yardstick.still_holds(state.facts.exchange):
            for measure in request.measures.values():
                check(measure)
            year = self._recent.put(question, Year.of(state, before))
        else:
            year.keep_up(state, {owner for page in pages for owner in page.stirred})
        return year.inherited(request)
