"""What the commands that compare share: how many managers are traced, and how what differs is shown or written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import RenderableType

from meritlog.cli.session import Session
from meritlog.show.labels import Labels
from schemas.comparison import Audit, Comparison
from schemas.statement import to_json

Document = TypeVar("Document", Comparison, Audit)

TracedOption = Annotated[
    int | None,
    typer.Option(
        "--traced",
        metavar="N",
        min=0,
        help="Trace the first N managers who differ back to the events that account for it. Default: 20.",
        show_default=False,
    ),
]
ComparedOutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write what differs to a file instead: .json .csv .xlsx or .parquet. Example: --out differences.xlsx",
        show_default=False,
    ),
]


def checked(out: Path | None) -> None:
    """Refuse a file that could not be written, before anything is computed.

    Raises:
        Problem: its ending names no format, or its folder does not exist.
    """
    if out is not None:
        from meritlog.exports.compared import check

        check(out)


def tell(
    session: Session,
    document: Document,
    out: Path | None,
    labels: Labels,
    shown: Callable[[Document, Labels], Iterable[RenderableType]],
) -> None:
    """Show, print or write what was compared."""
    if out is not None:
        from meritlog.exports.compared import export_compared

        export_compared(document, out, labels)
    if session.json:
        session.document(to_json(document))
    elif out is not None:
        session.say("Written: {file}", file=out)
    else:
        session.print(*shown(document, labels))
