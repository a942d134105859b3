"""Values: the texts of one field, read for all events at once by the rules by which the slow path reads one.

A field of few different texts has each of them read once. Where a text is wrong, or not as canonical bytes spell it and
nothing here says how, all of them are left to who reads line by line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from engine.content import joined
from engine.forms.lines import Texts
from schemas.completion import AMOUNT_READERS
from schemas.currency import minor_digits
from schemas.decimals import DecimalReader
from schemas.fields import AMOUNT, DAY, ID, WORD
from schemas.payloads import Field
from schemas.reading import LONGEST_ID, Spelled, read_currency

CURRENCY_FIELD = "currency"
_NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$"


class Values(NamedTuple):
    """The values of one field: how canonical bytes spell them, and what a column has of them."""

    spelled: pa.StringArray
    column: pa.Array


def readable(field: Field) -> bool:
    """Whether the texts of a field can be read here."""
    return field.part is None and field.column is not None and field.kind.wire is not bool


def read_ids(texts: Texts) -> pa.StringArray:
    """Identifiers and words, of visible characters and blanks.

    Raises:
        ValueError: one is empty, too long, or begins or ends with a blank.
    """
    lengths = texts.lengths
    if lengths.min() < 1 or texts.any_edge_blank():
        raise ValueError
    if lengths.max() > LONGEST_ID and pc.max(pc.utf8_length(texts.array)).as_py() > LONGEST_ID:
        raise ValueError
    return texts.array


def read_values(
    field: Field, texts: Texts, currencies: Sequence[str] | None, digits: int, *, bare: bool = False
) -> Values:
    """The values of a field; amounts have the digits of the currency beside each, or else so many ``digits``.

    ``bare`` texts stand without quotation marks: they are to be JSON numbers.

    Raises:
        ValueError: one of the texts is wrong, or in doubt.
    """
    if isinstance(field.kind.read, DecimalReader):
        if bare and not pc.all(pc.match_substring_regex(texts.array, _NUMBER)).as_py():
            raise ValueError
        spelled = Spelled if bare else str
        if field.kind is not AMOUNT:
            decimals = _decimals(texts.array, field.kind.read, spelled)
        elif currencies is None:
            decimals = _decimals(texts.array, AMOUNT_READERS[digits], spelled)
        else:
            decimals = pa.array(_amounts(list(map(spelled, texts.array.to_pylist())), currencies), pa.string())
        return Values(decimals, decimals)
    if bare:
        raise ValueError
    if field.kind in (ID, WORD) and not field.choices:
        words = read_ids(texts)
        return Values(words, words)
    return _of_few(field, texts.array)


def _of_few(field: Field, texts: pa.StringArray) -> Values:
    encoded = texts.dictionary_encode()
    different: list[str] = encoded.dictionary.to_pylist()
    read = [field.kind.read(text) for text in different]
    if field.choices and not set(different) <= set(field.choices):
        raise ValueError
    if field.kind is DAY:
        return Values(texts, pa.array(read, pa.date32()).take(encoded.indices))
    if read != different:
        raise ValueError
    return Values(texts, texts)


def _decimals(texts: pa.StringArray, reader: DecimalReader, spelled: type[str]) -> pa.StringArray:
    if reader.pointed is not None and pc.all(pc.match_substring_regex(texts, reader.pointed)).as_py():
        shortest = pc.utf8_rtrim(pc.utf8_rtrim(texts, "0"), ".")
        if pc.index(shortest, "-0").as_py() < 0:
            return shortest
    return pa.array(reader.spelled(list(map(spelled, texts.to_pylist()))), pa.string())


def _amounts(texts: list[str], currencies: Sequence[str]) -> list[str]:
    known: Mapping[str, int] = {code: minor_digits(read_currency(code)) for code in set(currencies)}
    spelled = texts[:]
    for each in set(known.values()):
        alike = [place for place, code in enumerate(currencies) if known[code] == each]
        for place, made in zip(alike, AMOUNT_READERS[each].spelled([texts[place] for place in alike]), strict=True):
            spelled[place] = made
    return spelled


def spelled_around(spelled: Sequence[str], columns: Sequence[pa.StringArray]) -> list[bytes]:
    """Each event's bytes: its texts, and what stands around them."""
    around = [pa.scalar(text) for text in spelled]
    pieces = [piece for pair in zip(around, columns, strict=False) for piece in pair]
    return joined([*pieces, around[-1]], "")
