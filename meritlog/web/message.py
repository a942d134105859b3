"""Messages: what followers of a board are told, spelled and packed once for all of them.

A feed that is packed is one gzip stream for its follower. Each message in it is packed by itself, so that the bytes are
the same for everybody: it ends where a byte ends and looks back at nothing before it (a full flush, RFC 1951 and
zlib's manual). The stream has no trailer, for it has no end: it breaks off when follower or server leave.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

import msgspec
from fastapi.sse import format_sse_event

PACKED_BEGINNING = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
"""The header of a gzip stream (RFC 1952): deflate, no name, no time, any system."""
_LEVEL = 1  # a board shrinks to a fifth; to a sixth it takes three times as long
_RAW = -15


class Frame(msgspec.Struct, frozen=True):
    """A message of the WebSocket feed: what server-sent events say in their fields ``event``, ``id`` and ``data``."""

    event: str
    id: str | None
    data: msgspec.Raw


@dataclass(frozen=True)
class Message:
    """What a follower is told: ``board`` (whole), ``changes``, ``status`` (a Health document), or nothing new."""

    event: str
    data: bytes = b""
    id: str | None = None

    @cached_property
    def spelled(self) -> bytes:
        """The message as a server-sent event; as a comment, where it says nothing."""
        if not self.data:
            return format_sse_event(comment=self.event)
        return format_sse_event(event=self.event, data_str=self.data.decode(), id=self.id)

    @cached_property
    def packed(self) -> bytes:
        """The same, packed."""
        return packed(self.spelled)

    @cached_property
    def framed(self) -> str:
        """The message as a frame of the WebSocket feed."""
        return msgspec.json.encode(Frame(self.event, self.id, msgspec.Raw(self.data))).decode()


PULSE = Message("pulse")
"""That the connection lives, told where nothing else is."""


def packed(data: bytes) -> bytes:
    """A part of a packed stream."""
    packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    return packing.compress(data) + packing.flush(zlib.Z_FULL_FLUSH)
