"""A plan as a document: for the staff whom it binds, and for whoever has to set its figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from meritlog.paper.blocks import Block, Facts, Heading, Paper, Paragraph, Rule, Table
from meritlog.paper.measures import described
from meritlog.paper.periods import JUDGED, settled_when
from meritlog.paper.rules import RuleWriter
from meritlog.show.figures import grouped
from meritlog.show.labels import Labels
from schemas.business_year import CALENDAR
from schemas.exact import plain
from schemas.lines import ROUNDED, Line, LineKind
from schemas.period import Cycle
from schemas.plan import Parameter, Plan
from schemas.rules import Label
from schemas.rules import Rule as Sourced
from schemas.tables import Table as RateTable
from schemas.tables import TableKind


def plan_paper(plan: Plan, digest: str, labels: Labels) -> Paper:
    """The whole plan, from whom it covers to the figures that the adopter sets."""
    return _Document(plan, digest, labels).paper()


class _Document:
    """Puts a plan's document together, in the language of its labels."""

    def __init__(self, plan: Plan, digest: str, labels: Labels) -> None:
        self._plan = plan
        self._digest = digest
        self._labels = labels
        self._words = labels.words
        self._rules = RuleWriter(plan, labels)

    def paper(self) -> Paper:
        """The document."""
        plan, words = self._plan, self._words
        blocks = [*self._about(), *self._lines(), *self._tables(), *self._measures(), *self._parameters()]
        return Paper(
            title=self._text(plan.title),
            subtitle=plan.plan,
            language=words.language.value,
            day=plan.effective.isoformat(),
            foot=f"{plan.plan} · {words('digest')} {self._digest[:19]}",
            blocks=blocks,
        )

    def _text(self, label: Label) -> str:
        return label.text(self._words.language)

    def _about(self) -> Iterator[Block]:
        plan, words = self._plan, self._words
        begins = [(words("Its year begins on"), str(plan.year))] if plan.year != CALENDAR else []
        yield Facts(
            [
                (words("From the document"), self._text(plan.source)),
                (words("In force from"), plan.effective.isoformat()),
                *begins,
                (words("Ranked by"), self._labels(plan.board)),
                (words("Digest of the plan"), self._digest),
            ]
        )
        yield Heading(words("Whom it covers"))
        yield Paragraph(
            words(
                "Every customer manager in post on a day of the period, and whoever is credited with business of it. "
                "Figures that people have to give (ratings, decisions, reports) and that are missing leave a result "
                "incomplete; no zero is put in their place."
            )
        )
        yield Heading(words("When it is settled"))
        yield settled_when(plan, words)

    def _lines(self) -> Iterator[Block]:
        words = self._words
        sections = (
            (words("Figures"), {LineKind.ITEM, LineKind.MEASURE}),
            (words("Scores"), {LineKind.SCORE}),
            (words("Places and grades"), JUDGED),
            (words("Pay"), ROUNDED),
        )
        everywhere = {cycle for line in self._plan.lines for cycle in line.cycles}
        for heading, kinds in sections:
            lines = [line for line in self._plan.lines if line.kind in kinds]
            if lines:
                yield Heading(heading)
            for line in lines:
                yield from self._line(line, everywhere)

    def _line(self, line: Line, everywhere: set[Cycle]) -> Iterator[Block]:
        words = self._words
        tags = [words(line.kind)]
        if line.unit is not None:
            tags.append(words(line.unit))
        if set(line.cycles) != everywhere:
            tags.append(words("for: {cycles}", cycles=self._cycles(line.cycles)))
        notes = self._notes(line)
        if line.required:
            notes.append(words("Without it the result is incomplete ({cycles}).", cycles=self._cycles(line.required)))
        if line.kind in ROUNDED:
            notes.append(words("Rounded once, to the currency's digits, a half away from zero."))
        rule, text, table = self._rules.rule(line)
        yield Rule(self._text(line.label), line.id, tags, line.clause or "", rule, text, notes)
        if table is not None:
            yield table

    def _cycles(self, cycles: Iterable[Cycle]) -> str:
        return ", ".join(self._words(cycle) for cycle in Cycle if cycle in set(cycles))

    def _notes(self, rule: Sourced) -> list[str]:
        return [] if rule.reading is None else [f"{self._words('Our reading')}: {self._text(rule.reading)}"]

    def _tables(self) -> Iterator[Block]:
        if self._plan.tables:
            yield Heading(self._words("Tables"))
        for name, table in self._plan.tables.items():
            clause = table.clause or ""
            kind = self._way(table.kind)
            yield Rule(self._text(table.label), name, [kind], clause, notes=self._notes(table))
            if table.rows:
                yield self._rates(table)
            else:
                yield Paragraph(self._words("To be set by the bank; nothing comes of it until then."), "warning")

    def _way(self, kind: TableKind) -> str:
        """How a table is read."""
        words = self._words
        return {
            TableKind.STEPS: words("the row that the figure falls into"),
            TableKind.MARGINAL: words("each rate on its part of the figure"),
            TableKind.WHOLE: words("the rate reached, on the whole figure"),
            TableKind.CURVE: words("on the straight line between two points"),
            TableKind.WORDS: words("what stands beside the word"),
            TableKind.GRID: words("the row by the first figure or word, the column by the second figure"),
        }[kind]

    def _rates(self, table: RateTable) -> Table:
        words = self._words
        value = words("Rate") if table.kind in {TableKind.MARGINAL, TableKind.WHOLE} else words("Value")
        columns = [words("from {bound}", bound=_number(bound)) for bound in table.columns] or [value]
        rows = []
        for place, row in enumerate(table.rows):
            if row.word is not None:
                start = row.word
            else:
                after = table.rows[place + 1].above if place + 1 < len(table.rows) else None
                start = self._span(table, row.above, after)
            told = [_number(one) for one in row.values] or [
                _number(row.value) if row.value is not None else row.name or ""
            ]
            if row.label is not None:
                told[0] = (
                    f"{self._text(row.label)} ({told[0]})"
                    if row.name is not None
                    else f"{told[0]} {self._text(row.label)}"
                )
            needs = "; ".join(f"{name} ≥ {_number(least)}" for name, least in row.needs.items())
            rows.append([start, *told, *([needs] if any(one.needs for one in table.rows) else [])])
        asked = [words("Asks for")] if any(row.needs for row in table.rows) else []
        first = words("Word") if any(row.word for row in table.rows) else words("Range")
        return Table([first, *columns, *asked], rows, right=list(range(1, 1 + len(columns))))

    def _span(self, table: RateTable, start: Decimal | None, end: Decimal | None) -> str:
        """The figures of a row in words; a bound belongs to one of the two rows that meet there."""
        words = self._words
        if table.kind is TableKind.CURVE:
            return words("at {bound}", bound=_number(start or Decimal(0)))
        low, high = (None if bound is None else _number(bound) for bound in (start, end))
        upper = table.boundary == "upper"
        if low is None and high is None:
            return words("everything")
        if low is None:
            return words("below {high}", high=high) if upper else words("up to {high}", high=high)
        if high is None:
            return words("from {low} on", low=low) if upper else words("above {low}", low=low)
        if upper:
            return words("from {low} to below {high}", low=low, high=high)
        return words("above {low} up to {high}", low=low, high=high)

    def _measures(self) -> Iterator[Block]:
        if not self._plan.measures:
            return
        words = self._words
        yield Heading(words("Where the figures come from"))
        rows = []
        for name, measure in self._plan.measures.items():
            told = "\n".join([described(measure, self._labels), *self._notes(measure)])
            rows.append([self._labels(name), told, measure.clause or ""])
        yield Table([words("Figure"), words("Source"), words("Clause")], rows)

    def _parameters(self) -> Iterator[Block]:
        words = self._words
        parts: Sequence[tuple[str, bool]] = (
            (words("Figures that the bank sets"), True),
            (words("Figures that the source fixes"), False),
        )
        for heading, is_open in parts:
            chosen = {name: one for name, one in self._plan.parameters.items() if one.open is is_open}
            if chosen:
                yield Heading(heading)
                rows = [self._parameter(name, one) for name, one in chosen.items()]
                yield Table([words("Parameter"), words("Value, and since when"), words("Clause")], rows, right=[1])

    def _parameter(self, name: str, parameter: Parameter) -> list[str]:
        values = [f"{_number(value)}  ({day})" for day, value in parameter.values.items()]
        label = "\n".join([f"{self._text(parameter.label)}  {name}", *self._notes(parameter)])
        return [label, "\n".join(values) or self._words("to be set"), parameter.clause or ""]


def _number(value: Decimal) -> str:
    return grouped(plain(value))
