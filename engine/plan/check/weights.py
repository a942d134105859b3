"""Weights: where a weighted mean says what its weights add up to, they do."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.plan.check.draft import Complaint, Draft, Path
from engine.plan.scope import figure_on
from schemas.exact import print_exact
from schemas.lines import Weighted


def weights(draft: Draft) -> Iterator[Complaint]:
    """Weights that are all parameters add up on every day on which one changes."""
    for path, line in draft.rules():
        if line.weighted is not None and line.weighted.total is not None:
            yield from _sums(draft, path, line.weighted, Fraction(line.weighted.total))


def _sums(draft: Draft, path: Path, weighted: Weighted, total: Fraction) -> Iterator[Complaint]:
    parameters = [draft.plan.parameters.get(name) for name in weighted.parts.values()]
    known = [parameter for parameter in parameters if parameter is not None and parameter.values]
    if len(known) < len(parameters):
        return
    for day in sorted({day for parameter in known for day in parameter.values}):
        found = sum((figure_on(parameter, day) or Fraction(0) for parameter in known), Fraction(0))
        if found != total:
            what = f"From {day} the weights add up to {print_exact(found)}, not to {print_exact(total)}."
            yield draft.error(path, what, "Change the weights of that day, or what they have to add up to.")
