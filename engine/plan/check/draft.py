"""A plan that is being checked, with the document that it was read from; and how a complaint about it is made."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.plan import formula
from engine.plan.names import Named, names_of
from schemas.document import Document, Key, nearest
from schemas.lines import Line
from schemas.plan import Plan
from schemas.problems import Problem

Path = tuple[Key, ...]
WAYS = ("formula", "rank", "weighted", "group", "quota", "allot")


@dataclass(frozen=True, slots=True)
class Complaint:
    """A problem of a plan, and whether it keeps the plan from running."""

    problem: Problem
    fatal: bool


class Draft:
    """A plan and its document."""

    def __init__(self, plan: Plan, document: Document) -> None:
        self.plan = plan
        self._document = document

    def error(self, path: Path, what: str, remedy: str = "") -> Complaint:
        """A complaint that keeps the plan from running."""
        return Complaint(Problem(what, place=self._document.place(path), remedy=remedy), fatal=True)

    def warning(self, path: Path, what: str, remedy: str = "") -> Complaint:
        """A complaint with which the plan can run."""
        return Complaint(Problem(what, place=self._document.place(path), remedy=remedy), fatal=False)

    def unknown(self, path: Path, name: str, known: Collection[str], kind: str) -> Complaint:
        """A name that nothing bears."""
        return self.error(path, f"There is no {kind} {name!r}.", nearest(name, set(known)))

    @cached_property
    def places(self) -> dict[str, int]:
        """By the id of a line its place in the plan; of two lines of one id the first."""
        return {line.id: place for place, line in reversed(list(enumerate(self.plan.lines)))}

    @cached_property
    def formulas(self) -> dict[int, formula.Node]:
        """By the place of a line its formula, of all lines whose formula can be read."""
        found = {}
        for place, line in enumerate(self.plan.lines):
            if line.formula is not None:
                try:
                    found[place] = formula.parse(line.formula)
                except formula.FormulaError:
                    continue
        return found

    @property
    def readable(self) -> bool:
        """Whether every formula can be read."""
        return len(self.formulas) == sum(line.formula is not None for line in self.plan.lines)

    @cached_property
    def names(self) -> list[list[Named]]:
        """By the place of a line the names that its rule speaks of; none where its formula cannot be read."""
        return [
            names_of(line) if line.formula is None or place in self.formulas else []
            for place, line in enumerate(self.plan.lines)
        ]

    def rules(self) -> Iterator[tuple[Path, Line]]:
        """Every line with the path of its rule."""
        for place, line in enumerate(self.plan.lines):
            yield ("lines", place, way_of(line)), line


def way_of(line: Line) -> str:
    """Which of the six ways the line is made in."""
    return next(way for way in WAYS if getattr(line, way) is not None)
