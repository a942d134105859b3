"""Ratings: weighted means over items, over the groups of raters, over their marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from engine.book import RatingSum
from engine.plan.facts import Facts
from engine.plan.scope import Scope, figure_on
from engine.plan.unset import is_set
from engine.plan.windows import window
from schemas.measures import RatingDocument


def rated(
    scope: Scope, document: RatingDocument, facts: Facts, spared: Collection[str]
) -> tuple[dict[str, Fraction], dict[str, set[str]]]:
    """By manager the weighted mean over items of the weighted mean over groups of the plain mean of ratings.

    Beside it what was left out of a manager's means. Those in ``spared`` need no rating: something stands instead.
    """
    given: dict[str, dict[str, dict[str, list[RatingSum]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for one in facts.ratings(window(scope, document.over).spellings):
        if one.manager_id not in spared and one.item in document.items and one.group in document.groups:
            given[one.manager_id][one.item][one.group].append(one)
    if not is_set(document, scope.plan):
        return {}, {}
    weights = {
        name: figure_on(scope.plan.parameters[parameter], scope.start) or Fraction(0)
        for name, parameter in [*document.items.items(), *document.groups.items()]
    }
    means_of: dict[str, Fraction] = {}
    gaps_of: dict[str, set[str]] = {}
    for manager, items in given.items():
        means: dict[str, Fraction] = {}
        gaps = set(document.items) - set(items)
        for item, groups in items.items():
            mean = _weighted({group: mean_mark(sums) for group, sums in groups.items()}, weights)
            if mean is not None:
                means[item] = mean
            gaps |= {f"{item}:{group}" for group in document.groups if group not in groups}
        overall = _weighted(means, weights)
        if overall is not None:
            means_of[manager] = overall
            gaps_of[manager] = gaps
    return means_of, gaps_of


def mean_mark(sums: Sequence[RatingSum]) -> Fraction:
    """The plain mean of marks of a hundred."""
    count = sum(one.count for one in sums)
    if len(sums) == 1:
        return Fraction(sums[0].total * 100, sums[0].full * count)
    return sum((Fraction(one.total * 100, one.full) for one in sums), Fraction(0)) / count


def _weighted(means: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> Fraction | None:
    """The weighted mean; None where the weights add up to 0."""
    total = sum(weights[name] for name in means)
    return sum((mean * weights[name] for name, mean in means.items()), Fraction(0)) / total if total else None
