"""Several plans settled together: at one position of the log and from one book, so that they share one scan of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from engine.log import AsOf, Log
from engine.plan.library import LoadedPlan
from projections.book import ProjectedBook
from replay.scope import check_through
from replay.settle import Settlement, settle
from schemas.period import Period
from schemas.problems import EnvironmentProblem
from schemas.vector import Vector


def settle_all(
    log: Log, plans: Sequence[LoadedPlan], period: Period, *, as_of: AsOf = None, through: date | None = None
) -> Iterator[tuple[LoadedPlan, Settlement | Exception]]:
    """Each plan's settlement of ``period``, or why it could not be made: one that fails takes nothing from the others.

    All are of the position that the log has at the beginning, whatever arrives meanwhile.

    Raises:
        Problem: ``through`` lies outside the period, or ``as_of`` beyond the log.
        EnvironmentProblem, OSError, MemoryError: what none of the plans is to blame for.
    """
    check_through(period, through)
    book = ProjectedBook.of(log, as_of)
    moment = Vector.moment(book.snapshot.label)
    for loaded in plans:
        try:
            made: Settlement | Exception = settle(log, loaded, period, through=through, book=book)
        except (EnvironmentProblem, OSError, MemoryError):
            raise
        except Exception as failure:
            made = failure
            book = ProjectedBook.of(log, moment)  # what broke half-way may have left anything in the other
        yield loaded, made
