"""Producing: what does not arrive is told with its reason."""

from __future__ import annotations

import pytest

from engine.stream import producing
from engine.stream.connection import Connection
from engine.stream.topics import Topics
from schemas.problems import EnvironmentProblem
from tests.live.topics import new_prefix
from tests.samples import line, sample


def test_a_topic_that_no_worker_has_made_is_named_before_anything_is_sent(broker: str) -> None:
    topic = Topics(new_prefix()).events
    with pytest.raises(
        EnvironmentProblem, match=rf"The topic {topic} is not there\. A worker makes it when it starts;"
    ):
        producing.send(Connection.read(broker, {}), topic, line(sample("fee.earned")))
