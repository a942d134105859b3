"""Canonical JSON (RFC 8785) of plain values: what digests are taken over.

Numbers that are not whole have no place here: where exactness counts, a number is a string.
"""

from __future__ import annotations

import json
from typing import Any

LARGEST_INTEGER = 2**53 - 1


def canonical_json(value: Any) -> bytes:
    """The canonical bytes of strings, booleans, None, whole numbers up to 2^53 - 1, and lists and dicts of them."""
    return _text(value).encode()


def _text(value: Any) -> str:
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"{value} is too large for a JSON number; write it as a string")
        return str(value)
    if isinstance(value, dict):
        members = (f"{_text(key)}:{_text(value[key])}" for key in sorted(value, key=_utf16))
        return "{" + ",".join(members) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"canonical JSON has no {type(value).__name__}")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
