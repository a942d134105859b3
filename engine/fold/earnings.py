"""Earnings: what each piece of business had earned over some days, as if one holder had held all of it all the time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.crediting.balances import differences
from engine.crediting.streams import Stream
from engine.fold.columns import Ints, product, starts_of, sums
from engine.fold.credits import Credits, balance_phases, flow_phases
from engine.fold.facts import FlowKey
from engine.fold.holding import NOBODY_EVER
from engine.fold.posting import Phases, enter_flow, move
from engine.fold.rows import Postings, values_of
from engine.fold.state import State
from engine.fold.yardstick import Yardstick
from schemas.exact import WHOLE_SHARE

_ALONE = -1


@dataclass(slots=True)
class Earnings:
    """Earnings by the measures of ``yardstick``; ``scratch`` is what they are reckoned on."""

    yardstick: Yardstick
    scratch: Credits

    @property
    def _end(self) -> int:
        return self.yardstick.request.end.toordinal()

    def of(self, state: State, number: int) -> list[int]:
        """What a piece had earned."""
        earned = [0] * len(self.yardstick.request.measures)
        piece, rows = state.credits.pieces[number], state.facts.rows
        if isinstance(piece, FlowKey):
            flows = [flow for flow in rows.told(number) if flow.day < self._end]
            phases = self._phases(state, number) if flows else []
            for flow in flows:
                enter_flow(phases, flow)
        else:
            statements = state.facts.accounts[piece.id].statements
            shifts = [shift for shift in differences(rows.changes(number), statements) if shift[0] < self._end]
            if shifts:
                move([], self._phases(state, number), shifts)
        lines = self.scratch.journal.written
        for ledger, day, *values in lines:
            for at, basis, worth in self.yardstick.worth(ledger.stream, day):
                earned[at] += values[basis] * worth * WHOLE_SHARE
        lines.clear()
        return earned

    def of_all(self, state: State) -> dict[int, list[int]]:
        """What all pieces had earned that had anything to earn by, by number."""
        facts = state.facts
        rows = facts.rows.postings()
        rows = rows.chosen(rows.day < self._end)
        stated = {account.number for account in facts.accounts.values() if account.statements}
        earned: dict[int, list[int]] = {}
        stream, rate = np.full(facts.rows.pieces, _ALONE), np.zeros(facts.rows.pieces, np.int64)
        for number in stated.union(np.unique(rows.number).tolist()):
            phases = self._phases(state, number)
            if len(phases) == 1 and number not in stated:
                earned[number] = [0] * len(self.yardstick.request.measures)
                stream[number] = self.scratch.streams[phases[0].ledger.stream]
                rate[number] = phases[0].rate or 0
            else:
                earned[number] = self.of(state, number)
        streams = list(self.scratch.streams)
        for at in np.unique(stream[stream != _ALONE]).tolist():
            some = rows.chosen(stream[rows.number] == at)
            self._add(earned, streams[at], some.chosen(np.argsort(some.number, kind="stable")), rate)
        return earned

    def _add(self, earned: dict[int, list[int]], stream: Stream, rows: Postings, rate: Ints) -> None:
        """Add what rows of one stream, in order of their pieces, have earned at the rate of each piece."""
        starts = starts_of(rows.number)
        numbers = rows.number[starts].tolist()
        values = values_of(rows, rate[rows.number])
        for at, basis, scale in self.yardstick.scales(stream):
            worths = sums(product(values[basis], scale.on(rows.day)), starts)
            for number, worth in zip(numbers, worths.tolist(), strict=True):
                earned[number][at] += worth * scale.unit * WHOLE_SHARE

    def _phases(self, state: State, number: int) -> Phases:
        piece = state.credits.pieces[number]
        if isinstance(piece, FlowKey):
            return flow_phases(state.facts, self.scratch, piece, NOBODY_EVER)
        return balance_phases(state.facts, self.scratch, state.facts.accounts[piece.id], NOBODY_EVER)
