"""Units: what kind of figure a name stands for, and what becomes of it in a formula.

Money, product-days and days are told apart strictly; counts, points, ratios and places only from those, because
schemes add and compare them among each other on purpose (a point per complaint). A figure of no known unit, such as a
parameter that declares none, fits everywhere, and so does a number written in the formula.
"""

from __future__ import annotations

from enum import StrEnum

from engine.plan import formula


class Unit(StrEnum):
    """A kind of figure, as complaints call it."""

    WORD = "a word"
    MONEY = "money"
    PRODUCT_DAYS = "product-days"
    DAYS = "days"
    COUNT = "a count"
    POINTS = "points"
    RATIO = "a ratio"
    PLACE = "a place"
    NUMBER = "a figure"


STRICT = frozenset({Unit.MONEY, Unit.PRODUCT_DAYS, Unit.DAYS})
"""Units that mix with no other."""
DECLARED = {
    "money": Unit.MONEY,
    "points": Unit.POINTS,
    "count": Unit.COUNT,
    "ratio": Unit.RATIO,
    "days": Unit.DAYS,
}
"""What a plan may declare."""

Known = Unit | None
"""None: not known at all, not even whether it is a word."""


def clash(one: Known, other: Known) -> bool:
    """Whether figures of these units can be neither added nor compared."""
    if one is None or other is None or one is other:
        return False
    if Unit.WORD in (one, other):
        return True
    return Unit.NUMBER not in (one, other) and bool({one, other} & STRICT)


def together(*units: Known) -> Known:
    """What a sum, or a choice, of such figures is; a word among them stays one."""
    known = [unit for unit in units if unit is not None and unit is not Unit.NUMBER]
    if not known:
        return None if None in units else Unit.NUMBER
    strict = next((unit for unit in known if unit in STRICT or unit is Unit.WORD), None)
    if strict is not None:
        return strict
    return known[0] if all(unit is known[0] for unit in known) else Unit.NUMBER


def product(one: Known, other: Known) -> Known:
    """What the product of such figures is."""
    if {one, other} == {Unit.MONEY, Unit.DAYS}:
        return Unit.PRODUCT_DAYS
    if one is Unit.RATIO:
        one, other = other, one
    return one if other is Unit.RATIO else Unit.NUMBER


def quotient(one: Known, other: Known) -> Known:
    """What the quotient of such figures is."""
    match one, other:
        case Unit.PRODUCT_DAYS, Unit.DAYS:
            return Unit.MONEY
        case Unit.PRODUCT_DAYS, Unit.MONEY:
            return Unit.DAYS
        case _, Unit.RATIO:
            return one
    return Unit.RATIO if one is other and one not in {None, Unit.NUMBER, Unit.WORD} else Unit.NUMBER


def scaled(unit: Known) -> Known:
    """What a figure is, multiplied or divided by a plain number: money stays money, five times a count may be pay."""
    return unit if unit in {Unit.MONEY, Unit.PRODUCT_DAYS} else Unit.NUMBER


def is_literal(node: formula.Node) -> bool:
    """Whether ``node`` is made of written numbers alone."""
    match node:
        case formula.Number(_):
            return True
        case formula.Negative(term):
            return is_literal(term)
        case formula.Binary(sign, left, right):
            return sign in "+-*/" and is_literal(left) and is_literal(right)
        case _:
            return False
