"""Snapshots: a state as bytes and back.

Only facts are written; credits follow from them and are reckoned anew, so a snapshot is small and cannot contradict
itself. It is one MessagePack document: whoever stores it may cut it into pieces of any size.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from engine.fold.facts import Facts
from engine.fold.rows import Rows
from engine.fold.state import State
from schemas import codec
from schemas.problems import Problem

FORMAT = 3


class _Snapshot(msgspec.Struct):
    """The facts, their standing events apart as the canonical bytes that the log knows."""

    format: int
    facts: Facts
    standing: dict[str, dict[int, tuple[int, bytes]]]


def _rows(kind: type, dumped: dict[str, bytes]) -> Rows:
    assert kind is Rows, "all else in a snapshot is of a kind that MessagePack knows"
    return Rows.load(dumped)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=Rows.dump)
_DECODER = msgspec.msgpack.Decoder(_Snapshot, dec_hook=_rows)


def snapshot(state: State) -> bytes:
    """The state as bytes."""
    state.facts.rows.compact()
    standing = {
        type_: {position: (day, codec.canonical(event)) for position, (day, event) in events.items()}
        for type_, events in state.facts.standing.items()
    }
    facts = msgspec.structs.replace(state.facts, standing={})
    return _ENCODER.encode(_Snapshot(FORMAT, facts, standing))


def restore(body: bytes) -> State:
    """The state whose ``snapshot`` these bytes are.

    Raises:
        Problem: the bytes are no snapshot, or one of another version.
    """
    with _no_collector():
        kept = _decoded(body)
        kept.facts.standing = {
            type_: {position: (day, codec.decode(event)) for position, (day, event) in events.items()}
            for type_, events in kept.standing.items()
        }
        return State.of(kept.facts)


def _decoded(body: bytes) -> _Snapshot:
    try:
        kept = _DECODER.decode(body)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Problem(
            f"The snapshot of the live state cannot be read: {error}.",
            remedy="Delete it; it is made again from the log.",
        ) from None
    if kept.format != FORMAT:
        raise Problem(
            f"The snapshot of the live state has format {kept.format}, not {FORMAT}.",
            remedy="Delete it; it is made again from the log.",
        )
    return kept


@contextmanager
def _no_collector() -> Iterator[None]:
    """Let the collector of cycles rest, and leave what is there now alone for good.

    Nothing of a state is garbage before the process ends, and looking for it takes longer than the work.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
