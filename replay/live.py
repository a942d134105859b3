"""The live side of a log: the fold kept up to date with it, and the boards read from it.

The fold begins from the newest state that was kept beside the log, or from nothing, and takes in what came since:
read back from the log, or handed over by whoever just admitted it. Both give the same state. An event on which it
breaks is set aside: it begins anew and passes it over, since half of it may be in the state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import numpy as np

from engine.admission import said_by
from engine.book import Fact
from engine.content import Content
from engine.fold.apply import apply_all
from engine.fold.book import FoldedBook
from engine.fold.state import State
from engine.fold.taking import taken
from engine.log import AsOf, Log, Snapshot
from engine.plan.kept import Evaluations
from engine.plan.library import LoadedPlan
from projections.book import ProjectedBook
from projections.reach import Stretch
from replay.aside import ASIDE_MAX, NOT_AN_EVENTS, Broken, aside
from replay.board import Boards, Standing
from replay.earlier import EarlierSettlements
from replay.kept import Kept
from replay.last import LastEvents
from replay.reached import Reached
from replay.settle import remembering
from schemas.event import Told, business_date
from schemas.period import Period
from schemas.statement import Board, Finding

PROGRESS_EVERY = 10_000
WORTH_KEEPING = 100_000
"""So many events are folded in a second or two; after more of them a state is worth keeping."""
Progress = Callable[[int], None]
"""Told now and then how many events are in."""


Find = Callable[[str, str], int | None]
"""The position of the event of this source and id; None where the log does not hold it."""


class LiveFold:
    """The fold of a log up to ``position``; ``label`` is that position as documents print it.

    ``head`` is the log's own last position when it was last looked at.
    """

    def __init__(
        self, log: Log, as_of: AsOf = None, progress: Progress | None = None, find: Find | None = None
    ) -> None:
        """The fold of ``log`` now, or as it stood ``as_of``; ``find`` finds events faster than through its files.

        Raises:
            Problem: the log has no such position.
        """
        self.log = log
        self._kept = Kept(log)
        self._find = find
        self._snapshot = log.snapshot(as_of)
        self._aside: dict[int, Finding] = {}
        self._kept_at = 0
        self._begin(self._snapshot.position)
        self._last = LastEvents(self._covering)
        self._closed = remembering(log)
        self.label: int | str = self._snapshot.label
        self.head = self._snapshot.position
        self._read(self._snapshot, progress)

    @property
    def position(self) -> int:
        """The last position that counts."""
        return self.state.facts.position

    @property
    def findings(self) -> list[Finding]:
        """The events set aside, in order of position, but for those that were reversed: they do not count anyhow."""
        undone = self.state.facts.reversed
        return [
            one
            for _, one in sorted(self._aside.items())
            for event in one.events
            if event["event_source"] not in undone.get(event["event_id"], ())
        ]

    def follow(self, at_most: int | None = None) -> bool:
        """Take in what the log holds beyond the position, ``at_most`` so many events; whether there was anything."""
        self.head = self.log.position
        if self.head <= self.position:
            return False
        behind = self.head - self.position
        self._read(self.log.snapshot(self.position + (behind if at_most is None else min(behind, at_most))))
        return True

    def take(
        self, first: int, content: Content, bodies: Sequence[bytes], label: int | str, places: Sequence[int] = ()
    ) -> None:
        """Take in events just admitted, from position ``first`` on, after which the log stands at ``label``.

        ``content`` is what they say, ``bodies`` are their canonical bytes. Of a partitioned log, ``places`` has the
        partition of each.

        What the fold has already is passed over; what it lacks before ``first`` it reads from the log.
        """
        if first > self.position + 1:
            self._read(self.log.snapshot(first - 1))
        done = self.position + 1 - first
        new = content.part(done, len(content))
        self._fold(lambda: self._take(first + done, new, bodies[done:]), first + len(content) - 1)
        self.label = label
        self._last.taken(first, bodies, places, label)

    def keep(self, unless_fewer: int = 0) -> None:
        """Keep the state beside the log, for whoever folds it next, unless few events came since one was kept.

        A state that lacks events set aside is not kept.
        """
        if self.position - self._kept_at > unless_fewer and not self._aside:
            self._kept.keep(self.state)
            self._kept_at = self.position

    def board(self, loaded: LoadedPlan, period: Period, through: date | None = None, unit: str | None = None) -> Board:
        """The board of a plan's period at the fold's position, of all managers or of those of a unit."""
        return self.standing(loaded, period, through, unit).board

    def standing(
        self, loaded: LoadedPlan, period: Period, through: date | None = None, unit: str | None = None
    ) -> Standing:
        """The same board, with every manager's lines as a statement shows them."""
        earlier = EarlierSettlements(loaded, self.book, self._closed, self._earlier.of, self.concerned)
        last = self._last.of(self.book.last_positions())
        return self._boards.standing(loaded, period, earlier, last, self.label, through, self.findings, unit)

    def _begin(self, position: int) -> None:
        """Begin with the newest kept state that goes no further than ``position``, or with nothing."""
        self.state = State.empty(self.log.institution.currency)
        self.book = FoldedBook(self.state)  # lets go of the state before
        kept = self._kept.before(position)
        if kept is not None:
            self.state, self.book = kept, FoldedBook(kept)
        self._boards = Boards(self.log, self.book)
        self._earlier = Evaluations(self.book)
        self._reached = Reached()
        self._kept_at = self.position

    def _read(self, snapshot: Snapshot, progress: Progress | None = None) -> None:
        self._snapshot = snapshot
        self._fold(lambda: self._replay(snapshot, progress), snapshot.position)
        self.label = snapshot.label

    def _replay(self, snapshot: Snapshot, progress: Progress | None = None) -> None:
        for first in range(self.position + 1, snapshot.position + 1, PROGRESS_EVERY):
            last = min(first + PROGRESS_EVERY - 1, snapshot.position)
            bodies = [body for _, body in snapshot.bodies(range(first, last + 1))]
            self._take(first, said_by(bodies), bodies)
            if progress is not None:
                progress(last)

    def _fold(self, step: Callable[[], None], last: int) -> None:
        """Take a step to position ``last``; where it breaks, go there from the log without the event that broke it."""
        while True:
            try:
                step()
            except Broken as broken:
                if len(self._aside) == ASIDE_MAX or broken.position in self._aside:
                    raise broken.__cause__ or broken from None
                snapshot = self.log.snapshot(last)
                self._aside[broken.position] = aside(snapshot, broken)
            else:
                break
            self._begin(min(self._aside) - 1)
            step = partial(self._replay, snapshot)
        self.state.facts.position = max(self.position, last)  # though it may have been set aside

    def _take(self, first: int, content: Content, bodies: Sequence[bytes]) -> None:
        """Take in what events from position ``first`` on say, but for those set aside."""
        zone, passed = self.log.institution.zone, self._aside
        events, blocks = taken(first, content, bodies, zone)
        steps = [
            (position, event.data.on or business_date(event, zone), event)
            for position, event in events
            if position not in passed
        ]
        if passed:
            there = (block.but(np.flatnonzero(np.isin(block.positions, [*passed]))) for block in blocks)
            blocks = [block for block in there if len(block.positions)]
        try:
            apply_all(self.state, steps, self._target, blocks)
        except NOT_AN_EVENTS:
            raise
        except Exception as defect:
            raise Broken(self.position) from defect
        self._reached.take(self.state, steps, self._target, blocks)

    def concerned(self, stretches: Sequence[Stretch]) -> set[Stretch]:
        """Those of these stretches of the log that brought what may change the days that they are asked of."""

        def ask(unknown: Sequence[Stretch]) -> set[Stretch]:
            return ProjectedBook.of(self.log, self.position).concerned(unknown)

        return self._reached.concerned(stretches, self.position, ask)

    def _target(self, position: int, event: Told) -> Fact | None:
        """The event that a reversal names, if it came before; one that comes later is passed over by the fold."""
        snapshot = self._covering(position)
        find = self._find or snapshot.find
        found = find(event.data.event_source, event.data.event_id)
        if found is None or found >= position or found in self._aside:
            return None
        target = snapshot.event(found)
        return Fact(found, business_date(target, self.log.institution.zone), target)

    def _covering(self, position: int) -> Snapshot:
        """The log, at ``position`` or a later one."""
        if position > self._snapshot.position:
            self._snapshot = self.log.snapshot()
        return self._snapshot
