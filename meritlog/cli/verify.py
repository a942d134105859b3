"""``meritlog verify``: the log's hashes, chain and counts."""

from __future__ import annotations

import typer

from meritlog.cli.failures import Exit
from meritlog.cli.session import Session
from meritlog.show.figures import Count


def verify(session: Session) -> None:
    """Check the log: no bit of it has changed. Names the first damaged place and repairs nothing; exit code 1 then.

    $ meritlog verify
    $ meritlog verify --log /data/branch-12 --json
    """
    from engine.log import verify as verified

    with session.counting() as counted:
        result = verified(session.log, progress=counted)
    if session.json:
        session.document(
            {
                "ok": result.ok,
                "position": result.position,
                "head": result.head,
                "events": result.events,
                "damage": result.damage,
                "notes": result.notes,
            }
        )
    elif result.ok:
        session.say(
            "The log is whole: {events:event/events}, head {head}.", events=Count(result.events), head=result.head
        )
    else:
        for place in result.damage:
            session.say("Damaged: {place}", place=session.words.told(place))
        session.say("Bring the named file back from a backup, then verify again; meritlog repairs nothing.")
    for note in result.notes if not session.json else ():
        session.say("Harmless: {note}", note=session.words.told(note))
    if not result.ok:
        raise typer.Exit(Exit.CHECK_FAILED)
