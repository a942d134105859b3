"""What a request is refused with: a problem document (RFC 9457) that says what is wrong and what to do.

It is English, for programs; who asks for Chinese first (``Accept-Language``), as the page does, reads Chinese.
"""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from msgspec.structs import replace
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from meritlog.complaints import chinese
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


def refused(document: Refusal, asked: Headers) -> Response:
    """The response that carries a problem document, in the language that the request's headers ask for first."""
    headers = {"Vary": "Accept-Language"}
    if document.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_SECONDS)
    if document.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if asked.get("accept-language", "").strip().lower().startswith("zh"):
        headers["Content-Language"] = "zh"
        document = replace(document, detail=chinese(document.detail), remedy=chinese(document.remedy))
    return Response(msgspec.json.encode(document) + b"\n", document.status, headers, MEDIA_TYPE)


async def on_problem(request: Request, failure: Exception) -> Response:
    """A problem of ours, raised by a route."""
    assert isinstance(failure, Problem)
    return refused(refusal(failure), request.headers)


async def on_malformed(request: Request, failure: Exception) -> Response:
    """A parameter that is missing or is not of its kind."""
    assert isinstance(failure, RequestValidationError)
    first = failure.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:])
    detail = f"field {field}: {first['msg']}."
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    document = Refusal(status.phrase, status.value, detail, "GET /openapi.json describes every parameter.", field)
    return refused(document, request.headers)


async def on_http(request: Request, failure: Exception) -> Response:
    """What the router refuses: an address or a method that it does not know."""
    assert isinstance(failure, HTTPException)
    status = HTTPStatus(failure.status_code)
    remedy = "GET /openapi.json lists what there is." if status == HTTPStatus.NOT_FOUND else ""
    document = Refusal(status.phrase, status.value, status.description or status.phrase, remedy)
    return refused(document, request.headers)


async def on_defect(request: Request, failure: Exception) -> Response:
    """A defect of meritlog: named, while its traceback goes to the server's own standard error."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = f"This is a defect of meritlog: {type(failure).__name__}."
    document = Refusal(status.phrase, status.value, detail, "The server's standard error says more; report it.")
    return refused(document, request.headers)
