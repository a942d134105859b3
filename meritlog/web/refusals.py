"""What a request is refused with: a problem document (RFC 9457) that says what is wrong and what to do."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from schemas.problems import Place, Problem

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2


class Unknown(Problem):
    """Nothing has that name: a plan, a manager, a page (404)."""


class Unavailable(Problem):
    """The board cannot be read now: the log is not there yet, is being read, or is damaged (503)."""


class Full(Problem):
    """More is being watched than the server takes (503)."""


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem document: what is wrong (``detail``), where (``field``) and what to do (``remedy``)."""

    title: str
    status: int
    detail: str
    remedy: str = ""
    field: str = ""
    type: str = "about:blank"


def status_of(problem: Problem) -> HTTPStatus:
    """The HTTP status that a problem is answered with."""
    if isinstance(problem, Unknown):
        return HTTPStatus.NOT_FOUND
    if isinstance(problem, Unavailable | Full):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.UNPROCESSABLE_ENTITY


def refusal(problem: Problem) -> Refusal:
    """A problem as a document."""
    status = status_of(problem)
    where = Place(field=problem.place.field, event_id=problem.place.event_id)
    detail = f"{where}: {problem.what}" if str(where) else problem.what
    return Refusal(status.phrase, status.value, detail, problem.remedy, problem.place.field or "")


def refused(document: Refusal) -> Response:
    """The response that carries a problem document."""
    headers = {"Retry-After": str(RETRY_SECONDS)} if document.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if document.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(msgspec.json.encode(document) + b"\n", document.status, headers, MEDIA_TYPE)


async def on_problem(_: Request, failure: Exception) -> Response:
    """A problem of ours, raised by a route."""
    assert isinstance(failure, Problem)
    return refused(refusal(failure))


async def on_malformed(_: Request, failure: Exception) -> Response:
    """A parameter that is missing or is not of its kind."""
    assert isinstance(failure, RequestValidationError)
    first = failure.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:])
    detail = f"field {field}: {first['msg']}."
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return refused(Refusal(status.phrase, status.value, detail, "GET /openapi.json describes every parameter.", field))


async def on_http(_: Request, failure: Exception) -> Response:
    """What the router refuses: an address or a method that it does not know."""
    assert isinstance(failure, HTTPException)
    status = HTTPStatus(failure.status_code)
    remedy = "GET /openapi.json lists what there is." if status == HTTPStatus.NOT_FOUND else ""
    return refused(Refusal(status.phrase, status.value, status.description or status.phrase, remedy))


async def on_defect(_: Request, failure: Exception) -> Response:
    """A defect of meritlog: named, while its traceback goes to the server's own standard error."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = f"This is a defect of meritlog: {type(failure).__name__}."
    return refused(Refusal(status.phrase, status.value, detail, "The server's standard error says more; report it."))
