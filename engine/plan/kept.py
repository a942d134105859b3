"""Kept evaluations: an evaluation follows from what it asks alone, so for as long as the answers are equal it stands.

What an evaluation asks of the book and of earlier settlements is noted with the answers. When the same days are to be
evaluated again, the same is asked again, of a book that has moved on; only if an answer differs are the lines computed
anew. So a board through the day before costs next to nothing while no event of an earlier day comes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from engine.book import Book, Fact, RatingSum
from engine.measures import MeasureTable, Request, Transactions
from engine.plan.evaluate import Evaluation, evaluate
from engine.plan.facts import Facts
from engine.plan.scope import Correction, Earlier, HeldLine, Scope
from engine.recent import Recent
from schemas.period import Period

MOST = 64
"""Evaluations kept: of eight plans four periods, each on two last days."""
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Answers = list[tuple[Callable[[Any, Any], object], Any, object]]
"""Questions put to a book or to earlier settlements, each with what it was asked about and what was answered."""


class Evaluations:
    """Evaluations of one book, which may move on between them."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._facts = Facts(book)
        self._facts_at = book.position
        self._kept: Recent[_Kept] = Recent(MOST)

    def of(self, scope: Scope, earlier: Earlier) -> Evaluation:
        """The plan's lines over the days of ``scope`` as the book stands now; the same object while they are equal."""
        facts = self._standing_facts()
        question = (id(scope.plan), scope.period.name, scope.end, scope.digits)
        kept = self._kept.get(question)
        if kept is None or kept.facts is not facts or not kept.still_holds(self._book, earlier):
            book, closed = _AskedBook(self._book), _AskedEarlier(earlier)
            evaluation = evaluate(scope, book, closed, facts, kept.evaluation if kept is not None else None)
            kept = self._kept.put(question, _Kept(evaluation, facts, book.answers, closed.answers))
        return kept.evaluation

    def _standing_facts(self) -> Facts:
        position = self._book.position
        if position != self._facts_at:
            if not self._facts.still_hold():
                self._facts = Facts(self._book)
            self._facts_at = position
        return self._facts


@dataclass(frozen=True, slots=True)
class _Kept:
    """An evaluation, the facts that it was made of, and what else was answered."""

    evaluation: Evaluation
    facts: Facts
    answers: Answers
    closed: Answers

    def still_holds(self, book: Book, earlier: Earlier) -> bool:
        """Whether the same is answered now."""
        return all(
            question(whom, about) == answer
            for whom, answers in ((book, self.answers), (earlier, self.closed))
            for question, about, answer in answers
        )


class _AskedBook:
    """A book that notes what it is asked."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.answers: Answers = []

    def _ask(self, question: Callable[[Book, Asked], Answer], about: Asked) -> Answer:
        answer = question(self._book, about)
        self.answers.append((question, about, answer))
        return answer

    @property
    def position(self) -> int:
        return self._ask(lambda book, _: book.position, None)

    def credits(self, request: Request) -> MeasureTable:
        return self._ask(lambda book, about: book.credits(about), request)

    def inherited(self, request: Request) -> MeasureTable:
        return self._ask(lambda book, about: book.inherited(about), request)

    def transactions(self, request: Request) -> Transactions:
        return self._ask(lambda book, about: book.transactions(about), request)

    def ratings(self, period: str) -> Sequence[RatingSum]:
        return self._ask(lambda book, about: book.ratings(about), period)

    def facts(self, types: Collection[str]) -> Iterator[Fact]:
        return iter(self._ask(lambda book, about: list(book.facts(about)), types))

    def transaction_days(self) -> tuple[date, date] | None:
        return self._ask(lambda book, _: book.transaction_days(), None)


class _AskedEarlier:
    """Earlier settlements that note what they are asked."""

    def __init__(self, earlier: Earlier) -> None:
        self._earlier = earlier
        self.answers: Answers = []

    def _ask(self, question: Callable[[Earlier, Asked], Answer], about: Asked) -> Answer:
        answer = question(self._earlier, about)
        self.answers.append((question, about, answer))
        return answer

    def lines(self, line: str, period: Period) -> Mapping[str, list[HeldLine]]:
        return self._ask(lambda earlier, about: earlier.lines(*about), (line, period))

    def paid(self, line: str, period: Period) -> Mapping[str, list[HeldLine]]:
        return self._ask(lambda earlier, about: earlier.paid(*about), (line, period))

    def corrections(self, lines: Sequence[str], period: Period) -> Sequence[Correction]:
        return self._ask(lambda earlier, about: earlier.corrections(*about), (lines, period))
