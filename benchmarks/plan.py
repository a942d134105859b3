"""How fast plans are evaluated from measures in memory: seconds for 10,000 managers, and the ratio to a bare sum.

    python -m benchmarks.plan [--managers N] [--plan NAME]

The yardstick is the least that any evaluation has to do: adding up the twelve items of every manager as fractions.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from engine.book import Fact, RatingSum
from engine.measures import MeasureTable, Request
from engine.plan.evaluate import evaluate
from engine.plan.library import bundled, load
from engine.plan.printing import manager_statements
from engine.plan.scope import Correction, HeldLine, Scope
from schemas.codec import event_of
from schemas.institution import Institution
from schemas.period import Period


class RandomBook:
    """A book of made figures for many managers."""

    position = 1

    def __init__(self, managers: int, seed: int) -> None:
        self._managers = [f"M-{number:06d}" for number in range(managers)]
        self._random = random.Random(seed)
        self._tables: dict[object, MeasureTable] = {}
        self._ratings = [
            RatingSum(manager, "skill", group, 100_000_000, 85_000_000, 1)
            for manager in self._managers
            for group in ("self", "customer", "superior", "department")
        ]
        self._opened = [self._fact("unit.opened", {"org_unit": f"U-{unit}", "parent": "U-0"}) for unit in range(1, 100)]
        self._appointed = [
            self._fact(
                "manager.appointed",
                {
                    "manager_id": manager,
                    "org_unit": f"U-{number % 100}",
                    "grade": ("junior", "middle", "senior")[number % 3],
                    "position": "abc"[number % 3],
                },
            )
            for number, manager in enumerate(self._managers)
        ]

    def credits(self, request: Request) -> MeasureTable:
        """The same made figures each time the same is asked."""
        key = (tuple(request.measures), request.start, request.end)
        if key not in self._tables:
            figure = self._random.randrange
            values = {
                name: [figure(10**7) * 10**measure.scale for _ in self._managers]
                for name, measure in request.measures.items()
            }
            self._tables[key] = MeasureTable(self._managers, values, dict.fromkeys(values, 0), {})
        return self._tables[key]

    def inherited(self, request: Request) -> MeasureTable:
        """Figures of the year before: made alike."""
        return self.credits(request)

    def ratings(self, period: str) -> Sequence[RatingSum]:
        """Four groups rate one item of every manager."""
        return self._ratings

    def facts(self, types: Collection[str]) -> Iterator[Fact]:
        """Appointments to a hundred units under one, of three positions and grades; nothing else."""
        if "unit.opened" in types:
            yield from self._opened
        if "manager.appointed" in types:
            yield from self._appointed

    def _fact(self, type_: str, data: Mapping[str, str]) -> Fact:
        attributes = {"specversion": "1.0", "id": str(data), "source": "made", "type": type_}
        at = {"time": "2024-01-01T09:00:00+08:00", "data": {**data, "on": "2024-01-01"}}
        return Fact(1, date(2024, 1, 1), event_of({**attributes, **at}, Institution()).event)

    def transaction_days(self) -> tuple[date, date] | None:
        """Two years of transactions."""
        return date(2024, 1, 1), date(2025, 12, 31)


class NoSettlements:
    """A plan that was never settled before."""

    def lines(self, line: str, period: Period) -> Mapping[str, list[HeldLine]]:
        """None, whatever the line."""
        return {}

    def paid(self, line: str, period: Period) -> Mapping[str, list[HeldLine]]:
        """Nothing, whatever the line."""
        return {}

    def corrections(self, lines: Sequence[str], period: Period) -> Sequence[Correction]:
        """None, whatever the lines."""
        return ()


def median_seconds(work: Callable[[], object], runs: int = 3) -> float:
    """The median of some runs, in processor time: all of it is one thread's, and other programs do not show."""
    taken = []
    for _ in range(runs):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--managers", type=int, default=10_000)
    parser.add_argument("--plan", default="bank-contribution", help="a bundled plan, or 'all' of them")
    arguments = parser.parse_args()
    figures = [[Fraction(number * row, 360) for number in range(12)] for row in range(arguments.managers)]
    adding = median_seconds(lambda: [sum(row) for row in figures])
    print(f"adding 12 fractions for each of {arguments.managers} managers: {adding:.3f} s")
    for name in bundled() if arguments.plan == "all" else [arguments.plan]:
        measured(name, RandomBook(arguments.managers, seed=1), adding)


def measured(name: str, book: RandomBook, adding: float) -> None:
    """Print the figures of one plan."""
    plan, period = load(name).plan, Period.parse("2025")
    scope = Scope(plan, period, period.end, 2)
    evaluation = evaluate(scope, book, NoSettlements())
    evaluating = median_seconds(lambda: evaluate(scope, book, NoSettlements()))
    printing = median_seconds(lambda: manager_statements(evaluation, "CNY"))
    told = f"{len(plan.lines)} lines: evaluate {evaluating:.3f} s, print {printing:.3f} s"
    print(f"{name}, {told}; together / adding: {(evaluating + printing) / adding:.2f}")


if __name__ == "__main__":
    main()
