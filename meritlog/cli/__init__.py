"""The command line: commands in the order of a user's work, and the one place that answers for failures.

A command is a function in a module of its own, whose first parameter is the ``Session``; it stands in ``COMMANDS``
below, under the heading of help that it belongs to. It returns nothing, raises ``Problem`` for a user's mistake and
``typer.Exit(1)`` for a check that failed.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from meritlog.cli import broker, failures, plan, schema
from meritlog.cli.audit import audit
from meritlog.cli.board import board
from meritlog.cli.close import close
from meritlog.cli.demo import demo
from meritlog.cli.diff import diff
from meritlog.cli.explain import explain
from meritlog.cli.help import documented, translate
from meritlog.cli.ingest import ingest
from meritlog.cli.init import init
from meritlog.cli.queries import business, contribution, customers, disputes, staff
from meritlog.cli.reconcile import reconcile
from meritlog.cli.serve import serve
from meritlog.cli.session import at_root, before_command, command, first_session
from meritlog.cli.settle import settle
from meritlog.cli.settle_all import settle_all
from meritlog.cli.verify import verify
from meritlog.cli.whatif import whatif
from meritlog.cli.worker import worker
from meritlog.words import Words, language_of

__all__ = ["application", "main"]

START, LOG, PERIODS, QUESTIONS = "To begin with", "The log", "A period", "Questions of every day"
LIVE, PLANS = "Live", "Plans and documents"
COMMANDS: Sequence[tuple[str, str, Callable[..., None]]] = (
    (START, "demo", demo),
    (LOG, "init", init),
    (LOG, "ingest", ingest),
    (LOG, "verify", verify),
    (PERIODS, "settle", settle),
    (PERIODS, "settle-all", settle_all),
    (PERIODS, "explain", explain),
    (PERIODS, "board", board),
    (PERIODS, "close", close),
    (PERIODS, "audit", audit),
    (PERIODS, "diff", diff),
    (PERIODS, "whatif", whatif),
    (QUESTIONS, "query products", business.products),
    (QUESTIONS, "query targets", contribution.targets),
    (QUESTIONS, "query managers", staff.managers),
    (QUESTIONS, "query risks", customers.risks),
    (QUESTIONS, "query gaps", customers.gaps),
    (QUESTIONS, "query concentration", customers.concentration),
    (QUESTIONS, "query classes", business.classes),
    (QUESTIONS, "query roles", contribution.roles),
    (QUESTIONS, "query grades", staff.grades),
    (QUESTIONS, "query certification", staff.certification),
    (QUESTIONS, "query supervision", staff.supervision),
    (QUESTIONS, "query disputes", disputes.disputes),
    (LIVE, "worker", worker),
    (LIVE, "serve", serve),
    (LIVE, "reconcile", reconcile),
    (LIVE, "broker up", broker.up),
    (LIVE, "broker status", broker.status),
    (LIVE, "broker down", broker.down),
    (PLANS, "plan list", plan.list_plans),
    (PLANS, "plan show", plan.show),
    (PLANS, "plan new", plan.new),
    (PLANS, "plan check", plan.check),
    (PLANS, "plan test", plan.test),
    (PLANS, "schema export", schema.export),
)
GROUPS = {
    "query": "Questions of a bank's day, answered from the log at any moment: who did what, where, for whom.",
    "plan": "The plans: the bundled ones, what is wrong in one of your own, and its cases.",
    "broker": "A real Apache Kafka on this machine, with no container engine and no Java.",
    "schema": "The documents that other systems exchange with meritlog.",
}


def application(words: Words) -> Any:
    """All commands as one, its help in the language of ``words``."""
    app = _group(
        "Scores, ranks and pays customer managers from a log of events. "
        "Every figure can be made again and explains itself.",
        at_root,
    )
    groups: dict[str, typer.Typer] = {}
    for heading, name, function in COMMANDS:
        first, _, second = name.partition(" ")
        if second and first not in groups:
            groups[first] = _group(GROUPS[first])
            app.add_typer(groups[first], name=first, rich_help_panel=heading)
        text, examples = documented(function)
        place, own = (groups[first], second) if second else (app, first)
        panel = None if second else heading
        place.command(own, help=text, epilog=examples, rich_help_panel=panel)(command(function))
    built = typer.main.get_command(app)
    translate(built, words)
    return built


def _group(text: str, callback: Callable[..., None] = before_command) -> typer.Typer:
    return typer.Typer(
        help=text,
        callback=callback,
        invoke_without_command=callback is at_root,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code of the contract: 0 done, 1 a check failed, 2 bad input, 3 the environment."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # A terminal that lacks a character shows a question mark.
    words = Words(language_of(given))

    def run() -> object:
        return application(words)(
            args=given, prog_name="meritlog", standalone_mode=False, obj=first_session(words.language)
        )

    return failures.answered(run, json="--json" in given, words=words)
