"""The JSON API: boards, lines, explanations, plans, health and metrics (contract §7)."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from engine.log import AsOf, Log
from meritlog.cli.arguments import as_of as moment_of
from meritlog.cli.arguments import day
from meritlog.paper.told import in_words
from meritlog.show.labels import Labels
from meritlog.web.channel import Subject, View
from meritlog.web.documents import ManagerLines, People, PlanList, plan_entry
from meritlog.web.guard import COOKIE, same, session_of
from meritlog.web.health import Health, Status
from meritlog.web.metrics import CONTENT_TYPE, Metrics
from meritlog.web.refusals import Refusal, Unknown, refused
from meritlog.web.service import Service
from meritlog.words import Language, Words
from schemas.document import nearest
from schemas.period import Period
from schemas.problems import Place, Problem
from schemas.statement import Board, Explanation, to_json

router = APIRouter()
SESSION_SECONDS = 30 * 24 * 3600
MAX_ID = 128

PlanName = Annotated[str, Path(description="The plan's name.", examples=["bank-contribution"])]
PeriodName = Annotated[str, Path(description="2025, 2025H1, 2025Q3, 2025B4, 2025-07 or 2025-07-01..2025-07-15.")]
PlanQuery = Annotated[str, Query(description="The plan's name.", examples=["bank-contribution"])]
PeriodQuery = Annotated[str, Query(description="2025, 2025H1, 2025Q3, 2025B4, 2025-07 or 2025-07-01..2025-07-15.")]
ManagerId = Annotated[str, Path(description="The manager's id.", examples=["M-017"])]
Through = Annotated[
    str | None,
    Query(description="Count the days up to and including this one. Default: the log's latest business date."),
]
AsOfQuery = Annotated[
    str | None,
    Query(description="What the log knew then: a position, on Kafka a vector such as 0:812,1:790, or a time. Slow."),
]
LineQuery = Annotated[str | None, Query(description="The line to explain. Default: all.")]
LimitQuery = Annotated[int | None, Query(ge=0, description="Tell that many events of each measure, the largest.")]
LangQuery = Annotated[
    Literal["en", "zh"] | None,
    Query(description="Tell each rule in this language, too (`told`): by what it is made of, and by its values."),
]


def answers(model: Any, description: str = "The document.") -> dict[int | str, dict[str, Any]]:
    """What a route answers, for the OpenAPI document: the model that carries the contract, or a refusal."""
    problem = {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{Refusal.__name__}"}}}
    found = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
    return {
        200: {"description": description, "content": found},
        404: {"description": "There is no such plan or manager.", "content": problem},
        422: {"description": "A parameter is malformed.", "content": problem},
        503: {"description": "The log is not there yet, is being read, or is damaged.", "content": problem},
    }


def service_of(request: Request) -> Service:
    """The service that the application runs."""
    service: Service = request.app.state.service
    return service


def subject_of(service: Service, plan: str, period: str, through: str | None) -> Subject:
    """Which board a request speaks of.

    Raises:
        Unknown: there is no such plan.
        Problem: the period or the day is none, or the plan's year has no such period.
    """
    loaded = service.plans(plan)
    try:
        named = loaded.plan.year.own(Period.parse(period))
    except Problem as problem:
        raise problem.at(Place(field="period")) from None
    return Subject(loaded, named, day(through, "through"))


def document(model: msgspec.Struct) -> Response:
    """A document as the command line prints it, down to the end of its line."""
    return Response(to_json(model) + b"\n", media_type="application/json")


async def viewed(service: Service, subject: Subject, as_of: str | None) -> View:
    """The board now, or as of a moment."""
    if as_of is None:
        return await service.hub.view(subject)
    return await service.past.view(subject, lambda log: moment_of(as_of, log, "as_of"))


@router.get("/health", responses={**answers(Health), 503: {"description": "failing: the same document"}})
async def health(request: Request) -> Response:
    """How the server is; 503 where it is failing."""
    told = service_of(request).health()
    status = HTTPStatus.SERVICE_UNAVAILABLE if told.status is Status.FAILING else HTTPStatus.OK
    return Response(to_json(told) + b"\n", status, media_type="application/json")


@router.get("/plans", responses=answers(PlanList))
async def plans(request: Request) -> Response:
    """The plans that are served, with what their lines are called and the periods of the log."""
    service = service_of(request)
    days = service.hub.state.days
    through = None if days is None else days[1].isoformat()
    return document(PlanList(through, [plan_entry(loaded, days) for loaded in service.plans]))


@router.get("/people", responses=answers(People))
async def people(request: Request) -> Response:
    """The names of managers, by id; none where the server was started with --no-names."""
    return document(People(await asyncio.to_thread(service_of(request).people)))


@router.get("/boards/{plan}/{period}", responses=answers(Board, "The document that meritlog board --json prints."))
async def board(
    request: Request, plan: PlanName, period: PeriodName, through: Through = None, as_of: AsOfQuery = None
) -> Response:
    """The board."""
    service = service_of(request)
    view = await viewed(service, subject_of(service, plan, period, through), as_of)
    service.served["document"] += 1
    return Response(view.document + b"\n", media_type="application/json", headers={"ETag": f'"{view.id}"'})


@router.get("/managers/{manager_id:path}/lines", responses=answers(ManagerLines))
async def lines(
    request: Request,
    manager_id: ManagerId,
    plan: PlanQuery,
    period: PeriodQuery,
    through: Through = None,
    as_of: AsOfQuery = None,
) -> Response:
    """One manager's lines, as in a statement."""
    service = service_of(request)
    subject = subject_of(service, plan, period, through)
    view = await viewed(service, subject, as_of)
    statements = await asyncio.to_thread(lambda: view.statements)  # of a large bank they take long to print
    told = statements.get(manager_id)
    if told is None:
        raise Unknown(
            f"{manager_id!r} is no manager of {period}: neither in post on a day of it nor credited in it.",
            remedy=nearest(manager_id[:MAX_ID], set(statements)) or "GET the board for those who are.",
        )
    service.served["lines"] += 1
    said = {name: getattr(view.board, name) for name in ("plan", "plan_digest", "period", "through", "position")}
    return document(ManagerLines.of(told, **said))


@router.get("/managers/{manager_id:path}/explain", responses=answers(Explanation))
async def explain(
    request: Request,
    manager_id: ManagerId,
    plan: PlanQuery,
    period: PeriodQuery,
    line: LineQuery = None,
    through: Through = None,
    as_of: AsOfQuery = None,
    limit: LimitQuery = None,
    lang: LangQuery = None,
) -> Response:
    """How a manager's line came about, down to the events; of the board now, unless a day or a moment is named."""
    service = service_of(request)
    subject = subject_of(service, plan, period, through)
    if as_of is None:
        now = (await service.hub.view(subject)).board
        subject = subject_of(service, plan, period, through or now.through)
        as_of = str(now.position)
    told = await service.past.explanation(subject, lambda log: _moment(as_of, log), manager_id, line, limit)
    service.served["explanation"] += 1
    return document(told if lang is None else in_words(told, Labels(subject.loaded.plan, Words(Language(lang)))))


def _moment(text: str, log: Log) -> AsOf:
    return moment_of(text, log, "as_of")


@router.get("/metrics", responses={200: {"description": "Prometheus' text format.", "content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """The server's figures for Prometheus."""
    told: Metrics = request.app.state.metrics
    return Response(await asyncio.to_thread(told.text), media_type=CONTENT_TYPE)


@router.post("/session", status_code=HTTPStatus.NO_CONTENT, responses=answers(Refusal))
async def session(request: Request) -> Response:
    """Take the token that a person entered on the page; from then on a cookie stands for it."""
    token = service_of(request).settings.token
    given = (await request.body())[: 4 * MAX_ID].decode("utf-8", "replace").strip()
    if not token or not same(given, token):
        status = HTTPStatus.UNAUTHORIZED
        document = Refusal(status.phrase, status.value, "This is not the token of this server.")
        return refused(document, request.headers)
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    response.set_cookie(
        COOKIE,
        session_of(token),
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.headers.get("x-forwarded-proto", request.url.scheme) == "https",
    )
    return response
