"""Disputes over HTTP: the list of them, and what was closed of the manager who disputes it, explained as of then."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from engine.log import Log
from meritlog.cli.arguments import as_of as moment_of
from meritlog.cli.arguments import day
from meritlog.paper.told import in_words
from meritlog.show.labels import Labels
from meritlog.web.asking import told
from meritlog.web.documents import ManagerLines
from meritlog.web.refusals import Unknown
from meritlog.web.routes import AsOfQuery, LangQuery, LimitQuery, LineQuery, answers, document, service_of
from meritlog.words import Language, Words
from projections.book import ProjectedBook
from replay.explain import explain
from replay.queries import disputes
from replay.settle import Settlement
from schemas.document import nearest
from schemas.reports import DisputeReport
from schemas.statement import Explanation

router = APIRouter()

SettlementId = Annotated[str, Query(description="The closed settlement's id.", examples=["bank-contribution/2025"])]
ManagerQuery = Annotated[str, Query(description="The manager's id.", examples=["M-017"])]


@router.get("/queries/disputes", name="query_disputes", responses=answers(DisputeReport))
async def of_disputes(
    request: Request,
    still_open: Annotated[bool, Query(alias="open", description="Those alone that are not decided yet.")] = False,
    manager: Annotated[
        str | None, Query(description="Those alone that concern this manager; - for complaints that concern nobody.")
    ] = None,
    on: Annotated[str | None, Query(description="As they stood on this day. Default: the log's latest.")] = None,
    as_of: AsOfQuery = None,
) -> Response:
    """The disputes of settlements and the complaints of customers: since when, how long, how they were decided."""
    asked = day(on, "on")

    def ask(log: Log) -> DisputeReport:
        book = ProjectedBook.of(log, moment_of(as_of, log, "as_of"))
        return disputes.disputes(book, asked, manager=manager, still_open=still_open)

    return await told(request, ask)


@router.get("/settlements/lines", name="settlement_lines", responses=answers(ManagerLines))
async def lines(request: Request, settlement: SettlementId, manager: ManagerQuery) -> Response:
    """One manager's lines as they were closed: at the settlement's position, by the plan as it was worded."""
    service = service_of(request)

    def ask(made: Settlement, _: Log) -> ManagerLines:
        statement = made.statement
        by_manager = {one.manager_id: one for one in statement.managers}
        if manager not in by_manager:
            raise Unknown(
                f"{manager!r} is no manager of {statement.period}: neither in post on a day of it nor credited in it.",
                remedy=nearest(manager, set(by_manager)),
            )
        return ManagerLines.of(
            by_manager[manager],
            plan=statement.plan,
            plan_digest=statement.plan_digest,
            period=statement.period,
            through=statement.through,
            position=statement.position,
        )

    found = await service.past.closed(settlement, service.plans, ask)
    service.served["lines"] += 1
    return document(found)


@router.get("/settlements/explain", name="settlement_explain", responses=answers(Explanation))
async def explanation(
    request: Request,
    settlement: SettlementId,
    manager: ManagerQuery,
    line: LineQuery = None,
    limit: LimitQuery = None,
    lang: LangQuery = None,
) -> Response:
    """How a manager's line came about as it was closed, whatever has come in or been reworded since."""
    service = service_of(request)

    def ask(made: Settlement, log: Log) -> Explanation:
        found = explain(made, log.institution.currency, manager, line, limit)
        return found if lang is None else in_words(found, Labels(made.evaluation.scope.plan, Words(Language(lang))))

    found = await service.past.closed(settlement, service.plans, ask)
    service.served["explanation"] += 1
    return document(found)
