"""The plans at hand: those that come with meritlog, by name, and plan files of the user's own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from pathlib import Path

import msgspec

from engine.plan.check import Complaint, check
from engine.plan.check.measures import unmeasurable
from schemas.document import Document, nearest, parse, read
from schemas.plan import Plan
from schemas.problems import Place, Problem, Problems

MAX_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A plan that can run, and the digest of what it says: SHA-256 over its content, comments and layout aside."""

    plan: Plan
    digest: str
    document: Document
    complaints: list[Complaint]


def bundled() -> list[str]:
    """The names of the plans that come with meritlog, ascending."""
    names = (entry.name for entry in resources.files("plans").iterdir())
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def load(name_or_file: str) -> LoadedPlan:
    """The bundled plan of that name, or the plan written in that file.

    Raises:
        Problem: there is no such plan, or it cannot run; every reason is named with its line.
    """
    loaded = inspect(name_or_file)
    fatal = [complaint.problem for complaint in loaded.complaints if complaint.fatal]
    if fatal:
        raise Problems(fatal)
    return loaded


def inspect(name_or_file: str) -> LoadedPlan:
    """The same with its complaints, as long as the document can be read at all."""
    document = _document(name_or_file)
    try:
        plan = document.checked(Plan)
    except Problems as problems:
        raise Problems(unmeasurable(document, problems.each)) from None
    return LoadedPlan(plan, _digest(plan), document, check(plan, document))


def worded(content: bytes) -> LoadedPlan:
    """The plan whose content (``content_of``) was kept when a period was closed by it: it could run then.

    Raises:
        Problem: this version does not read it any more.
    """
    document = Document("the wording that was kept", msgspec.json.decode(content), {})
    plan = document.checked(Plan)
    return LoadedPlan(plan, _digest(plan), document, [])


def content_of(plan: Plan) -> bytes:
    """What a plan says, as its digest is taken of it."""
    # The content is told as the model reads it, so that 0.050 and 0.05 are the same plan; and without what it leaves to
    # the language, so that a word the language learns later changes no plan that does without it.
    content = plan.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return msgspec.json.encode(content, order="sorted")


def _digest(plan: Plan) -> str:
    return f"sha256:{hashlib.sha256(content_of(plan)).hexdigest()}"


def with_parameters(loaded: LoadedPlan, values: Mapping[str, Decimal]) -> LoadedPlan:
    """The plan with other values for some parameters, whatever the day.

    Raises:
        Problem: the plan has no such parameter.
    """
    parameters = dict(loaded.plan.parameters)
    for name, value in values.items():
        if name not in parameters:
            raise Problem(f"The plan has no parameter {name!r}.", remedy=nearest(name, set(parameters)))
        first = min(parameters[name].values, default=loaded.plan.effective)
        parameters[name] = parameters[name].model_copy(update={"values": {first: value}})
    plan = loaded.plan.model_copy(update={"parameters": parameters})
    return LoadedPlan(plan, _digest(plan), loaded.document, loaded.complaints)


def text_of(name: str) -> str:
    """The bundled plan's document as it is written: to show it, or to copy it."""
    if name in bundled():
        return resources.files("plans").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    hint = nearest(name, bundled()) or "`meritlog plan list` names those at hand; a file ends in .yaml."
    raise Problem(f"There is no plan {name!r}.", remedy=hint)


def _document(name_or_file: str) -> Document:
    if not (name_or_file.endswith((".yaml", ".yml")) or "/" in name_or_file):
        return parse(text_of(name_or_file).encode(), file=f"{name_or_file}.yaml")
    path = Path(name_or_file)
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise Problem(f"A plan file has at most {MAX_BYTES:,} bytes.", place=Place(file=name_or_file))
    return read(path)
