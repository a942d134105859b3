"""Corrections: what is learnt of a closed settlement is made good in money that it paid, by a line that says so."""

from __future__ import annotations

from collections.abc import Iterator

from engine.plan.check.draft import Complaint, Draft
from schemas.lines import ROUNDED, LineKind
from schemas.measures import CorrectionsDocument

PAYING = ROUNDED - {LineKind.ADJUSTMENT}
ADJUSTING = "Make the line that takes it one of kind adjustment."


def corrections(draft: Draft) -> Iterator[Complaint]:
    """What is corrected was paid, and the correction reaches a line of kind adjustment; a plan that pays has one."""
    adjusting = {
        name
        for line, names in zip(draft.plan.lines, draft.names, strict=True)
        if line.kind is LineKind.ADJUSTMENT
        for name, _ in names
    }
    correcting = False
    for name, document in draft.plan.measures.items():
        if not isinstance(document, CorrectionsDocument):
            continue
        correcting = True
        for place, line_id in enumerate(document.lines):
            path = ("measures", name, "lines", place)
            line = draft.plan.line(line_id)
            if line is None:
                yield draft.unknown(path, line_id, draft.places, "line")
            elif line.kind not in PAYING:
                kind = line.kind.value
                what = f"The line {line_id!r} of kind {kind} pays nothing that could be corrected."
                yield draft.error(path, what, "Name lines of kind pay, withheld, released or total.")
        if name not in adjusting:
            yield draft.error(("measures", name), f"No adjustment shows the corrections {name!r}.", ADJUSTING)
    paying = next((place for place, line in enumerate(draft.plan.lines) if line.kind in PAYING), None)
    if paying is not None and not correcting:
        yield draft.warning(
            ("lines", paying),
            "This plan pays, but what is learnt after a settlement was closed is never made good.",
            "Add a measure 'of: corrections' over the lines that are paid out, and a line of kind adjustment.",
        )
