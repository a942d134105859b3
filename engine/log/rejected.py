"""What was not admitted, kept with its reason: nothing that came in is lost.

``rejected/`` has a file a day (of admission, UTC), a line a rejection. It is beside the log, not under its proofs: no
computation reads it.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from engine.log.disk import Disk
from schemas.problems import Place, Problem

REJECTED_NAME = "rejected"


@dataclass(frozen=True, slots=True)
class Rejection:
    """One input that was not admitted: why and where (``problem``), and its bytes as they came."""

    problem: Problem
    raw: bytes


class Rejected:
    """The writer's end of ``rejected/``."""

    def __init__(self, disk: Disk, directory: Path) -> None:
        self._disk = disk
        self._directory = directory

    def keep(self, rejections: Sequence[Rejection], at: datetime) -> None:
        """Keep these; durable before it returns."""
        if not rejections:
            return
        path = self._directory / f"{at.astimezone(UTC):%Y-%m-%d}.jsonl"
        new = not path.exists()
        self._disk.make_directory(self._directory)
        descriptor = self._disk.create(path) if new else self._disk.open(path)
        try:
            end = path.stat().st_size
            torn = end > 0 and os.pread(descriptor, 1, end - 1) != b"\n"
            lines = b"".join(_kept_line(rejection, at) for rejection in rejections)
            self._disk.write(path, descriptor, b"\n" + lines if torn else lines, end)
            self._disk.sync(path, descriptor)
        finally:
            self._disk.close(descriptor)
        if new:
            self._disk.sync_directory(self._directory)
            self._disk.sync_directory(self._directory.parent)


class _Kept(msgspec.Struct):
    """A line of ``rejected/``."""

    reason: str
    remedy: str
    file: str | None = None
    line: int | None = None
    field: str | None = None
    event_id: str | None = None
    raw: str = ""
    raw_base64: str = ""


_decode = msgspec.json.Decoder(_Kept).decode


def rejections(log: Path, since: date) -> Iterator[Rejection]:
    """What the log at this path has kept as rejected from the day ``since`` (UTC) on, in order."""
    for path in sorted((log / REJECTED_NAME).glob("*.jsonl")):
        if path.stem < since.isoformat():
            continue
        for line in path.read_bytes().splitlines():
            try:
                kept = _decode(line)
            except msgspec.DecodeError:
                continue  # the line that a crash tore, or somebody's own
            place = Place(kept.file, kept.line, kept.field, kept.event_id)
            raw = kept.raw.encode() or base64.b64decode(kept.raw_base64)
            yield Rejection(Problem(kept.reason, place=place, remedy=kept.remedy), raw)


def _kept_line(rejection: Rejection, at: datetime) -> bytes:
    place = rejection.problem.place
    try:
        raw = {"raw": rejection.raw.decode()}
    except UnicodeDecodeError:
        raw = {"raw_base64": base64.b64encode(rejection.raw).decode()}
    where = {"file": place.file, "line": place.line, "field": place.field, "event_id": place.event_id}
    said = {name: value for name, value in where.items() if value is not None}
    reason = {"reason": rejection.problem.what, "remedy": rejection.problem.remedy}
    return msgspec.json.encode({"time": at.astimezone(UTC), **said, **reason, **raw}) + b"\n"
