"""Arguments that the commands of Kafka share: the brokers, the topics' prefix and the plans."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from schemas.problems import Place, Problem

if TYPE_CHECKING:
    from engine.plan.library import LoadedPlan
    from engine.stream.connection import Connection

BrokersOption = Annotated[
    str | None,
    typer.Option(
        "--brokers",
        metavar="HOST:PORT[,…]",
        help="The Kafka brokers. Default: what MERITLOG_BROKERS says. Example: --brokers kafka-1:9092,kafka-2:9092",
        show_default=False,
    ),
]
PrefixOption = Annotated[
    str,
    typer.Option(
        "--prefix",
        metavar="NAME",
        help="What the topics' names begin with: NAME.events and so on. Another institution on the same brokers needs "
        "another one.",
    ),
]
PlansOption = Annotated[
    list[str] | None,
    typer.Option(
        "--plan",
        metavar="PLAN",
        help="A plan that may be asked for, a bundled one's name or a file; may be given several times. "
        "Default: all bundled plans.",
        show_default=False,
    ),
]
KeptPlansOption = Annotated[
    list[str] | None,
    typer.Option(
        "--plan",
        metavar="PLAN",
        help="A plan whose boards are kept up to date, a bundled one's name or a file; may be given several times. "
        "Default: bank-contribution.",
        show_default=False,
    ),
]
FIRST = "bank-contribution"
"""The plan that comes first where nobody has chosen one."""


def named(brokers: str | None) -> bool:
    """Whether brokers are named, on the command line or in the environment."""
    return bool(brokers or os.environ.get("MERITLOG_BROKERS"))


def connection(brokers: str | None) -> Connection:
    """The way to the brokers that ``--brokers`` and the environment describe.

    Raises:
        Problem: none are named, or a setting is wrong.
    """
    from engine.stream.connection import Connection

    return Connection.read(brokers, os.environ)


def plans(names: list[str] | None) -> dict[str, LoadedPlan]:
    """The plans that ``--plan`` names, by their own names; where it names none all bundled ones, ``FIRST`` first.

    Raises:
        Problem: there is no such plan, it cannot run, or two have one name.
    """
    from engine.plan.library import bundled, load

    found: dict[str, LoadedPlan] = {}
    for name in names or sorted(bundled(), key=lambda name: (name != FIRST, name)):
        loaded = load(name)
        if loaded.plan.plan in found:
            raise Problem(
                f"The plan {loaded.plan.plan} is named twice.",
                place=Place(field="--plan"),
                remedy="Rename one of them.",
            )
        found[loaded.plan.plan] = loaded
    return found
