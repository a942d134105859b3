"""Streams: what credits are kept apart by, so that one fold serves every plan, period and parameter.

A stream is all business that no measure can tell apart: balances of one product, class and currency, or flows of one
type and the same words (service, channel, kind ...). For each stream, team of holders and basis the fold keeps
**entries**: by day, the net integer that this day adds. Of a balance that is the difference from the day before (times
the rate in the basis INTEREST), so that a delta, a hand-over, a rate change are each one or two entries; of a flow,
what it brings. What changes daily for everybody (parameters, exchange rates) is no part of it: see ``weights``.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from engine.crediting.classes import reaches
from engine.crediting.flows import FLOWS
from engine.measures import RATE, Aggregate, CreditMeasure
from schemas.problems import Problem

BALANCE = "balance"
BALANCE_WORDS = ("product", "class")
CURRENCY_WORD = "currency"


class Basis(IntEnum):
    """What an entry counts, to be shared out: amounts E4, amounts E4 times a rate E6, events, or quantities E6."""

    AMOUNT = 0
    INTEREST = 1
    COUNT = 2
    QUANTITY = 3


class Stream(NamedTuple):
    """The business that no measure tells apart. ``rated`` says whether its rate is known, at any day."""

    of: str
    words: tuple[str | None, ...]
    currency: str
    rated: bool


def words_of(of: str) -> tuple[str, ...]:
    """The fields that a measure ``of`` this can be filtered by, in the order of ``Stream.words``.

    Raises:
        Problem: nobody is credited with events of this type.
    """
    if of == BALANCE:
        return BALANCE_WORDS
    if of not in FLOWS:
        raise Problem(
            f"No measure can be taken of {of!r}.", remedy=f"Write {BALANCE} or one of: {', '.join(sorted(FLOWS))}."
        )
    return FLOWS[of].words


def basis_of(measure: CreditMeasure) -> Basis:
    """The basis whose entries answer ``measure``."""
    if measure.aggregate is Aggregate.COUNT:
        return Basis.COUNT
    if measure.aggregate is Aggregate.QUANTITY:
        return Basis.QUANTITY
    return Basis.INTEREST if measure.times == RATE else Basis.AMOUNT


def check(measure: CreditMeasure) -> None:
    """See that a measure can be taken.

    Raises:
        Problem: nobody is credited with events of its type, or it filters on a field that they do not have.
    """
    fields = (*words_of(measure.of), CURRENCY_WORD)
    for where in measure.where:
        if where.field not in fields:
            raise Problem(
                f"A measure of {measure.of} cannot be filtered by {where.field!r}.",
                remedy=f"Filter by {', '.join(fields)}.",
            )


def covers(measure: CreditMeasure, of: str, words: tuple[str | None, ...], currency: str) -> bool:
    """Whether ``measure`` counts business of this kind, a class on which it stops left out.

    Raises:
        Problem: as ``check``.
    """
    if measure.of != of:
        return False
    check(measure)
    fields = dict(zip(words_of(of), words, strict=True))
    fields[CURRENCY_WORD] = currency
    if not all(where.admits(fields[where.field]) for where in measure.where):
        return False
    class_ = fields["class"] if of == BALANCE and measure.until_class is not None else None
    return class_ is None or measure.until_class is None or not reaches(class_, measure.until_class)


def needs_rate(measure: CreditMeasure) -> bool:
    """Whether ``measure`` leaves out what has no known rate."""
    return measure.needs_rate or measure.times == RATE


def answers(measure: CreditMeasure, stream: Stream) -> bool:
    """Whether ``measure`` adds up the entries of this stream, in its basis."""
    return (stream.rated or not needs_rate(measure)) and covers(measure, stream.of, stream.words, stream.currency)
