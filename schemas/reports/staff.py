"""Reports of managers: the register, grades, certification, supervision."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from schemas.reports.base import DayReport, Number, Report, Text


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


class RegisterReport(DayReport, frozen=True, kw_only=True):
    """The managers in post on a day (``rows``), and of those asked for every change of the post (``history``)."""

    rows: list[PostRow]
    history: list[ChangeRow]


class GradeRow(msgspec.Struct, frozen=True, kw_only=True):
    """The grade a manager holds and the one that may be held by the period's result.

    ``proposal`` is ``promote, demote, keep`` or ``appoint`` (no grade held, or one that the plan does not know), null
    where the result is incomplete or the manager is no longer in post. ``unmet`` are reported conditions below what
    the grade asks for, ``unknown`` those that nobody reported.
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
