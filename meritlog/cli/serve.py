"""``meritlog serve``: the leaderboard as a page, a JSON API and live feeds."""

from __future__ import annotations

import ipaddress
import os
from typing import Annotated

import typer
from rich.text import Text

from meritlog.cli.session import Session
from meritlog.cli.streams import BrokersOption, PlansOption, PrefixOption, connection, named, plans

PREFIX = "meritlog"
TOKEN = "MERITLOG_SERVE_TOKEN"
DEFAULT_PORT = 8000

PortOption = Annotated[
    int, typer.Option("--port", min=0, max=65_535, metavar="PORT", help="Where it listens; 0 takes a free port.")
]
HostOption = Annotated[
    str,
    typer.Option(
        "--host",
        metavar="ADDRESS",
        help="The address it listens at. Only this machine reaches 127.0.0.1; 0.0.0.0 is every address of it: set "
        "MERITLOG_SERVE_TOKEN then, and put TLS in front.",
    ),
]
NamesOption = Annotated[
    bool, typer.Option("--no-names", help="Leave out the names of managers: ids alone, no personal data.")
]
HostsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="NAME",
        help="A host name by which a proxy on this machine asks for the page. Example: --allow-host board.bank.example",
        show_default=False,
    ),
]
VerifyOption = Annotated[
    str,
    typer.Option(
        "--verify-every", metavar="TIME", help="Verify the log so often, at lowest priority: 30m, 1h, 1d or off."
    ),
]


def serve(
    session: Session,
    port: PortOption = DEFAULT_PORT,
    host: HostOption = "127.0.0.1",
    brokers: BrokersOption = None,
    prefix: PrefixOption = PREFIX,
    plan_names: PlansOption = None,
    no_names: NamesOption = False,
    allow_hosts: HostsOption = None,
    verify_every: VerifyOption = "1h",
) -> None:
    """Serve the leaderboard: a page that moves while events come in, a JSON API, and feeds for other programs.

    It follows the log, whoever writes it: `meritlog ingest`, or `meritlog worker` from Kafka. Ctrl-C ends it.

    $ meritlog serve
    $ meritlog serve --port 0 --log /data/branch-12 --no-names
    $ MERITLOG_SERVE_TOKEN=secret meritlog serve --host 0.0.0.0 --brokers kafka-1:9092
    """
    from engine.stream.topics import Topics
    from meritlog.web.plans import Plans
    from meritlog.web.server import bound, url_of
    from meritlog.web.server import serve as served
    from meritlog.web.service import Settings
    from meritlog.web.verifying import interval

    token = os.environ.get(TOKEN, "")
    settings = Settings(
        log=session.log,
        plans=Plans(plans(plan_names)),
        connection=connection(brokers) if named(brokers) else None,
        topic=Topics(prefix).events,
        token=token,
        names=not no_names,
        verify_every=interval(verify_every),
        hosts=tuple(name.lower() for name in allow_hosts or ()) if _only_here(host) and not token else None,
    )
    listening = bound(host, port)
    url = url_of(listening)

    def announce() -> None:
        if session.json:
            session.document({"url": url, "log": str(session.log), "pid": os.getpid()})
        else:
            session.say("The leaderboard is at {url} (Ctrl-C ends it).", url=url)
        if not _only_here(host) and not token:
            told = session.words(
                "Everybody who reaches {host} can read it: set {variable} to ask for a token.",
                host=host,
                variable=TOKEN,
            )
            session.progress.print(Text(told))

    served(settings, listening, announce)


def _only_here(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
