"""Findings in a statement: what the projections found contradictory in the log, as sentences in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from projections.findings import Findings
from schemas.statement import Finding

LANGUAGES = ("en", "zh")


def told(found: Iterable[Findings]) -> Iterator[Finding]:
    """Each contradiction with its event; where only the first of a kind are listed, one more counts the others."""
    for kind in found:
        for one in kind.listed:
            yield Finding(
                id=kind.id,
                about=one.parameters["subject"],
                text={language: one.message(kind.id, language) for language in LANGUAGES},
                events=[{"event_id": one.event_id, "event_source": one.event_source}],
            )
        rest = kind.count - len(kind.listed)
        if rest:
            text = {"en": f"And {rest} more of this kind.", "zh": f"此类另有 {rest} 项。"}
            yield Finding(id=kind.id, about="", text=text)
