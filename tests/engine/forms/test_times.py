"""Times of many events are those that are read one by one, and are spelled as canonical bytes spell them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.content import EPOCH
from engine.forms import times
from engine.forms.lines import Texts
from engine.forms.times import Numbers, read_times, spelled_times
from schemas.reading import Unreadable, read_time
from tests.engine.forms.alike import TIMES


def texts_of(spelled: Sequence[str]) -> Texts:
    ends = np.cumsum([len(text) for text in spelled])
    starts = np.concatenate([[0], ends[:-1]])
    return Texts("".join(spelled).encode(), starts, ends, pa.array(spelled, pa.string()))


def read_and_spelled(spelled: Sequence[str]) -> tuple[Numbers, pa.StringArray]:
    found = read_times(texts_of(spelled))
    return found, spelled_times(found)


def expected(spelled: Sequence[str]) -> tuple[list[datetime], list[str]]:
    read = [read_time(text) for text in spelled]
    return read, [msgspec.json.decode(msgspec.json.encode(time), type=str) for time in read]


@settings(max_examples=400, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=5))
def test_any_times_are_those_that_are_read_one_by_one(spelled: list[str]) -> None:
    try:
        wanted = expected(spelled)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 -- whatever it says, the lines are read one by one
            read_times(texts_of(spelled))
    else:
        found, made = read_and_spelled(spelled)
        assert ([EPOCH + timedelta(microseconds=time) for time in found.tolist()], made.to_pylist()) == wanted


LAYOUTS = ["{}Z", "{}+08:00", "{}.5Z", "{}.123-05:30", "{}.000000+00:00", "{}.123456Z", "{}.12345+08:00", "{}.1234Z"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_usual_layout_is_read_by_its_digits(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spelled = [
        layout.format(moment) for moment in ("1969-12-31T23:59:59", "2024-02-29T00:00:00", "2025-07-01T09:30:07")
    ]
    wanted = expected(spelled)

    def one_by_one(text: str) -> datetime:
        assert text.startswith("2000-01-01T00:00:00"), "only what the offset says is read by itself"
        return read_time(text)

    monkeypatch.setattr(times, "read_time", one_by_one)
    found, made = read_and_spelled(spelled)
    assert ([EPOCH + timedelta(microseconds=time) for time in found.tolist()], made.to_pylist()) == wanted


def test_days_far_from_each_other_are_spelled_as_others_are() -> None:
    spelled = [f"{year:04}-03-01T00:00:00Z" for year in (3, 1900, 2025, 9997)]
    found, made = read_and_spelled(spelled)
    assert made.to_pylist() == spelled
    assert EPOCH + timedelta(microseconds=int(found[0])) == datetime(3, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "spelled", ["2025-07-01T24:00:00Z", "2025-07-01T09:60:00Z", "2025-07-01T09:30:60Z", "2025-02-29T09:30:00Z"]
)
def test_a_time_that_no_clock_shows_is_none(spelled: str) -> None:
    with pytest.raises(Unreadable):
        read_times(texts_of(["2025-07-01T09:30:00Z", spelled]))


@pytest.mark.parametrize(
    "spelled",
    ["2025-07-01T09:30:00.12aZ", "2025-07-01T09:30:0aZ", "0003-01-01T00:00:00+08:00", "9997-12-31T23:00:00-05:00"],
)
def test_what_no_reader_takes_is_taken_by_none_here(spelled: str) -> None:
    with pytest.raises(Unreadable):
        read_time(spelled)
    with pytest.raises(Unreadable):
        read_times(texts_of([spelled, spelled]))


@pytest.mark.parametrize(
    "spelled", ["2025-07-01t09:30:00z", "2025-07-01T09:30:00.123456z", "2025-07-01T09:30:00.1234567Z"]
)
def test_what_is_seldom_written_is_read_one_by_one(spelled: str) -> None:
    twice = [spelled] * 2
    found, made = read_and_spelled(twice)
    assert ([EPOCH + timedelta(microseconds=time) for time in found.tolist()], made.to_pylist()) == expected(twice)
