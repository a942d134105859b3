"""Lines read in columns although they are few."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from engine.forms import reading


@contextmanager
def columns_from(many: int) -> Iterator[None]:
    """Meanwhile lines are read in columns from so many of one form on."""
    with patch.object(reading, "MANY", many):
        yield
