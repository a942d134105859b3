"""Both sides of a correction: a closed settlement by what is known now, and by what was made good before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from projections.book import ProjectedBook
from replay.credits import Traceable
from replay.earlier import Made
from schemas.measures import CorrectionsDocument

BY_NOW, BEFORE = "by_now", "before"
LABELS = {
    BY_NOW: {"en": "By what is known now", "zh": "按现已知情况"},
    BEFORE: {"en": "As made good before", "zh": "此前已计付"},
}


@dataclass(frozen=True, slots=True)
class Sides:
    """What a correction of one manager is the difference of, in these ``lines``."""

    settlement_id: str
    period: str
    amount: Fraction
    lines: Sequence[str]
    by_now: Made[ProjectedBook]
    before: Made[ProjectedBook]


def sides(settlement: Traceable, document: CorrectionsDocument, manager: str) -> Iterator[Sides]:
    """Of each settlement that is corrected for the manager both sides."""
    period = settlement.evaluation.scope.period
    for one, correction in settlement.earlier.corrected(document.lines, period):
        if manager in correction.amounts:
            yield Sides(
                one.settlement.id,
                one.settlement.period.name,
                correction.amounts[manager],
                one.settlement.shows(document.lines),
                settlement.earlier.made(one.settlement, one.until),
                settlement.earlier.made(one.settlement, one.since),
            )
