"""Kept states of the fold: files in the log's cache, so that nobody has to fold a long log from its first event.

A kept state is disposable: its name says the position and the Merkle root there, its first bytes are a checksum of the
rest, and one that does not fit this log, or that this version cannot read, is passed over.
"""

from __future__ import annotations

import os
from pathlib import Path

import xxhash

from engine.fold.snapshot import FORMAT, restore, snapshot
from engine.fold.state import State
from engine.log import Log
from schemas.problems import Problem

FOLDER = "fold"
KEPT_MAX = 3
CHECKSUM_BYTES = 16


class Kept:
    """The kept states of one log."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._folder = log.cache / FOLDER

    def before(self, position: int) -> State | None:
        """The newest kept state that goes no further than ``position``; None where there is none."""
        for at, path in sorted(self._files(), reverse=True):
            if at <= position and path.suffix == f".{self._root(at)}":
                try:
                    return _read(path.read_bytes())
                except (OSError, Problem):
                    continue
        return None

    def keep(self, state: State) -> None:
        """Keep a state, and let go of the oldest ones.

        A state in which a sum of ratings passes 64 bits (tens of the largest scores) is not kept.
        """
        at = state.facts.position
        path = self._folder / f"{at:012d}-{FORMAT}.{self._root(at)}"
        if path.exists() or not at:
            return
        try:
            body = snapshot(state)
        except OverflowError:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}.aside")
        aside.write_bytes(xxhash.xxh3_128_digest(body) + body)
        os.replace(aside, path)
        for _, old in sorted(self._files())[:-KEPT_MAX]:
            old.unlink(missing_ok=True)

    def _root(self, position: int) -> str:
        """What tells the log at a position from every other: its Merkle root there."""
        return self._log.snapshot(position).root.hex()

    def _files(self) -> list[tuple[int, Path]]:
        if not self._folder.is_dir():
            return []
        named = [(path.name.partition(".")[0].partition("-"), path) for path in self._folder.iterdir()]
        return [
            (int(at), path)
            for (at, _, form), path in named
            if form == str(FORMAT) and at.isdigit() and path.suffix != ".aside"
        ]


def _read(data: bytes) -> State:
    body = data[CHECKSUM_BYTES:]
    if xxhash.xxh3_128_digest(body) != data[:CHECKSUM_BYTES]:
        raise Problem("The kept state is not what was written.", remedy="Delete it; it is made again from the log.")
    return restore(body)
