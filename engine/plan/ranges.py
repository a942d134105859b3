"""Ranges: between which bounds a figure lies, as far as its rule tells. For finding what can never happen."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True, slots=True)
class Range:
    """The figures from ``low`` to ``high``, each of them included unless ``above_low`` or ``below_high``.

    None: there is no bound on that side.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    above_low: bool = False
    below_high: bool = False

    @property
    def only(self) -> Fraction | None:
        """The one figure that it can be, if it is one."""
        return self.low if self.low is not None and self.low == self.high else None

    def below(self, other: Range) -> bool:
        """Whether every figure of this range is less than every one of the other."""
        if self.high is None or other.low is None:
            return False
        return self.high < other.low or (self.high == other.low and (self.below_high or other.above_low))

    def at_most(self, other: Range) -> bool:
        """Whether no figure of this range is greater than any of the other."""
        return self.high is not None and other.low is not None and self.high <= other.low

    def within(self, other: Range) -> Range:
        """The figures of both; an empty range is given up for this one, since nothing reaches it anyway."""
        low, above_low = _tighter(self.low, self.above_low, other.low, other.above_low, larger=True)
        high, below_high = _tighter(self.high, self.below_high, other.high, other.below_high, larger=False)
        if low is not None and high is not None and (low > high or (low == high and (above_low or below_high))):
            return self
        return Range(low, high, above_low, below_high)

    def joined(self, other: Range) -> Range:
        """The figures of either, and all between them."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        above = all(one.above_low for one in (self, other) if one.low == low)
        under = all(one.below_high for one in (self, other) if one.high == high)
        return Range(low, high, low is not None and above, high is not None and under)

    def __neg__(self) -> Range:
        low = None if self.high is None else -self.high
        return Range(low, None if self.low is None else -self.low, self.below_high, self.above_low)

    def __add__(self, other: Range) -> Range:
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Range(low, high, self.above_low or other.above_low, self.below_high or other.below_high)

    def __mul__(self, other: Range) -> Range:
        if other.only is not None or self.only is not None:
            factor, one = (other.only, self) if other.only is not None else (self.only or Fraction(0), other)
            return one.times(factor)
        corners = [None if a is None or b is None else a * b for a in self._ends() for b in other._ends()]
        known = [corner for corner in corners if corner is not None]
        if len(known) == len(corners):
            return Range(min(known), max(known))
        return Range(Fraction(0)) if self._never_negative() and other._never_negative() else ANY

    def times(self, factor: Fraction) -> Range:
        """Every figure multiplied by ``factor``."""
        if factor == 0:
            return exactly(Fraction(0))
        one = self if factor > 0 else -self
        size = abs(factor)
        low = None if one.low is None else one.low * size
        return Range(low, None if one.high is None else one.high * size, one.above_low, one.below_high)

    def smaller(self, other: Range) -> Range:
        """The smaller of two figures."""
        highs = [one for one in (self.high, other.high) if one is not None]
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        return Range(low, min(highs) if highs else None)

    def larger(self, other: Range) -> Range:
        """The larger of two figures."""
        return -(-self).smaller(-other)

    def whole(self) -> Range:
        """The whole numbers that its figures may be rounded to, in either direction."""
        low = None if self.low is None else Fraction(floor(self.low))
        return Range(low, None if self.high is None else Fraction(ceil(self.high)))

    def _ends(self) -> tuple[Fraction | None, Fraction | None]:
        return self.low, self.high

    def _never_negative(self) -> bool:
        return self.low is not None and self.low >= 0


def _tighter(
    one: Fraction | None, one_open: bool, other: Fraction | None, other_open: bool, *, larger: bool
) -> tuple[Fraction | None, bool]:
    if one is None or other is None:
        return (other, other_open) if one is None else (one, one_open)
    if one == other:
        return one, one_open or other_open
    return (one, one_open) if (one > other) is larger else (other, other_open)


def exactly(value: Fraction) -> Range:
    """The range of one figure."""
    return Range(value, value)


ANY = Range()
TRUTH = Range(Fraction(0), Fraction(1))
NOT_NEGATIVE = Range(Fraction(0))


def compared(sign: str, left: Range, right: Range) -> bool | None:
    """Whether a comparison always holds (True) or never does (False); None where it depends."""
    if sign in {">", ">="}:
        return compared({">": "<", ">=": "<="}[sign], right, left)
    if sign == "<":
        return True if left.below(right) else False if right.at_most(left) else None
    if sign == "<=":
        return True if left.at_most(right) else False if right.below(left) else None
    same = left.only is not None and left.only == right.only
    apart = left.below(right) or right.below(left)
    if not same and not apart:
        return None
    return same if sign == "=" else apart


def where(sign: str, bound: Range) -> Range:
    """The figures for which a comparison with a figure of ``bound`` can hold."""
    match sign:
        case "<":
            return Range(high=bound.high, below_high=bound.high is not None)
        case "<=":
            return Range(high=bound.high, below_high=bound.below_high)
        case ">":
            return Range(low=bound.low, above_low=bound.low is not None)
        case ">=":
            return Range(low=bound.low, above_low=bound.above_low)
        case "=":
            return bound
        case _:
            return ANY
