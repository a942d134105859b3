"""Watched requests: credits once reckoned, kept up from the journal.

The first time a request is asked, all entries are added up, or kept answers to others (``extending``). From then on
only what the journal's pages say since: an entry of a day is worth the same to a request whenever it comes, so it is
added by its weight of that day; and where something was missing, or may be, the owner is looked at again. An exchange
rate of its days that changed, or a page that is no longer kept, makes the request be reckoned anew.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Set
from dataclasses import dataclass, field, replace
from datetime import date

from engine.crediting.streams import Stream, check
from engine.fold.extending import extension
from engine.fold.facts import Owner
from engine.fold.journal import Page
from engine.fold.missing import doubt_of, lacks_of, may_lack
from engine.fold.sheet import Sheet
from engine.fold.state import State
from engine.fold.tally import Tally
from engine.fold.yardstick import Yardstick
from engine.measures import MeasureTable, Request
from engine.recent import Recent

MOST = 192
"""Requests kept up: four periods, each on two last days, and what they are made of, of sixteen plans."""


@dataclass(slots=True)
class Watched:
    """One request's credits as of the journal's page ``read``.

    ``alike`` is the number of those that ask the same of other days.
    """

    yardstick: Yardstick
    tally: Tally
    read: int
    alike: int = 0
    _lacks: dict[Owner, set[tuple[str | None, str]]] = field(default_factory=dict)
    _may_lack: dict[Stream, bool] = field(default_factory=dict)

    @classmethod
    def made_of(cls, state: State, request: Request, parts: Iterable[tuple[int, Watched]]) -> Watched:
        """A request whose days are those of others together, each with its sign, once they are kept up."""
        watched = cls._new(state, request)
        for sign, part in parts:
            watched.tally.plus(sign, part.tally)
        watched._look_at(state, doubt_of(state, request).owners())
        return watched

    @classmethod
    def of(cls, state: State, request: Request) -> Watched:
        """A request reckoned from all entries, once the journal is closed."""
        watched = cls._new(state, request)
        for sheet in state.credits.journal.entered.runs:
            watched._count(state, sheet)
        watched._look_at(state, doubt_of(state, request).owners())
        return watched

    @classmethod
    def _new(cls, state: State, request: Request) -> Watched:
        yardstick = Yardstick.of(request, state.facts.currency, state.facts.exchange)
        journal = state.credits.journal
        return cls(yardstick, Tally(list(request.measures), journal.shares.register), journal.number)

    def keep_up(self, state: State, page: Page) -> None:
        """Take in what happened since."""
        suspects = set(page.stirred)
        for stream, doubts in page.doubts.items():
            if self._lacking(state.credits.streams[stream]):
                suspects |= doubts
        self._count(state, page.sheet)
        self._look_at(state, suspects)
        self.read = state.credits.journal.number

    def _count(self, state: State, sheet: Sheet) -> None:
        """Add what entries are worth to those who hold them."""
        for worth in sheet.worths(self.yardstick, state.credits.streams):
            self.tally.add(worth.at, worth.held, worth.times)

    def _lacking(self, stream: Stream) -> bool:
        if stream not in self._may_lack:
            self._may_lack[stream] = may_lack(stream, self.yardstick.request, self.yardstick.exchange)
        return self._may_lack[stream]

    def _look_at(self, state: State, owners: Set[Owner]) -> None:
        concerned = doubt_of(state, self.yardstick.request).among(owners)
        for owner in concerned | (self._lacks.keys() & owners):
            before = self._lacks.pop(owner, set())
            now = lacks_of(state, owner, self.yardstick.request) if owner in concerned else set()
            if now:
                self._lacks[owner] = now
            for times, lacks in ((1, now - before), (-1, before - now)):
                for holder, what in lacks:
                    self.tally.lack(holder, what, times)


@dataclass(slots=True)
class Watching:
    """The requests for credits that are kept up."""

    _recent: Recent[Watched] = field(default_factory=lambda: Recent(MOST))
    _alike: dict[Hashable, int] = field(default_factory=dict)

    def credits(self, state: State, request: Request) -> MeasureTable:
        """Each manager's measures over the days of ``request``."""
        state.credits.journal.close()
        watched = self._kept_up(state, request)
        if watched is None:
            for measure in request.measures.values():
                check(measure)
            watched = self._put(self._extended(state, request) or Watched.of(state, request))
        return watched.tally.table()

    def _kept_up(self, state: State, request: Request) -> Watched | None:
        """The kept answer, brought up to the journal's last page; None where it has to be reckoned."""
        watched = self._recent.get(self._question(request))
        page = state.credits.journal.since(watched.read) if watched is not None else None
        if watched is None or page is None or not watched.yardstick.still_holds(state.facts.exchange):
            return None
        watched.keep_up(state, page)
        return watched

    def _extended(self, state: State, request: Request) -> Watched | None:
        """The answer made of a kept one and of the days that make the difference."""
        alike, start, end = self._question(request)
        asked = (one.yardstick.request for one in self._recent if one.alike == alike)
        found = extension((start, end), {(one.start, one.end) for one in asked})
        if found is None:
            return None
        base, rest = (replace(request, start=days[0], end=days[1]) for days in (found.base, found.rest))
        whole = self._kept_up(state, base)
        if whole is None:
            return None
        part = self._kept_up(state, rest) or self._put(Watched.of(state, rest))
        return Watched.made_of(state, request, ((1, whole), (found.sign, part)))

    def _put(self, watched: Watched) -> Watched:
        question = self._question(watched.yardstick.request)
        watched.alike = question[0]
        return self._recent.put(question, watched)

    def _question(self, request: Request) -> tuple[int, date, date]:
        asked = request.year, tuple(request.measures.items()), tuple(request.factors.items())
        return self._alike.setdefault(asked, len(self._alike)), request.start, request.end
