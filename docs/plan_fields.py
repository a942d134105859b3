"""The reference of the plan document: each of its parts with all fields, from the models that check it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from engine.crediting.flows import FLOWS
from engine.crediting.streams import BALANCE, CURRENCY_WORD, words_of
from engine.plan.formula import FUNCTIONS
from schemas import lines, measures, tables
from schemas.plan import Parameter, Plan
from schemas.rules import Rule

PARTS: Sequence[tuple[str, type[BaseModel]]] = (
    ("The plan", Plan),
    ("Every parameter, table, measure and line", Rule),
    ("A parameter", Parameter),
    ("A table", tables.Table),
    ("A row of a table", tables.Row),
    ("A line", lines.Line),
    ("A line by `rank`", lines.Ranking),
    ("A line by `weighted`", lines.Weighted),
    ("A line by `group`", lines.Group),
    ("A line by `quota`", lines.Quota),
    ("A line by `allot`", lines.Allotment),
    ("A measure of balances or flows", measures.CreditDocument),
    ("What `where` says of a field", measures.WhereDocument),
    ("A measure `of: figure` or `of: target`", measures.FigureDocument),
    ("A measure `of: decision`", measures.DecisionDocument),
    ("A measure `of: standing`", measures.StandingDocument),
    ("A measure `of: rating`", measures.RatingDocument),
    ("A measure `of: post`", measures.PostDocument),
    ("A measure `of: service`", measures.ServiceDocument),
    ("A measure `of: calendar`", measures.CalendarDocument),
    ("A measure `of: line`", measures.LineDocument),
    ("A measure `of: inherited`", measures.InheritedDocument),
    ("A measure `of: settled`", measures.SettledDocument),
    ("A measure `of: corrections`", measures.CorrectionsDocument),
)


def fields() -> Iterator[str]:
    """Every part of a plan, then what balances and flows can be filtered by, then the functions of formulas."""
    for title, model in PARTS:
        about = " ".join((model.__doc__ or "").replace("``", "`").split())
        yield from (f"## {title}", "", about, "", "| field | | says | words |", "|---|---|---|---|")
        common = set() if model is Rule or not issubclass(model, Rule) else set(Rule.model_fields)
        for attribute, info in model.model_fields.items():
            if attribute not in common:
                yield _row(info.alias or attribute, info)
        yield ""
    yield from (
        "## What a measure may be of, and filtered by",
        "",
        "| `of` | `where` | `quantity` counts |",
        "|---|---|---|",
    )
    for of in (BALANCE, *FLOWS):
        where = ", ".join(f"`{word}`" for word in (*words_of(of), CURRENCY_WORD))
        counted = FLOWS[of].quantity if of in FLOWS else None
        yield f"| `{of}` | {where} | {f'`{counted}`' if counted else ''} |"
    yield from ("", "## Functions of formulas", "", "| function | arguments |", "|---|---|")
    for name, (least, most) in FUNCTIONS.items():
        yield f"| `{name}` | {least if least == most else f'{least} to {most}'} |"


def _row(name: str, info: FieldInfo) -> str:
    words = list(dict.fromkeys(_choices(info.annotation)))
    default = "" if info.is_required() else info.default
    said = [f"`{word}`" + (" (unless said)" if default == word else "") for word in words]
    needed = "required" if info.is_required() else ""
    about = (info.description or "").replace("|", "\\|")
    return f"| `{name}` | {needed} | {about} | {', '.join(said)} |"


def _choices(annotation: Any) -> Iterator[str]:
    """The words that a field may say."""
    if get_origin(annotation) is Literal:
        yield from (str(word) for word in get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (str(one.value) for one in annotation)
    else:
        for part in get_args(annotation):
            yield from _choices(part)
