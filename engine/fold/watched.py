"""Watched requests: credits once reckoned, kept up from the journal.

The first time a request is asked, all series are added up. From then on only what the journal's pages say since: an
entry of a day is worth the same to a request whenever it comes, so it is added by its weight of that day; and where
something was missing, or may be, the owner is looked at again. An exchange rate of its days that changed, or a page
that is no longer kept, makes the request be reckoned anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.crediting.streams import Stream, check
from engine.fold.facts import Owner
from engine.fold.journal import Page
from engine.fold.missing import doubt_of, lacks_of, may_lack
from engine.recent import Recent
from engine.fold.state import State
from engine.fold.tally import Tally
from engine.fold.yardstick import Yardstick
from engine.measures import MeasureTable, Request

MOST = 128
"""Requests kept up: four periods, each on two last days, of sixteen plans."""


@dataclass(slots=True)
class Watched:
    """One request's credits as of the journal's page ``read``."""

    yardstick: Yardstick
    tally: Tally
    read: int
    _lacks: dict[Owner, set[tuple[str | None, str]]] = field(default_factory=dict)
    _may_lack: dict[Stream, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, state: State, request: Request) -> Watched:
        """A request reckoned from all series, once the journal is closed."""
        yardstick = Yardstick.of(request, state.facts.currency, state.facts.exchange)
        watched = cls(yardstick, Tally(list(request.measures)), state.credits.journal.number)
        for stream, holders in state.credits.streams.items():
            for at, basis, weights in yardstick.answers(stream):
                for holder, line in holders.items():
                    if line[basis]:
                        watched.tally.totals(holder)[at] += weights.total(line[basis])
        watched._look_at(state, doubt_of(state, request).owners())
        return watched

    def keep_up(self, state: State, pages: Iterable[Page]) -> None:
        """Take in what happened since."""
        suspects: set[Owner] = set()
        for page in pages:
            suspects |= page.stirred
            for ledger, entries, doubts in page.entered:
                for day, entry in entries.items():
                    for at, basis, worth in self.yardstick.worth(ledger.stream, day):
                        if entry[basis]:
                            value = entry[basis] * worth
                            for holder, share in ledger.holders:
                                self.tally.totals(holder)[at] += value * share
                if doubts and self._lacking(ledger.stream):
                    suspects |= doubts
        self._look_at(state, suspects)
        self.read = state.credits.journal.number

    def _lacking(self, stream: Stream) -> bool:
        if stream not in self._may_lack:
            self._may_lack[stream] = may_lack(stream, self.yardstick.request, self.yardstick.exchange)
        return self._may_lack[stream]

    def _look_at(self, state: State, owners: Iterable[Owner]) -> None:
        doubt = doubt_of(state, self.yardstick.request)
        for owner in owners:
            before = self._lacks.pop(owner, set())
            now = lacks_of(state, owner, self.yardstick.request) if doubt.concerns(owner) else set()
            if now:
                self._lacks[owner] = now
            for times, lacks in ((1, now - before), (-1, before - now)):
                for holder, what in lacks:
                    self.tally.lack(holder, what, times)


@dataclass(slots=True)
class Watching:
    """The requests for credits that are kept up."""

    _recent: Recent[Watched] = field(default_factory=lambda: Recent(MOST))

    def credits(self, state: State, request: Request) -> MeasureTable:
        """Each manager's measures over the days of ``request``."""
        journal = state.credits.journal
        journal.close()
        question = (request.start, request.end, tuple(request.measures.items()), tuple(request.factors.items()))
        watched = self._recent.get(question)
        pages = journal.since(watched.read) if watched is not None else None
        if watched is None or pages is None or not watched.yardstick.still_holds(state.facts.exchange):
            for measure in request.measures.values():
                check(measure)
            watched = self._recent.put(question, Watched.of(state, request))
        else:
            watched.keep_up(state, pages)
        return watched.tally.table()
