"""The leaderboard: managers of a period by the plan's board line, from any book of the log (contract §7).

At one position and one ``through`` its lines are those of the statement, character by character, because both print the
same evaluation. ``change`` compares with the same board through one day earlier.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

from msgspec import UNSET

from engine.book import Book
from engine.log import Log
from engine.plan.evaluate import Evaluation
from engine.plan.kept import MOST, Evaluations
from engine.plan.library import LoadedPlan
from engine.plan.printing import manager_statements, uncredited
from engine.plan.scope import Earlier
from engine.recent import Recent
from engine.units import Units, members
from replay.changes import place
from replay.rows import Rows
from replay.scope import scope_of
from schemas.period import ONE_DAY, Period
from schemas.statement import Board, Finding, ManagerStatement, sealed


@dataclass(frozen=True)
class Standing:
    """A board, and of the same evaluation every manager's lines, told when somebody asks for them."""

    board: Board
    tell: Callable[[], list[ManagerStatement]]

    @cached_property
    def statements(self) -> list[ManagerStatement]:
        """Every manager's lines as a statement shows them."""
        return self.tell()


class Boards:
    """The boards of one book, which may move on between them: made again as far as what they show is not the same."""

    def __init__(self, log: Log, book: Book) -> None:
        self._log, self._book = log, book
        self._evaluations = Evaluations(book)
        self._rows: Recent[Rows] = Recent(MOST)

    def standing(
        self,
        loaded: LoadedPlan,
        period: Period,
        earlier: Earlier,
        last_events: Mapping[str, dict[str, Any]],
        position: int | str,
        through: date | None = None,
        findings: Sequence[Finding] = (),
        unit: str | None = None,
    ) -> Standing:
        """Where the managers stand in ``period``, its days up to and including ``through``.

        ``through`` is by default the log's last transaction. ``last_events`` says of each manager which event spoke
        last of the manager's business; ``position`` is the book's, as documents print it; ``findings`` name what the
        book lacks. With ``unit`` the board shows the managers of that unit and of all below it, ranked among
        themselves by the same scores.

        Raises:
            Problem: there is no such unit, or the plan's year has no such period.
        """
        last = last_day(self._book, period) if through is None else min(through, period.last)
        today = self._evaluations.of(scope_of(self._log, loaded, period, last), earlier)
        before = self._evaluations.of(scope_of(self._log, loaded, period, last - ONE_DAY), earlier)
        shown = None if unit is None else members(units_of(today), unit, unit_of_managers(today))
        rows = self._rows_of(loaded, period, unit).of(today, _ranks(today, shown), _ranks(before, shown), last_events)
        document = Board(
            plan=loaded.plan.plan,
            plan_digest=loaded.digest,
            period=today.scope.period.name,
            through=today.scope.through.isoformat(),
            position=position,
            rows=sorted((row for row in rows if shown is None or row.manager_id in shown), key=place),
            uncredited=uncredited(today) if unit is None else [],
            findings=list(findings) or UNSET,
            org_unit=UNSET if unit is None else unit,
        )
        return Standing(sealed(document), partial(manager_statements, today, self._log.institution.currency))

    def _rows_of(self, loaded: LoadedPlan, period: Period, unit: str | None) -> Rows:
        name = loaded.digest, period.name, unit
        return self._rows.remembered(name, Rows)


def last_day(book: Book, period: Period) -> date:
    """The latest business date among the log's transactions, as far as it lies in the period; no clock is asked."""
    days = book.transaction_days()
    day_before = period.start - ONE_DAY
    return day_before if days is None else max(day_before, min(days[1], period.last))


def _ranks(evaluation: Evaluation, shown: Collection[str] | None) -> dict[str, int]:
    """Places by the board line among those shown (None: all), ties sharing the better; no score, no place."""
    column = evaluation.lines.get(evaluation.scope.plan.board)
    if column is None:
        return {}
    scored = [
        (manager, score)
        for manager, score in zip(evaluation.managers, column.cells, strict=False)
        if score is not None and (shown is None or manager in shown)
    ]
    places: dict[object, int] = {}
    for index, score in enumerate(sorted([score for _, score in scored], reverse=True)):
        places.setdefault(score, index + 1)
    return {manager: places[score] for manager, score in scored}


def unit_of_managers(evaluation: Evaluation) -> dict[str, str | None]:
    """By manager of an evaluation the unit of its last day; of who left by then, the last one."""
    words = evaluation.gathered.posts.words("org_unit", evaluation.scope.last)
    return {manager: words.get(manager) for manager in evaluation.managers}


def units_of(evaluation: Evaluation) -> Units:
    """The institution's units, as far as an evaluation knows of them."""
    return Units(evaluation.gathered.facts.parents, filter(None, unit_of_managers(evaluation).values()))
