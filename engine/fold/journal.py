"""The journal: what changed in the credits, page by page, so that an answer once reckoned can be kept up.

Events write on the open page. A reader closes it: its entries go into the holders' series, and the page is kept for
whoever reckoned an answer before. A page holds

- the **entries** of each ledger by day, net, so it grows with what was touched, not with the number of events;
- for each ledger the owners whose entries a measure might have to leave out (``doubts``);
- the owners **stirred**: whose phases changed, or who had business on a day before ``horizon``.

A reader remembers the number of the first page that it has not read. Pages are dropped, the oldest first, when they
hold more than ``KEPT`` lines together: a reader who comes too late for one begins anew.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from engine.fold.facts import Owner
from engine.fold.posting import Entry, Ledger

KEPT = 200_000


class Page(NamedTuple):
    """What changed between two readings."""

    entered: Sequence[tuple[Ledger, dict[int, Entry], set[Owner] | None]]
    stirred: set[Owner]

    @property
    def lines(self) -> int:
        """How much there is to read."""
        return len(self.stirred) + sum(len(entries) + len(doubts or ()) for _, entries, doubts in self.entered)


@dataclass(slots=True)
class Journal:
    """The open page (``opened``: the ledgers with entries on it), and the closed ones that are kept.

    ``horizon`` is the day before which somebody looks at each owner's business by itself; ``number`` that of the open
    page.
    """

    opened: list[Ledger] = field(default_factory=list)
    stirred: set[Owner] = field(default_factory=set)
    horizon: int = 0
    number: int = 0
    pages: deque[Page] = field(default_factory=deque)
    kept: int = 0

    def begin(self) -> None:
        """Enter what stands on the open page and keep nothing: nobody has read yet."""
        self.close()
        self.pages.clear()
        self.kept = 0

    def close(self) -> int:
        """Close the open page, if anything stands on it, and enter it into the series; the next page's number."""
        if not self.opened and not self.stirred:
            return self.number
        page = Page([(ledger, ledger.entries, ledger.doubts) for ledger in self.opened], self.stirred)
        for ledger, entries, _ in page.entered:
            ledger.entries = {}
            ledger.doubts = None
            _enter(ledger, entries)
        self.opened.clear()
        self.stirred = set()
        self.number += 1
        self.pages.append(page)
        self.kept += page.lines
        while self.kept > KEPT:
            self.kept -= self.pages.popleft().lines
        return self.number

    def turn(self) -> None:
        """Close the open page if it is full, so that it stays small where nobody reads."""
        if len(self.opened) > KEPT or len(self.stirred) > KEPT:
            self.close()

    def since(self, number: int) -> Sequence[Page] | None:
        """The closed pages from ``number`` on; None where some of them are no longer kept."""
        first = self.number - len(self.pages)
        return None if number < first else list(islice(self.pages, number - first, None))


def _enter(ledger: Ledger, entries: dict[int, Entry]) -> None:
    for share, (amounts, interest, counts, quantities) in ledger.lines:
        for day, (amount, earning, count, quantity) in entries.items():
            if amount:
                amounts[day] = amounts.get(day, 0) + amount * share
            if earning:
                interest[day] = interest.get(day, 0) + earning * share
            if count:
                counts[day] = counts.get(day, 0) + count * share
            if quantity:
                quantities[day] = quantities.get(day, 0) + quantity * share
