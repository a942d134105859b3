"""Decimals in bulk: columns of them as whole numbers, which Arrow reads exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_DIGITS_OF_64_BITS = 18


def kind_of(digits: int) -> pa.DataType:
    """The kind of decimals with so many digits behind the point whose whole numbers fit into 64 bits."""
    return pa.decimal128(_DIGITS_OF_64_BITS, digits)


def whole_numbers(decimals: Any) -> npt.NDArray[np.int64]:
    """An array of such decimals, none of them null, as whole numbers of their last digit.

    Arrow holds each in 128 bits, of which the low halves are enough.
    """
    halves = np.frombuffer(decimals.buffers()[1], np.int64)
    return halves[2 * decimals.offset : 2 * (decimals.offset + len(decimals)) : 2]
