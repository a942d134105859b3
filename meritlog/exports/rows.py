"""The long form of a statement: one row for a manager's line, and one for what of an item nobody is credited with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from schemas.statement import Statement


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of a statement with whose it is; ``manager_id`` is empty for what nobody is credited with."""

    manager_id: str
    org_unit: str
    complete: bool
    missing: str
    line: str
    kind: str
    value: str
    unit: str
    clause: str


def rows(document: Statement) -> Iterator[Row]:
    """The rows in the statement's order: managers by id, lines in the plan's order, then the uncredited."""
    for manager in document.managers:
        unit, missing = manager.org_unit or "", " ".join(manager.missing)
        for line in manager.lines:
            yield Row(
                manager.manager_id,
                unit,
                manager.complete,
                missing,
                line.id,
                line.kind,
                line.value,
                _said(line.unit),
                _said(line.clause),
            )
    for amount in document.uncredited:
        yield Row("", "", True, "", amount.id, "uncredited", amount.value, "", "")


def _said(text: str | UnsetType) -> str:
    return "" if text is UNSET else str(text)
