from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.log import Log
from tests.meritlog.web.made import beginning, made
from tests.meritlog.web.serving import Server, served


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """A log that the tests of one module add to."""
    return made(tmp_path_factory.mktemp("bank") / "log", beginning())


@pytest.fixture(scope="module")
def server(log: Log) -> Iterator[Server]:
    """A server of that log."""
    with served(log.path, "--verify-every", "off") as running:
        running.until(lambda health: health["status"] == "ok")
        yield running


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Where a test may have a log of its own."""
    return tmp_path / "log"
