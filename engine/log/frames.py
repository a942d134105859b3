"""The durable tail: the newest events, a frame a batch, each frame chained to the one before.

A frame is a header, one line of JSON, and its events, one canonical line each. The header's ``chain`` is the SHA-256 of
the chain before it, the header without ``chain``, and the events: no bit of a frame can change unnoticed, and no frame
can go missing from the middle. The chain of a tail starts from the digest of the manifest entry (or of ``log.json``)
that it continues. In a partitioned log the header also says where each event was placed and how far the topic that
feeds the log had been read, so that both are durable in one step with the events; such a frame may hold no event.

How much of the tail is acknowledged stands apart, in one sector with its own digest, written after the frame is
durable and made durable before an append returns. So a crash can only tear what lies beyond it; anything wrong before
it is damage, never a torn write. The sector also says whether a writer has the log open: leftovers of a crash are
explained by that, and by nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType

from engine.log import digest
from engine.log.digest import RESTORE, Damage
from engine.log.disk import SECTOR_BYTES
from engine.log.intake import Intake
from schemas.problems import Place

ACKNOWLEDGED_NAME = "acknowledged"
_TAIL = re.compile(r"tail-[0-9]{12,}\.log")


class Header(msgspec.Struct, frozen=True):
    """The first line of a frame: its first position, how many events and bytes follow, and when they were admitted.

    Of a partitioned log: ``places`` is the partition of each event, ``intake`` what had been read of its topic.
    """

    admitted: int
    bytes: int
    count: int
    first: int
    chain: str = ""
    places: list[int] | UnsetType = UNSET
    intake: Intake | UnsetType = UNSET


class Acknowledged(msgspec.Struct, frozen=True):
    """What of the tail is promised: the tail that begins at ``first``, up to ``length`` bytes, ending in ``chain``.

    ``position`` is the last one promised; ``open`` says that a writer has, or died with, the log open.
    """

    first: int
    position: int
    length: int
    chain: str
    open: bool
    digest: str = ""

    def sector(self) -> bytes:
        """The sector that says so."""
        return (digest.line_of(digest.signed(self))).ljust(SECTOR_BYTES - 1) + b"\n"

    @classmethod
    def parse(cls, data: bytes, path: Path) -> Acknowledged:
        """The sector read back; Damage where any bit is not as written."""
        said = digest.parse(data.rstrip(b" \n") + b"\n", cls, path)
        if said.sector() != data:
            raise Damage("The file is damaged: its padding changed.", place=Place(file=str(path)), remedy=RESTORE)
        return said


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of a tail: its header, the bodies of its events, and the byte of the tail after it."""

    header: Header
    bodies: list[bytes]
    end: int


def tail_name(first: int) -> str:
    """The file of the tail whose first event has position ``first``."""
    return f"tail-{first:012d}.log"


def is_tail(path: Path) -> bool:
    """Whether the file has the name of a tail."""
    return _TAIL.fullmatch(path.name) is not None


def encode(
    first: int,
    admitted: int,
    bodies: Sequence[bytes],
    chain: str,
    places: list[int] | UnsetType = UNSET,
    intake: Intake | UnsetType = UNSET,
) -> tuple[bytes, Header]:
    """A frame of ``bodies`` after ``chain``: its bytes, and its header, which says the chain that it ends in."""
    payload = b"\n".join([*bodies, b""])
    bare = Header(admitted, len(payload), len(bodies), first, places=places, intake=intake)
    header = msgspec.structs.replace(bare, chain=_chain(chain, bare, payload))
    return digest.line_of(header) + b"\n" + payload, header


def rechained(frames: Sequence[Frame], chain: str) -> tuple[bytes, str]:
    """These frames as they continue ``chain``: their bytes, and the chain that they end in."""
    parts = []
    for frame in frames:
        old = frame.header
        data, header = encode(old.first, old.admitted, frame.bodies, chain, old.places, old.intake)
        parts.append(data)
        chain = header.chain
    return b"".join(parts), chain


def _chain(before: str, bare: Header, payload: bytes | memoryview) -> str:
    total = sha256(before.encode() + b"\n" + digest.line_of(bare) + b"\n")
    total.update(payload)
    return "sha256:" + total.hexdigest()


def read_frames(
    data: bytes, path: Path, first: int, chain: str, *, whole: bool, begin: int = 0
) -> tuple[list[Frame], str]:
    """The frames in ``data``, the bytes of a tail from ``begin`` on, which continue ``chain`` at position ``first``.

    Where ``whole``, ``data`` was acknowledged: anything but whole frames is Damage, and named. Otherwise it is what a
    crash may have left: reading stops at the last whole frame. Returns the frames and the chain they end in.
    """
    frames: list[Frame] = []
    offset = 0
    while offset < len(data):
        frame = _frame(data, offset, first, chain)
        if isinstance(frame, str):
            if not whole:
                break
            raise Damage(
                f"The tail is damaged at byte {begin + offset}, position {first}: {frame}.",
                place=Place(file=str(path)),
                remedy=RESTORE,
            )
        header, bodies, offset = frame
        frames.append(Frame(header, bodies, begin + offset))
        first, chain = first + header.count, header.chain
    return frames, chain


def _frame(data: bytes, offset: int, first: int, chain: str) -> tuple[Header, list[bytes], int] | str:
    """The frame at ``offset`` of ``data`` and the byte after it, or what is wrong with it."""
    line_end = data.find(b"\n", offset)
    if line_end < 0:
        return "a header without an end"
    try:
        header = msgspec.json.decode(memoryview(data)[offset:line_end], type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "no header of a frame"
    if header.first != first:
        return f"a frame that begins at position {header.first}"
    begin, end = line_end + 1, line_end + 1 + header.bytes
    if end > len(data):
        return "a frame cut short"
    payload = memoryview(data)[begin:end]
    if _chain(chain, msgspec.structs.replace(header, chain=""), payload) != header.chain:
        return "a frame that does not match its digest"
    if digest.line_of(header) != data[offset:line_end]:
        return "a header that was written otherwise"
    bodies = data[begin:end].split(b"\n")[:-1]
    if len(bodies) != header.count:
        return f"another number of events than was written: {len(bodies)} instead of {header.count}"
    if header.places is not UNSET and len(header.places) != header.count:
        return f"another number of places than of events: {len(header.places)} instead of {header.count}"
    return header, bodies, end
