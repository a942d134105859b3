"""Files as streams of lines: plain, gzip or Zstandard by what they begin with, in constant memory.

A line longer than the limit is not held: its beginning and its length are all that is kept. A compressed file that is
cut or damaged yields what can be read of it, then a ``Broken`` end.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from engine.sources.batch import Refused
from schemas.problems import EnvironmentProblem, Place, Problem
from schemas.strict import LARGEST_EVENT_BYTES

LONGEST_LINE = LARGEST_EVENT_BYTES
CHUNK = LONGEST_LINE  # A chunk is no longer than a line may be, so that only its first line can be too long.
KEPT_OF_A_LONG_LINE = 4_096
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_GZIP, _ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Zstandard makes at most 128 KB of 4 bytes: so much goes in at a time that no file can blow up the memory.
_ZSTANDARD_STEP = 4_096


@dataclass(frozen=True, slots=True)
class Lines:
    """Consecutive lines without their line feeds, the first of them numbered ``first``."""

    first: int
    lines: list[bytes]


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line over the limit: its number, its beginning and its whole length in bytes."""

    line: int
    beginning: bytes
    length: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The end of a compressed file that does not end: the line it breaks off in, what is there of it, and why."""

    line: int
    beginning: bytes
    why: str


Piece = Lines | TooLong | Broken


class _Damaged(Exception):
    """A compressed stream that is cut or holds what its kind never writes."""


def opened(path: Path) -> BinaryIO:
    """The file, to be read.

    Raises:
        Problem: there is none, or the system does not let it be read.
    """
    where = Place(file=str(path))
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Problem("There is no such file.", place=where) from None
    except IsADirectoryError:
        raise Problem("It is a folder.", place=where, remedy="Name the files in it.") from None
    except OSError as failure:
        raise EnvironmentProblem(f"It cannot be read: {failure.strerror}.", place=where) from None


def pieces(stream: BinaryIO, name: str) -> Iterator[Piece]:
    """The lines of a file, in order and numbered from 1; a byte order mark before the first is taken away.

    Raises:
        Problem: the text is UTF-16, which has no line feeds of its own.
    """
    splitter, why = _Splitter(), ""
    try:
        for chunk in _content(stream):
            if splitter.untouched and chunk.startswith(_UTF_16):
                raise Problem("It is UTF-16 text.", place=Place(file=name), remedy="Save it as UTF-8.")
            yield from splitter.fed(chunk.removeprefix(BYTE_ORDER_MARK) if splitter.untouched else chunk)
    except _Damaged as damage:
        why = str(damage)
    yield from splitter.ended(why)


class _Splitter:
    """Cuts chunks into lines and counts them; of a line over the limit it keeps the beginning alone."""

    def __init__(self) -> None:
        self._line = 1
        self._rest = b""
        self._passed = 0  # how many bytes of a line over the limit have gone by
        self.untouched = True

    def fed(self, chunk: bytes) -> Iterator[Piece]:
        """The lines that ``chunk`` completes."""
        self.untouched = False
        if self._passed:
            remainder, feed, chunk = chunk.partition(b"\n")
            self._passed += len(remainder)
            if not feed:
                return
            yield from self._long()
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        if lines and len(lines[0]) > LONGEST_LINE:
            self._rest, kept = lines.pop(0), self._rest
            yield from self._long()
            self._rest = kept
        if lines:
            yield Lines(self._line, lines)
            self._line += len(lines)
        if len(self._rest) > LONGEST_LINE:
            self._passed = len(self._rest)
            self._rest = self._rest[:KEPT_OF_A_LONG_LINE]

    def ended(self, why: str) -> Iterator[Piece]:
        """What the last line holds; ``why`` says what broke the file off there, if anything did."""
        if self._passed:
            yield from self._long()
        if why:
            yield Broken(self._line, self._rest, why)
        elif self._rest:
            yield Lines(self._line, [self._rest])

    def _long(self) -> Iterator[Piece]:
        yield TooLong(self._line, self._rest[:KEPT_OF_A_LONG_LINE], self._passed or len(self._rest))
        self._line, self._rest, self._passed = self._line + 1, b"", 0


class _Raw(io.RawIOBase):
    """A stream that cannot be peeked into, so that a buffered reader can."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


def _content(stream: BinaryIO) -> Iterator[bytes]:
    """What the file holds, decompressed, in chunks of at most ``CHUNK`` bytes."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(_Raw(stream))
    begin = buffered.peek(4)[:4]
    if begin.startswith(_GZIP):
        yield from _gzip(buffered)
    elif begin == _ZSTANDARD:
        yield from _zstandard(buffered)
    else:
        while chunk := buffered.read(CHUNK):
            yield chunk


def _gzip(stream: io.BufferedReader) -> Iterator[bytes]:
    member = zlib.decompressobj(wbits=31)
    fresh = True  # between two members, where the file may end
    waiting = b""
    while True:
        waiting = waiting or stream.read(CHUNK)
        if not waiting:
            break
        if fresh and not waiting.strip(b"\0"):
            return  # padding, as tapes have it
        try:
            plain = member.decompress(waiting, CHUNK)
        except zlib.error as error:
            raise _Damaged(f"the gzip data are damaged ({error})") from None
        fresh, waiting = False, member.unconsumed_tail
        if plain:
            yield plain
        if member.eof:
            waiting, member, fresh = member.unused_data, zlib.decompressobj(wbits=31), True
    if not fresh:
        raise _Damaged("the gzip data are cut off")


def _zstandard(stream: io.BufferedReader) -> Iterator[bytes]:
    frame = zstandard.ZstdDecompressor().decompressobj()
    fresh = True
    waiting = b""
    while waiting := waiting or stream.read(_ZSTANDARD_STEP):
        try:
            plain = frame.decompress(waiting)
        except zstandard.ZstdError as error:
            raise _Damaged(f"the Zstandard data are damaged ({error})") from None
        fresh, waiting = False, b""
        for start in range(0, len(plain), CHUNK):
            yield plain[start : start + CHUNK]
        if frame.eof:
            waiting, frame, fresh = frame.unused_data, zstandard.ZstdDecompressor().decompressobj(), True
    if not fresh:
        raise _Damaged("the Zstandard data are cut off")


def refusal(piece: TooLong | Broken, name: str) -> Refused:
    """What a line that cannot be read is refused for."""
    if isinstance(piece, TooLong):
        problem = Problem(
            f"The line has {piece.length} bytes.",
            place=Place(file=name, line=piece.line),
            remedy=f"An event has at most {LONGEST_LINE}; its beginning is kept.",
        )
        return Refused(piece.line, piece.beginning, problem)
    problem = Problem(
        f"The file breaks off here: {piece.why}.",
        place=Place(file=name, line=piece.line),
        remedy="What stands before is read. Fetch the file again and ingest it whole: what is in already counts once.",
    )
    return Refused(piece.line, piece.beginning, problem)
