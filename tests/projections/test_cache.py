"""Kept measures: the same integers with and without them, whatever came since and whatever happened to the file."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from engine.log import Log
from projections import news
from projections.book import ProjectedBook
from projections.source import Source
from tests.banks import random_bank
from tests.projections.logs import PRODUCT_DAYS, assigned, changed, log_of, opened, request
from tests.reading import INSTITUTION
from tests.test_twice_the_same import REQUESTS

JANUARY = request("2025-01-01", "2025-02-01", it=PRODUCT_DAYS)
EVENTS = [opened(), assigned("2024-01-01", M_1="1"), changed("1", "2025-01-01"), changed("2", "2025-01-31")]


@pytest.mark.parametrize("seed", range(4))
def test_a_later_position_is_the_same_from_what_was_kept_and_anew(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "CUSTOMERS_PART", 0)
    random = Random(seed)
    bank = random_bank(random, 80)
    log = log_of(tmp_path / "log", bank, INSTITUTION)
    for position in [*sorted(random.sample(range(len(bank)), 3)), len(bank)]:
        snapshot = log.snapshot(position)
        book, anew = ProjectedBook(snapshot, cache=tmp_path / "cache"), ProjectedBook(snapshot)
        assert book.credits(REQUESTS[0]) == anew.credits(REQUESTS[0])
        assert book.inherited(REQUESTS[0]) == anew.inherited(REQUESTS[0])
        assert book.findings(REQUESTS[0].start, REQUESTS[0].end) == anew.findings(REQUESTS[0].start, REQUESTS[0].end)


def test_what_was_kept_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = kept_log(tmp_path)
    monkeypatch.setattr(Source, "records", property(lambda _: pytest.fail("computed anew")))
    assert ProjectedBook(log.snapshot(), cache=tmp_path / "cache").credits(JANUARY).values["it"] == [33 * 10**14]


@pytest.mark.parametrize("damage", [b"", b"no digest\n{}", b"\xff\xfe"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    log = kept_log(tmp_path)
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage or whole[:-1])
    assert ProjectedBook(log.snapshot(), cache=tmp_path / "cache").credits(JANUARY).values["it"] == [33 * 10**14]
    assert file.read_bytes() == whole


def test_what_another_log_left_is_not_taken(tmp_path: Path) -> None:
    kept_log(tmp_path)
    other = log_of(tmp_path / "other", [*EVENTS[:-1], changed("9", "2025-01-31")])
    assert ProjectedBook(other.snapshot(), cache=tmp_path / "cache").credits(JANUARY).values["it"] == [40 * 10**14]


def test_an_earlier_position_is_not_answered_from_a_later_one(tmp_path: Path) -> None:
    log = kept_log(tmp_path)
    assert ProjectedBook(log.snapshot(3), cache=tmp_path / "cache").credits(JANUARY).values["it"] == [31 * 10**14]


def test_a_directory_that_cannot_be_written_costs_time_alone(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    log = log_of(tmp_path / "log", EVENTS)
    assert ProjectedBook(log.snapshot(), cache=tmp_path / "cache").credits(JANUARY).values["it"] == [33 * 10**14]


def kept_log(tmp_path: Path) -> Log:
    log = log_of(tmp_path / "log", EVENTS)
    ProjectedBook(log.snapshot(), cache=tmp_path / "cache").credits(JANUARY)
    return log
