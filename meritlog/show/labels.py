"""What a plan calls its lines, measures and parameters, in the reader's language; and what managers are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import UNSET, UnsetType

from meritlog.show.figures import grouped
from meritlog.words import Words
from schemas.plan import Plan
from schemas.rules import Label
from schemas.statement import StatementLine

WANTED = {
    "rate": "the rate of {name}",
    "fx": "an exchange rate of {name}",
    "parameter": "the parameter “{name}”",
    "table": "the table “{name}”",
}
"""What is wanting where a result is incomplete for want of it."""


class Labels:
    """The names of a plan's parts; without a plan (a statement read from a file), their ids.

    ``people`` are the names of managers, by id: personal data, told beside the ids while the log's folder has them.
    """

    def __init__(self, plan: Plan | None, words: Words, people: Mapping[str, str] | None = None) -> None:
        self.words = words
        self.plan = plan
        self._people = people or {}
        self._labels: dict[str, Label] = {}
        self._words: dict[str, Label] = {}
        self.title = ""
        self._parameters = frozenset(plan.parameters) if plan is not None else frozenset()
        if plan is not None:
            self.title = plan.title.text(words.language)
            self._words = {
                row.name: row.label
                for table in plan.tables.values()
                for row in table.rows
                if row.name is not None and row.label is not None
            }
            for parts in (plan.parameters, plan.tables, plan.measures, {line.id: line for line in plan.lines}):
                self._labels.update({name: part.label for name, part in parts.items()})
            self._labels = plan.item_labels | self._labels

    def __call__(self, name: str) -> str:
        """What ``name`` is called."""
        label = self._labels.get(name)
        return name if label is None else label.text(self.words.language)

    def is_parameter(self, name: str) -> bool:
        """Whether ``name`` is a parameter: a figure that the adopter sets."""
        return name in self._parameters

    def word(self, value: str) -> str:
        """What a word that stands for a value (a grade) is called."""
        label = self._words.get(value)
        return value if label is None else label.text(self.words.language)

    def rater(self, group: str) -> str:
        """What a group of raters is called; one of the bank's own is called as it is spelled."""
        return self.words.catalogue.get(f"rater {group}", group)

    def lacking(self, name: str) -> str:
        """What makes a result incomplete: a measure or line, or ``rate:ACCOUNT``, ``fx:USD``, ``parameter:NAME``."""
        kind, colon, of = name.partition(":")
        if colon and kind in WANTED:
            return self.words(WANTED[kind], name=self(of))
        return self.words("an appointment") if name == "appointment" else self(name)

    def gap(self, name: str) -> str:
        """What was left out of a mean: an item or part, or a group of its raters, ``teamwork:superior``."""
        of, colon, left_out = name.partition(":")
        return f"{self(of)}{colon}{left_out if left_out in self._labels else self.rater(left_out)}"

    def adjusting(self, lines: Iterable[StatementLine]) -> Iterator[str]:
        """Of each adjustment which settlements it makes good, and by how much."""
        for line in lines:
            if line.settlements:
                told = "; ".join(f"{settlement} {grouped(each)}" for settlement, each in line.settlements.items())
                yield self.words("{line} of {settlements}", line=self(line.id), settlements=told)

    def person(self, manager_id: str) -> str:
        """The manager's name, on one line and without control characters; empty where none is known."""
        name = " ".join(self._people.get(manager_id, "").split())
        return "".join(character if character.isprintable() else "\ufffd" for character in name)

    def people(self, managers: Iterable[str]) -> list[str] | None:
        """The names of ``managers``, for a column of their own; None where none of them has one."""
        named = [self.person(manager) for manager in managers]
        return named if any(named) else None

    def told(self, texts: Mapping[str, str] | None, name: str) -> str:
        """The label that a document carries itself, else the plan's for ``name``."""
        return self.words.label(texts, self(name))


def said(text: str | UnsetType | None) -> str:
    """What a document says of something; nothing where it does not."""
    return "" if text is UNSET or text is None else text
