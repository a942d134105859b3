"""Ranges: whatever two figures do, the result lies in the range that is told of it, and no wider where it is told."""

from __future__ import annotations

from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne

from hypothesis import given
from hypothesis import strategies as st

from engine.plan.ranges import ANY, NOT_NEGATIVE, Range, compared, exactly, where

COMPARISONS = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "!=": ne}
BOUNDS = st.none() | st.integers(-3, 3).map(Fraction)
FIGURES = st.integers(-9, 9).map(lambda half: Fraction(half, 2))


@st.composite
def figures_in_ranges(draw: st.DrawFn) -> tuple[Fraction, Range]:
    """A figure, and a range that it lies in."""
    figure, bounds = draw(FIGURES), (draw(BOUNDS), draw(BOUNDS))
    low = None if bounds[0] is None else min(bounds[0], figure)
    high = None if bounds[1] is None else max(bounds[1], figure)
    opened = [bound is not None and bound != figure and draw(st.booleans()) for bound in (low, high)]
    return figure, Range(low, high, *opened)


def holds(figure: Fraction, of: Range) -> bool:
    above = of.low is None or figure > of.low or (figure == of.low and not of.above_low)
    return above and (of.high is None or figure < of.high or (figure == of.high and not of.below_high))


@given(figures_in_ranges(), figures_in_ranges(), FIGURES)
def test_what_is_computed_of_two_figures_lies_in_what_is_told_of_their_ranges(
    left: tuple[Fraction, Range], right: tuple[Fraction, Range], factor: Fraction
) -> None:
    (one, first), (other, second) = left, right
    assert holds(-one, -first)
    assert holds(one + other, first + second)
    assert holds(one * other, first * second)
    assert holds(one * factor, first.times(factor))
    assert holds(min(one, other), first.smaller(second))
    assert holds(max(one, other), first.larger(second))
    assert holds(one, first.joined(second))
    assert holds(other, first.joined(second))
    assert holds(Fraction(one // 1), first.whole())
    assert holds(Fraction(-(-one // 1)), first.whole())
    assert holds(one, first.within(exactly(one)))


@given(figures_in_ranges(), figures_in_ranges())
def test_a_comparison_that_is_decided_is_so_for_every_figure(
    left: tuple[Fraction, Range], right: tuple[Fraction, Range]
) -> None:
    (one, first), (other, second) = left, right
    for sign, comparison in COMPARISONS.items():
        found = compared(sign, first, second)
        assert found is None or found == comparison(one, other)
        if comparison(one, other):
            assert holds(one, where(sign, second))
            assert holds(one, first.within(where(sign, second)))


def test_ranges_are_no_wider_than_they_need_be() -> None:
    some, more = Range(Fraction(-1), Fraction(2)), Range(Fraction(3), Fraction(5), above_low=True)
    assert some + more == Range(Fraction(2), Fraction(7), above_low=True)
    assert more + some == some + more
    assert (
        more * exactly(Fraction(2)) == exactly(Fraction(2)) * more == Range(Fraction(6), Fraction(10), above_low=True)
    )
    assert some * more == Range(Fraction(-5), Fraction(10))
    assert more.times(Fraction(-2)) == Range(Fraction(-10), Fraction(-6), below_high=True)
    assert some.smaller(more) == some
    assert some.larger(more) == Range(Fraction(3), Fraction(5))
    assert some.joined(more) == Range(Fraction(-1), Fraction(5))
    opened = Range(Fraction(-1), Fraction(2), above_low=True, below_high=True)
    assert opened.joined(opened) == opened
    assert opened.joined(some) == some
    assert some.within(NOT_NEGATIVE) == Range(Fraction(0), Fraction(2))
    assert some.within(opened) == opened
    assert some.within(more) == some
    assert opened.within(Range(Fraction(2))) == opened
    assert NOT_NEGATIVE * NOT_NEGATIVE == NOT_NEGATIVE
    assert NOT_NEGATIVE * some == ANY
    assert some * exactly(Fraction(0)) == exactly(Fraction(0))
    assert (compared("<", some, more), compared(">=", some, more), compared("=", some, more)) == (True, False, False)
    assert compared("<=", some, Range(Fraction(2))) is True
    assert compared("<", some, Range(Fraction(2))) is None
    assert compared("!=", exactly(Fraction(1)), exactly(Fraction(1))) is False
