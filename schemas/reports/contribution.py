"""Reports of what is reached: targets, and contribution by role."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from schemas.reports.base import Report, Text


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
