"""Proofs: the Merkle root over a log's first events, and that an event is among them or that they only grew.

The manifest has the roots of whole subtrees and the frontier after each segment, so little has to be hashed: for the
root what stands after the last whole segment, for a proof or an earlier root the events of one subtree.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

from engine.admission import leaves_of
from engine.log import merkle
from engine.log.bodies import Bodies
from engine.log.frames import Frame
from engine.log.manifest import SUBTREE_LEVEL, Entry

BLOCKS_HELD_MAX = 8


class Proofs:
    """The tree over the events 1..``position``, of which ``frames`` hold those after the segments of ``entries``."""

    def __init__(self, entries: Sequence[Entry], frames: Sequence[Frame], bodies: Bodies, position: int) -> None:
        self._entries = entries
        self._frames = frames
        self._bodies = bodies
        self._position = position
        self._subtree = lru_cache(maxsize=None)(self._find_subtree)
        self._block = lru_cache(maxsize=BLOCKS_HELD_MAX)(self._read_block)

    @cached_property
    def root(self) -> bytes:
        """The Merkle root over the events."""
        last = self._entries[-1] if self._entries else None
        if last is not None and self._position < last.last:
            return self._tree.root(self._position)
        frontier = merkle.Frontier(last.last, map(bytes.fromhex, last.frontier)) if last else merkle.Frontier()
        frontier.extend(leaves_of(body for frame in self._frames for body in frame.bodies))
        return frontier.root()

    def inclusion(self, position: int) -> list[bytes]:
        """The proof that the event at ``position`` is under ``root``."""
        return self._tree.inclusion(position - 1, self._position)

    def consistency(self, earlier: int) -> list[bytes]:
        """The proof that the events only added to the first ``earlier`` ones."""
        return self._tree.consistency(earlier, self._position)

    @cached_property
    def _tree(self) -> merkle.Tree:
        return merkle.Tree(self._subtree)

    @cached_property
    def _stored_subtrees(self) -> list[str]:
        return [root for entry in self._entries for root in entry.subtrees]

    def _find_subtree(self, level: int, index: int) -> bytes:
        if level > SUBTREE_LEVEL:
            return merkle.node_hash(self._subtree(level - 1, 2 * index), self._subtree(level - 1, 2 * index + 1))
        if level == SUBTREE_LEVEL and index < len(self._stored_subtrees):
            return bytes.fromhex(self._stored_subtrees[index])
        begin = index << level
        block = self._block(begin >> SUBTREE_LEVEL)
        within = begin & ((1 << SUBTREE_LEVEL) - 1)
        nodes = block[within : within + (1 << level)]
        while len(nodes) > 1:
            nodes = merkle.parents(nodes)
        return nodes[0]

    def _read_block(self, block: int) -> list[bytes]:
        first = (block << SUBTREE_LEVEL) + 1
        last = min(first + (1 << SUBTREE_LEVEL) - 1, self._position)
        return leaves_of(body for _, body in self._bodies.between(first, last))
