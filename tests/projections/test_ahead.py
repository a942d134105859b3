"""Ahead: what is reckoned beside is what would be answered now, and whoever gives up waits for nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Event, current_thread, main_thread

import pytest

from projections import book as book_module
from projections import credits
from projections.ahead import Ahead
from projections.book import ProjectedBook
from projections.credits import Credited
from projections.window import Window
from tests.projections.logs import PRODUCT_DAYS, assigned, changed, event, log_of, opened, request

ASKED = request("2025-01-01", "2025-02-01", days=PRODUCT_DAYS)
EVENTS = [
    event("manager.appointed", "2024-01-01", manager_id="M-1", org_unit="U"),
    opened(rate="0.05"),
    assigned("2024-01-01", M_1="1"),
    changed("100", "2024-12-15"),
    changed("7", "2025-01-10"),
]


def test_an_answer_reckoned_beside_is_given_to_whoever_asks_for_it() -> None:
    ahead = Ahead()
    with ahead.reckoning([("thread", lambda: "main" if current_thread() is main_thread() else "beside")], lambda: None):
        assert ahead.answer("thread", lambda: "now") == "beside"
        assert ahead.answer("another", lambda: "now") == "now"
        assert ahead.answer("thread", lambda: "now") == "now"


def test_what_goes_wrong_beside_is_told_to_whoever_asks() -> None:
    ahead = Ahead()

    def breaks() -> None:
        raise ValueError("no such measure")

    with ahead.reckoning([("broken", breaks)], lambda: None), pytest.raises(ValueError, match="no such measure"):
        ahead.answer("broken", lambda: None)


def test_a_block_that_fails_ends_what_is_under_way_and_leaves_out_the_rest() -> None:
    ahead, begun, interrupted = Ahead(), Event(), Event()
    reckoned: list[str] = []

    def long() -> None:
        begun.set()
        assert interrupted.wait(60)

    def give_up() -> None:
        assert begun.wait(60)
        raise KeyboardInterrupt

    answers: list[tuple[str, Callable[[], object]]] = [("long", long), ("next", lambda: reckoned.append("next"))]
    with pytest.raises(KeyboardInterrupt), ahead.reckoning(answers, interrupted.set):
        give_up()
    assert not reckoned
    assert ahead.answer("next", lambda: "now") == "now"


def test_a_book_answers_ahead_what_it_answers_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = log_of(tmp_path / "log", EVENTS).snapshot()
    start, end = ASKED.start, ASKED.end
    plain = ProjectedBook(snapshot)
    expected = plain.credits(ASKED), plain.inherited(ASKED), plain.findings(start, end)
    beside: list[bool] = []

    def credit(window: Window) -> Credited:
        beside.append(current_thread() is not main_thread())
        return credits.credit(window)

    monkeypatch.setattr(book_module, "credit", credit)
    book = ProjectedBook(snapshot)
    with book.ahead([ASKED], [ASKED], start, end):
        assert book.transaction_days() == (date(2024, 12, 1), date(2025, 1, 10))
        assert [fact.event.id for fact in book.facts(["manager.appointed"])] == ["e-1"]
        assert (book.credits(ASKED), book.inherited(ASKED), book.findings(start, end)) == expected
    assert beside == [True, True]
    assert book.credits(ASKED) == expected[0]
    assert beside == [True, True, False]
