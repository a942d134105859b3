"""The plans at hand: those that come with meritlog, by name, and plan files of the user's own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources
from pathlib import Path

import msgspec

from engine.plan.check import Complaint, check
from schemas.plan import Plan
from schemas.problems import Place, Problem
from schemas.yaml_source import ProblemGroup, Source, parse, read_source

MAX_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A plan that can run, and the digest of what it says: SHA-256 over its content, comments and layout aside."""

    plan: Plan
    digest: str
    source: Source
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
        raise ProblemGroup(fatal)
    return loaded


def inspect(name_or_file: str) -> LoadedPlan:
    """The same with its complaints, as long as the document can be read at all."""
    source = read_source(_text(name_or_file), _shown_name(name_or_file))
    plan = parse(source, Plan)
    # The content is told as the model reads it, so that 0.050 and 0.05 are the same plan.
    content = plan.model_dump(mode="json", by_alias=True, exclude_none=True)
    digest = hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()
    return LoadedPlan(plan, f"sha256:{digest}", source, check(plan, source))


def text_of(name_or_file: str) -> str:
    """The plan's document as it is written: to show it, or to copy it."""
    return _text(name_or_file)


def _is_file(name_or_file: str) -> bool:
    return name_or_file.endswith((".yaml", ".yml")) or "/" in name_or_file


def _shown_name(name_or_file: str) -> str:
    return name_or_file if _is_file(name_or_file) else f"{name_or_file}.yaml"


def _text(name_or_file: str) -> str:
    if not _is_file(name_or_file):
        return _bundled_text(name_or_file)
    place = Place(file=name_or_file)
    try:
        content = Path(name_or_file).read_bytes()
    except FileNotFoundError:
        raise Problem("There is no such plan file.", place=place, remedy="Check the path.") from None
    except OSError as error:
        raise Problem(f"The plan file cannot be read: {error.strerror}.", place=place) from None
    if len(content) > MAX_BYTES:
        raise Problem(f"A plan file has at most {MAX_BYTES:,} bytes.", place=place)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        place = Place(file=name_or_file, line=line)
        raise Problem("This is no UTF-8 text.", place=place, remedy="Save the file as UTF-8.") from None


def _bundled_text(name: str) -> str:
    if name in bundled():
        return resources.files("plans").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    near = get_close_matches(name, bundled(), 1)
    hint = f"Did you mean {near[0]!r}?" if near else "`meritlog plan list` names those at hand; a file ends in .yaml."
    raise Problem(f"There is no plan {name!r}.", remedy=hint)
