"""Completing what msgspec decoded: many structs of one type at once, a field at a time.

msgspec leaves decimals as they are spelled and lets pass what it cannot express (currencies, paths, periods, rules
across fields). A whole column is completed for little more than the price of one value: words are looked at once
however often they stand there, decimals are matched in one text. What is then in the structs is spelled as canonical
bytes spell it; where rules reckon with the values, they are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import repeat
from operator import attrgetter
from typing import Any

import msgspec

from schemas.currency import minor_digits
from schemas.decimals import DecimalReader
from schemas.exact import AMOUNT_DIGITS
from schemas.fields import AMOUNT, DAY
from schemas.payloads import Field, Rule, fields_of
from schemas.reading import FIRST_YEAR, LAST_YEAR, read_day

AMOUNT_READERS = tuple(DecimalReader("an amount", digits, 10**13) for digits in range(AMOUNT_DIGITS + 1))
"""Readers of amounts, by the digits of their currency."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ABSENT = frozenset({None})
_currency = attrgetter("currency")
_set = msgspec.structs.force_setattr

Get = Callable[[Any], Any]
Read = Callable[[Sequence[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class _Column:
    """A field that values are read for: where msgspec takes anything, a null passes even where one is required."""

    name: str
    get: Get
    required: bool

    def replace(self, structs: Sequence[Any], read: Read) -> None:
        """Put what ``read`` makes of the values in their place."""
        values = list(map(self.get, structs))
        if not self.required and None in values:
            given = [place for place, value in enumerate(values) if value is not None]
            structs, values = [structs[place] for place in given], [values[place] for place in given]
        for struct, value, made in zip(structs, values, read(values), strict=True):
            if made is not value:
                _set(struct, self.name, made)


@dataclass(frozen=True, slots=True)
class Completion:
    """What is to be done for structs of one type: values to replace, others to test, rules to keep.

    Where it is ``exact``, decimals are replaced by numbers, which rules reckon with; else by their shortest spelling.
    """

    exact: bool
    amounts: tuple[_Column, ...]
    replaced: tuple[tuple[_Column, Read], ...]
    tested: tuple[tuple[Get, Callable[[Any], Any]], ...]
    lists: tuple[tuple[Get, Completion], ...]
    rules: tuple[Rule, ...]

    def complete(self, structs: Sequence[Any], digits: int) -> None:
        """Complete ``structs`` in place; ``digits`` are those of an amount that says no currency.

        Raises:
            ValueError, OverflowError: something is wrong, or beyond the fast path.
        """
        for get, test in self.tested:
            for value in set(map(get, structs)) - _ABSENT:
                test(value)
        if self.amounts:
            for reader, alike in _by_currency(structs, digits):
                for column in self.amounts:
                    column.replace(alike, _of_many(reader, exact=self.exact))
        for column, read in self.replaced:
            column.replace(structs, read)
        for get, inner in self.lists:
            inner.complete([each for listed in map(get, structs) for each in listed], digits)
        for rule in self.rules:
            for struct in structs:
                rule(struct)


def _by_currency(structs: Sequence[Any], digits: int) -> Iterator[tuple[DecimalReader, Sequence[Any]]]:
    """The structs whose amounts have the same number of digits, and what reads those."""
    known = {code: digits if code is None else minor_digits(code) for code in set(map(_currency, structs))}
    for each in set(known.values()):
        alike = structs if len(set(known.values())) == 1 else [one for one in structs if known[one.currency] == each]
        yield AMOUNT_READERS[each], alike


def _of_many(read: Callable[[Any], Any], *, exact: bool) -> Read:
    """What reads many values as ``read`` does one."""
    if isinstance(read, DecimalReader):
        return read.all if exact else read.spelled
    return partial(map, read)


def completion_of(fields: tuple[Field, ...], rules: tuple[Rule, ...], *, exact: bool = False) -> Completion:
    """What completes the decoding of structs with these fields."""
    exact = exact or bool(rules)
    amounts: list[_Column] = []
    replaced: list[tuple[_Column, Read]] = []
    tested: list[tuple[Get, Callable[[Any], Any]]] = []
    lists: list[tuple[Get, Completion]] = []
    for item in fields:
        get = attrgetter(item.attribute)
        column = _Column(item.attribute, get, item.required)
        if item.part is not None:
            lists.append((get, completion_of(fields_of(item.part), (), exact=exact)))
        elif item.kind is AMOUNT:
            amounts.append(column)
        elif item.kind is DAY:
            tested.append((get, read_day))
        elif item.kind.check is not None and not item.choices:
            if item.kind.wire is Any:
                replaced.append((column, _of_many(item.kind.check, exact=exact)))
            else:
                tested.append((get, item.kind.check))
    return Completion(exact, tuple(amounts), tuple(replaced), tuple(tested), tuple(lists), rules)


def in_utc(times: Sequence[datetime]) -> list[datetime]:
    """``times``, each with its own offset, in UTC.

    Raises:
        ValueError, OverflowError: one lies outside the years that an event can have.
    """
    zones = {time.tzinfo for time in times}
    if len(zones) == 1:  # The usual case: within one zone, differences need no look at offsets.
        here = _EPOCH.astimezone(zones.pop())
        found = [_EPOCH + (time - here) for time in times]
    else:
        found = list(map(datetime.astimezone, times, repeat(UTC)))
    if min(found).year < FIRST_YEAR or max(found).year > LAST_YEAR:
        raise ValueError
    return found
