"""Small logs for tests: events as a user writes them, admitted into a log on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from engine.admission import admit
from engine.log import Log
from engine.measures import Aggregate, CreditMeasure, Request, Where
from projections.book import ProjectedBook
from schemas.institution import Institution

ADMITTED = datetime(2026, 1, 1, tzinfo=UTC)

Json = dict[str, Any]


def event(type_: str, on: str | None = None, **data: Any) -> Json:
    """An event without identity; ``log_of`` numbers it. A field called ``class_`` is written ``class``."""
    fields = {name.rstrip("_"): value for name, value in data.items()}
    if on is not None:
        fields["on"] = on
    return {"type": type_, "data": fields}


def log_of(path: Path, events: Iterable[Json], institution: Institution | None = None) -> Log:
    """A log of these events; what they do not say of id, source and time is made up (e-1, e-2 ...)."""
    institution = institution or Institution()
    log = Log.create(path, institution, ADMITTED)
    lines = [
        json.dumps(
            {"specversion": "1.0", "id": f"e-{nth}", "source": "bank", "time": "2025-01-01T08:00:00+08:00", **one}
        ).encode()
        for nth, one in enumerate(events, 1)
    ]
    admitted = admit(lines, institution)
    assert not admitted.problems, admitted.problems
    with log.writer(holder="test") as writer:
        writer.append(admitted, ADMITTED)
    return log


def book_of(path: Path, events: Sequence[Json], institution: Institution | None = None) -> ProjectedBook:
    """The projected book of a log of these events."""
    return ProjectedBook(log_of(path / "log", events, institution).snapshot())


def opened(account: str = "A", customer: str = "C", product: str = "loan.consumer", **more: Any) -> Json:
    """An account opened on 2024-12-01."""
    return event(
        "account.opened",
        **{"on": "2024-12-01", "account_id": account, "customer_id": customer, "product": product, **more},
    )


def changed(amount: str, on: str, account: str = "A", customer: str = "C") -> Json:
    """A balance changed."""
    return event("balance.changed", on, account_id=account, customer_id=customer, amount=amount)


def stated(amount: str, on: str, account: str = "A", customer: str = "C") -> Json:
    """A balance stated."""
    return event("balance.stated", on, account_id=account, customer_id=customer, amount=amount)


def assigned(on: str, customer: str = "C", /, **shares: Any) -> Json:
    """A team: managers and shares; ``account_id`` or ``product`` narrow the scope. ``M_1`` is written ``M-1``."""
    scope = {name: shares.pop(name) for name in ("account_id", "product") if name in shares}
    team = [{"manager_id": name.replace("_", "-"), "share": share} for name, share in shares.items()]
    return event("customer.assigned", on, customer_id=customer, team=team, **scope)


PRODUCT_DAYS = CreditMeasure("balance", Aggregate.PRODUCT_DAYS)
INTEREST = CreditMeasure("balance", Aggregate.PRODUCT_DAYS, times="rate")


def flow(of: str, aggregate: Aggregate = Aggregate.SUM, **more: Any) -> CreditMeasure:
    """A measure of flows."""
    return CreditMeasure(of, aggregate, **more)


def where(field: str, *only: str, never: tuple[str, ...] = ()) -> tuple[Where, ...]:
    """A filter on one field."""
    return (Where(field, only, never),)


def request(start: str, end: str, **measures: CreditMeasure) -> Request:
    """A request of the days [start, end)."""
    return Request(measures, date.fromisoformat(start), date.fromisoformat(end))
