"""Reach: which stretches of the log brought something that may change results of some days (``engine.reach``).

A closed settlement that nothing concerned since is what it was, so it need not be evaluated to know it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from engine.reach import REACHES, Reach
from projections.database import script
from projections.records import DAWN, DUSK, day
from projections.source import Source
from schemas.period import Period


class Stretch(NamedTuple):
    """The events after the position ``after`` up to ``until``, as far as they bear on results of [first, end).

    ``first`` is the first day whose flows are looked at, and of whose periods ratings and the like are.
    """

    after: int
    until: int
    first: date
    end: date


def concerned(source: Source, stretches: Sequence[Stretch]) -> set[Stretch]:
    """Those stretches in which an event came, or was reversed, that reaches one of these days."""
    if not stretches:
        return set()
    _periods(source)
    code, codes = source.names.code, source.names.codes
    by = {f"by_{reach.name.lower()}": codes(of for of, its in REACHES.items() if its is reach) for reach in Reach}
    source.connection.execute(
        script("reach").format(
            after=min(one.after for one in stretches),
            until=max(one.until for one in stretches),
            end=day(max(one.end for one in stretches)),
            dawn=DAWN,
            dusk=DUSK,
            account_opened=code("account.opened"),
            customer_assigned=code("customer.assigned"),
            **by,
        )
    )
    asked = ", ".join(
        f"({nth}, {one.after}, {one.until}, {day(one.first)}, {day(one.end)})" for nth, one in enumerate(stretches)
    )
    rows = source.connection.execute(f"""
        SELECT DISTINCT nth FROM (VALUES {asked}) asked(nth, after, until, first, "end")
        JOIN reaches ON arrived > after AND arrived <= until AND reaches.first < "end" AND reaches.last >= asked.first
    """)
    return {stretches[nth] for (nth,) in rows.fetchall()}


def _periods(source: Source) -> None:
    """Make ``periods``: the first and the last day of every period of which anything was said."""
    names = source.names
    rows = source.connection.execute("SELECT DISTINCT period FROM said WHERE period IS NOT NULL").fetchall()
    said = [code for (code,) in rows]
    names.learn(said)
    periods = {code: Period.parse(names.text(code)) for code in said}
    listed = ", ".join(f"({code}, {day(one.start)}, {day(one.last)})" for code, one in periods.items())
    nothing = f"(-1, {DAWN}, {DAWN})"
    source.connection.execute(
        f"CREATE OR REPLACE TABLE periods AS SELECT * FROM (VALUES {listed or nothing}) periods(period, first, last)"
    )
