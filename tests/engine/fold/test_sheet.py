"""Sheets: entries weighed in columns are worth what they are worth one by one, whoever holds the ledgers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.crediting.streams import BALANCE, Basis, Stream
from engine.fold import sheet
from engine.fold.columns import integers
from engine.fold.entries import Entries, place
from engine.fold.shares import Shares
from engine.fold.sheet import Sheet
from engine.fold.yardstick import Yardstick
from engine.measures import Request
from tests.banks import CURRENCY
from tests.engine.fold.folding import balance, flow, request
from tests.engine.fold.test_shares import TEAMS

STREAMS = (
    Stream(BALANCE, ("loan.consumer", "normal"), CURRENCY, rated=True),
    Stream("fee.earned", ("agency",), CURRENCY, rated=False),
    Stream(BALANCE, ("deposit.savings.term", "normal"), "USD", rated=True),
)
LEDGERS = tuple((stream, team) for stream in (1, 0, 2) for team in TEAMS)
MEASURES = {
    "days": balance(),
    "interest": balance("loan", times="rate"),
    "cost": balance(times="cost"),
    "fees": flow("fee.earned"),
}
RATES = {"USD": ((date(2024, 6, 1).toordinal(), 1, 7_100_000), (date(2025, 1, 20).toordinal(), 2, 7_200_001))}
FIRST = date(2024, 12, 28)
AMOUNTS = st.one_of(st.integers(-(10**6), 10**6), st.integers(-(10**18), 10**18), st.integers(-(2**80), 2**80))
LINES = st.tuples(st.integers(0, len(LEDGERS) - 1), st.integers(0, 40), AMOUNTS, AMOUNTS)


def questions() -> list[Request]:
    """January, each day but its last, and the year before."""
    january = request(MEASURES, "2025-01")
    return [january, replace(january, end=january.end - timedelta(days=1)), request(MEASURES, "2024")]


@settings(deadline=None)
@given(st.lists(LINES, max_size=20), st.sampled_from([0, sheet.MANY]))
def test_a_sheet_is_worth_what_its_entries_are_worth_to_each_holder(
    lines: list[tuple[int, int, int, int]], many: int
) -> None:
    shares = Shares()
    days = [FIRST.toordinal() + day for _, day, *_ in lines]
    places = [place(stream, shares.number(team)) for stream, team in LEDGERS]
    keys = [places[ledger] + day for (ledger, *_), day in zip(lines, days, strict=True)]
    amounts, interest = (integers([line[at] for line in lines]) for at in (2, 3))
    values = [amounts, interest, np.ones(len(lines), np.int64), np.zeros(len(lines), np.int64)]
    weighed = Sheet(Entries.of(np.array(keys, np.int64), values), shares)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheet, "MANY", many)
        for question in questions():
            yardstick = Yardstick.of(question, CURRENCY, RATES)
            found, expected = Counter[tuple[int, str | None]](), Counter[tuple[int, str | None]]()
            for worth in weighed.worths(yardstick, STREAMS):
                for holder, held in zip(shares.register.names, worth.held.tolist(), strict=True):
                    found[worth.at, holder] += worth.times * held
            for (ledger, _, amount, rated), day in zip(lines, days, strict=True):
                stream, team = LEDGERS[ledger]
                of_basis = {Basis.AMOUNT: amount, Basis.INTEREST: rated}
                for at, basis, unit in yardstick.worth(STREAMS[stream], day):
                    for holder, share in team:
                        expected[at, holder] += of_basis[basis] * unit * share
            assert {key: value for key, value in found.items() if value} == {
                key: value for key, value in expected.items() if value
            }
