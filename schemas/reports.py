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


AnyReport = Report | RegisterReport
