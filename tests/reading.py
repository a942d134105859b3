"""Events of the tests as the product reads them: a bank's JSON becomes facts at positions 1, 2, 3 ..."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.book import Fact
from schemas.codec import STANDARD, business_date
from schemas.institution import Institution
from tests.banks import CURRENCY, TIMEZONE

INSTITUTION = Institution(TIMEZONE, CURRENCY)


def read_bank(bank: Iterable[dict[str, Any]]) -> list[Fact]:
    """The events of ``bank`` at the positions that their order gives them."""
    events = [STANDARD.event_of(event, INSTITUTION).event for event in bank]
    return [Fact(position, business_date(event, INSTITUTION.zone), event) for position, event in enumerate(events, 1)]
