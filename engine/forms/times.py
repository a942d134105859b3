"""Times of many events at once: RFC 3339 as it is nearly always written, by its digits; anything else one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.content import EPOCH, EPOCH_ORDINAL
from engine.forms.lines import Texts
from schemas.reading import FIRST_YEAR, LAST_YEAR, read_day, read_time

Marks = npt.NDArray[np.uint8]
"""Texts of one length: a row for each place in them, a column for each text."""
Numbers = npt.NDArray[np.int64]

_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
_DAY = 24 * 3600 * _SECOND
_FIRST = (datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) - EPOCH) // _MICROSECOND
_AFTER = (datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - EPOCH) // _MICROSECOND

_DATE = b"dddd-dd-dd"
_TIME = _DATE + b"Tdd:dd:dd"
_SOME_DAY = "2000-01-01T00:00:00"
_FRACTION_DIGITS = 6
_ZERO, _DIGIT, _UTC = b"0dZ"
_encode = msgspec.json.Encoder().encode


def read_times(texts: Texts) -> Numbers:
    """The µs since 1970 UTC of times.

    Raises:
        ValueError: one of them is no time.
    """
    width = int(texts.lengths[0])
    times = _by_digits(texts, width) if width > len(_TIME) and (texts.lengths == width).all() else None
    if times is None:
        times = np.array([_microseconds(read_time(text)) for text in texts.array.to_pylist()], np.int64)
    return times


def _microseconds(time: datetime) -> int:
    return (time - EPOCH) // _MICROSECOND


def _by_digits(texts: Texts, width: int) -> Numbers | None:
    """Times that are all so long; None where they are in doubt."""
    marks = texts.marks(width)
    offset = len("Z") if marks[-1, 0] == _UTC else len("+08:00")
    digits = max(width - len(_TIME) - offset - len("."), 0)
    layout = _TIME + (b"." + b"d" * digits if digits else b"")
    numbers = marks - np.uint8(_ZERO)
    away = marks[width - offset :]
    if len(layout) + offset != width or digits > _FRACTION_DIGITS or not _laid_out(marks, numbers, layout):
        return None
    if (away[0] - np.uint8(_ZERO) < 10).any():
        return None
    hours, minutes, seconds = (numbers[place] * np.int64(10) + numbers[place + 1] for place in (11, 14, 17))
    if max(hours.max() - 23, minutes.max() - 59, seconds.max() - 59) > 0:
        return None
    since = ((hours * 60 + minutes) * 60 + seconds) * _SECOND
    for place in range(digits):
        since += numbers[len(_TIME) + 1 + place] * np.int64(10 ** (_FRACTION_DIGITS - 1 - place))
    times = _of_few(marks[: len(_DATE)], _midnight) + since
    times -= _of_few(away, _offset) if (away != away[:, :1]).any() else _offset(away[:, 0].tobytes().decode())
    return times if times.min() >= _FIRST and times.max() < _AFTER else None


def _laid_out(marks: Marks, numbers: Marks, layout: bytes) -> bool:
    digits = [place for place, mark in enumerate(layout) if mark == _DIGIT]
    others = [place for place, mark in enumerate(layout) if mark != _DIGIT]
    said = np.frombuffer(layout, np.uint8)[others, None]
    return bool((numbers[digits] < 10).all() and (marks[others] == said).all())


def _of_few(marks: Marks, read: Callable[[str], int]) -> Numbers:
    """What ``read`` makes of texts of which few differ."""
    size, count = marks.shape
    ends = np.arange(0, (count + 1) * size, size, dtype=np.int32)
    data = pa.py_buffer(np.ascontiguousarray(marks.T))
    encoded = pa.StringArray.from_buffers(count, pa.py_buffer(ends), data).dictionary_encode()
    different = np.array([read(text) for text in encoded.dictionary.to_pylist()], np.int64)
    found: Numbers = different[encoded.indices.to_numpy()]
    return found


def _midnight(text: str) -> int:
    return (read_day(text).toordinal() - EPOCH_ORDINAL) * _DAY


@cache
def _offset(text: str) -> int:
    return (read_time(f"{_SOME_DAY}Z") - read_time(f"{_SOME_DAY}{text}")) // _MICROSECOND


def spelled_times(times: Numbers) -> pa.StringArray:
    """Times (µs since 1970 UTC) as canonical bytes spell them: in UTC, with six digits of a second or none."""
    days, since = np.divmod(times, _DAY)
    seconds, fractions = np.divmod(since, _SECOND)
    if fractions.any():
        spelled = _encode([EPOCH + timedelta(microseconds=time) for time in times.tolist()])
        return pa.array(spelled[2:-2].decode().split('","'), pa.string())
    marks = np.empty((len(times), len(_TIME) + 1), np.uint8)
    marks[:, : len(_DATE)] = _dates(days)
    marks[:, len(_DATE) :] = _times_of_day()[seconds]
    ends = np.arange(0, marks.size + 1, marks.shape[1], dtype=np.int32)
    return pa.StringArray.from_buffers(len(times), pa.py_buffer(ends), pa.py_buffer(marks))


def _dates(days: Numbers) -> Marks:
    first, last = int(days.min()), int(days.max())
    if last - first < len(days):
        different, which = np.arange(first, last + 1), days - first
    else:
        different, which = np.unique(days, return_inverse=True)
    text = "".join(date.fromordinal(EPOCH_ORDINAL + day).isoformat() for day in different.tolist())
    dates: Marks = np.frombuffer(text.encode(), np.uint8).reshape(-1, len(_DATE))[which]
    return dates


@cache
def _times_of_day() -> Marks:
    """Every second of a day, spelled."""
    spelled = np.empty((24, 60, 60, len("Tdd:dd:ddZ")), np.uint8)
    spelled[:] = np.frombuffer(b"T00:00:00Z", np.uint8)
    two = np.frombuffer("".join(f"{number:02}" for number in range(60)).encode(), np.uint8).reshape(-1, 2)
    spelled[..., 1:3] = two[:24, None, None]
    spelled[..., 4:6] = two[:, None]
    spelled[..., 7:9] = two
    return spelled.reshape(24 * 3600, -1)
