"""Reports: the documents that answer a bank's everyday questions (``meritlog query``).

Each names the period, the last day that counts, the position and the head of the log that it was read from; figures
are exact decimals in strings, shares are parts of 1. A field that does not apply to a row is left out.
"""

from __future__ import annotations

import msgspec

from schemas.reports.base import DayReport, EventName, Report
from schemas.reports.business import BusinessRow, ClassReport, ClassRow, ProductReport
from schemas.reports.contribution import RoleReport, RoleRow, RoleTotal, TargetReport, TargetRow
from schemas.reports.customers import (
    ConcentrationReport,
    ConcentrationRow,
    GapReport,
    GapRow,
    LineUse,
    RetailShare,
    RiskCount,
    RiskReport,
    RiskRow,
)
from schemas.reports.disputes import ComplaintRow, DisputeReport, DisputeRow, WaitingRow
from schemas.reports.staff import (
    CertificationReport,
    CertificationRow,
    ChangeRow,
    GradeReport,
    GradeRow,
    PostRow,
    RegisterReport,
    SupervisionReport,
    SupervisionRow,
)

__all__ = [
    "REPORTS",
    "AnyReport",
    "BusinessRow",
    "CertificationReport",
    "CertificationRow",
    "ChangeRow",
    "ClassReport",
    "ClassRow",
    "ComplaintRow",
    "ConcentrationReport",
    "ConcentrationRow",
    "DayReport",
    "DisputeReport",
    "DisputeRow",
    "EventName",
    "GapReport",
    "GapRow",
    "GradeReport",
    "GradeRow",
    "LineUse",
    "PostRow",
    "ProductReport",
    "RegisterReport",
    "Report",
    "RetailShare",
    "RiskCount",
    "RiskReport",
    "RiskRow",
    "RoleReport",
    "RoleRow",
    "RoleTotal",
    "SupervisionReport",
    "SupervisionRow",
    "TargetReport",
    "TargetRow",
    "WaitingRow",
]

AnyReport = Report | DayReport

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
    DisputeReport,
)
"""All kinds of reports."""
