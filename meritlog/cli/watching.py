"""``meritlog board --watch``: the board as the log grows, until Ctrl-C.

On a terminal it is one table that moves; elsewhere a board is printed whenever what it shows has changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from rich.console import Group
from rich.live import Live

from engine.log import Log
from engine.people import names
from engine.plan.library import LoadedPlan
from meritlog.cli.session import Session
from meritlog.show.board import board as shown
from meritlog.show.labels import Labels
from replay.live import WORTH_KEEPING, LiveFold
from schemas.period import Period
from schemas.statement import Board, to_json

LOOK_SECONDS = 0.2
STEP_EVENTS = 10_000
LINES_AROUND = 7
"""Heading, table frame and what stands below it."""


def watch(session: Session, loaded: LoadedPlan, period: Period, through: date | None, unit: str | None = None) -> None:
    """Show the board of a plan's period, or of a unit in it, as it changes."""
    labels = Labels(loaded.plan, session.words, names(session.log))
    with session.counting() as counted:
        fold = LiveFold(Log.open(session.log), progress=counted)
    try:
        boards = _boards(fold, loaded, period, through, unit)
        if session.out.is_terminal and not session.json:
            _moving(session, boards, labels, loaded.plan.board)
        else:
            _printed(session, boards, labels, loaded.plan.board)
    except KeyboardInterrupt:
        return
    finally:
        fold.keep(unless_fewer=WORTH_KEEPING)


def _boards(
    fold: LiveFold, loaded: LoadedPlan, period: Period, through: date | None, unit: str | None
) -> Iterator[Board]:
    """The board now, and after each step of the log."""
    while True:
        yield fold.board(loaded, period, through, unit)
        while not fold.follow(STEP_EVENTS):
            time.sleep(LOOK_SECONDS)


def _moving(session: Session, boards: Iterator[Board], labels: Labels, score: str) -> None:
    out = session.out
    with Live(console=out, auto_refresh=False, vertical_overflow="crop") as live:
        for document in boards:
            live.update(Group(*shown(document, labels, score, max(1, out.height - LINES_AROUND))), refresh=True)


def _printed(session: Session, boards: Iterator[Board], labels: Labels, score: str) -> None:
    last: object = None
    for document in boards:
        content = document.rows, document.through, document.uncredited, document.findings
        if content == last:
            continue
        last = content
        if session.json:
            session.document(to_json(document))
        else:
            session.print(*shown(document, labels, score))
