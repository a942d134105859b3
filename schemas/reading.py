"""Reading one value of a payload: from what JSON spells to the exact value, or to what is wrong with it.

The fast and the slow path of the codec both read through these functions, so that they cannot differ. Decimals have
a module of their own.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from schemas.catalogue import is_path
from schemas.currency import CODES, OTHERWISE_CALLED
from schemas.period import Period
from schemas.problems import Problem

LONGEST_ID = 128
FIRST_YEAR = 3
LAST_YEAR = 9997
"""Times and days within these years lie, dated in any time zone, in a period that has a day before and after it."""

_SHOWN = 40
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_JSON_CONTENT = re.compile(r"application/([a-z0-9.+-]+\+)?json *(;.*)?", re.IGNORECASE)
_FINER = re.compile(r"(\.[0-9]{6})[0-9]+")
_VECTOR = re.compile(r"[0-9]+:[0-9]+(?:,[0-9]+:[0-9]+)*")
_LARGEST_POSITION = 2**53 - 1


class Unreadable(ValueError):
    """A value that cannot stand in its field: what is wrong and what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


class Spelled(str):
    """A JSON number as its text, so that no digit is lost before it is read as a decimal."""

    __slots__ = ()


def shown(value: object) -> str:
    """``value`` as a message quotes it: JSON's spelling, cut where it is long."""
    if isinstance(value, Spelled):
        text = str(value)
    elif isinstance(value, str):
        text = '"' + value[: _SHOWN + 1].encode("unicode_escape").decode("ascii").replace('"', '\\"') + '"'
    elif isinstance(value, bool) or value is None:
        text = {True: "true", False: "false", None: "null"}[value]
    elif isinstance(value, dict):
        text = "an object"
    elif isinstance(value, list):
        text = "a list"
    else:
        text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that ``word`` was most likely meant to be."""
    matches = difflib.get_close_matches(word[:LONGEST_ID].casefold(), known, n=1)
    return matches[0] if matches else None


def read_text(value: Any) -> str:
    """A text of at least one character."""
    if type(value) is not str:
        raise Unreadable(f"{shown(value)} is not a text.", "Write it in quotation marks.")
    if not value:
        raise Unreadable("The text is empty.", "Say something, or leave the field out where it is optional.")
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise Unreadable(f"{shown(value)} holds half a character.", "Write the text as valid Unicode.")
    return value


def read_id(value: Any) -> str:
    """An identifier or a word: 1 to 128 characters, none of them a control character, no blank at either end."""
    text = read_text(value)
    if len(text) > LONGEST_ID:
        raise Unreadable(f"{shown(text)} has {len(text)} characters.", f"Use at most {LONGEST_ID}.")
    if text != text.strip():
        raise Unreadable(f"{shown(text)} begins or ends with a blank.", "Take the blank away.")
    if not text.isprintable() and any(unicodedata.category(mark) in {"Cc", "Zl", "Zp"} for mark in text):
        raise Unreadable(f"{shown(text)} holds a control character.", "Take it out.")
    return text


@lru_cache(maxsize=4096)
def _path(text: str) -> str:
    if not is_path(read_id(text)):
        raise Unreadable(
            f"{shown(text)} is no path of the catalogue.",
            "Join words of letters, digits and hyphens by dots, such as loan.mortgage.",
        )
    return text


def read_path(value: Any) -> str:
    """A path of the catalogue."""
    return _path(read_text(value))


def read_currency(value: Any) -> str:
    """A currency code of ISO 4217."""
    text = read_text(value)
    if text in CODES:
        return text
    match = nearest(text.upper(), sorted(CODES)) if len(text) <= _SHOWN else None
    guess = text.upper() if text.upper() in CODES else OTHERWISE_CALLED.get(text.upper(), match)
    meant = f"Did you mean {guess}? " if guess else ""
    raise Unreadable(f"{shown(text)} is no currency of ISO 4217.", f"{meant}Write three capital letters such as CNY.")


@lru_cache(maxsize=4096)
def _period_name(text: str) -> str:
    try:
        return Period.parse(text).name
    except Problem as problem:
        raise Unreadable(
            f"{shown(text)} is no period." if len(text) > _SHOWN else problem.what, problem.remedy
        ) from None


def read_period_name(value: Any) -> str:
    """The name of a period as the contract spells them (§2)."""
    return _period_name(read_text(value))


def read_flag(value: Any) -> bool:
    """``true`` or ``false``."""
    if type(value) is not bool:
        raise Unreadable(f"{shown(value)} is neither true nor false.", "Write true or false, without quotation marks.")
    return value


def read_list(value: Any) -> list[Any]:
    """A list; its elements are read by their own model."""
    if type(value) is not list:
        raise Unreadable(f"{shown(value)} is not a list.", "Write a list in square brackets.")
    return value


def read_day(value: Any) -> date:
    """A calendar day, YYYY-MM-DD."""
    if type(value) is date:
        return _within_years(value)
    if type(value) is not str or _DAY.fullmatch(value) is None:
        raise Unreadable(f"{shown(value)} is no date.", 'Write it as "YYYY-MM-DD", such as "2025-07-01".')
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Unreadable(f"{shown(value)} is a day that no calendar has.", "Correct the month or the day.") from None
    return _within_years(day)


def _within_years(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable(f"{day} lies outside the years {FIRST_YEAR:04d} to {LAST_YEAR}.", "Correct the year.")
    return day


_AWARE = Annotated[datetime, msgspec.Meta(tz=True)]


def read_time(value: Any) -> datetime:
    """An instant of RFC 3339 with its offset, in UTC; what is finer than a microsecond is cut off, as on a clock."""
    if type(value) is not str or not value.isascii():
        raise Unreadable(f"{shown(value)} is no time.", _TIME_REMEDY)
    try:
        return _utc(msgspec.convert(_FINER.sub(r"\1", value), _AWARE))  # msgspec rounds, into another day at midnight
    except msgspec.ValidationError as error:
        if "timezone" in str(error):
            raise Unreadable(f"{shown(value)} has no offset.", _TIME_REMEDY) from None
        raise Unreadable(f"{shown(value)} is no time.", _TIME_REMEDY) from None


_TIME_REMEDY = 'Write RFC 3339 with an offset, such as "2025-07-01T09:30:00+08:00".'


def _utc(time: datetime) -> datetime:
    if time.tzinfo is not UTC:
        try:
            time = time.astimezone(UTC)
        except OverflowError:
            raise Unreadable("The time lies outside the calendar.", "Correct the year.") from None
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise Unreadable(f"The time lies outside the years {FIRST_YEAR:04d} to {LAST_YEAR}.", "Correct the year.")
    return time


def read_content_type(value: Any) -> str:
    """What CloudEvents calls the type of ``data``: always JSON here, and therefore not kept."""
    text = read_text(value)
    if _JSON_CONTENT.fullmatch(text) is None:
        raise Unreadable(f"{shown(text)} is not JSON.", 'Write the payload as a JSON object in "data".')
    return text


def read_position(value: Any) -> int | str:
    """A position of a log: a number from 1 on, or on Kafka the vector ``0:812,1:790``."""
    if type(value) is int:
        value = Spelled(value) if value <= _LARGEST_POSITION else Spelled("-")
    if isinstance(value, Spelled):
        if value.isascii() and value.isdigit() and len(value) <= 16 and 0 <= int(value) <= _LARGEST_POSITION:
            return int(value)
    elif type(value) is str and _VECTOR.fullmatch(value) is not None and len(value) < 2**16:
        return value
    raise Unreadable(
        f"{shown(value)} is no position of a log.", 'Write a whole number, or a Kafka vector such as "0:812,1:790".'
    )
