"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.brokers import broker_of_tests


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Apache Kafka; every topic of a test needs a name of its own."""
    with broker_of_tests(tmp_path_factory.mktemp("broker")) as address:
        yield address
