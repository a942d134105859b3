"""What all parts of a plan share: names, exact numbers, labels in two languages, and where a rule comes from."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from schemas.exact import plain

NAME = r"[a-z][a-z0-9_]{0,63}"
Name = Annotated[str, Field(pattern=f"^{NAME}$", description="lower-case letters, digits and underscores")]
PlanName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]


def _plain_number(value: object) -> object:
    if isinstance(value, str) and not value.strip().lstrip("-").replace(".", "", 1).isdigit():
        raise ValueError("A plain decimal number is expected, such as 0.05 or 1200")
    return value


def _shortest(value: Decimal) -> Decimal:
    return Decimal(plain(value))


Number = Annotated[Decimal, BeforeValidator(_plain_number), AfterValidator(_shortest)]


class Document(BaseModel):
    """What all parts of a plan share: no unknown field, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(Document):
    """A text in the two languages that plans speak."""

    en: str = Field(min_length=1, description="in English")
    zh: str = Field(min_length=1, description="in Chinese")

    def text(self, language: str) -> str:
        """The text in ``language`` (``zh`` or, for everything else, English)."""
        return self.zh if language == "zh" else self.en


class Rule(Document):
    """Where a rule comes from: its clause in the source, and our reading where the source is silent or damaged."""

    label: Label = Field(description="what readers see it called")
    clause: str | None = Field(default=None, description="where the source says it, such as 21(3)1")
    reading: Label | None = Field(default=None, description="how this plan reads a source that is silent or damaged")
