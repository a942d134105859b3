"""A plan of one's own, begun as a copy of another: its text with every comment, under a new name and title."""

from __future__ import annotations

import re
from pathlib import Path

from engine.plan.library import inspect, text_of
from schemas.business_year import CALENDAR, BusinessYear
from schemas.document import parse
from schemas.measures import CreditDocument
from schemas.plan import Plan
from schemas.problems import Place, Problem
from schemas.rules import Label

SCHEMA_LINE = "# yaml-language-server: $schema=schemas/plan.schema.json\n"
"""Editors with a YAML language server complete and explain the fields by it, once `schema export schemas` has run."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")


def copied(name: str, origin: str, year: BusinessYear | None = None) -> str:
    """The text of the plan ``origin`` as the plan ``name``, titled after the original; with ``year``, in that year.

    Raises:
        Problem: there is no such plan, it cannot be read, or the name will not do.
    """
    if _NAME.fullmatch(name) is None:
        remedy = "Write lower-case letters, digits and dashes, a letter first, such as our-plan."
        raise Problem(f"{name!r} is no name of a plan.", place=Place(field="NAME"), remedy=remedy)
    plan = inspect(origin).plan
    is_file = origin.endswith((".yaml", ".yml")) or "/" in origin
    text = Path(origin).read_text(encoding="utf-8-sig") if is_file else text_of(origin)
    title = Label(en=f"{name}, after {plan.title.en}", zh=f"{name}（参照《{plan.title.zh}》）")
    text = _replaced(text, "plan", name)
    text = _replaced(text, "title", f"{{en: {_quoted(title.en)}, zh: {_quoted(title.zh)}}}")
    meant = plan.model_copy(update={"plan": name, "title": title})
    if year is not None:
        text, meant = _in_year(text, year), _of_year(meant, year)
    if parse(text.encode(), file=name).checked(Plan) != meant:
        raise Problem("Its name, title and year cannot be told from its other rules.", place=Place(file=origin))
    return text if text.startswith("# yaml-language-server") else SCHEMA_LINE + text


def _replaced(text: str, key: str, value: str) -> str:
    """The text with another value of a key of the outermost level, over however many lines it stood."""
    return re.sub(rf"(?m)^{key}:[^\n]*(?:\n[ \t]+[^\n]*)*", lambda _: f"{key}: {value}", text, count=1)


def _in_year(text: str, year: BusinessYear) -> str:
    """The text with another beginning of the year, to whose end its flows accrue."""
    if re.search(r"(?m)^year_begins:", text) is not None:
        text = _replaced(text, "year_begins", str(year))
    else:
        text = re.sub(r"(?m)^(effective:[^\n]*)$", rf"\1\nyear_begins: {year}", text, count=1)
    return text if year == CALENDAR else re.sub(r"\baccrue: calendar-year-end\b", "accrue: year-end", text)


def _of_year(plan: Plan, year: BusinessYear) -> Plan:
    measures = dict(plan.measures)
    for name, one in measures.items():
        if isinstance(one, CreditDocument) and one.accrue is not None and year != CALENDAR:
            measures[name] = one.model_copy(update={"accrue": "year-end"})
    return plan.model_copy(update={"year": year, "measures": measures})


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
