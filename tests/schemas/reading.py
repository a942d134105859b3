"""Reading one event, and the complaint about a wrong one, as tests need it."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.codec import parse
from schemas.event import Event
from schemas.institution import Institution
from schemas.problems import Problem
from tests.samples import line

BANK = Institution()


def read(event: dict[str, Any]) -> Event:
    return parse(line(event), BANK).event


def complaint(event: dict[str, Any] | bytes) -> str:
    with pytest.raises(Problem) as caught:
        parse(event if isinstance(event, bytes) else line(event), BANK)
    assert caught.value.remedy, "a complaint says what to do"
    return str(caught.value)
