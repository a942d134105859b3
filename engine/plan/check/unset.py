"""Parameters and tables that the adopter has still to set, and what waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.plan.check.draft import Complaint, Draft
from engine.plan.unset import PARAMETER, unset, waits_for


def to_set(draft: Draft) -> Iterator[Complaint]:
    """What has no value for any period; a table only where a required line cannot do without it."""
    missing = unset(draft.plan)
    lines = draft.plan.lines if missing and draft.readable else ()
    waiting = {line.id: waits_for(draft.plan, line.id) for line in lines}
    required = {line.id for line in draft.plan.lines if line.required}
    for name, told in missing.items():
        late = [line for line, names in waiting.items() if told in names]
        if told.startswith(PARAMETER):
            path = ("parameters", name)
            if not draft.plan.parameters[name].open:
                what = f"The parameter {name!r} has no value."
                remedy = "Write one with the day it holds from, or 'open: true' if the adopter sets it."
                yield draft.error((*path, "values"), what, remedy)
                continue
            what = f"The parameter {name!r} has no value for any period{_until(late)}."
            remedy = f"Set it: values: {{{draft.plan.effective}: …}}."
        elif required.isdisjoint(late):
            continue
        else:
            path = ("tables", name)
            what = f"The table {name!r} has no rows{_until(late)}."
            remedy = "Set its rows."
        yield draft.warning(path, what, remedy)


def _until(lines: list[str]) -> str:
    """What has no value as long as it is so."""
    return f"; until it is set there is no value of {', '.join(map(repr, lines))}" if lines else ""
