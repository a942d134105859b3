"""What changed between two boards of one plan and period, so that whoever holds the first can make the second.

Changes follow each other: any that do are one, and a board with its changes applied is the later board, digest and all.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from schemas.statement import Board, BoardChanges, BoardRow


def changes(before: Board, after: Board) -> BoardChanges:
    """What makes ``after`` of ``before``."""
    known = {row.manager_id: row for row in before.rows}
    rows = [row for row in after.rows if known.pop(row.manager_id, None) != row]
    return BoardChanges(
        plan_digest=after.plan_digest,
        through=after.through,
        position=after.position,
        rows=rows,
        gone=sorted(known),
        uncredited=after.uncredited,
        findings=after.findings,
        digest=after.digest,
    )


def merged(steps: Sequence[BoardChanges]) -> BoardChanges:
    """Changes that follow each other, as one."""
    rows: dict[str, BoardRow] = {}
    gone: set[str] = set()
    for step in steps:
        for manager in step.gone:
            rows.pop(manager, None)
        gone.update(step.gone)
        rows.update((row.manager_id, row) for row in step.rows)
        gone.difference_update(row.manager_id for row in step.rows)
    return msgspec.structs.replace(steps[-1], rows=sorted(rows.values(), key=place), gone=sorted(gone))


def applied(board: Board, told: BoardChanges) -> Board:
    """The board after ``told``; its digest is the one that was told, and is to be checked against its content."""
    rows = {row.manager_id: row for row in board.rows}
    for manager in told.gone:
        rows.pop(manager, None)
    rows.update((row.manager_id, row) for row in told.rows)
    return Board(
        plan=board.plan,
        plan_digest=told.plan_digest,
        period=board.period,
        through=told.through,
        position=told.position,
        rows=sorted(rows.values(), key=place),
        uncredited=told.uncredited,
        findings=told.findings,
        digest=told.digest,
    )


def place(row: BoardRow) -> tuple[bool, int, str]:
    """Where a row stands on a board: by rank, those without one last, then by manager."""
    return row.rank is None, row.rank or 0, row.manager_id
