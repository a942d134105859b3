"""Plans on the terminal: what there is, and one plan with clause and reading beside every rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from engine.plan.names import told
from meritlog.show.figures import grouped
from meritlog.words import Words
from schemas.exact import plain
from schemas.lines import Line
from schemas.plan import Parameter, Plan
from schemas.rules import Rule
from schemas.tables import Table as RateTable


def plan_list(plans: Sequence[Plan], words: Words) -> Table:
    """The plans, one a row."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(words("Plan"), no_wrap=True)
    table.add_column(words("Title"))
    table.add_column(words("From the document"))
    for plan in plans:
        table.add_row(plan.plan, plan.title.text(words.language), plan.source.text(words.language))
    return table


def plan_page(plan: Plan, digest: str, words: Words) -> Iterator[RenderableType]:
    """A plan from its title to its last line."""
    head = Text(plan.title.text(words.language), style="bold")
    head.append(f"  {plan.plan}\n", style="bold cyan")
    head.append(f"{plan.source.text(words.language)}\n{words('digest')} {digest}", style="dim")
    yield head
    yield _heading(words("Parameters: figures that change without changing a rule"))
    yield _parameters(plan, words)
    for name, rates in plan.tables.items():
        yield _heading(f"{rates.label.text(words.language)} ({name})")
        yield _rates(rates, words)
    yield _heading(words("Lines, in the order of the statement"))
    yield _lines(plan.lines, words)


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold underline")


def _parameters(plan: Plan, words: Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Parameter", "Meaning", "Value, and since when", "Clause"):
        table.add_column(words(name), overflow="fold")
    for name, parameter in plan.parameters.items():
        table.add_row(name, _meaning(parameter, words), _values(parameter, words), parameter.clause or "")
    return table


def _values(parameter: Parameter, words: Words) -> Group:
    values = [Text(f"{grouped(plain(value))}  ({day})") for day, value in parameter.values.items()]
    if parameter.open:
        values.append(Text(words("yours to set"), style="yellow"))
    return Group(*values)


def _meaning(rule: Rule, words: Words) -> Group:
    told = [Text(rule.label.text(words.language))]
    if rule.reading is not None:
        told.append(Text(f"{words('our reading')}: {rule.reading.text(words.language)}", style="italic dim"))
    return Group(*told)


def _rates(rates: RateTable, words: Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(words("Is") if any(row.word for row in rates.rows) else words("From"), justify="right")
    table.add_column(words("Value"), justify="right")
    if rates.columns:
        table.add_row("", "  ".join(grouped(plain(bound)) for bound in rates.columns))
    for row in rates.rows:
        start = row.word or ("–" if row.above is None else grouped(plain(row.above)))
        values = [row.name] if row.name is not None else row.values or (row.value,)
        value = "  ".join(one if isinstance(one, str) else grouped(plain(one)) for one in values if one is not None)
        label = f" ({row.label.text(words.language)})" if row.label is not None else ""
        table.add_row(start, f"{value}{label}")
    if not rates.rows:
        table.add_row("–", words("yours to set"))
    return table


def _lines(lines: Sequence[Line], words: Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Line", "Kind", "Meaning", "Formula", "Clause"):
        table.add_column(words(name), overflow="fold")
    for line in lines:
        table.add_row(line.id, words(line.kind), _meaning(line, words), told(line), line.clause or "")
    return table
