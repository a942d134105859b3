"""Checked: what the worker found when it last reconciled its boards, kept in the log's cache for whoever serves it.

The worker is a process of its own; what it shares with a server is the log's folder (docs/decisions/0009). Whoever
deletes the cache to have the live side made again deletes the finding, too.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import msgspec

from engine.log.state import CACHE_NAME
from schemas.statement import Finding

NAME = "checked.json"


class Checked(msgspec.Struct, frozen=True):
    """The last check: when it was made, at which position of the log, and what it found wrong."""

    at: datetime
    position: int | str
    findings: list[Finding]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Checked).decode


def note(log: Path, checked: Checked) -> None:
    """Keep what was found, in place of what was found before."""
    path = log / CACHE_NAME / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{NAME}.{os.getpid()}.aside")
    aside.write_bytes(_encode(checked))
    os.replace(aside, path)


class Noted:
    """What a worker of the log at ``log`` noted last; the file is read again when it has changed."""

    def __init__(self, log: Path) -> None:
        self._path = log / CACHE_NAME / NAME
        self._changed = 0
        self._known: Checked | None = None

    @property
    def last(self) -> Checked | None:
        """The last check; None where none was made, or nothing of it can be read."""
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._changed:
                self._known = _decode(self._path.read_bytes())
                self._changed = changed
        except (OSError, msgspec.DecodeError):
            self._changed, self._known = 0, None
        return self._known
