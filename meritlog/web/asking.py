"""How a question comes over HTTP: its common parameters, and the report of the log that answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Query, Request, Response

from engine.log import Log
from engine.plan.library import LoadedPlan
from meritlog.cli.arguments import as_of as moment_of
from meritlog.cli.arguments import day
from meritlog.web.routes import document, service_of
from replay.queries.question import Question
from schemas.period import Period
from schemas.problems import Place, Problem
from schemas.reports import AnyReport
from schemas.statement import UnitBoard

Through = Annotated[
    str | None, Query(description="Count the days up to and including this one. Default: the latest of the log's.")
]
Unit = Annotated[str | None, Query(description="Of this unit and all units below it alone.")]
Manager = Annotated[str | None, Query(description="Of this manager alone; - for what nobody is credited with.")]
Part = Annotated[str, Query(description="A part of 1, such as 0.2 or 20%.")]


async def answered(
    request: Request,
    period: str,
    as_of: str | None,
    through: str | None,
    ask: Callable[[Question, Log], AnyReport],
    *,
    whole: bool = False,
) -> Response:
    """What a question of a period answers."""

    def put(log: Log) -> AnyReport:
        known, last = moment_of(as_of, log, "as_of"), day(through, "through")
        return ask(Question.of(log, Period.parse(period), as_of=known, through=last, whole=whole), log)

    return await told(request, put)


async def told(request: Request, ask: Callable[[Log], AnyReport | UnitBoard]) -> Response:
    """A report of the log, made in a thread of its own; a problem names the parameter as the address does."""
    service = service_of(request)
    try:
        report = await service.past.report(ask)
    except Problem as problem:
        field = problem.place.field or ""
        if not field.startswith("--") and not field.isupper():
            raise
        name = field.lstrip("-").lower().replace("-", "_")
        raise Problem(problem.what, place=Place(field=name), remedy=problem.remedy) from None
    service.served["report"] += 1
    return document(report)


def loaded_plan(request: Request, name: str) -> LoadedPlan:
    """A plan that is served.

    Raises:
        Unknown: there is no such plan.
    """
    return service_of(request).plans(name)
