"""Taking: how what a batch says comes to the fold: in blocks what it takes in columns, every other event by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from operator import itemgetter

from engine.content import Content
from engine.fold.apply import POSTED
from engine.fold.batch import Block
from schemas.codec import decode
from schemas.event import Told


def taken(
    first: int, content: Content, bodies: Sequence[bytes], zone: tzinfo
) -> tuple[list[tuple[int, Told]], list[Block]]:
    """The events from position ``first`` on: some with their positions, ascending, the others in blocks.

    ``bodies`` are their canonical bytes, of which an event is made that stands in columns but is no posting.
    """
    events: list[tuple[int, Told]] = [
        (first + row, event) for row, event in zip(content.rows.tolist(), content.events, strict=True)
    ]
    blocks = []
    for alike in content.alike:
        if alike.type in POSTED:
            blocks.append(Block(alike.rows + first, alike.days(zone), alike))
        else:
            events += [(first + row, decode(bodies[row])) for row in alike.rows.tolist()]
    return sorted(events, key=itemgetter(0)), blocks
