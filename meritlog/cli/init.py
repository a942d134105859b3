"""``meritlog init``: makes an empty log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from meritlog.cli.session import Session
from schemas.institution import Institution

_USUAL = Institution()

TimezoneOption = Annotated[
    str,
    typer.Option(
        "--timezone",
        metavar="ZONE",
        help="The institution's time zone: it dates events without a business date. Example: --timezone Europe/Prague",
    ),
]
CurrencyOption = Annotated[
    str,
    typer.Option(
        "--currency",
        metavar="CODE",
        help="The currency the institution reckons and pays in (ISO 4217). Example: --currency CZK",
    ),
]


def init(
    session: Session, timezone: TimezoneOption = _USUAL.timezone, currency: CurrencyOption = _USUAL.currency
) -> None:
    """Make an empty log. Its time zone and currency stand for ever; the first ingest makes one with the defaults.

    $ meritlog init
    $ meritlog init --timezone Europe/Prague --currency CZK --log ./berka
    """
    from engine.log.log import Log

    log = Log.create(session.log, Institution(timezone, currency), datetime.now(UTC))
    snapshot = log.snapshot()
    if session.json:
        session.document(
            {
                "log": str(session.log),
                "timezone": timezone,
                "currency": currency,
                "position": snapshot.position,
                "head": snapshot.head,
            }
        )
    else:
        session.say(
            "An empty log in {log}: time zone {timezone}, currency {currency}.",
            log=session.log,
            timezone=timezone,
            currency=currency,
        )
        session.say("Next: meritlog ingest FILE")
