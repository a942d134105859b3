"""A comparison of two statements, or an audit, as a file: .json whole, .csv, .xlsx and .parquet as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import UNSET

from meritlog.exports.tables import export_sections
from meritlog.show.labels import Labels
from meritlog.show.sections import Cells, Column, Section
from schemas.comparison import Audit, Comparison, LineChange


def export_compared(document: Comparison | Audit, target: Path, labels: Labels) -> None:
    """Write ``document`` to ``target`` in the format that its ending names.

    Raises:
        Problem: the disk does not take it.
    """
    compared = document.later if isinstance(document, Audit) else document
    export_sections(document, sections(compared, labels), _about(compared, labels), target, labels.words)


def sections(document: Comparison, labels: Labels) -> list[Section]:
    """The tables of a comparison; those in which nothing stands are left out."""
    words = labels.words
    lines = [
        *((None, change) for change in document.totals),
        *((one.manager_id, change) for one in document.managers for change in one.lines),
        *(("", change) for change in document.uncredited),
    ]
    found = [
        Section(words("Lines that differ"), _line_columns(labels), list(_line_rows(lines, labels))),
        Section(words("Events that account for it"), _event_columns(labels), list(_event_rows(document, labels))),
        Section(
            words("What came in between and says how business counts"),
            [Column(words(name)) for name in ("Event", "Type of event", "Position", "Business date")],
            [
                [one.event_id, one.type, str(one.position), one.on]
                for one in (document.arrived if document.arrived is not UNSET else ())
            ],
        ),
    ]
    return [found[0], *(section for section in found[1:] if section.rows)]


def _line_columns(labels: Labels) -> list[Column]:
    words = labels.words
    texts = [Column(words(name)) for name in ("Manager", "Full name", "Line", "Name of the line", "Kind")]
    figures = [Column(words(name), figure=True) for name in ("Before", "After", "Difference")]
    return [*texts, *figures, Column(words("Unit of value"))]


def _line_rows(lines: Sequence[tuple[str | None, LineChange]], labels: Labels) -> Iterable[Cells]:
    words = labels.words
    for manager, change in lines:
        who = words("All managers together") if manager is None else manager or words("Credited to nobody")
        values = (change.before, change.after, change.difference)
        unit = change.unit if change.unit is not UNSET else None
        yield [who, labels.person(manager or ""), change.id, labels(change.id), words(change.kind), *values, unit]


def _event_columns(labels: Labels) -> list[Column]:
    words = labels.words
    texts = [
        Column(words(name))
        for name in ("Manager", "Measure", "Event", "Source of the event", "Position", "Business date")
    ]
    return [*texts, *(Column(words(name), figure=True) for name in ("Before", "After", "Difference"))]


def _event_rows(document: Comparison, labels: Labels) -> Iterable[Cells]:
    for manager in document.managers:
        for one in manager.events if manager.events is not UNSET else ():
            about = (manager.manager_id, labels(one.measure), one.event_id, one.event_source, str(one.position), one.on)
            yield [*about, one.before, one.after, one.difference]


def _about(document: Comparison, labels: Labels) -> dict[str, str]:
    """What the two sides were made from, for the last sheet of a workbook."""
    words = labels.words
    told: dict[str, str] = {}
    for name, side in ((words("Before"), document.before), (words("After"), document.after)):
        told |= {
            f"{name}: {words('Plan')}": f"{side.plan} {side.plan_digest}",
            f"{name}: {words('Period')}": side.period,
            f"{name}: {words('Through')}": side.through,
            f"{name}: {words('Position in the log')}": str(side.position),
            f"{name}: {words('Head of the log')}": side.log_head,
            f"{name}: {words('Digest of the statement')}": side.digest,
        }
    return told
