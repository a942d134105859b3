"""Reports of business: product lines, and the quality of loans."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from schemas.reports.base import Number, Report, Text


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
