"""The qualitative part: ratings, or the decision that stands before them. Schemes §1, "Quality factor"."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle import rules
from tests.oracle.base import decided
from tests.oracle.book import Book, number


def mean(values: list[Fraction]) -> Fraction:
    """The plain mean of at least one value."""
    return sum(values, Fraction(0)) / len(values)


def qualitative(book: Book, manager: str, period: str) -> tuple[Fraction | None, list[str]]:
    """q from 0 to 100 for exactly this period (None without any rating), and the gaps left out of its means.

    A gap is named ITEM where nobody rated the item, ITEM:GROUP where one group of raters did not.
    """
    score = decided(book, "qualitative-score", manager, period)
    if score is not None:
        return score, []
    gaps: list[str] = []
    items: list[Fraction] = []
    for item in rules.QUALITATIVE_ITEMS:
        groups = {group: ratings(book, manager, period, item, group) for group in rules.RATER_GROUPS}
        if not any(groups.values()):
            gaps.append(item)
            continue
        gaps += [f"{item}:{group}" for group, given in groups.items() if not given]
        items.append(mean([mean(given) for given in groups.values() if given]))
    return (mean(items), gaps) if items else (None, [])


def ratings(book: Book, manager: str, period: str, item: str, group: str) -> list[Fraction]:
    """Every rating that a group gave, on a scale of 100."""
    asked = {"manager_id": manager, "period": period, "item": item, "group": group}
    return [
        number(fact.data["score"]) / number(fact.data["full"]) * 100
        for fact in book.of_type("rating.given")
        if all(fact.data[name] == value for name, value in asked.items())
    ]


def quality_factor(q: Fraction) -> Fraction:
    """80% by contribution, 20% by plan completion and quality of work."""
    return Fraction(80, 100) + Fraction(20, 100) * q / 100
