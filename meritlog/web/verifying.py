"""Verifying on a schedule: ``meritlog verify`` in a process of its own, of lowest priority, and what it last said."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from meritlog.web.health import finding
from schemas.problems import EnvironmentProblem, Place, Problem
from schemas.statement import Finding

OFF = "off"
LOWEST_PRIORITY = 19
FIRST_AFTER_SECONDS = 10.0
DAMAGES_TOLD = 5
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_log = logging.getLogger("meritlog.serve")


@dataclass(frozen=True, slots=True)
class Verified:
    """What the last verification said, and when it ended."""

    at: datetime
    ok: bool
    events: int
    findings: tuple[Finding, ...] = ()


class _Told(msgspec.Struct):
    ok: bool
    events: int
    damage: list[str]


def interval(text: str) -> timedelta | None:
    """How often to verify: 30m, 1h, 2d; None for ``off``.

    Raises:
        Problem: it says neither.
    """
    if text == OFF:
        return None
    match = _DURATION.fullmatch(text)
    if match is None:
        raise Problem(
            f"{text!r} is no length of time.",
            place=Place(field="--verify-every"),
            remedy="Write 30m, 1h or 1d, or off.",
        )
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


class Verifying:
    """Verifies a log again and again; ``last`` is None until it has been done once."""

    def __init__(self, path: Path, every: timedelta | None) -> None:
        self.last: Verified | None = None
        self._path = path
        self._every = every

    async def run(self) -> None:
        """Verify soon, and then at every interval, until cancelled; whatever fails is said, and tried again."""
        if self._every is None:
            return
        pause = min(FIRST_AFTER_SECONDS, self._every.total_seconds())
        while True:
            await asyncio.sleep(pause)
            pause = self._every.total_seconds()
            if (self._path / "log.json").exists():
                try:
                    self.last = await self._verified()
                except (OSError, Problem, msgspec.DecodeError) as failure:
                    _log.warning("The log could not be verified: %s", failure)
                    self.last = Verified(datetime.now(UTC), ok=False, events=0, findings=(self._failed(failure),))

    def _failed(self, failure: Exception) -> Finding:
        problem = failure if isinstance(failure, Problem) else EnvironmentProblem(f"Verifying failed: {failure}")
        return finding("verify", problem)

    async def _verified(self) -> Verified:
        command = [sys.executable, "-m", "meritlog", "verify", "--log", str(self._path), "--json"]
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            os.setpriority(os.PRIO_PROCESS, process.pid, LOWEST_PRIORITY)
            out, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        told = msgspec.json.decode(out, type=_Told)
        damages = tuple(finding("verify", Problem(damage)) for damage in told.damage[:DAMAGES_TOLD])
        return Verified(datetime.now(UTC), told.ok, told.events, damages)
