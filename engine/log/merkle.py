"""The Merkle tree of RFC 9162 over the log's events: one root for any prefix, and proofs against it.

A leaf is ``sha256(0x00 || canonical event)`` (``engine.admission.leaves_of``), a node
``sha256(0x01 || left || right)``; a tree of n leaves splits at the largest power of two below n (RFC 9162 §2.1). The
root over events 1..P says nothing of batches or segments, only of the events and their order: whoever holds a root can
later be shown that an event is under it (inclusion), and that a newer root only added to it (consistency), without
trusting who keeps the log.

Leaf indexes count from 0: the event at position p is leaf p - 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

_NODE = sha256(b"\x01")
EMPTY_ROOT = sha256(b"").digest()
HEAD_PREFIX = "sha256:"


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node above two others."""
    return parents((left, right))[0]


def head(root: bytes) -> str:
    """``root`` as statements print it."""
    return HEAD_PREFIX + root.hex()


def parents(nodes: Sequence[bytes]) -> list[bytes]:
    """The level above an even number of nodes."""
    one_by_one = iter(nodes)
    found = []
    for left, right in zip(one_by_one, one_by_one, strict=True):
        node = _NODE.copy()  # begun once: faster than beginning each from its prefix
        node.update(left + right)
        found.append(node.digest())
    return found


class Frontier:
    """What appending needs of the tree: the root of every complete subtree that no later leaf can touch.

    ``peaks[k]`` is the subtree of 2^k leaves where bit k of ``count`` is set, and None elsewhere.
    """

    def __init__(self, count: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """A frontier of ``count`` leaves; ``peaks`` ascend by size, one for each set bit of ``count``."""
        given = iter(peaks)
        self.count = count
        self.peaks: list[bytes | None] = [
            next(given) if count >> level & 1 else None for level in range(count.bit_length())
        ]

    def compact(self) -> list[bytes]:
        """The peaks there are, ascending by size: what the constructor takes."""
        return [peak for peak in self.peaks if peak is not None]

    def copy(self) -> Frontier:
        """The same frontier, to append to apart."""
        return Frontier(self.count, self.compact())

    def extend(self, leaves: Sequence[bytes], keep_level: int = 0) -> list[bytes]:
        """Append ``leaves``, level by level; returns the subtrees of 2^``keep_level`` leaves that this completes."""
        nodes, level = list(leaves), 0
        kept: list[bytes] = nodes.copy() if keep_level == 0 else []
        self.count += len(nodes)
        while nodes:
            if level == len(self.peaks):
                self.peaks.append(None)
            waiting = self.peaks[level]
            if waiting is not None:
                nodes.insert(0, waiting)
            self.peaks[level] = nodes.pop() if len(nodes) % 2 else None
            nodes, level = parents(nodes), level + 1
            if level == keep_level:
                kept = nodes.copy()
        return kept

    def root(self) -> bytes:
        """The root over all leaves appended so far."""
        total: bytes | None = None
        for peak in self.peaks:
            if peak is not None:
                total = peak if total is None else node_hash(peak, total)
        return EMPTY_ROOT if total is None else total


class Tree:
    """Roots and proofs for any prefix, from the roots of complete subtrees.

    ``subtree(level, index)`` gives the root over the leaves [index * 2^level, (index + 1) * 2^level).
    """

    def __init__(self, subtree: Callable[[int, int], bytes]) -> None:
        self._subtree = subtree

    def root(self, size: int) -> bytes:
        """The root over the first ``size`` leaves."""
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that leaf ``index`` is under the root of ``size`` leaves (RFC 9162 §2.1.3.1)."""
        if not 0 <= index < size:
            raise ValueError(f"leaf {index} is not among {size}")
        proof: list[bytes] = []
        begin, end = 0, size
        while end - begin > 1:
            middle = begin + _split(end - begin)
            if index < middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(begin, middle))
                begin = middle
        return proof[::-1]

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The proof that ``second`` leaves only add to the first ``first`` (RFC 9162 §2.1.4.1)."""
        if not 0 < first <= second:
            raise ValueError(f"a tree of {first} leaves is no prefix of one of {second}")
        proof: list[bytes] = []
        begin, end = 0, second
        while first != end:
            middle = begin + _split(end - begin)
            if first <= middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(begin, middle))
                begin = middle
        if begin:
            proof.append(self._range(begin, end))
        return proof[::-1]

    def _range(self, begin: int, end: int) -> bytes:
        size = end - begin
        if size & (size - 1) == 0:
            return self._subtree(size.bit_length() - 1, begin // size)
        middle = begin + _split(size)
        return node_hash(self._range(begin, middle), self._range(middle, end))


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def includes(root: bytes, size: int, leaf: bytes, index: int, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows ``leaf`` at ``index`` under the root of ``size`` leaves (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, total = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            total = node_hash(sibling, total)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            total = node_hash(total, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and total == root


def extends(old_root: bytes, old_size: int, new_root: bytes, new_size: int, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the tree of ``new_size`` only adds to that of ``old_size`` (RFC 9162 §2.1.4.2)."""
    if not 0 <= old_size <= new_size:
        return False
    if old_size in (0, new_size):
        known = EMPTY_ROOT if old_size == 0 else new_root
        return not proof and old_root == known
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_total = new_total = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_total, new_total = node_hash(sibling, old_total), node_hash(sibling, new_total)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_total = node_hash(new_total, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and (old_total, new_total) == (old_root, new_root)
