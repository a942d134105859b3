"""How other systems spell dates and numbers, and what they mean by it.

Date formats are those of strptime, but strict: every part has its full width, and no locale is asked. ``%y`` needs the
century said. Numbers are decimals with a decimal mark and, maybe, a thousands mark; nothing passes through a binary
float.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal

_PARTS: Mapping[str, str] = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>\d{2})",
    "d": r"(?P<d>\d{2})",
    "-m": r"(?P<m>\d{1,2})",
    "-d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{2})",
    "M": r"(?P<M>\d{2})",
    "S": r"(?P<S>\d{2})",
    "f": r"(?P<f>\d{1,9})",
    "z": r"(?P<z>Z|[+-]\d{2}:?\d{2})",
    "%": "%",
}
_KNOWN = "%Y %y %m %d %-m %-d %H %M %S %f %z"
_DIRECTIVE = re.compile(r"%(-?.)", re.DOTALL)


class DateFormat:
    """A strict date format; ``century`` is the first year of the hundred that ``%y`` counts in."""

    def __init__(self, text: str, century: int | None = None) -> None:
        pattern, end = "", 0
        for directive in _DIRECTIVE.finditer(text):
            part = _PARTS.get(directive[1])
            if part is None:
                raise ValueError(f"the date format {text!r} holds {directive[0]}; known are {_KNOWN}")
            pattern += re.escape(text[end : directive.start()]) + part
            end = directive.end()
        try:
            self._pattern = re.compile(pattern + re.escape(text[end:]), re.ASCII)
        except re.error:
            raise ValueError(f"the date format {text!r} names a part twice") from None
        groups = set(self._pattern.groupindex)
        if not ({"m", "d"} <= groups and groups & {"Y", "y"}):
            raise ValueError(f"the date format {text!r} needs a year, a month and a day, as in %Y-%m-%d")
        if ("y" in groups) != (century is not None):
            raise ValueError(
                "two digits of a year (%y) need `century:`, the first year of the hundred meant, as in 1900"
                if "y" in groups
                else "`century` belongs to a format with %y"
            )
        self.text = text
        self.has_zone = "z" in groups
        self._century = century or 0

    def read(self, text: str) -> datetime:
        """The moment that ``text`` spells (without ``%z`` in no zone); raises ``ValueError`` where it spells none."""
        match = self._pattern.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a date as {self.text} spells it")
        part = match.groupdict()
        year = int(part["Y"]) if part.get("Y") else self._century + int(part["y"])
        fraction = int((part.get("f") or "").ljust(6, "0")[:6])
        try:
            return datetime(
                year,
                int(part["m"]),
                int(part["d"]),
                int(part.get("H") or 0),
                int(part.get("M") or 0),
                int(part.get("S") or 0),
                fraction,
                tzinfo=_zone(part.get("z")),
            )
        except ValueError:
            raise ValueError(f"{text!r} names a day or an hour that no calendar has") from None


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def months_later(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or that month's last day where it is shorter."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The marks of decimals: ``NumberFormat(",", ".")`` reads ``1.234,50``; a thousands mark parts threes, or none.

    A minus may stand before or after, or the number in parentheses, as accountants write it.
    """

    decimal: str = "."
    thousands: str = ""

    def read(self, text: str) -> Decimal:
        """The number that ``text`` spells; raises ``ValueError`` where it spells none."""
        figures, sign = text.strip(), 1
        if figures.startswith("(") and figures.endswith(")"):
            figures, sign = figures[1:-1], -1
        elif figures.endswith("-"):
            figures, sign = figures[:-1].rstrip(), -1
        elif figures.startswith(("-", "+")):
            figures, sign = figures[1:].lstrip(), -1 if figures[0] == "-" else 1
        whole, mark, rest = figures.partition(self.decimal)
        if self.thousands and self.thousands in whole:
            first, *threes = whole.split(self.thousands)
            if not 1 <= len(first) <= 3 or any(len(three) != 3 for three in threes):
                raise ValueError(f"{text!r} is no number: {self.thousands!r} does not part it in threes")
            whole = first + "".join(threes)
        if not _digits(whole) or (mark and not _digits(rest)):
            marks = f"a decimal {self.decimal!r}" + (f" and a thousands {self.thousands!r}" if self.thousands else "")
            raise ValueError(f"{text!r} is no number with {marks}; say under `table:` which marks the column has")
        return sign * Decimal(f"{whole}.{rest}" if rest else whole)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
