"""The journal: what changed in the credits, page by page, so that an answer once reckoned can be kept up.

Events write on the open page. A reader closes it: its entries go onto the pile of all, and the page is kept for
whoever reckoned an answer before. A page holds

- the **entries** of each ledger by day, net, so it grows with what was touched, not with the number of events;
- for each stream, by number, the owners whose entries a measure might have to leave out (``doubts``);
- the owners **stirred**: whose phases changed, or who had business on a day before ``horizon``.

A reader remembers the number of the first page that it has not read. Pages are dropped, the oldest first, when they
hold more than ``KEPT`` lines together: a reader who comes too late for one begins anew.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from engine.fold.columns import Ints, integers, joined
from engine.fold.entries import NO_ENTRIES, Entries
from engine.fold.facts import Owner
from engine.fold.posting import Line
from engine.fold.shares import Shares
from engine.fold.sheet import Pile, Sheet

KEPT = 200_000


@dataclass(frozen=True, slots=True)
class Page:
    """What changed between two readings; the entries are to be weighed."""

    sheet: Sheet
    doubts: Mapping[int, set[Owner]]
    stirred: set[Owner]

    @classmethod
    def together(cls, pages: Sequence[Page], shares: Shares) -> Page:
        """Some pages that follow each other as one."""
        if len(pages) == 1:
            return pages[0]
        doubts: dict[int, set[Owner]] = {}
        for page in pages:
            for stream, owners in page.doubts.items():
                doubts[stream] = doubts.get(stream, set()) | owners
        stirred = set[Owner]().union(*(page.stirred for page in pages))
        entries = [NO_ENTRIES, *(page.sheet.entries for page in pages)]
        return cls(Sheet(Entries.together(entries), shares), doubts, stirred)

    @property
    def lines(self) -> int:
        """How much there is to read."""
        return len(self.stirred) + len(self.sheet.entries) + sum(map(len, self.doubts.values()))


@dataclass(slots=True)
class Journal:
    """The open page, ``written`` line by line and, in columns, at once; and the closed ones that are kept.

    ``entered`` are the entries of all closed pages. ``horizon`` is the day before which somebody looks at each owner's
    business by itself; ``number`` that of the open page.
    """

    written: list[Line] = field(default_factory=list)
    doubts: dict[int, set[Owner]] = field(default_factory=dict)
    stirred: set[Owner] = field(default_factory=set)
    entered: Pile = field(default_factory=lambda: Pile(Shares()))
    horizon: int = 0
    number: int = 0
    pages: deque[Page] = field(default_factory=deque)
    kept: int = 0
    _columns: list[tuple[Ints, ...]] = field(default_factory=list)
    _since: dict[int, Page] = field(default_factory=dict)

    @property
    def shares(self) -> Shares:
        """Who holds the ledgers."""
        return self.entered.shares

    def write(self, keys: Ints, *values: Ints) -> None:
        """Write lines: of each the place in its ledger and the value by basis."""
        self._columns.append((keys, *values))

    def doubt(self, stream: int, owner: Owner) -> None:
        """Say that what ``owner`` has of a stream might have to be left out."""
        self.doubts.setdefault(stream, set()).add(owner)

    def begin(self) -> None:
        """Enter what stands on the open page and keep nothing: nobody has read yet."""
        self.close()
        self.pages.clear()
        self.kept = 0

    def close(self) -> int:
        """Close the open page, if anything stands on it, and enter it; the next page's number."""
        if self.written:
            self.write(*map(integers, zip(*self.written, strict=True)))
            self.written.clear()
        if not (self._columns or self.doubts or self.stirred):
            return self.number
        page = Page(Sheet(self._entries(), self.shares), self.doubts, self.stirred)
        self._columns, self.doubts, self.stirred = [], {}, set()
        self._since.clear()
        self.entered.add(page.sheet)
        self.number += 1
        self.pages.append(page)
        self.kept += page.lines
        while self.kept > KEPT:
            self.kept -= self.pages.popleft().lines
        return self.number

    def _entries(self) -> Entries:
        if not self._columns:
            return NO_ENTRIES
        keys, *values = map(joined, zip(*self._columns, strict=True))
        return Entries.of(keys, values)

    def turn(self) -> None:
        """Close the open page if it is full, so that it stays small where nobody reads."""
        lines = len(self.written) + len(self.stirred) + sum(len(keys) for keys, *_ in self._columns)
        if lines > KEPT:
            self.close()

    def since(self, number: int) -> Page | None:
        """The closed pages from ``number`` on as one; None where some of them are no longer kept."""
        first = self.number - len(self.pages)
        if number < first:
            return None
        if number not in self._since:
            self._since[number] = Page.together([*islice(self.pages, number - first, None)], self.shares)
        return self._since[number]
