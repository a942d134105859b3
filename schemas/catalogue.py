"""The catalogue of products, services and channels: dotted paths that users extend without code.

``loan.working-capital`` lies below ``loan``. A path carries itself and everything below it; nothing else relates two
paths, so a new product needs no entry anywhere.
"""

from __future__ import annotations

import re

_WORD = r"[^\s!-,./:-@\[-^`{-~]+"
SHAPE = rf"{_WORD}(\.{_WORD})*"
"""A path: words without blanks or punctuation but ``-`` and ``_``, joined by single dots."""

_PATH = re.compile(SHAPE)


def is_path(text: str) -> bool:
    """Whether ``text`` has the shape of a catalogue path."""
    return _PATH.fullmatch(text) is not None


def carries(path: str, value: str) -> bool:
    """Whether ``value`` is ``path`` itself or lies below it."""
    return value == path or value.startswith(path + ".")
