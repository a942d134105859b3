"""What the commands that compare share: how many managers are traced, and the file that they write."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

TracedOption = Annotated[
    int,
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
        from meritlog.exports import check_target
        from meritlog.exports.tables import SECTION_ENDINGS

        check_target(out, SECTION_ENDINGS, "a comparison")
