"""What a document is made of: headings, texts, tables and rules, and formulas as a person writes them."""

from __future__ import annotations

from typing import Literal

import msgspec


class Words(msgspec.Struct, frozen=True, tag="words", tag_field="is"):
    """A name, by its label, or a few words of the language."""

    text: str


class Figure(msgspec.Struct, frozen=True, tag="figure", tag_field="is"):
    """A number."""

    text: str


class Sign(msgspec.Struct, frozen=True, tag="sign", tag_field="is"):
    """An operator, as it is written: ``×``, ``≥``."""

    text: str


class Over(msgspec.Struct, frozen=True, tag="over", tag_field="is"):
    """A fraction."""

    top: Written
    bottom: Written


class Sequence(msgspec.Struct, frozen=True, tag="sequence", tag_field="is"):
    """Parts behind one another, with a space between them unless ``tight``."""

    parts: list[Written]
    tight: bool = False


class Brackets(msgspec.Struct, frozen=True, tag="brackets", tag_field="is"):
    """A part in brackets: round ones, or those of rounding down (``⌊ ⌋``) and up (``⌈ ⌉``)."""

    inner: Written
    left: str = "("
    right: str = ")"


class Case(msgspec.Struct, frozen=True):
    """What holds where a condition does; without one, otherwise."""

    value: Written
    condition: Written


class Cases(msgspec.Struct, frozen=True, tag="cases", tag_field="is"):
    """One of several values, by the condition that holds first."""

    rows: list[Case]


Written = Words | Figure | Sign | Over | Sequence | Brackets | Cases
"""A formula, or a part of one."""


class Heading(msgspec.Struct, frozen=True, tag="heading", tag_field="is"):
    """A heading of a level, 1 for a section; on paper ``apart`` begins a page."""

    text: str
    level: int = 1
    apart: bool = False


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph", tag_field="is"):
    """A text; a ``note`` is set back, a ``warning`` stands out."""

    text: str
    tone: Literal["plain", "note", "warning"] = "plain"


class Facts(msgspec.Struct, frozen=True, tag="facts", tag_field="is"):
    """What a document is about: names with their values."""

    pairs: list[tuple[str, str]]


class Table(msgspec.Struct, frozen=True, tag="table", tag_field="is"):
    """A table; the columns in ``right`` hold figures, the rows in ``strong`` weigh more."""

    headings: list[str]
    rows: list[list[str]]
    right: list[int] = []
    strong: list[int] = []


class Rule(msgspec.Struct, frozen=True, tag="rule", tag_field="is"):
    """One line of a plan: what it is called, in a few words what it is, and its rule as a formula or in words."""

    name: str
    id: str
    tags: list[str]
    clause: str
    formula: Written | None = None
    text: str = ""
    notes: list[str] = []


Block = Heading | Paragraph | Facts | Table | Rule


class Paper(msgspec.Struct, frozen=True):
    """A document in one language (``en`` or ``zh``), with what stands at the foot of its pages.

    Its ``day`` (YYYY-MM-DD) is one that it speaks of, not the day on which it was made.
    """

    title: str
    subtitle: str
    language: str
    day: str
    foot: str
    blocks: list[Block]


def sequence(*parts: Written) -> Written:
    """Parts behind one another, as one."""
    return parts[0] if len(parts) == 1 else Sequence(list(parts))


def tight(*parts: Written) -> Written:
    """Parts behind one another without a space."""
    return parts[0] if len(parts) == 1 else Sequence(list(parts), tight=True)
