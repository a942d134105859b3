"""Inherited measures: what the businesses a manager serves now had earned the year before (base contribution).

A business is an account, or a customer for what carries no account. It counts whole, whoever was credited with it, and
follows the team of the account, or of the customer, on each day of the period. An account never opened has its own
team, else that of the customer whom a flow on it names. What names no customer at all is nobody's to inherit.

What a business had earned is reckoned once and kept: only owners whom the journal calls stirred are looked at again.
Whatever is served by the same holders from the same days on is one heritage, and answers are shared out of those.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from engine.crediting.streams import check
from engine.fold.credits import Credits
from engine.fold.earnings import Earnings
from engine.fold.facts import NO_CUSTOMER, FlowKey, Owner, OwnerKind
from engine.fold.heirs import Heirs
from engine.fold.holding import Tenure
from engine.fold.missing import doubt_of, gaps_of
from engine.fold.state import State
from engine.fold.tally import Tally
from engine.fold.yardstick import Yardstick
from engine.measures import MeasureTable, Request
from engine.recent import Recent
from schemas.period import ONE_DAY

YEARS = 32
"""Years kept up, a plan's measures apart: this one and the next of sixteen plans."""
PERIODS = 16
"""Periods kept up of one of them: four, each on two last days, and as many of the day before."""


NOTHING = frozenset[str]()


class Piece(NamedTuple):
    """A part of a business with something to inherit: who serves it, what it had earned, and what is missing of it."""

    heirs: int
    earned: Sequence[int]
    lacks: frozenset[str]


@dataclass(slots=True)
class Year:
    """What each piece of business had earned in a year, and its ``heirs``, as of the journal's page ``read``."""

    yardstick: Yardstick
    earnings: Earnings
    heirs: Heirs
    read: int
    pieces: dict[int, Piece] = field(default_factory=dict)
    asked: Recent[tuple[Request, Tally]] = field(default_factory=lambda: Recent(PERIODS))
    _lacking: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, state: State, before: Request) -> Year:
        """The year of ``before`` reckoned from all facts, once the journal is closed."""
        yardstick = Yardstick.of(before, state.facts.currency, state.facts.exchange)
        journal = state.credits.journal
        journal.horizon = max(journal.horizon, before.end.toordinal())
        heirs = Heirs(journal.shares.register, len(before.measures))
        year = cls(yardstick, Earnings(yardstick, Credits(state.credits.holding)), heirs, journal.number)
        earned, doubtful = year.earnings.of_all(state), _numbers(state, doubt_of(state, before).owners())
        year._look_at(state, earned.keys() | doubtful, earned, doubtful)
        return year

    def keep_up(self, state: State, owners: Iterable[Owner]) -> None:
        """Look again at owners whose business may have changed."""
        numbers = _numbers(state, owners)
        if numbers:
            doubtful = _numbers(state, doubt_of(state, self.yardstick.request).among(owners))
            self._look_at(state, numbers, self.earnings.of(state, numbers), doubtful)
        self.read = state.credits.journal.number

    def inherited(self, request: Request) -> MeasureTable:
        """Each manager's share-days of ``request`` in what the businesses had earned."""
        question = request.start, request.end
        known = self.asked.get(question)
        if known is None:
            tally = Tally(list(request.measures), self.heirs.register)
            self.heirs.share_out(request, tally, self.heirs.all)
            for number in self._lacking:
                self._lack(request, tally, self.pieces[number], 1)
            known = self.asked.put(question, (request, tally))
        return known[1].table()

    def _look_at(
        self, state: State, numbers: Collection[int], earned: Mapping[int, Sequence[int]], doubtful: Set[int]
    ) -> None:
        """Look at pieces, some of which had ``earned`` something or are ``doubtful``: something might be missing."""
        changes: list[tuple[int, Piece]] = []
        for number in numbers:
            before, now = (
                self.pieces.pop(number, None),
                self._piece(state, number, earned.get(number, ()), number in doubtful),
            )
            self._lacking.discard(number)
            if now is not None:
                self.pieces[number] = now
                if now.lacks:
                    self._lacking.add(number)
            if now != before:
                changes += [(sign, piece) for sign, piece in ((-1, before), (1, now)) if piece is not None]
        if changes:
            self._take(changes)

    def _piece(self, state: State, number: int, earned: Sequence[int], doubtful: bool) -> Piece | None:
        """What there is to inherit of a piece now; None where there is nothing, or nobody's."""
        tenure, lacks = _served_by(state, number), NOTHING
        if doubtful:
            lacks = frozenset(gap.lacks for gap in gaps_of(state, number, self.yardstick.request))
        if tenure is None or not (earned or lacks):
            return None
        return Piece(self.heirs.number(tenure), earned or [0] * len(self.yardstick.request.measures), lacks)

    def _take(self, changes: Sequence[tuple[int, Piece]]) -> None:
        """Count pieces in (sign 1) or out (-1)."""
        signs, pieces = np.array([sign for sign, _ in changes], object), [piece for _, piece in changes]
        earned = np.array([piece.earned for piece in pieces], object).T * signs
        heritages = self.heirs.bequeath(np.array([piece.heirs for piece in pieces]), earned)
        for request, tally in self.asked:
            self.heirs.share_out(request, tally, heritages)
            for sign, piece in changes:
                self._lack(request, tally, piece, sign)

    def _lack(self, request: Request, tally: Tally, piece: Piece, sign: int) -> None:
        if piece.lacks:
            for holder in self.heirs.serving(request, piece.heirs):
                for what in piece.lacks:
                    tally.lack(holder, what, sign)


def _numbers(state: State, owners: Iterable[Owner]) -> set[int]:
    """The numbers of these owners' pieces of business."""
    numbers: set[int] = set()
    for owner in owners:
        numbers.update(state.facts.flows_of(owner))
        if owner.kind is OwnerKind.ACCOUNT:
            numbers.add(state.facts.accounts[owner.id].number)
    return numbers


def _served_by(state: State, number: int) -> Tenure | None:
    """Who serves a piece of business from each day on; None where it is nobody's to inherit."""
    piece, holding = state.credits.pieces[number], state.credits.holding
    owner = piece if isinstance(piece, Owner) else piece.owner
    if owner.kind is OwnerKind.ACCOUNT:
        account = state.facts.accounts[owner.id]
        named = piece.customer_id if isinstance(piece, FlowKey) and not account.openings else None
        return holding.of_account(account, named)
    if owner.kind is OwnerKind.CUSTOMER and owner.id != NO_CUSTOMER:
        return holding.of_customer(owner.id)
    return None


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
        page = journal.since(year.read) if year is not None else None
        if year is None or page is None or not year.yardstick.still_holds(state.facts.exchange):
            for measure in request.measures.values():
                check(measure)
            year = self._recent.put(question, Year.of(state, before))
        else:
            year.keep_up(state, page.stirred)
        return year.inherited(request)
