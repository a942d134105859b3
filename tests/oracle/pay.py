"""Grade, awards, risk fund and prepayment. Schemes §1, "Grades", "Pay", "Risk fund"."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.oracle import days, rules
from tests.oracle.book import Book
from tests.oracle.teams import appointments


def money(value: Fraction) -> Fraction:
    """Rounded once per pay line, to 0.01, a half away from zero."""
    cents = (2 * 100 * abs(value) + 1) // 2
    return Fraction(cents, 100) if value >= 0 else -Fraction(cents, 100)


def grade(composite: Fraction) -> str:
    """The highest grade whose threshold the year's composite reaches."""
    return next((name for threshold, name in rules.GRADES if composite >= threshold), rules.LOWEST_GRADE)


def base_award(composite: Fraction, base: Fraction, size: Fraction) -> Fraction:
    """Due when the composite reaches the base, by the `size` of the base."""
    if composite < base:
        return Fraction(0)
    return next((award for threshold, award in rules.BASE_AWARDS if size >= threshold), Fraction(0))


def excess_award(composite: Fraction, base: Fraction) -> Fraction:
    """What stands above the base, at the award ratio; no ceiling."""
    return max(Fraction(0), composite - base) * rules.AWARD_RATIO


def prepayment(composite: Fraction, base: Fraction, factor: Fraction) -> Fraction:
    """Half-year: the plan's share of half the base award of twice the base, and of the half-year's excess award."""
    earned = base_award(composite, base, 2 * base) / 2 + excess_award(composite, base)
    return rules.PREPAYMENT_SHARE * factor * earned


def risk_fund(award: Fraction) -> Fraction:
    """Withheld from the year's award by marginal brackets."""
    withheld = Fraction(0)
    above = [start for start, _ in rules.RISK_BRACKETS[1:]]
    for (start, ratio), end in zip(rules.RISK_BRACKETS, [*above, None], strict=True):
        part = award - start if end is None else min(award, end) - start
        withheld += max(Fraction(0), part) * ratio
    return withheld


def disqualified(book: Book, manager: str, year: int, end: date) -> bool:
    """By a decision with its `on` in that year, or in an earlier one and not appointed again since.

    A decision of a day that is not counted yet (`end` and later) does not count either.
    """
    for fact in book.of_type("decision.made"):
        if fact.data["kind"] != "disqualified" or fact.data.get("manager_id") != manager or fact.on >= end:
            continue
        again = any(
            (fact.on, fact.position) < (later.on, later.position) and later.on < end
            for later in appointments(book, manager)
        )
        if days.year_of(fact.on, book.begins) == year or not again:
            return True
    return False
