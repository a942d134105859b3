"""What a plan calls its lines, measures and parameters, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from meritlog.words import Words
from schemas.plan import Plan
from schemas.rules import Label


class Labels:
    """The names of a plan's parts; without a plan (a statement read from a file), their ids."""

    def __init__(self, plan: Plan | None, words: Words) -> None:
        self.words = words
        self._labels: dict[str, Label] = {}
        self.title = ""
        if plan is not None:
            self.title = plan.title.text(words.language)
            for parts in (plan.parameters, plan.tables, plan.measures, {line.id: line for line in plan.lines}):
                self._labels.update({name: part.label for name, part in parts.items()})

    def __call__(self, name: str) -> str:
        """What ``name`` is called."""
        label = self._labels.get(name)
        return name if label is None else label.text(self.words.language)

    def told(self, texts: Mapping[str, str] | None, name: str) -> str:
        """The label that a document carries itself, else the plan's for ``name``."""
        return self.words.label(texts, self(name))
