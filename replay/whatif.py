"""What if: the same period under other parameters, another plan, or with more events. Nothing is appended.

More events go into a copy of the log that is thrown away afterwards, so they are admitted, credited and settled as any
others are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from decimal import Decimal

from engine.ingest import Ingested, ingest
from engine.log import AsOf, Log
from engine.log.copy import copied
from engine.plan.library import LoadedPlan, with_parameters
from engine.sources.batch import Source
from replay.compare import Compared, compare
from replay.settle import settle
from schemas.comparison import TRACED_MAX, Comparison
from schemas.period import Period
from schemas.problems import Problem, Problems

HOLDER = "meritlog whatif"


def what_if(
    log: Log,
    loaded: LoadedPlan,
    period: Period,
    at: datetime,
    *,
    values: Mapping[str, Decimal],
    instead: LoadedPlan | None = None,
    events: Iterable[Source] = (),
    as_of: AsOf = None,
    through: date | None = None,
    traced: int = TRACED_MAX,
) -> Comparison:
    """The period by ``loaded`` beside the same by ``instead``, with ``values`` for parameters and ``events`` more.

    ``at`` is when those are admitted.

    Raises:
        Problem: a parameter is none of the plan's, or events are refused; every one is named.
    """
    before = settle(log, loaded, period, as_of=as_of, through=through)
    supposed = with_parameters(instead or loaded, values)
    sources = list(events)
    with _with_events(log, sources, as_of, at) if sources else nullcontext(log) as other:
        after = settle(other, supposed, period, as_of=None if sources else as_of, through=through)
        sides = Compared("as it is", before.statement, before), Compared("what if", after.statement, after)
        return compare(*sides, log.institution.currency, traced)


@contextmanager
def _with_events(log: Log, sources: Iterable[Source], as_of: AsOf, at: datetime) -> Iterator[Log]:
    with copied(log, as_of, at, HOLDER) as copy:
        refused = _Refused()
        ingested = ingest(copy, sources, now=lambda: at, holder=HOLDER, watcher=refused)
        problems = [*refused.problems, *ingested.unread]
        if problems:
            raise Problems(problems)
        yield copy


class _Refused:
    """Gathers what ingest refuses: a figure without it would answer another question."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def rejected(self, problem: Problem) -> None:
        """One more."""
        self.problems.append(problem)

    def progress(self, source: str, so_far: Ingested) -> None:
        """Nothing is told meanwhile."""
