"""The worker's check: are its boards what the log gives? What is wrong is noted where a server of the log finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from engine.log import Log
from engine.plan.library import LoadedPlan
from meritlog.web.health import finding
from replay.checked import Checked, note
from replay.reconcile import RECONCILE, reconcile
from schemas.statement import Board, Finding


def check_of(log: Log, plans: Mapping[str, LoadedPlan]) -> Callable[[Sequence[Board]], Sequence[Finding]]:
    """The check of boards of these plans, by name. Who only looks on ends nothing: what fails is a finding, too."""

    def check(boards: Sequence[Board]) -> Sequence[Finding]:
        try:
            found = reconcile(log, plans, boards)
            position, findings = found.position, found.findings
        except Exception as failure:
            position, findings = log.snapshot().label, [finding(RECONCILE, failure)]
        try:
            note(log.path, Checked(datetime.now(UTC), position, findings))
        except OSError as failure:
            findings.append(finding(RECONCILE, failure))
        return findings

    return check
