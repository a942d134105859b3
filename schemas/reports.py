"""Reports: the documents that answer a bank's everyday questions (``meritlog query``).

Each names the period, the last day that counts, the position and the head of the log that it was read from; figures
are exact decimals in strings, shares are parts of 1. A field that does not apply to a row is left out.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

Text = str | UnsetType
Number = int | UnsetType


class Report(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """What every report says of itself; the days are [from, to), counted through ``through``.

    ``missing`` names what had to be left out for want of an exchange rate (``fx:USD``).
    """

    report: str
    period: str
    start: str
    end: str
    through: str
    position: int | str
    log_head: str
    currency: str
    missing: list[str] = []


class BusinessRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Business of one kind (``of``: ``balance`` or a type of flow) under one key.

    ``key`` is a product's path, a unit, a manager, a customer, an account or an event; null where there is none:
    business without a product, or of managers without a unit. ``uncredited`` marks what no manager is credited with.
    Rows of a tree (products, units) hold what lies below them and name their ``parent``. A balance says ``opening``
    (on the evening before), ``closing``, ``change``, the daily ``average`` and ``product_days``, and how many customers
    and accounts have a balance at the end; a flow says its ``amount``, ``count`` and ``quantity``, by shares.
    """

    of: str
    key: str | None
    uncredited: bool = False
    parent: Text = UNSET
    depth: int = 0
    opening: Text = UNSET
    closing: Text = UNSET
    change: Text = UNSET
    average: Text = UNSET
    product_days: Text = UNSET
    customers: Number = UNSET
    accounts: Number = UNSET
    amount: Text = UNSET
    count: Text = UNSET
    quantity: Text = UNSET
    on: Text = UNSET
    type: Text = UNSET
    event_source: Text = UNSET
    position: int | str | UnsetType = UNSET


class ProductReport(Report, frozen=True, kw_only=True):
    """The business of a product line (``path``; null: of all), by whatever it was asked by, and its total."""

    path: str | None
    by: str
    rows: list[BusinessRow]
    total: list[BusinessRow]


class TargetRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a unit or a manager is to reach in one measure, and what was reached.

    Of a unit: what of its ``target`` is broken down to the units right below it and to its own managers, what is
    ``left`` (below 0: more was given out than there is), and its ``actual``: what the managers in it and below it
    reached together, or what was reported of the unit itself. ``attainment`` is actual / target.
    """

    measure: str
    org_unit: Text = UNSET
    manager_id: Text = UNSET
    parent: Text = UNSET
    depth: int = 0
    target: Text = UNSET
    units_below: Text = UNSET
    managers: Text = UNSET
    left: Text = UNSET
    actual: Text = UNSET
    attainment: Text = UNSET


class TargetReport(Report, frozen=True, kw_only=True):
    """The targets of a period from the units down to the managers, and their attainment from the managers up.

    ``actual`` says of each measure where its figures come from: a name of the plan, or ``figure.reported``.
    """

    plan: str | None
    actual: dict[str, str]
    rows: list[TargetRow]


class PostRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A manager's post on a day: since when it stands so, and since when the manager has served without a break.

    ``left`` is the day of leaving, of who had left by then; ``customers`` are those whom the manager served that day.
    """

    manager_id: str
    org_unit: Text = UNSET
    position: Text = UNSET
    grade: Text = UNSET
    since: Text = UNSET
    serving_since: Text = UNSET
    months: Number = UNSET
    left: Text = UNSET
    customers: int = 0


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change of a manager's post: what happened, on which day, and which event says so, at which position.

    ``changes`` say how it differs from before: ``appointed, appointed-again, moved, new-position, new-grade, left``, or
    ``confirmed`` where nothing differs.
    """

    manager_id: str
    on: str
    changes: list[str]
    org_unit: Text = UNSET
    position: Text = UNSET
    grade: Text = UNSET
    event_id: str
    event_source: str
    at: int | str


class RegisterReport(msgspec.Struct, frozen=True, kw_only=True):
    """The managers in post on a day (``rows``), and of those asked for every change of the post (``history``)."""

    report: str
    on: str
    position: int | str
    log_head: str
    rows: list[PostRow]
    history: list[ChangeRow]


class EventName(msgspec.Struct, frozen=True):
    """An event that a row rests on, with its business date."""

    event_id: str
    event_source: str
    on: str


class RiskRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reason why a customer may be lost or lose money for the bank, with the events that it rests on.

    ``reason`` is ``balance-falls`` (``before`` and ``now`` are daily averages, ``fall`` is the part that is gone; the
    events are the largest outflows), ``class-falls`` or ``class-bad`` (a loan classed worse than at the beginning, or
    as badly; ``now`` is what is outstanding), ``complaint-open`` or ``complaint-upheld``. ``managers`` serve the
    customer on the last day, in ``units``.
    """

    customer_id: str
    reason: str
    managers: list[str]
    units: list[str]
    account_id: Text = UNSET
    before: Text = UNSET
    now: Text = UNSET
    fall: Text = UNSET
    class_before: Text = UNSET
    class_now: Text = UNSET
    complaint_id: Text = UNSET
    severity: Text = UNSET
    events: list[EventName] = []


class RiskCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many customers of a manager are at risk, in all and by reason; ``manager_id`` null: whom nobody serves."""

    manager_id: str | None
    org_unit: str | None
    customers: int
    reasons: dict[str, int]


class RiskReport(Report, frozen=True, kw_only=True):
    """Customers at risk: the most pressing first, and how many each manager has.

    Averages are those of ``product``, compared with the period before (``compared_with``); a fall counts from
    ``threshold`` on, of customers who had at least ``least``.
    """

    product: str
    compared_with: str
    threshold: str
    least: str
    rows: list[RiskRow]
    managers: list[RiskCount]


class LineUse(msgspec.Struct, frozen=True, kw_only=True):
    """How many customers of a segment (null: of none that was said) use a line of business; ``use`` is their part."""

    segment: str | None
    line: str
    customers: int
    of: int
    use: str


class GapRow(msgspec.Struct, frozen=True, kw_only=True):
    """A customer who lacks a line that is common in the segment; ``average`` is the daily average of all balances."""

    customer_id: str
    segment: str | None
    managers: list[str]
    average: str
    lines: list[str]
    lacking: list[str]


class GapReport(Report, frozen=True, kw_only=True):
    """What customers could use and do not: those with the largest balances first.

    A line of business is common where at least ``common`` of the segment's customers use it in the period.
    """

    common: str
    lines: list[LineUse]
    rows: list[GapRow]


class ConcentrationRow(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the balances of a manager, of a unit or of all managers the largest customers hold.

    ``of`` is ``bank``, ``unit`` or ``manager``, ``id`` which; ``top_10`` and ``top_20`` are their parts of ``average``,
    the daily average of the period; ``warning`` says whether the part of the 10, or that of the 20, reaches the line.
    """

    of: str
    id: str | None
    parent: Text = UNSET
    customers: int
    average: str
    top_10: str | None
    top_20: str | None
    warning: bool


class RetailShare(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the assets of all retail customers the wealthiest tenth of them holds."""

    customers: int
    tenth: int
    assets: str
    share: str | None


class ConcentrationReport(Report, frozen=True, kw_only=True):
    """Concentration: the part of the balances of ``product`` that the largest customers hold, with a warning line."""

    product: str
    warning_line: str
    retail_segments: list[str]
    rows: list[ConcentrationRow]
    retail: RetailShare


class ClassRow(msgspec.Struct, frozen=True, kw_only=True):
    """A manager's loans by class on the evening of the last day, and how they came to it.

    ``balances`` and ``parts`` are by class; ``bad`` is the part of substandard, doubtful and loss. ``migration`` says
    of each class on the evening before the period (``new``: no balance then) what its loans are classed as now, as
    ``{"normal": {"normal": "900", "substandard": "100"}}``: its columns add up to ``balances``. ``manager_id`` and
    ``org_unit`` are both null for all together, ``uncredited`` marks what no manager is credited with.
    """

    manager_id: str | None
    org_unit: str | None
    uncredited: bool
    total: str
    balances: dict[str, str]
    parts: dict[str, str]
    bad: str | None
    migration: dict[str, dict[str, str]]


class ClassReport(Report, frozen=True, kw_only=True):
    """The quality of loans: classes and their migration over the period, of each manager and of the whole bank."""

    rows: list[ClassRow]
    total: ClassRow


class RoleRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a manager earned in a role (null: where none was said), for one customer where those are told apart.

    ``items`` are the plan's items, ``total`` is the sum of those that are money.
    """

    manager_id: str
    org_unit: str | None
    role: str | None
    customer_id: Text = UNSET
    items: dict[str, str]
    total: str


class RoleTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What all managers of the report earned in a role, and which part of all roles' that is."""

    role: str | None
    managers: int
    total: str
    part: str | None


class RoleReport(Report, frozen=True, kw_only=True):
    """Contribution shared by the roles of service teams."""

    plan: str
    plan_digest: str
    rows: list[RoleRow]
    roles: list[RoleTotal]


class CertificationRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a unit's managers (null: of all) are certified; new ones are judged by their skills and left out.

    ``rate`` is certified / experienced, ``new_rate`` skilled / new.
    """

    org_unit: str | None
    depth: int
    managers: int
    experienced: int
    certified: int
    rate: str | None
    new: int
    skilled: int
    new_rate: str | None
    lacking: list[str]


class CertificationReport(Report, frozen=True, kw_only=True):
    """Certification rates of units: figures reported for exactly the period.

    ``measure`` is reached at ``least``; who has served fewer than ``new_months`` full months is new, and needs
    ``needed`` of the ``skills``. ``lacking`` names who is neither certified nor, where new, skilled.
    """

    measure: str
    least: str
    new_months: int
    skills: list[str]
    needed: int
    rows: list[CertificationRow]


class SupervisionRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a manager is rated and what customers say: marks of a hundred, each with how many it is the mean of.

    ``ratings`` are by item and rater group, ``overall`` by item (the plain mean of its groups' means), ``mean`` is the
    plain mean of all items; ``surveys`` are by topic. Complaints and incidents are those of the period.
    """

    manager_id: str
    org_unit: str | None
    mean: str | None = None
    overall: dict[str, str] = {}
    ratings: dict[str, dict[str, str]] = {}
    raters: int = 0
    surveys: dict[str, str] = {}
    answers: int = 0
    complaints: int = 0
    serious: int = 0
    upheld: int = 0
    incidents: dict[str, str] = {}


class SupervisionReport(Report, frozen=True, kw_only=True):
    """The figures by which managers are supervised: ability ratings, 360-degree feedback, customers' experience."""

    rows: list[SupervisionRow]


class GradeRow(msgspec.Struct, frozen=True, kw_only=True):
    """The grade a manager holds and the one that may be held by the period's result.

    ``proposal`` is ``promote, demote, keep`` or ``appoint`` (no grade held, or one that the plan does not know), null
    where the result is incomplete or the manager is no longer in post. ``unmet`` are reported conditions below what the grade asks for, ``unknown`` those
    that nobody reported.
    """

    manager_id: str
    org_unit: str | None
    held: str | None
    reached: str | None
    proposal: str | None
    score: str | None
    unmet: list[str]
    unknown: list[str]
    missing: list[str]


class GradeReport(Report, frozen=True, kw_only=True):
    """Grade evaluation: the grades of a plan, the lowest first, and what each manager may be appointed to."""

    plan: str
    plan_digest: str
    line: str
    grades: list[str]
    rows: list[GradeRow]


AnyReport = Report | RegisterReport

REPORTS: tuple[type[msgspec.Struct], ...] = (
    ProductReport,
    TargetReport,
    RegisterReport,
    RiskReport,
    GapReport,
    ConcentrationReport,
    ClassReport,
    RoleReport,
    GradeReport,
    CertificationReport,
    SupervisionReport,
)
"""All kinds of reports."""
