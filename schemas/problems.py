"""What is wrong, where, and what to do: the one shape of every complaint a user can meet.

A problem is raised where work cannot go on and collected where it can (a file with one bad line, a plan with three
mistakes). The command line prints it as one sentence a line; ``--json`` carries its fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem stands: any of a file, a line of it (from 1), a field (dotted path) and an event id."""

    file: str | None = None
    line: int | None = None
    field: str | None = None
    event_id: str | None = None

    def __str__(self) -> str:
        where = self.file or ""
        if self.line is not None:
            where = f"{where}:{self.line}" if where else f"line {self.line}"
        parts = [where] if where else []
        if self.event_id is not None:
            parts.append(f"event {self.event_id}")
        if self.field is not None:
            parts.append(f"field {self.field}")
        return ", ".join(parts)


NOWHERE = Place()


class Problem(Exception):
    """A user's mistake or a damaged input: what is wrong, where, and what to do about it."""

    def __init__(self, what: str, *, place: Place = NOWHERE, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{where}{self.what}{remedy}"

    def at(self, place: Place) -> Problem:
        """The same problem with what ``place`` knows filled in where this one says nothing."""
        merged = Place(
            file=self.place.file if self.place.file is not None else place.file,
            line=self.place.line if self.place.line is not None else place.line,
            field=self.place.field if self.place.field is not None else place.field,
            event_id=self.place.event_id if self.place.event_id is not None else place.event_id,
        )
        return type(self)(self.what, place=merged, remedy=self.remedy)


class EnvironmentProblem(Problem):
    """A problem of the surroundings, not of the input: disk full, no permission, broker away (exit code 3)."""


class Problems(Problem):
    """Several problems of one input: it is the first of them, and prints them all, a line each."""

    def __init__(self, each: Sequence[Problem]) -> None:
        first = each[0]
        super().__init__(first.what, place=first.place, remedy=first.remedy)
        self.each = tuple(each)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.each)

    def at(self, place: Place) -> Problem:
        """The same problems with what ``place`` knows filled in where one says nothing."""
        return Problems([problem.at(place) for problem in self.each])
