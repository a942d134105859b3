"""What the adopter has still to set: parameters and tables without a value, and the lines that wait for them.

A parameter without a value makes every line that it is needed for missing, and so the result incomplete. A table may
stay unset for good (a bank without grade pay); it is named only where a required line waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.plan.names import names_of
from schemas.measures import AnyMeasure, CreditDocument, RatingDocument
from schemas.plan import Plan

PARAMETER, TABLE = "parameter:", "table:"


def unset(plan: Plan) -> dict[str, str]:
    """By name, how `missing` names each parameter and table that has no value."""
    found = {name: f"{PARAMETER}{name}" for name, parameter in plan.parameters.items() if not parameter.values}
    return found | {name: f"{TABLE}{name}" for name, table in plan.tables.items() if not table.rows}


def waits_for(plan: Plan, line_id: str) -> set[str]:
    """What of these the line is made of, itself or through measures and other lines."""
    missing = unset(plan)
    if not missing:
        return set()
    wanted, found = {line_id}, set()
    for line in reversed(plan.lines):
        if line.id in wanted:
            for name in _made_of(plan, [name for name, _ in names_of(line)]):
                wanted.add(name)
                found |= {missing[name]} if name in missing else set()
    return found


def _made_of(plan: Plan, names: list[str]) -> Iterator[str]:
    for name in names:
        yield name
        measure = plan.measures.get(name)
        if measure is not None:
            yield from parameters_of(measure)
            if isinstance(measure, CreditDocument) and measure.table is not None:
                yield measure.table


def is_set(measure: AnyMeasure, plan: Plan) -> bool:
    """Whether the parameters that the measure needs have a value; without it nothing can be asked of a book."""
    return all(plan.parameters[name].values for name in parameters_of(measure) if name in plan.parameters)


def parameters_of(measure: AnyMeasure) -> list[str]:
    """The names that a measure asks for: its factors and weights."""
    match measure:
        case CreditDocument():
            return [name for name in (measure.times, measure.until_class) if name is not None]
        case RatingDocument():
            return [*measure.items.values(), *measure.groups.values()]
        case _:
            return []
