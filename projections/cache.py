"""The cache: measures and findings of an earlier position, from which those of a later one follow by the difference.

Measures are sums over businesses. So with T the businesses that have news between P and Q (``projections.news``),

    measures(Q) = measures(P) - measures of T as of P + measures of T as of Q,

and only events of T are looked at, by the same SQL as ever. So it is with what contradicts itself about accounts.
Where T is large, everything is computed anew.

A cached file is one line of its own digest and one JSON document. It is written aside and renamed; one that does not
open, was made by another version or from another log is as good as none. Deleting it loses nothing but time.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, compress
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

import duckdb
import msgspec

from engine.log.snapshot import Snapshot
from projections.credits import Credited
from projections.findings import Contradiction
from projections.missing import Lack

VERSION = 5
"""To be raised with every change of what measures mean or of how they are kept."""

Item = TypeVar("Item")
Something = TypeVar("Something", bound="Kept")


class Kept(Protocol):
    """Something of the whole log that follows from businesses apart from each other."""

    def changed_by(self, before: Self, after: Self) -> Self:
        """This where some businesses, worth ``before``, have come to be worth ``after``."""

    def told(self) -> Any:
        """This as JSON."""

    @classmethod
    def read(cls, told: Any) -> Self:
        """What ``told`` gave."""


@dataclass(slots=True)
class Computed:
    """The measures of a request and all that is missing from them, by codes of names."""

    credited: Credited
    lacks: set[Lack]

    def changed_by(self, before: Computed, after: Computed) -> Computed:
        """These measures where some businesses, worth ``before``, have come to be worth ``after``."""
        place = {manager: at for at, manager in enumerate(self.credited.managers)}
        for manager in chain(before.credited.managers, after.credited.managers):
            place.setdefault(manager, len(place))
        new = [0] * (len(place) - len(self.credited.managers))
        sums = {name: column + new for name, column in self.credited.sums.items()}
        for credited, sign in ((before.credited, -1), (after.credited, 1)):
            rows = [place[manager] for manager in credited.managers]
            for name, column in credited.sums.items():
                mine = sums[name]
                for row, value in compress(zip(rows, column, strict=True), column):
                    mine[row] += sign * value
        return Computed(Credited(list(place), sums), _changed(self.lacks, before.lacks, after.lacks))

    def told(self) -> Any:
        """The managers, by measure the sums of all of them (of none, where all are 0), and what is lacking."""
        sums = {name: column if any(column) else [] for name, column in self.credited.sums.items()}
        return {"managers": self.credited.managers, "sums": sums, "lacks": sorted(self.lacks, key=repr)}

    @classmethod
    def read(cls, told: Any) -> Computed:
        """What ``told`` gave."""
        nothing = [0] * len(told["managers"])
        credited = Credited(told["managers"], {name: column or nothing for name, column in told["sums"].items()})
        return cls(credited, {(manager, what, word, business) for manager, what, word, business in told["lacks"]})


@dataclass(slots=True)
class Contradictions:
    """What contradicts itself about accounts."""

    found: set[Contradiction]

    def changed_by(self, before: Contradictions, after: Contradictions) -> Contradictions:
        """These where some accounts, of which ``before`` was found, have come to ``after``."""
        return Contradictions(_changed(self.found, before.found, after.found))

    def told(self) -> Any:
        """One list a contradiction."""
        return sorted(self.found, key=repr)

    @classmethod
    def read(cls, told: Any) -> Contradictions:
        """What ``told`` gave."""
        return cls({Contradiction(*one) for one in told})


def _changed(kept: set[Item], before: set[Item], after: set[Item]) -> set[Item]:
    return (kept - (before - after)) | (after - before)


class Cache:
    """What was computed, kept in a directory, which may be deleted at any time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def load(self, snapshot: Snapshot, asked: str, kind: type[Something]) -> tuple[int, Something] | None:
        """What was ``asked`` as of a position up to that of ``snapshot``, if it is kept."""
        try:
            digest, _, text = self._path(asked).read_bytes().partition(b"\n")
            if digest.decode() != sha256(text).hexdigest():
                return None
            kept = msgspec.json.decode(text)
            position = kept["position"]
            if position > snapshot.position or kept["log"] != fingerprint(snapshot, position):
                return None
            return position, kind.read(kept["content"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def store(self, snapshot: Snapshot, asked: str, computed: Kept) -> None:
        """Keep what was ``asked`` as of the position of ``snapshot``; a full disk is no reason to fail."""
        log = fingerprint(snapshot, snapshot.position)
        text = msgspec.json.encode({"position": snapshot.position, "log": log, "content": computed.told()})
        path = self._path(asked)
        aside = path.with_suffix(f".{os.getpid()}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(b"\n".join((sha256(text).hexdigest().encode(), text)))
            aside.replace(path)
        except OSError:
            with suppress(OSError):
                aside.unlink()

    def _path(self, asked: str) -> Path:
        key = f"{VERSION} {duckdb.__version__} {asked}"
        return self._directory / f"{sha256(key.encode()).hexdigest()[:32]}.json"


def fingerprint(snapshot: Snapshot, position: int) -> str:
    """What the log up to ``position`` is known by: the digests of its whole segments, and the event that it ends in."""
    digest = sha256(f"{snapshot.institution}".encode())
    for segment in snapshot.segments:
        if segment.last <= position:
            digest.update(segment.digest.encode())
    if position:
        digest.update(snapshot.body(position))
    return digest.hexdigest()
