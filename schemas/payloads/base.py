"""What every payload shares: a strict model whose fields carry their kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from schemas.fields import Day


class Broken(ValueError):
    """Fields that are fine one by one but not together: which one to look at, what is wrong, what to do."""

    def __init__(self, field: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.field = field
        self.what = what
        self.remedy = remedy


Rule = Callable[[Any], None]
"""A check across fields; it raises ``Broken``. It sees a payload struct of the codec."""


class Part(BaseModel):
    """An object inside a payload: unknown fields are refused, so that a typo cannot vanish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Payload(Part):
    """The ``data`` of one event type."""

    type: ClassVar[str]
    rules: ClassVar[tuple[Rule, ...]] = ()
    personal: ClassVar[frozenset[str]] = frozenset()
    """Fields that go to the side table of people and are no part of the logged event."""

    on: Day | None = Field(
        default=None,
        description="Business date; when absent, the date of `time` in the institution's time zone.",
    )
