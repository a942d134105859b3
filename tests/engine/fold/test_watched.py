"""Answers kept up from the journal: the same as reckoned anew, whenever they are asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import recent
from engine.book import Fact
from engine.fold import earnings, journal
from engine.fold.book import FoldedBook
from engine.fold.entries import NO_ENTRIES
from engine.fold.inherited import Year
from engine.fold.sheet import Sheet
from engine.fold.state import State
from engine.fold.watched import MOST, Watched, Watching
from engine.measures import Request
from tests.banks import CURRENCY, Json, banks, random_bank
from tests.engine.fold.folding import Said, balance, flow, fold, numbered, request, say, team
from tests.engine.fold.test_laws import MEASURES
from tests.reading import read_bank

WATCHED = {
    **MEASURES,
    "foreign_days": balance(times="cost"),
    "rated_fees": flow("fee.earned", needs_rate=True),
    "rated_spending": flow("card.spent", needs_rate=True),
    "performing": balance("loan", times="rate", until_class="substandard"),
}
WINDOWS = ("2025-01", "2025Q1", "2025H1", "2025", "2024", "2025-01-15..2025-02-01")


def questions() -> list[Request]:
    whole = [request(WATCHED, window) for window in WINDOWS]
    return [*whole, *(replace(one, end=one.end - timedelta(days=1)) for one in whole[:4])]


def assert_the_same(kept: FoldedBook, asked: list[Request]) -> None:
    """Kept answers are those reckoned anew."""
    new = FoldedBook(kept.state)
    for question in asked:
        assert kept.credits(question) == new.credits(question)
        if question.start.year == 2025:
            assert kept.inherited(question) == new.inherited(question)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(banks(), st.randoms(use_true_random=False), st.sampled_from([0, earnings.ROWS_A_LOOK]))
def test_whatever_is_asked_between_any_batches_is_answered_as_if_asked_for_the_first_time(
    bank: list[Json], random: Random, rows_a_look: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(earnings, "ROWS_A_LOOK", rows_a_look)
        assert_the_same_after_each_batch(bank, random)


def assert_the_same_after_each_batch(bank: list[Json], random: Random) -> None:
    facts = read_bank(bank)
    known: dict[tuple[str, str], Fact] = {}
    books = [FoldedBook(State.empty(CURRENCY))]
    books.append(FoldedBook(books[0].state))
    asked = questions()
    while facts:
        size = random.randint(1, 9)
        fold(facts[:size], books[0].state, known)
        del facts[:size]
        assert_the_same(random.choice(books), random.sample(asked, random.randint(0, len(asked))))
    for book in books:
        assert_the_same(book, asked)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(banks(), st.integers(0, 12))
def test_answers_are_the_same_where_pages_are_soon_dropped(bank: list[Json], kept_lines: int) -> None:
    facts = read_bank(bank)
    known: dict[tuple[str, str], Fact] = {}
    kept = FoldedBook(State.empty(CURRENCY))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "KEPT", kept_lines)
        for at in range(0, len(facts), 5):
            fold(facts[at : at + 5], kept.state, known)
            assert sum(page.lines for page in kept.state.credits.journal.pages) <= kept_lines
            assert_the_same(kept, questions()[at % 3 :: 3])


OPENED: list[Said] = [
    say("customer.assigned", "01-01", customer_id="C", team=team(M1="0.6", M2="0.4")),
    say("account.opened", "01-01", account_id="A", customer_id="C", product="loan.consumer", rate="0.04"),
    say("balance.changed", "2024-05-01", account_id="A", customer_id="C", amount="700"),
]
MORE: list[Said] = [
    say("balance.changed", "01-10", account_id="A", customer_id="C", amount="100"),
    say("fee.earned", "01-11", customer_id="C", service="agency", amount="5"),
    say("customer.assigned", "01-20", customer_id="C", team=team(M3="1")),
    say("balance.changed", "2024-11-01", account_id="A", customer_id="C", amount="1"),
]


def kept_before(more: list[Said]) -> tuple[FoldedBook, list[Fact]]:
    """A book that has been asked everything, and what is still to come."""
    facts = read_bank(numbered([*OPENED, *more]))
    book = FoldedBook(fold(facts[: len(OPENED)]))
    assert_the_same(book, questions())
    return book, facts[len(OPENED) :]


def test_a_request_asked_again_is_kept_up_and_not_reckoned_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    book, facts = kept_before(MORE)
    expected = [FoldedBook(fold(read_bank(numbered([*OPENED, *MORE])))).credits(question) for question in questions()]
    monkeypatch.setattr(Watched, "of", None)
    monkeypatch.setattr(Year, "of", None)
    fold(facts, book.state)
    assert [book.credits(question) for question in questions()] == expected
    assert book.inherited(questions()[0]).values["days"] != [0, 0, 0]


@pytest.mark.parametrize(("end", "anew"), [("2025-06-01", True), ("2025-03-01", False)])
def test_only_an_exchange_rate_of_its_days_makes_a_request_be_reckoned_anew(
    monkeypatch: pytest.MonkeyPatch, end: str, anew: bool
) -> None:
    book, facts = kept_before([say("fx.fixed", "03-01", currency="USD", rate="7")])
    question = Request(MEASURES, date(2025, 1, 1), date.fromisoformat(end), questions()[0].factors)
    reckoned: list[Request] = []
    original = Watched.of
    monkeypatch.setattr(Watched, "of", lambda state, it: reckoned.append(it) or original(state, it))
    book.credits(question)
    fold(facts, book.state)
    book.credits(question)
    assert reckoned == [question] * (2 if anew else 1)


def test_a_page_that_a_kept_answer_has_not_read_would_be_noticed_here() -> None:
    book, facts = kept_before(MORE)
    fold(facts, book.state)
    book.state.credits.journal.close()
    pages = book.state.credits.journal.pages
    pages[-1] = replace(pages[-1], sheet=Sheet(NO_ENTRIES, book.state.credits.journal.shares))
    with pytest.raises(AssertionError):
        assert_the_same(book, questions())


def test_a_table_once_given_does_not_change() -> None:
    book, facts = kept_before(MORE)
    question = questions()[3]
    before = book.credits(question)
    copied = {name: list(values) for name, values in before.values.items()}
    fold(facts, book.state)
    after = book.credits(question)
    assert {name: list(values) for name, values in before.values.items()} == copied
    assert after != before
    assert after.managers == ["M1", "M2", "M3"]


def test_of_many_requests_those_asked_for_last_are_kept() -> None:
    watching = Watching()
    state = fold(read_bank(random_bank(Random(2), 40)))
    first = date(2025, 1, 1)
    for days in range(1, MOST + 10):
        watching.credits(state, Request(MEASURES, first, first + timedelta(days=days), questions()[0].factors))
    kept = [watched.yardstick.request for watched in watching._recent]
    assert len(kept) == MOST
    ends = [one.end for one in kept if one.start == first]
    assert ends == [first + timedelta(days=days) for days in range(MOST + 10 - len(ends), MOST + 10)]


def test_what_is_asked_again_is_forgotten_last() -> None:
    answers: recent.Recent[str] = recent.Recent(2)
    answers.put(1, "one")
    answers.put(2, "two")
    assert answers.get(1) == "one"
    answers.put(3, "three")
    assert (answers.get(1), answers.get(2), answers.get(3)) == ("one", None, "three")


def test_a_page_grows_with_what_is_touched_and_not_with_the_number_of_events() -> None:
    said = [say("balance.changed", "01-10", account_id="A", customer_id="C", amount="1")] * 500
    book, facts = kept_before(said)
    fold(facts, book.state)
    book.state.credits.journal.close()
    assert [page.lines for page in book.state.credits.journal.pages][-1] == 1
