"""The names of topics."""

from __future__ import annotations

import pytest

from engine.stream.topics import Topics
from schemas.problems import Problem


@pytest.mark.parametrize("prefix", ["", "bad name!", "分行", "x" * 201])
def test_a_prefix_that_kafka_would_not_take_is_refused_before_any_broker_is_asked(prefix: str) -> None:
    complaint = r"field --prefix: .* cannot begin the name of a topic\. Write letters, digits, hyphens, dots and "
    with pytest.raises(Problem, match=complaint) as raised:
        Topics(prefix)
    assert repr(prefix) in raised.value.what
