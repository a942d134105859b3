"""How a server is: the document of ``GET /health``, and the findings in it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from meritlog.complaints import chinese_of
from schemas.problems import Problem
from schemas.statement import Finding


class Status(StrEnum):
    """Whether boards are served (ok), not yet (starting), or something is wrong (failing)."""

    OK = "ok"
    STARTING = "starting"
    FAILING = "failing"


class Health(msgspec.Struct, frozen=True):
    """How the server is. ``lag`` counts the events that the boards lack, ``lag_seconds`` how long the first has waited;
    null where nobody can tell. ``through`` is the latest business date among the log's transactions.
    """

    status: Status
    position: int | str | None
    lag: int | None
    lag_seconds: int | None
    through: str | None
    findings: list[Finding]


def finding(about: str, failure: Exception) -> Finding:
    """What went wrong with ``about``, as a finding."""
    if isinstance(failure, Problem):
        return Finding("failing", about, {"en": str(failure), "zh": f"出错：{chinese_of(failure)}"})
    told = f"{type(failure).__name__}: {failure}"
    return Finding(
        "defect", about, {"en": f"This is a defect of meritlog: {told}", "zh": f"meritlog 自身的缺陷：{told}"}
    )


def waiting(about: str, english: str, chinese: str) -> Finding:
    """What the server waits for."""
    return Finding("waiting", about, {"en": english, "zh": chinese})
