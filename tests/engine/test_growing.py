"""Growing: columns hold what was put into them, and their filling where nothing was."""

from __future__ import annotations

import numpy as np

from engine.growing import Growing


def test_columns_grow_and_hold_what_was_not_said() -> None:
    columns = Growing(number=(np.int64, 0), head=(np.int32, -1))
    assert [columns.begin() for _ in range(200)] == list(range(200))
    columns["number"][7] = 5
    columns.extend(number=np.arange(1000))
    assert columns.count == 1200
    assert columns.held("number").tolist() == [0] * 7 + [5] + [0] * 192 + list(range(1000))
    assert set(columns.held("head").tolist()) == {-1}
