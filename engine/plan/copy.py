"""A plan of one's own, begun as a copy of another: its text with every comment, under a new name and title."""

from __future__ import annotations

import re
from pathlib import Path

from engine.plan.library import inspect, text_of
from schemas.document import parse
from schemas.plan import Plan
from schemas.problems import Place, Problem
from schemas.rules import Label

SCHEMA_LINE = "# yaml-language-server: $schema=schemas/plan.schema.json\n"
"""Editors with a YAML language server complete and explain the fields by it, once `schema export schemas` has run."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")


def copied(name: str, origin: str) -> str:
    """The text of the plan ``origin`` as the plan ``name``, titled after the original.

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
    made = parse(text.encode(), file=name).checked(Plan)
    if made != plan.model_copy(update={"plan": name, "title": title}):
        raise Problem("Its name and title cannot be told from its other rules.", place=Place(file=origin))
    return text if text.startswith("# yaml-language-server") else SCHEMA_LINE + text


def _replaced(text: str, key: str, value: str) -> str:
    """The text with another value of a key of the outermost level, over however many lines it stood."""
    return re.sub(rf"(?m)^{key}:[^\n]*(?:\n[ \t]+[^\n]*)*", lambda _: f"{key}: {value}", text, count=1)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
