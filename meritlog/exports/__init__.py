"""A statement as a file for other programs and for people: .json, .csv, .xlsx, .parquet, .pdf and .html.

The figures stay what they are: exact decimals, as text wherever a reader would turn a number into a binary float. The
same statement gives the same bytes. A file is written aside and renamed, so that a reader never sees half of one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from meritlog.show.labels import Labels
from schemas.plan import Plan
from schemas.problems import EnvironmentProblem, Place, Problem
from schemas.statement import Explanation, Statement, to_json

if TYPE_CHECKING:
    from meritlog.paper.blocks import Paper

__all__ = ["EXPLANATIONS", "PAPERS", "check_target", "export", "export_explanation", "export_plan", "write"]


def _json(document: Statement, _: Labels) -> bytes:
    return to_json(document) + b"\n"


def _csv(document: Statement, labels: Labels) -> bytes:
    from meritlog.exports import comma_separated

    return comma_separated.encode(document, labels)


def _xlsx(document: Statement, labels: Labels) -> bytes:
    from meritlog.exports import workbook

    return workbook.encode(document, labels)


def _parquet(document: Statement, labels: Labels) -> bytes:
    from meritlog.exports import columns

    return columns.encode(document, labels)


def _pdf(document: Statement, labels: Labels) -> bytes:
    from meritlog.paper import pdf
    from meritlog.paper.statement import statement_paper

    return pdf.encode(statement_paper(document, labels))


def _html(document: Statement, labels: Labels) -> bytes:
    from meritlog.paper import html
    from meritlog.paper.statement import statement_paper

    return html.encode(statement_paper(document, labels))


# Each format's library is loaded when it is asked for: together they take longer than most commands.
FORMATS: Mapping[str, Callable[[Statement, Labels], bytes]] = {
    ".json": _json,
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".parquet": _parquet,
    ".pdf": _pdf,
    ".html": _html,
}
PAPERS = (".pdf", ".html")
"""The formats of a plan's document."""
EXPLANATIONS = (".json", *PAPERS)
"""The formats of an explanation."""


def check_target(target: Path, formats: Collection[str] = FORMATS.keys(), what: str = "a statement") -> None:
    """Refuse a file that could not be written, before anything is computed.

    Raises:
        Problem: its ending names no format, or its folder does not exist.
    """
    if target.suffix.lower() not in formats:
        raise Problem(
            f"{target.suffix or 'A file without an ending'} is no format of {what}.",
            place=Place(file=str(target)),
            remedy=f"End the file's name in {', '.join(formats)}.",
        )
    if not target.parent.is_dir():
        raise Problem("The folder does not exist.", place=Place(file=str(target.parent)), remedy="Make it first.")
    if target.is_dir():
        raise Problem("This is a folder, not a file.", place=Place(file=str(target)), remedy="Name a file in it.")


def export(document: Statement, target: Path, labels: Labels) -> None:
    """Write ``document`` to ``target`` in the format that its ending names.

    Raises:
        Problem: the file's name or folder will not do, or the disk does not take it.
    """
    check_target(target)
    write(target, FORMATS[target.suffix.lower()](document, labels))


def export_plan(plan: Plan, digest: str, target: Path, labels: Labels) -> None:
    """Write the plan as a document, .pdf or .html.

    Raises:
        Problem: the file's name or folder will not do, or the disk does not take it.
    """
    from meritlog.paper.plan import plan_paper

    check_target(target, PAPERS, "a plan's document")
    _write_paper(target, plan_paper(plan, digest, labels))


def export_explanation(document: Explanation, target: Path, labels: Labels) -> None:
    """Write an explanation: .json, or to hand it out, .pdf or .html.

    Raises:
        Problem: the file's name or folder will not do, or the disk does not take it.
    """
    from meritlog.paper.explanation import explanation_paper

    check_target(target, EXPLANATIONS, "an explanation")
    if target.suffix.lower() == ".json":
        write(target, to_json(document) + b"\n")
    else:
        _write_paper(target, explanation_paper(document, labels))


def _write_paper(target: Path, paper: Paper) -> None:
    from meritlog.paper import html, pdf

    encode = pdf.encode if target.suffix.lower() == ".pdf" else html.encode
    write(target, encode(paper))


def write(target: Path, content: bytes) -> None:
    """Write ``content`` to ``target``, aside and then renamed.

    Raises:
        EnvironmentProblem: the disk does not take it.
    """
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        aside.write_bytes(content)
        aside.replace(target)
    except OSError as failure:
        aside.unlink(missing_ok=True)
        what = f"It cannot be written: {failure.strerror}."
        raise EnvironmentProblem(what, place=Place(file=str(target)), remedy="Name another file.") from None
