"""``meritlog broker``: a real Apache Kafka on this machine, with no container engine and no Java."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from meritlog.broker import KAFKA_VERSION, Node, Running, topics_at
from meritlog.cli.failures import Exit
from meritlog.cli.session import Session
from meritlog.show.figures import Count

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="The folder of the broker: its messages, settings and log file. Default: ~/.local/state/meritlog/broker. "
        "Example: --data /data/kafka",
        show_default=False,
    ),
]


def up(
    session: Session,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=0,
            max=65_535,
            metavar="PORT",
            help="Where it answers; 0 takes a free port. Default: 9092.",
            show_default=False,
        ),
    ] = None,
    data: DataOption = None,
    throw_away: Annotated[
        bool, typer.Option("--throw-away", help="Delete the messages when the broker goes down: to try something out.")
    ] = False,
) -> None:
    """Start Apache Kafka on this machine and wait until it answers; it runs on in the background, and only for this
    machine. Needs the extra 'broker' (pip install), and the network the first time.

    $ meritlog broker up
    $ meritlog broker up --port 0 --throw-away --json
    """

    def fetching() -> None:
        if session.progress.is_terminal:
            text = session.words("Fetching Apache Kafka {version}, this once (43 MB) ...", version=KAFKA_VERSION)
            session.progress.print(Text(text))

    node = Node(data)
    running = node.up(port, kept=not throw_away, fetching=fetching)
    if session.json:
        session.document(_described(node, running))
        return
    _show(session, node, running)
    session.say("Use it: export MERITLOG_BROKERS={address}", address=running.address)
    session.say("Stop it: meritlog broker down{data}", data=f" --data {data}" if data else "")


def down(session: Session, data: DataOption = None) -> None:
    """Stop the broker. Its messages are kept, unless it was started with --throw-away.

    $ meritlog broker down
    """
    node = Node(data)
    stopped = node.down()
    if session.json:
        session.document({"running": False, "stopped": stopped is not None, "directory": str(node.home)})
    elif stopped is None:
        session.say("No broker runs in {directory}.", directory=node.home)
    else:
        session.say("The broker at {address} is down.", address=stopped.address)


def status(session: Session, data: DataOption = None) -> None:
    """Say whether the broker runs, where, and with which topics. Exit code 1 where it does not run.

    $ meritlog broker status
    """
    node = Node(data)
    running = node.running()
    if session.json:
        described = _described(node, running) if running else {"running": False, "directory": str(node.home)}
        session.document(described)
    elif running is not None:
        _show(session, node, running)
        for topic, partitions in topics_at(running.address).items():
            session.say("Topic {topic}, {partitions:partition/partitions}", topic=topic, partitions=Count(partitions))
    else:
        session.say("No broker runs in {directory}.", directory=node.home)
    if running is None:
        raise typer.Exit(Exit.CHECK_FAILED)


def _described(node: Node, running: Running) -> Mapping[str, object]:
    """A running broker as a document for programs."""
    return {
        "running": True,
        "brokers": running.address,
        "version": KAFKA_VERSION,
        "pid": running.pid,
        "directory": str(node.home),
        "data": str(node.data(kept=running.kept)),
        "kept": running.kept,
        "log_file": str(node.log_file),
        "topics": topics_at(running.address),
    }


def _show(session: Session, node: Node, running: Running) -> None:
    session.say(
        "Apache Kafka {version} answers at {address} (process {pid}).",
        version=KAFKA_VERSION,
        address=running.address,
        pid=running.pid,
    )
    session.say(
        "Its messages are kept in {data}." if running.kept else "Its messages go with it; until then in {data}.",
        data=node.data(kept=running.kept),
    )
    session.say("Log file: {file}", file=node.log_file)
