"""The sealed file: the same integers with and without it, wherever it ends and whatever happened to it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from random import Random

import pytest

from engine.admission import admit
from engine.log import Log
from engine.log.digest import Damage
from projections import news, sealed
from projections.book import ProjectedBook
from tests.banks import PERIODS, random_bank
from tests.projections.logs import ADMITTED, PRODUCT_DAYS, Json, assigned, changed, log_of, opened, request
from tests.reading import INSTITUTION
from tests.test_twice_the_same import MEASURES, REQUESTS

JANUARY = request("2025-01-01", "2025-02-01", it=PRODUCT_DAYS)
EVENTS = [opened(), assigned("2024-01-01", M_1="1"), changed("1", "2025-01-01"), changed("2", "2025-01-31")]
YEAR = (date(2025, 1, 1), date(2026, 1, 1))


@pytest.fixture(autouse=True)
def _small_segments_are_worth_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.log.writer.SEAL_EVENTS", 16)
    monkeypatch.setattr("engine.log.writer.SEAL_ON_CLOSE_EVENTS", 4)
    monkeypatch.setattr(sealed, "WORTH_EVENTS", 1)
    monkeypatch.setattr(sealed, "WORTH_PART", 3)
    monkeypatch.setattr(news, "CUSTOMERS_PART", 0)


@pytest.mark.parametrize("seed", range(3))
def test_every_answer_is_the_same_with_and_without_it(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    bank = random_bank(random, 90)
    log = log_of(tmp_path / "log", bank, INSTITUTION)
    asked = REQUESTS[seed % len(REQUESTS)]
    for position in [*sorted(random.sample(range(len(bank)), 2)), len(bank), 40]:
        snapshot = log.snapshot(position)
        book, anew = ProjectedBook(snapshot, cache=tmp_path / "cache"), ProjectedBook(log.snapshot(position))
        assert book.credits(asked) == anew.credits(asked)
        assert book.findings(*YEAR) == anew.findings(*YEAR)
        assert book.transaction_days() == anew.transaction_days()
        assert list(book.facts(("manager.left", "fx.fixed"))) == list(anew.facts(("manager.left", "fx.fixed")))
        for period in PERIODS:
            assert set(book.ratings(period)) == set(anew.ratings(period))
        if asked.start.year == asked.end.year:
            assert book.inherited(asked) == anew.inherited(asked)
        for manager in (*anew.credits(asked).managers[:1], None):
            for measure in MEASURES:
                assert book.credit_rows(measure, asked, manager) == anew.credit_rows(measure, asked, manager)
    assert (tmp_path / "cache" / "sealed.duckdb").exists()


def test_what_it_stands_for_is_not_read_from_the_log(tmp_path: Path) -> None:
    log = settled(tmp_path)
    for segment in log.snapshot().segments:
        segment.path.unlink()
        segment.names_path.unlink()
    assert ProjectedBook(log.snapshot(), cache=tmp_path / "cache").credits(JANUARY).values["it"] == [33 * 10**14]
    with pytest.raises(Damage):
        ProjectedBook(log.snapshot(), cache=tmp_path / "none").credits(JANUARY)


@pytest.mark.parametrize("at", [0, 13_000, 270_000, 540_000])
def test_a_damaged_file_is_made_anew(tmp_path: Path, at: int) -> None:
    log = settled(tmp_path)
    file = tmp_path / "cache" / "sealed.duckdb"
    for measures in (tmp_path / "cache").glob("*.json"):
        measures.unlink()
    damaged = bytearray(file.read_bytes())
    damaged[at : at + 4_000] = b"\xa5" * len(damaged[at : at + 4_000])
    file.write_bytes(damaged)
    for _ in range(2):
        assert ProjectedBook(log.snapshot(), cache=tmp_path / "cache").credits(JANUARY).values["it"] == [33 * 10**14]


def test_another_logs_file_is_not_taken(tmp_path: Path) -> None:
    settled(tmp_path)
    other = log_of(tmp_path / "other", [*EVENTS[:-1], changed("9", "2025-01-31")])
    assert ProjectedBook(other.snapshot(), cache=tmp_path / "cache").credits(JANUARY).values["it"] == [40 * 10**14]


def test_a_disk_that_takes_no_file_costs_time_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(sealed, "_fill", refuse)
    assert settled(tmp_path).path.exists()
    assert not list((tmp_path / "cache").glob("sealed*"))


def test_it_is_made_anew_once_enough_was_sealed_since(tmp_path: Path) -> None:
    log = settled(tmp_path)
    file = tmp_path / "cache" / "sealed.duckdb"
    made_first = file.stat().st_mtime_ns
    assert ProjectedBook(log.snapshot(), cache=tmp_path / "cache").position == 4
    assert file.stat().st_mtime_ns == made_first
    more = [dumped(nth, changed("1", "2025-01-31")) for nth in range(20)]
    with log.writer(holder="test") as writer:
        writer.append(admit(more, log.institution), ADMITTED)
    book = ProjectedBook(log.snapshot(), cache=tmp_path / "cache")
    assert file.stat().st_mtime_ns > made_first
    assert book.credits(JANUARY).values["it"] == [53 * 10**14]


def dumped(nth: int, event: Json) -> bytes:
    """An event as a line of an evening's file."""
    time = "2025-01-31T08:00:00+08:00"
    return json.dumps({"specversion": "1.0", "id": f"more-{nth}", "source": "bank", "time": time, **event}).encode()


def settled(tmp_path: Path) -> Log:
    log = log_of(tmp_path / "log", EVENTS)
    book = ProjectedBook(log.snapshot(), cache=tmp_path / "cache")
    assert book.credits(JANUARY).values["it"] == [33 * 10**14]
    return log
