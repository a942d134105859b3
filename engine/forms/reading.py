"""Reading lines by their forms: from lines to what they say, in columns, and their canonical bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from engine.content import Alike
from engine.forms.form import DATA, Form, learnt
from engine.forms.lines import Lines, Pieces, Places
from engine.forms.times import read_times, spelled_times
from engine.forms.values import CURRENCY_FIELD, read_ids, read_values, readable, spelled_around
from schemas.codec import Codec
from schemas.event import SUBJECTS
from schemas.payloads import PayloadType
from schemas.strict import LARGEST_EVENT_BYTES
from schemas.upcast import FIRST_VERSION

MANY = 512
"""So many lines of one form are read in columns; fewer are read faster one by one."""
IN_VAIN_MAX = 4
"""From so many lines with as many quotation marks a form is learnt that few others have; then no more are tried."""
BYTES_MAX = 1 << 28
"""Lines of more bytes together are read one by one: places in them are to fit into 32 bits."""


@dataclass(frozen=True, slots=True)
class Read:
    """Events read by one form: what they say, and how canonical bytes spell it but for times, by each piece's name."""

    alike: Alike
    form: Form
    spelled: Mapping[str, pa.StringArray]

    def bodies(self) -> list[bytes]:
        """Their canonical bytes."""
        spelled = {**self.spelled, "time": spelled_times(self.alike.times)}
        return spelled_around(self.form.spelled, [spelled[name] for name in self.form.canonical])


class Forms:
    """The forms of events of ``types``: those of the types given that can be read in columns."""

    def __init__(self, types: Mapping[str, PayloadType]) -> None:
        self.types = {name: payload for name, payload in types.items() if _is_plain(payload)}

    def read(self, lines: Sequence[bytes], digits: int) -> list[Read]:
        """The events of those of ``lines`` that many others are like; ``digits`` are the institution's currency's."""
        if len(lines) < MANY or sum(map(len, lines)) > BYTES_MAX:
            return []
        there = Lines(lines)
        fit = there.plain[(there.ends - there.starts)[there.plain] <= LARGEST_EVENT_BYTES]
        counts = there.quotes[fit]
        found: list[Read] = []
        for quotes in np.flatnonzero(np.bincount(counts) >= MANY).tolist() if len(fit) else ():
            for form, alike in self._sorted(there, lines, fit[counts == quotes]):
                found += _read_some(form, alike, digits)
        return found

    def _sorted(self, there: Lines, lines: Sequence[bytes], rows: Places) -> Iterator[tuple[Form, Pieces]]:
        """The pieces of the lines of each form that many have, of lines with as many quotation marks."""
        in_vain = 0
        while len(rows) >= MANY and in_vain < IN_VAIN_MAX:
            one = rows[in_vain * len(rows) // IN_VAIN_MAX]
            form = learnt(lines[one], self.types)
            alike = None if form is None else _having(there, form, rows)
            if form is not None and alike is not None and len(alike.lines) >= MANY:
                yield form, alike
            else:
                in_vain += 1
            rows = np.setdiff1d(rows, [one] if alike is None else alike.lines, assume_unique=True)


@cache
def forms_of(codec: Codec) -> Forms:
    """The forms of a codec's types."""
    return Forms(codec.types)


def _is_plain(payload: PayloadType) -> bool:
    """Whether payloads of a type are values side by side, each in a column, and it always has the same subject.

    Then nothing has to be asked of one event to place it, and nothing is to be known of one beyond its columns.
    """
    model, fields = payload.model, payload.fields
    if payload.version != FIRST_VERSION or model.rules or model.personal:
        return False
    return all(map(readable, fields)) and any(item.required and item.attribute in SUBJECTS for item in fields)


def _having(there: Lines, form: Form, rows: Places) -> Pieces:
    """The pieces of those of the lines that have a form; all of them have as many quotation marks."""
    pieces = there.pieces(rows, form)
    starts, ends = np.vstack([there.starts[rows], pieces.ends]), np.vstack([pieces.starts, there.ends[rows]])
    sizes = np.array(list(map(len, form.literals)))[:, None]
    fit = np.flatnonzero((ends - starts == sizes).all(axis=0) & (pieces.starts <= pieces.ends).all(axis=0))
    if len(fit) < len(rows):
        pieces, starts = pieces.of(fit), starts[:, fit]
    if not len(fit):
        return pieces
    said = np.logical_and.reduce([there.say(at, literal) for at, literal in zip(starts, form.literals, strict=True)])
    return pieces if said.all() else pieces.of(np.flatnonzero(said))


def _read_some(form: Form, alike: Pieces, digits: int) -> Iterator[Read]:
    """The events of lines of one form, but for those near a line that is wrong or in doubt."""
    try:
        yield _read(form, alike, digits)
    except ValueError:
        middle = len(alike.lines) // 2
        if middle >= MANY:
            yield from _read_some(form, alike.of(slice(middle)), digits)
            yield from _read_some(form, alike.of(slice(middle, None)), digits)


def _read(form: Form, alike: Pieces, digits: int) -> Read:
    texts = dict(zip(form.names, alike.texts(), strict=True))
    ids, sources = read_ids(texts["id"]), read_ids(texts["source"])
    times = read_times(texts["time"])
    spelled = {"id": ids, "source": sources}
    beside = texts.get(f"{DATA}.{CURRENCY_FIELD}")
    currencies = None if beside is None else beside.array.to_pylist()
    columns = {}
    for name, field in form.fields.items():
        values = read_values(field, texts[name], currencies, digits, bare=name in form.bare)
        spelled[name], columns[field.attribute] = values
    return Read(Alike(form.type, alike.lines, ids, sources, times, columns), form, spelled)
