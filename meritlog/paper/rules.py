"""The rule of a line, whichever way the line is made: as a formula, in words, and as a table where it has parts."""

from __future__ import annotations

from engine.plan import formula
from meritlog.paper.blocks import Over, Sign, Table, Written, sequence
from meritlog.paper.blocks import Words as Said
from meritlog.paper.formulas import written
from meritlog.show.figures import grouped
from meritlog.show.labels import Labels
from schemas.exact import plain
from schemas.lines import Among, Line
from schemas.plan import Plan


class RuleWriter:
    """Writes the rules of a plan in the language of its labels."""

    def __init__(self, plan: Plan, labels: Labels) -> None:
        self._plan = plan
        self._labels = labels
        self._words = labels.words

    def rule(self, line: Line) -> tuple[Written | None, str, Table | None]:
        """A line's rule as a formula, in words, and as a table where it has parts."""
        labels, words = self._labels, self._words
        if line.rank is not None:
            best = words("highest first") if line.rank.order == "descending" else words("lowest first")
            text = words(
                "Place by {figure}, {best}; ties share the better place", figure=labels(line.rank.by), best=best
            )
            return None, text + self._whom(line.rank), None
        if line.weighted is not None:
            return self._weighted(line)
        if line.group is not None:
            below = words(", of all in the units below") if line.group.below else ""
            figure = labels(line.group.of)
            text = words("{taken} of {figure} over many managers", taken=words(line.group.take), figure=figure)
            return None, text + below + self._whom(line.group), None
        if line.quota is not None:
            rows = [[level, self._share(share)] for level, share in line.quota.levels.items()]
            rows.append([line.quota.otherwise, words("all others")])
            text = words("By {figure}, from the best down, each level up to its share", figure=labels(line.quota.by))
            table = Table([words("Level"), words("Share at most")], rows, right=[1])
            return None, text + self._whom(line.quota), table
        if line.allot is not None:
            pool, by = Said(labels(line.allot.pool)), Said(labels(line.allot.by))
            shared = sequence(pool, Sign("×"), Over(by, sequence(Said("Σ"), by)))
            rule = words("to the last unit; the rest goes to the largest remainders")
            if line.allot.leftover == "first":
                rule = words("to the last unit; the rest goes to the first")
            return shared, rule + self._whom(line.allot), None
        try:
            return written(formula.parse(line.formula or ""), labels), "", None
        except formula.FormulaError:  # a draft can be shown before ``plan check`` has nothing more to say
            return None, words("A formula that cannot be read: {formula}", formula=line.formula or "–"), None

    def _weighted(self, line: Line) -> tuple[Written, str, Table]:
        words, labels = self._words, self._labels
        assert line.weighted is not None
        weight, part = Said(words("weight")), Said(words("part"))
        mean = Over(sequence(Said("Σ"), weight, Sign("×"), part), sequence(Said("Σ"), weight))
        rows = [[labels(name), labels(by), self._share(by)] for name, by in line.weighted.parts.items()]
        absent = {
            "none": words("A part without value leaves no result."),
            "zero": words("A part without value counts as 0."),
            "left-out": words("A part without value is left out of the mean, and named."),
        }[line.weighted.absent]
        return mean, absent, Table([words("Part of the mean"), words("Weight"), words("Weight now")], rows, right=[2])

    def _share(self, name: str) -> str:
        parameter = self._plan.parameters.get(name)
        if parameter is None:
            return self._labels(name)
        return grouped(plain(list(parameter.values.values())[-1])) if parameter.values else self._words("to be set")

    def _whom(self, among: Among) -> str:
        words, labels = self._words, self._labels
        told = words(", among those with the same: {word}", word=labels(among.within)) if among.within else ""
        return told + (words(", of those with: {figure}", figure=labels(among.among)) if among.among else "")
