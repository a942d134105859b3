"""Terms: what one unit of an amount earns, so that one pass over the log can answer every measure of a request.

Measures that read the same rows differ only in what they multiply by. A **pool** is a set of rows (accounts of some
products, flows of one type and words) that the same measures count; its **slots** are the distinct sums that those
measures need of it. Slots of all pools share their columns: `priced_1` may be the interest of loans and of deposits.

- a *priced* slot multiplies by the rate of the account or event, and by its series of the day;
- a *known* slot by its series alone, but leaves out what has no known rate;
- a *plain* slot by its series alone; *count* and *quantity* have no series.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.measures import RATE, Aggregate, CreditMeasure, Request


class Kind(StrEnum):
    """What a slot multiplies an amount by, beside the share."""

    PRICED = "priced"
    KNOWN = "known"
    PLAIN = "plain"
    COUNT = "count"
    QUANTITY = "quantity"


AMOUNT_KINDS = (Kind.PRICED, Kind.KNOWN, Kind.PLAIN)


@dataclass(frozen=True, slots=True)
class Series:
    """What a day is worth: its exchange rate times ``factor`` (a dated parameter; None is 1)."""

    factor: str | None
    accrues: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One column of sums."""

    kind: Kind
    nth: int

    @property
    def column(self) -> str:
        """Its name in SQL."""
        return f"{self.kind}_{self.nth}"


@dataclass(frozen=True, slots=True)
class Pool:
    """What is summed for rows that the same measures count: the slot of each measure, the series of each slot."""

    slots: Mapping[str, Slot]
    series: Mapping[Slot, Series]


def pool_of(measures: Iterable[tuple[str, CreditMeasure]]) -> Pool:
    """The pool of rows that exactly these measures count."""
    slots: dict[str, Slot] = {}
    taken: dict[tuple[Kind, Series], Slot] = {}
    for name, measure in measures:
        kind, series = _kind_of(measure), _series_of(measure)
        key = (kind, series)
        if key not in taken:
            taken[key] = Slot(kind, 1 + sum(other is kind for other, _ in taken))
        slots[name] = taken[key]
    return Pool(slots, {slot: series for (_, series), slot in taken.items()})


def _kind_of(measure: CreditMeasure) -> Kind:
    if measure.aggregate is Aggregate.COUNT:
        return Kind.COUNT
    if measure.aggregate is Aggregate.QUANTITY:
        return Kind.QUANTITY
    if measure.times == RATE:
        return Kind.PRICED
    return Kind.KNOWN if measure.needs_rate else Kind.PLAIN


def _series_of(measure: CreditMeasure) -> Series:
    if measure.aggregate in (Aggregate.COUNT, Aggregate.QUANTITY):
        return Series(None)
    return Series(None if measure.times == RATE else measure.times, measure.accrue_to_year_end)


def columns(pools: Iterable[Pool]) -> tuple[Slot, ...]:
    """All slots that any of the pools uses, in a fixed order."""
    return tuple(sorted({slot for pool in pools for slot in pool.series}, key=lambda slot: (slot.kind.value, slot.nth)))


def spelled(request: Request, kind: str) -> str:
    """A request of this kind (credits or inherited) as text, the same for equal ones."""
    used = {measure.times for measure in request.measures.values()}
    factors = sorted((name, factor.steps) for name, factor in request.factors.items() if name in used)
    return repr((kind, request.start, request.end, request.year, sorted(request.measures.items()), factors))
