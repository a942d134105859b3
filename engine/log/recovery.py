"""What a writer does first: make whole what the one before it may have left half done.

A crash leaves one of few things: a torn frame beyond what was acknowledged, a whole frame not yet acknowledged, files
of a segment whose entry was never named, the tail that should have followed it, or a segment whose tail is still there,
and with it what came in while it was sealed. Each is mended and reported. Anything else that does not fit is damage: it
is refused, and nothing is touched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from engine.log import frames
from engine.log.digest import RESTORE, Damage
from engine.log.disk import Disk, told
from engine.log.frames import ACKNOWLEDGED_NAME, Acknowledged, Frame, is_tail
from engine.log.manifest import Entry, explained_by_a_crash, leftovers
from engine.log.state import Genesis, read_state
from engine.log.tail import Tail, following, new_tail
from schemas.problems import Place


@dataclass(slots=True)
class Recovered:
    """The log as its next writer finds it: all files whole, the tail open, and what had to be mended."""

    entries: list[Entry]
    frames: list[Frame]
    tail: Tail
    mended: list[str] = field(default_factory=list)


def recover(disk: Disk, partition: Path, genesis: Genesis) -> Recovered:
    """Mend what a crash left, and take the log up for writing. The caller holds the lock."""
    state = read_state(partition, genesis)
    said, entries, found, mended = state.acknowledged, state.entries, state.frames, list[str]()
    assert said is not None, "a state read from disk is acknowledged"
    tail_path = partition / frames.tail_name(state.sealed + 1)
    stray = _stray(partition, len(entries), tail_path)
    if stray and not said.open:
        raise _unexplained(stray[0])
    if said.first <= state.sealed:
        data, said = following(entries[-1], found, said)
        new_tail(disk, partition, said.first, data)
        found, _ = frames.read_frames(data, tail_path, said.first, entries[-1].digest, whole=True)
        mended.append(f"The sealing of positions {entries[-1].first} to {entries[-1].last} was completed.")
    said, more = _adopt(disk, said, tail_path, mended)
    tail = Tail(disk, partition, said, disk.open(partition / ACKNOWLEDGED_NAME))
    tail.acknowledge(msgspec.structs.replace(said, open=True))
    for path in stray:
        disk.remove(path)
        mended.append(f"{path.name}, half written, was removed.")
    for directory in {path.parent for path in stray}:
        disk.sync_directory(directory)  # before a close says that nothing is left over
    return Recovered(entries, [*found, *more], tail, mended)


def _adopt(disk: Disk, said: Acknowledged, path: Path, mended: list[str]) -> tuple[Acknowledged, list[Frame]]:
    """Take in the whole frames beyond what was acknowledged, and cut what is torn after them."""
    with told(path, "read the tail"), path.open("rb") as file:
        file.seek(said.length)
        beyond = file.read()
    if not beyond:
        return said, []
    if not said.open:
        raise _unexplained(path)
    end = said.length + len(beyond)
    more, chain = frames.read_frames(beyond, path, said.position + 1, said.chain, whole=False, begin=said.length)
    if more:
        position = said.position + sum(frame.header.count for frame in more)
        mended.append(f"What was written, but not yet acknowledged, was taken in: up to position {position}.")
        said = msgspec.structs.replace(said, position=position, length=more[-1].end, chain=chain)
    tail = disk.open(path)
    try:
        if said.length < end:
            disk.truncate(path, tail, said.length)
            mended.append(f"A torn tail was cut at byte {said.length}: what came after it was never acknowledged.")
        disk.sync(path, tail)
    finally:
        disk.close(tail)
    return said, more


def _stray(partition: Path, segments: int, tail_path: Path) -> list[Path]:
    """What sealing may leave when it is cut short; anything that it cannot leave is damage."""
    stray = leftovers(partition, segments)
    for path in stray:
        if not explained_by_a_crash(path, segments):
            raise _unexplained(path)
    return stray + [path for path in partition.iterdir() if is_tail(path) and path != tail_path]


def _unexplained(path: Path) -> Damage:
    return Damage(
        "The file holds what no crash explains: the log was closed, and changed afterwards.",
        place=Place(file=str(path)),
        remedy=RESTORE,
    )
