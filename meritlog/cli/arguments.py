"""Arguments and options that several commands share, and how what a person typed becomes a position or a day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schemas.problems import Place, Problem
from schemas.vector import Vector

if TYPE_CHECKING:
    from engine.log import AsOf, Log

PlanArgument = Annotated[
    str,
    typer.Argument(
        metavar="PLAN",
        help="A bundled plan's name, such as bank-contribution, or a plan file, such as ./our-plan.yaml",
        show_default=False,
    ),
]
PeriodArgument = Annotated[
    str,
    typer.Argument(
        metavar="PERIOD",
        help="2025 (year), 2025H1 (half-year), 2025Q3 (quarter), 2025-07 (month), 2025B4 (two months, to August) "
        "or 2025-07-01..2025-07-15",
        show_default=False,
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="POSITION|TIME",
        help="What the log knew then: a position (48211, on Kafka 0:812,1:790) or a time (2025-04-08T18:00+08:00; "
        "without offset, in the institution's time zone). Default: all it knows now.",
        show_default=False,
    ),
]
ThroughOption = Annotated[
    str | None,
    typer.Option(
        "--through",
        metavar="DATE",
        help="Count the days up to and including this one. Default: the period's last. Example: --through 2025-02-14",
        show_default=False,
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write the result to a file instead: its ending says how, .json .csv .xlsx .parquet .pdf or .html. "
        "Example: --out statement.xlsx",
        show_default=False,
    ),
]


def as_of(text: str | None, log: Log, option: str = "--as-of") -> AsOf:
    """The position or the time of ``log`` that an option says.

    Raises:
        Problem: it says neither, or a position of another kind of log.
    """
    if text is None:
        return None
    example = "48211" if log.partitions is None else ",".join(f"{nth}:{812 - nth}" for nth in range(log.partitions))
    number, vector = text.isascii() and text.isdigit(), Vector.parse(text)
    if number or vector is not None:
        if number != (log.partitions is None) or (vector is not None and len(vector.counts) != log.partitions):
            raise Problem(
                f"{text!r} is no position of this log.",
                place=Place(field=option),
                remedy=f"Write one as its statements print it, such as {example}, or a time.",
            )
        return vector if vector is not None else int(text)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or "T" not in text.replace(" ", "T"):
        raise Problem(
            f"{text!r} is neither a position nor a time.",
            place=Place(field=option),
            remedy=f"Write a position, such as {example}, or a time, such as 2025-04-08T18:00+08:00.",
        )
    return time if time.tzinfo is not None else time.replace(tzinfo=log.institution.zone)


def day(text: str | None, option: str) -> date | None:
    """The day that an option says, as YYYY-MM-DD.

    Raises:
        Problem: it says none.
    """
    if text is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise Problem(
            f"{text!r} is no day of the calendar.", place=Place(field=option), remedy="Write it as 2025-02-14."
        )
    return found


def number(text: str, option: str, *, part: bool = False) -> Fraction:
    """The number that an option says, exactly; a ``part`` of 1 may be written as a percentage.

    Raises:
        Problem: it says none, or a part below 0 or above 1.
    """
    try:
        value = Fraction(Decimal(text.removesuffix("%"))) / (100 if text.endswith("%") else 1)
    except (ArithmeticError, ValueError):
        value = Fraction(-1)
    if value < 0 or (part and value > 1):
        raise Problem(
            f"{text!r} is no {'part of a whole' if part else 'amount'}.",
            place=Place(field=option),
            remedy="Write it as 0.2 or 20%." if part else "Write it as 500000 or 1250.50.",
        )
    return value
