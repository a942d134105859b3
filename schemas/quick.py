"""The fast path of reading: whole blocks of lines at once, or not at all.

A block is taken only where the slow path would take every line of it and make the same bytes. What msgspec does not
check itself is shown by counting: a key that stands twice in a line is missing from the event's canonical bytes, so the
line then has more keys than those. A block in doubt is left to be read line by line, and a line in doubt slowly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
from msgspec import UNSET

from schemas.codec import UNFIT, Codec
from schemas.event import Told
from schemas.strict import LARGEST_EVENT_BYTES

_BLANKS = b" \t\r\n"
_QUOTE, _COLON, _POINT, _ZERO = b'":.0'
_ESCAPE = b"\\"  # one byte is looked for many times as fast as several
_FINER = re.compile(rb'("time"\s*:\s*"[^".]*\.[0-9]{6})[0-9]+')
_encode_lines = msgspec.json.Encoder(order="sorted").encode_lines


def read_block(codec: Codec, lines: Sequence[bytes], digits: int) -> tuple[list[bytes], list[Told]] | None:
    """The events in ``lines`` and their canonical bytes, or None where a line is wrong or in doubt.

    ``digits`` are those of the institution's currency.
    """
    joined = b"".join(lines)
    if (_ESCAPE in joined and b"\\u00" in joined) or max(map(len, lines)) > LARGEST_EVENT_BYTES:
        return None
    if _may_be_finer(joined):
        lines = [_FINER.sub(rb"\1", line) for line in lines]
    try:
        envelopes: list[Told] = list(map(codec.decode_envelope, lines))
        codec.complete(envelopes, digits)
    except UNFIT:
        return None
    dropped = sum(_drop(envelopes, name) for name in ("subject", "datacontenttype"))
    bodies = _encode_lines(envelopes).split(b"\n")[:-1]  # JSON spells a line feed inside a string as \n
    written = b"".join(bodies)
    if _keys(joined) != _keys(written) + dropped or _odd(written):
        return None
    return bodies, envelopes


def _may_be_finer(text: bytes) -> bool:
    """Whether a digit stands seventh after a point: maybe in a time, whose microseconds msgspec would round."""
    marks = np.frombuffer(text, np.uint8)
    return bool(np.any((marks[:-7] == _POINT) & (marks[7:] - np.uint8(_ZERO) < 10)))


def _drop(envelopes: Sequence[Any], name: str) -> int:
    """Take away an attribute that events may arrive with and the log does not keep; how many had it."""
    values = list(map(attrgetter(name), envelopes))
    given = len(values) - values.count(UNSET)
    if given:
        for envelope in envelopes:
            setattr(envelope, name, UNSET)
    return given


def _keys(text: bytes) -> int:
    """How many keys the JSON in ``text`` has, and as many more as strings begin with a colon.

    An escaped quotation mark before a colon counts too: in the canonical bytes as in a line without ``\\u00``.
    """
    if b" " in text or b"\t" in text or b"\r" in text or b"\n" in text:
        text = text.translate(None, _BLANKS)
    marks = np.frombuffer(text, np.uint8)
    return int(np.count_nonzero((marks[:-1] == _QUOTE) & (marks[1:] == _COLON)))


def _odd(bodies: bytes) -> bool:
    """Whether a string may hold a control character, or begin or end with a blank."""
    if _ESCAPE in bodies or b"\x7f" in bodies:
        return True
    if b" " in bodies and (b'" ' in bodies or b' "' in bodies):
        return True
    return not (bodies.isascii() or bodies.decode().isprintable())
