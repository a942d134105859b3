"""Folding in tests: saying events in a few words, folding them, and asking for one measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from engine.book import Fact
from engine.fold.apply import apply_all
from engine.fold.book import FoldedBook
from engine.fold.state import State
from engine.measures import Aggregate, CreditMeasure, DailyFactor, Request, Where
from schemas.event import REVERSAL, Event
from schemas.period import Period
from tests.banks import CURRENCY
from tests.reading import read_bank

Said = dict[str, Any]


def say(type_: str, on: str | None = None, /, **data: Any) -> Said:
    """An event of this type; ``on`` may be written 01-31 for 2025-01-31. ``class_`` stands for ``class``."""
    day = f"2025-{on}" if on is not None and len(on) == 5 else on
    payload = {name.rstrip("_"): value for name, value in data.items()}
    if day is not None:
        payload["on"] = day
    return {"type": type_, "time": f"{day or '2025-01-01'}T12:00:00+08:00", "data": payload}


def team(**shares: str) -> list[dict[str, str]]:
    """A team by manager: ``team(M1="0.6", M2="0.4")``."""
    return [{"manager_id": manager, "share": share} for manager, share in shares.items()]


def numbered(said: Iterable[Said]) -> list[Said]:
    """The events with the ids e1, e2 ... that ``reversal`` names."""
    return [{"specversion": "1.0", "id": f"e{at}", "source": "s", **event} for at, event in enumerate(said, 1)]


def reversal(number: int) -> Said:
    """The reversal of the ``number``-th event said."""
    return say(REVERSAL, event_id=f"e{number}", event_source="s", reason="mistake")


def fold(facts: Iterable[Fact], state: State | None = None, known: dict[tuple[str, str], Fact] | None = None) -> State:
    """The state after ``facts``; ``known`` collects the events by identity."""
    state = state if state is not None else State.empty(CURRENCY)
    known = known if known is not None else {}

    def steps() -> Iterator[tuple[int, date, Event]]:
        for fact in facts:
            yield fact.position, fact.on, fact.event
            known[fact.event.identity] = fact

    apply_all(state, steps(), lambda _, event: known.get((event.data.event_source, event.data.event_id)))
    return state


def book(*said: Said) -> FoldedBook:
    """The folded book after these events, in this order of arrival."""
    return FoldedBook(fold(read_bank(numbered(said))))


def request(measures: dict[str, CreditMeasure], period: str, through: str | None = None) -> Request:
    """A request over a period; its factors are ``cost`` (2.40%, from April 3%) and ``yield`` (1.80%)."""
    days = Period.parse(period)
    end = date.fromisoformat(f"2025-{through}").toordinal() + 1 if through else days.end.toordinal()
    factors = {
        "cost": DailyFactor(((date(2025, 1, 1), 24_000), (date(2025, 4, 1), 30_000))),
        "yield": DailyFactor(((date(2025, 1, 1), 18_000),)),
    }
    return Request(measures, days.start, date.fromordinal(min(end, days.end.toordinal())), factors)


def balance(*products: str, times: str | None = None, **more: Any) -> CreditMeasure:
    """Product-days of balances of these products."""
    where = (Where("product", products),) if products else ()
    return CreditMeasure("balance", Aggregate.PRODUCT_DAYS, where, times, **more)


def flow(of: str, *only: str, by: str = "service", times: str | None = None, **more: Any) -> CreditMeasure:
    """The sum of amounts of flows, filtered by a field."""
    where = (Where(by, only),) if only else ()
    return CreditMeasure(of, more.pop("aggregate", Aggregate.SUM), where, times, **more)


def credited(
    book_: FoldedBook, measure: CreditMeasure, period: str, through: str | None = None
) -> dict[str | None, Any]:
    """What each manager, and None for nobody, has of one measure, in the institution's currency (or plain counts)."""
    table = book_.credits(request({"it": measure}, period, through))
    return _plain(table.managers, table.values["it"], table.uncredited["it"], measure.scale)


def inherited(book_: FoldedBook, measure: CreditMeasure, period: str) -> dict[str | None, Any]:
    """What each manager inherits of one measure over a period of a year of 365 days."""
    table = book_.inherited(request({"it": measure}, period))
    return _plain(table.managers, table.values["it"], table.uncredited["it"], measure.scale + 4, 365)


def missing(book_: FoldedBook, measure: CreditMeasure, period: str) -> dict[str | None, set[str]]:
    """What is missing, by manager."""
    table = book_.credits(request({"it": measure}, period))
    return {holder: set(lacks) for holder, lacks in table.missing.items()}


def _plain(
    managers: Sequence[str], values: Sequence[int], uncredited: int, scale: int, divisor: int = 1
) -> dict[str | None, Any]:
    shown: dict[str | None, Any] = dict(zip(managers, values, strict=True))
    shown[None] = uncredited
    unit = 10**scale * divisor
    return {who: value // unit if value % unit == 0 else value / unit for who, value in shown.items() if value}
