"""Earnings: what each piece of business had earned over some days, as if one holder had held all of it all the time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.crediting.balances import differences
from engine.fold.columns import Bounded, Ints, added_between, between, starts_of, weighed
from engine.fold.courses import NOWHERE
from engine.fold.credits import Credits, balance_course, flow_course
from engine.fold.entries import day_of, stream_of
from engine.fold.facts import FlowKey
from engine.fold.holding import NOBODY_EVER
from engine.fold.posting import Course, Line, enter_flow, enter_history
from engine.fold.rows import Postings, values_of
from engine.fold.state import State
from engine.fold.yardstick import Yardstick
from schemas.exact import WHOLE_SHARE

ROWS_A_LOOK = 2_000
"""To look at a piece by itself takes as long as passing so many rows in columns."""


@dataclass(slots=True)
class Earnings:
    """Earnings by the measures of ``yardstick``; ``scratch`` is what single pieces are reckoned on."""

    yardstick: Yardstick
    scratch: Credits

    @property
    def _end(self) -> int:
        return self.yardstick.request.end.toordinal()

    def of(self, state: State, numbers: Collection[int]) -> dict[int, Sequence[int]]:
        """What pieces of these numbers had earned, those left out that had earned nothing."""
        if len(numbers) * ROWS_A_LOOK < len(state.facts.rows.postings().number):
            return _something((number, self._alone(state, number)) for number in numbers)
        return self._together(state, np.fromiter(numbers, np.int64, len(numbers)))

    def of_all(self, state: State) -> dict[int, Sequence[int]]:
        """The same of all pieces."""
        return self._together(state, np.arange(state.facts.rows.pieces))

    def _alone(self, state: State, number: int) -> Sequence[int]:
        earned = [0] * len(self.yardstick.request.measures)
        piece, rows, lines = state.credits.pieces[number], state.facts.rows, list[Line]()
        if isinstance(piece, FlowKey):
            flows = [flow for flow in rows.told(number) if flow.day < self._end]
            course = flow_course(state.facts, self.scratch, piece, NOBODY_EVER)
            for flow in flows:
                enter_flow(lines, course, flow)
        else:
            account = state.facts.accounts[piece.id]
            changes = differences(rows.changes(number), account.statements)
            shifts = [shift for shift in changes if shift[0] < self._end]
            if shifts:
                course = balance_course(state.facts, self.scratch, account, NOBODY_EVER)
                enter_history(lines, course, shifts)
        for key, *values in lines:
            for at, basis, worth in self.yardstick.worth(self.scratch.streams[stream_of(key)], day_of(key)):
                earned[at] += values[basis] * worth * WHOLE_SHARE
        return earned

    def _together(self, state: State, numbers: Ints) -> dict[int, Sequence[int]]:
        """In columns, but for pieces that have statements, or not one stream and rate all the time."""
        rows, courses = state.facts.rows.postings(), state.credits.courses
        wanted = np.zeros(state.facts.rows.pieces, np.bool_)
        wanted[numbers] = True
        rows = rows.chosen(wanted[rows.number] & (rows.day < self._end))
        _, places, _ = courses.last(numbers)
        alone = {number for number in numbers[places == NOWHERE].tolist() if courses[number].phases}
        stream, rate = np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
        told: dict[tuple[int, int], tuple[int, int] | None] = {}  # flows held alike share their phases
        for number in set(np.unique(rows.number).tolist()) - alone:
            course = courses[number]
            which = course.base, id(course.phases)
            if which not in told:
                told[which] = _throughout(course, self._end)
            throughout = told[which]
            if throughout is None:
                alone.add(number)
            else:
                stream[number], rate[number] = throughout
        wanted[[*alone]] = False
        rows = rows.chosen(wanted[rows.number])
        rows = rows.chosen(np.lexsort((rows.number, stream[rows.number])))
        return self._added_up(state, rows, stream, rate) | _something((one, self._alone(state, one)) for one in alone)

    def _added_up(self, state: State, rows: Postings, stream: Ints, rate: Ints) -> dict[int, Sequence[int]]:
        """What rows have earned, which stand in order of their pieces' stream and number."""
        found, streams = np.unique(rows.number), state.credits.streams
        earned = np.zeros((len(self.yardstick.request.measures), len(found)), object)
        of_row = stream[rows.number]
        for first, end in between(starts_of(of_row), len(of_row)):
            some = rows.chosen(slice(first, end))
            starts = starts_of(some.number)
            pieces = np.searchsorted(found, some.number[starts])
            longest = int(np.diff(starts, append=end - first).max())
            values = [*map(Bounded.of, values_of(some, rate[some.number]))]
            for scale in self.yardstick.scales(streams[of_row.item(first)]):
                add = partial(added_between, starts)
                for times, column in weighed(values[scale.basis], scale.on(some.day), add, longest):
                    earned[scale.at, pieces] += column.cells.astype(object) * (times * scale.unit * WHOLE_SHARE)
        return _something(zip(found.tolist(), earned.T.tolist(), strict=True))


def _throughout(course: Course, end: int) -> tuple[int, int] | None:
    """The number of the stream, and the rate or 0, that hold in all phases before ``end``; None where they change."""
    one, *others = {(course.stream(phase), phase.rate) for phase in course.phases if phase.start < end}
    return None if others else (one[0], one[1] or 0)


def _something(pieces: Iterable[tuple[int, Sequence[int]]]) -> dict[int, Sequence[int]]:
    return {number: earned for number, earned in pieces if any(earned)}
