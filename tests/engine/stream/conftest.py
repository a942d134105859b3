"""A small partitioned log for tests of the live side."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.log import Log
from tests.engine.stream.made import log_at


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return log_at(tmp_path / "log")
