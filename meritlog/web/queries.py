"""The questions of every day over HTTP: the documents that ``meritlog query`` prints, read from the log itself."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from engine.log import Log
from meritlog.cli.arguments import as_of as moment_of
from meritlog.cli.arguments import day, number
from meritlog.cli.queries.asking import pairs
from meritlog.web.asking import Manager, Part, Through, Unit, answered, loaded_plan, told
from meritlog.web.routes import AsOfQuery, PeriodQuery, PlanQuery, answers
from projections.book import ProjectedBook
from replay.queries import (
    certification,
    classes,
    concentration,
    gaps,
    grades,
    products,
    register,
    risks,
    roles,
    supervision,
    targets,
)
from replay.queries.question import Question
from replay.units import unit_board
from schemas.period import Period
from schemas.reports import (
    CertificationReport,
    ClassReport,
    ConcentrationReport,
    GapReport,
    GradeReport,
    ProductReport,
    RegisterReport,
    RiskReport,
    RoleReport,
    SupervisionReport,
    TargetReport,
)
from schemas.statement import UnitBoard

router = APIRouter(prefix="/queries")


@router.get("/products", name="query_products", responses=answers(ProductReport))
async def of_products(
    request: Request,
    period: PeriodQuery,
    product: Annotated[str | None, Query(description="A path of the catalogue, with all below it.")] = None,
    by: Annotated[
        Literal["product", "unit", "manager", "customer", "account", "event"], Query(description="What a row is.")
    ] = "product",
    unit: Unit = None,
    manager: Manager = None,
    customer: Annotated[str | None, Query(description="Of this customer alone.")] = None,
    account: Annotated[str | None, Query(description="Of this account alone.")] = None,
    as_of: AsOfQuery = None,
    through: Through = None,
) -> Response:
    """The business of any product line, from the bank down to single events."""

    def ask(question: Question, _: Log) -> ProductReport:
        narrowed = {"unit": unit, "manager": manager, "customer": customer, "account": account}
        return products.products(question, product, products.By(by), **narrowed)

    return await answered(request, period, as_of, through, ask)


@router.get("/units", name="query_units", responses=answers(UnitBoard))
async def of_units(
    request: Request,
    plan: PlanQuery,
    period: PeriodQuery,
    unit: Unit = None,
    as_of: AsOfQuery = None,
    through: Through = None,
) -> Response:
    """The units of a plan's period compared."""
    loaded = loaded_plan(request, plan)

    def ask(log: Log) -> UnitBoard:
        known, last = moment_of(as_of, log, "as_of"), day(through, "through")
        return unit_board(log, loaded, Period.parse(period), as_of=known, through=last, unit=unit)

    return await told(request, ask)


@router.get("/targets", name="query_targets", responses=answers(TargetReport))
async def of_targets(
    request: Request,
    period: PeriodQuery,
    plan: Annotated[str | None, Query(description="The plan whose lines say what was reached.")] = None,
    actual: Annotated[list[str] | None, Query(description="MEASURE=LINE, as often as needed.")] = None,
    as_of: AsOfQuery = None,
    through: Through = None,
) -> Response:
    """How units' targets are broken down to managers, and what they reach together."""
    loaded = None if plan is None else loaded_plan(request, plan)
    named = pairs(actual or [], "actual", "deposits=m_deposits")

    def ask(question: Question, log: Log) -> TargetReport:
        return targets.targets(question, None if loaded is None else question.evaluated(log, loaded), named)

    return await answered(request, period, as_of, through, ask)


@router.get("/managers", name="query_managers", responses=answers(RegisterReport))
async def of_managers(
    request: Request,
    on: Annotated[str | None, Query(description="As it stood on this day. Default: the log's latest.")] = None,
    unit: Unit = None,
    manager: Annotated[str | None, Query(description="This manager alone, with all changes.")] = None,
    history: Annotated[str | None, Query(description="List the changes of this period, too.")] = None,
    as_of: AsOfQuery = None,
) -> Response:
    """The register of managers; names are personal data and stand in /people alone."""
    during = None if history is None else Period.parse(history)
    asked = day(on, "on")

    def ask(log: Log) -> RegisterReport:
        book = ProjectedBook.of(log, moment_of(as_of, log, "as_of"))
        return register.register(book, asked, unit=unit, manager=manager, during=during)

    return await told(request, ask)


@router.get("/risks", name="query_risks", responses=answers(RiskReport))
async def of_risks(
    request: Request,
    period: PeriodQuery,
    product: Annotated[str, Query(description="The balances that are compared.")] = "deposit",
    fall: Part = "20%",
    least: Annotated[str, Query(description="Only customers who had at least this on average.")] = "0",
    unit: Unit = None,
    manager: Manager = None,
    as_of: AsOfQuery = None,
    through: Through = None,
) -> Response:
    """Customers at risk, each with the reason and its events."""
    terms = risks.Terms(product, number(fall, "fall", part=True), number(least, "least"))

    def ask(question: Question, _: Log) -> RiskReport:
        return risks.risks(question, terms, unit=unit, manager=manager)

    return await answered(request, period, as_of, through, ask)


@router.get("/gaps", name="query_gaps", responses=answers(GapReport))
async def of_gaps(
    request: Request,
    period: PeriodQuery,
    common: Part = "30%",
    unit: Unit = None,
    manager: Manager = None,
    as_of: AsOfQuery = None,
    through: Through = None,
) -> Response:
    """Customers who do not use what customers of their segment commonly use."""
    part = number(common, "common", part=True)

    def ask(question: Question, _: Log) -> GapReport:
        return gaps.gaps(question, part, unit=unit, manager=manager)

    return await answered(request, period, as_of, through, ask)


@router.get("/concentration", name="query_concentration", responses=answers(ConcentrationReport))
async def of_concentration(
    request: Request,
    period: PeriodQuery,
    product: Annotated[str, Query(description="The balances looked at.")] = "deposit",
    line: Part = "80%",
    retail: Annotated[list[str] | None, Query(description="A retail segment, as often as needed.")] = None,
    unit: Unit = None,
    manager: Manager = None,
    as_of: AsOfQuery = None,
    through: Through = None,
) -> Response:
    """The part of the balances that the largest customers hold."""
    warning = number(line, "line", part=True)

    def ask(question: Question, _: Log) -> ConcentrationReport:
        segments = retail or ["retail"]
        return concentration.concentration(question, product, warning, segments, unit=unit, manager=manager)

    return await answered(request, period, as_of, through, ask)


@router.get("/classes", name="query_classes", responses=answers(ClassReport))
async def of_classes(
    request: Request,
    period: PeriodQuery,
    unit: Unit = None,
    manager: Manager = None,
    as_of: AsOfQuery = None,
    through: Through = None,
) -> Response:
    """The quality of loans and how classes migrated over the period."""

    def ask(question: Question, _: Log) -> ClassReport:
        return classes.classes(question, unit=unit, manager=manager)

    return await answered(request, period, as_of, through, ask)


@router.get("/roles", name="query_roles", responses=answers(RoleReport))
async def of_roles(
    request: Request,
    plan: PlanQuery,
    period: PeriodQuery,
    unit: Unit = None,
    manager: Annotated[str | None, Query(description="Of this manager alone, customer by customer.")] = None,
    customer: Annotated[str | None, Query(description="Of this customer alone.")] = None,
    as_of: AsOfQuery = None,
    through: Through = None,
) -> Response:
    """What the members of service teams contributed by role."""
    loaded = loaded_plan(request, plan)

    def ask(question: Question, log: Log) -> RoleReport:
        return roles.roles(question, log, loaded, unit=unit, manager=manager, customer=customer)

    return await answered(request, period, as_of, through, ask)


@router.get("/grades", name="query_grades", responses=answers(GradeReport))
async def of_grades(
    request: Request,
    plan: PlanQuery,
    period: PeriodQuery,
    line: Annotated[str | None, Query(description="The plan's line of grades. Default: grade, else the first.")] = None,
    unit: Unit = None,
    manager: Manager = None,
    as_of: AsOfQuery = None,
    through: Through = None,
) -> Response:
    """The grade that each manager holds and may be appointed to; days count as in a settlement."""
    loaded = loaded_plan(request, plan)

    def ask(question: Question, log: Log) -> GradeReport:
        return grades.grades(question, log, loaded, line, unit=unit, manager=manager)

    return await answered(request, period, as_of, through, ask, whole=True)


@router.get("/certification", name="query_certification", responses=answers(CertificationReport))
async def of_certification(
    request: Request,
    period: PeriodQuery,
    measure: Annotated[str, Query(description="The figure that certifies a manager.")] = "certified",
    least: Annotated[str, Query(description="Certified is who reaches this.")] = "1",
    new_months: Annotated[int, Query(ge=0, description="New is who has served fewer full months.")] = 12,
    skill: Annotated[list[str] | None, Query(description="A skill of new managers, as often as needed.")] = None,
    needed: Annotated[int, Query(ge=1, description="How many of the skills a new manager needs.")] = 2,
    unit: Unit = None,
    as_of: AsOfQuery = None,
    through: Through = None,
) -> Response:
    """The part of each unit's managers that is certified."""
    terms = certification.Terms(measure, number(least, "least"), new_months, skill or (), needed)

    def ask(question: Question, _: Log) -> CertificationReport:
        return certification.certification(question, terms, unit=unit)

    return await answered(request, period, as_of, through, ask)


@router.get("/supervision", name="query_supervision", responses=answers(SupervisionReport))
async def of_supervision(
    request: Request,
    period: PeriodQuery,
    unit: Unit = None,
    manager: Manager = None,
    as_of: AsOfQuery = None,
    through: Through = None,
) -> Response:
    """Ratings, surveys, complaints and incidents of each manager."""

    def ask(question: Question, _: Log) -> SupervisionReport:
        return supervision.supervision(question, unit=unit, manager=manager)

    return await answered(request, period, as_of, through, ask)
