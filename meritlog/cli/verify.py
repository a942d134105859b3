"""``meritlog verify``: the log's hashes, chain and counts."""

from __future__ import annotations

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from meritlog.cli.failures import Exit
from meritlog.cli.session import Session
from meritlog.show.figures import grouped


def verify(session: Session) -> None:
    """Check the log: no bit of it has changed. Names the first damaged place and repairs nothing; exit code 1 then.

    $ meritlog verify
    $ meritlog verify --log /data/branch-12 --json
    """
    from engine.log import verify as verified

    console = session.progress
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(session.words("Checking every event"), total=None)
        result = verified(session.log, progress=lambda done, total: bar.update(task, completed=done, total=total))
    if session.json:
        session.document(
            {
                "ok": result.ok,
                "position": result.position,
                "head": result.head,
                "events": result.events,
                "damage": list(result.damage),
            }
        )
    elif result.ok:
        session.say(
            "The log is whole: {events} events, head {head}.", events=grouped(str(result.events)), head=result.head
        )
    else:
        for place in result.damage:
            session.say("Damaged: {place}", place=place)
        session.say("Bring the named file back from a backup, then verify again; meritlog repairs nothing.")
    if not result.ok:
        raise typer.Exit(Exit.CHECK_FAILED)
