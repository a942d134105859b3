"""``meritlog schema export``: JSON Schemas of what is exchanged, and the OpenAPI and AsyncAPI documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from meritlog.cli.session import Session
from schemas.problems import Place, Problem


def export(
    session: Session,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder to write to; made if it is not there.", show_default=False)
    ],
) -> None:
    """Write the JSON Schemas of all events, of plans, statements, boards and explanations, and the OpenAPI and AsyncAPI
    documents into a folder.

    $ meritlog schema export ./schemas-of-meritlog
    """
    if directory.exists() and not directory.is_dir():
        raise Problem("This is a file, not a folder.", place=Place(file=str(directory)), remedy="Name a folder.")
    written = []
    for name, document in sorted(documents().items()):
        target = directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
        written.append(name)
    if session.json:
        session.document({"directory": str(directory), "files": written})
    else:
        session.say("{count} documents written to {directory}.", count=len(written), directory=directory)


def documents() -> Mapping[str, Mapping[str, Any]]:
    """Every document by the name of its file."""
    import msgspec

    from meritlog.web.app import described
    from meritlog.web.asyncapi import asyncapi
    from schemas.comparison import Audit, Comparison
    from schemas.jsonschemas import event_schemas
    from schemas.plan import Plan
    from schemas.reports import REPORTS
    from schemas.statement import Board, Explanation, Statement, UnitBoard

    told: dict[str, type[msgspec.Struct]] = {
        "statement": Statement,
        "board": Board,
        "explanation": Explanation,
        "units": UnitBoard,
        "audit": Audit,
        "comparison": Comparison,
    }
    told |= {f"queries/{model.__name__.removesuffix('Report').lower()}": model for model in REPORTS}
    return {
        **{f"events/{name}": document for name, document in event_schemas().items()},
        **{f"{name}.schema.json": msgspec.json.schema(model) for name, model in told.items()},
        "plan.schema.json": Plan.model_json_schema(by_alias=True),
        "openapi.json": described(),
        "asyncapi.json": asyncapi(),
    }
