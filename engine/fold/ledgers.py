"""Ledgers: where business is entered, one for all of a stream that is held alike."""

from __future__ import annotations

from engine.crediting.streams import Stream
from engine.crediting.teams import Holders
from engine.fold.entries import place
from engine.fold.journal import Journal
from engine.fold.posting import Ledger


class Ledgers(dict[Holders, Ledger]):
    """The ledgers of one stream by who holds them; one that is asked for the first time is begun.

    ``number`` is the stream's, ``foreign`` tells a currency that is not the institution's.
    """

    def __init__(self, stream: Stream, number: int, journal: Journal, *, foreign: bool) -> None:
        super().__init__()
        self._stream, self._number, self._journal, self._foreign = stream, number, journal, foreign

    def __missing__(self, holders: Holders) -> Ledger:
        at = place(self._number, self._journal.shares.add(holders))
        ledger = self[holders] = Ledger(self._stream, holders, at, self._foreign, self._journal.written)
        return ledger
