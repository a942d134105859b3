"""The OpenAPI document: addresses and parameters from the routes, documents from the models that carry the contract."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from meritlog.web.documents import ManagerLines, People, PlanList
from meritlog.web.health import Health
from meritlog.web.refusals import Refusal
from schemas.reports import REPORTS
from schemas.statement import Board, BoardChanges, Explanation, UnitBoard

MODELS: tuple[type, ...] = (
    Board,
    BoardChanges,
    ManagerLines,
    Explanation,
    PlanList,
    People,
    Health,
    Refusal,
    *REPORTS,
    UnitBoard,
)
ABOUT = """Leaderboards and statements of a bank's customer managers, live.

Figures are exact decimals in strings. Every document names the plan's digest and the position of the log that it was
read at; at the same position the command line prints the same bytes. What is refused comes as a problem document
(RFC 9457). `GET /boards/{plan}/{period}/events` is described with its messages in the AsyncAPI document."""


def components(models: tuple[type, ...] = MODELS) -> dict[str, Any]:
    """The JSON Schemas of the documents, by name, as both descriptions refer to them."""
    _, schemas = msgspec.json.schema_components(models, ref_template="#/components/schemas/{name}")
    for schema in schemas.values():
        schema["description"] = plain(schema["description"])
    return dict(sorted(schemas.items()))


def plain(docstring: str) -> str:
    """A docstring as a text in Markdown."""
    return inspect.cleandoc(docstring).replace("``", "`")


def describe(app: FastAPI) -> None:
    """Let ``app`` tell this document as its OpenAPI document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            told = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
            for path in told["paths"].values():
                for operation in path.values():
                    operation["description"] = plain(operation["description"])
            # FastAPI's own model of a malformed parameter is not what is answered.
            told["components"] = {
                "schemas": components(),
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            }
            told["security"] = [{}, {"token": []}]
            app.openapi_schema = told
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to extend the document
