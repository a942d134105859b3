"""Worked examples from public sources, as small plans and cases."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from replay.trial import tried
from tests.small import cases_of, examples, plan_of

AT = datetime(2030, 1, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "example", examples(Path(__file__).parent / "examples.yaml"), ids=lambda example: example["example"]
)
def test_the_example_comes_out(example: dict[str, Any], tmp_path: Path) -> None:
    cases = cases_of(example)
    assert [one.failures for one in tried(plan_of(example, tmp_path), cases, AT)] == [[] for _ in cases]
