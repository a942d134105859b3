"""The interpreter of a process that goes on: how its threads take turns, and when Python looks for cycles of objects.

Left to itself, Python looks for cycles in the middle of a batch, and through a state of millions of objects that are
in none.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

YOUNG_OBJECTS = 100_000
"""So many are made before Python looks for cycles among them; few of a batch are in one."""
LOOKED_THROUGH_EVENTS = 1 << 14
"""After so many events ``Cycles`` looks, so that hardly any objects are young by the time Python would."""
SET_APART_EVENTS = 1 << 14
"""A state of fewer events is looked through in no time."""
SWITCH_US = 1000
"""So long a thread goes on while another one waits: what seals segments and the loop wait for each other."""


def set_up() -> None:
    """Set this process up for a worker that is about to begin."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    sys.setswitchinterval(SWITCH_US / 1_000_000)
    pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own gives back what the next segment takes again


class Cycles:
    """Looks for cycles around batches, now and then, before the objects of a batch become part of the state."""

    def __init__(self) -> None:
        self._unlooked = 0
        """Events taken in since."""

    @contextmanager
    def around(self, events: int) -> Iterator[None]:
        """Take so many events into the state."""
        self._unlooked += events
        looking = self._unlooked >= LOOKED_THROUGH_EVENTS
        if looking:
            gc.collect(1)
        yield
        if looking:
            gc.freeze()  # the state is in no cycle, and looking through it for some takes long
            self._unlooked = 0


class SetApart:
    """Sets a state apart from what Python looks through, now and then: for a process that has other objects, too.

    Those that are there at that moment are never looked at again, so it is done only when the state has doubled.
    """

    def __init__(self) -> None:
        self._next = SET_APART_EVENTS

    def of(self, events: int) -> None:
        """A state of so many events is there."""
        if events >= self._next:
            gc.collect()
            gc.freeze()
            self._next = 2 * events
