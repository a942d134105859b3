"""Small plans with their cases, written as YAML: what every rule needs beside the mechanism is filled in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from engine.plan.library import LoadedPlan, load
from replay.cases import Case, told
from schemas.document import Document

GIVEN = [{"2025-01-01 manager.appointed": {"manager_id": "M-1", "org_unit": "U-1"}}]
RULE = {"label": {"en": "As the example says", "zh": "如例"}, "clause": "example"}


def examples(file: Path) -> list[dict[str, Any]]:
    """The examples of a file, every scalar the text that it is spelled with."""
    found: list[dict[str, Any]] = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return found


def plan_of(example: dict[str, Any], folder: Path) -> LoadedPlan:
    """The example's plan in full, read from a file in ``folder``."""
    parts = {
        part: {name: {**RULE, **body} for name, body in example.get(part, {}).items()}
        for part in ("parameters", "tables", "measures")
    }
    lines = [{**RULE, **line} for line in example["lines"]]
    names = {"en": example["example"], "zh": example["example"]}
    head = {"plan": "example", "title": names, "source": names, "effective": "2025-01-01", "board": lines[-1]["id"]}
    head |= {"year_begins": example["year_begins"]} if "year_begins" in example else {}
    file = folder / "example.yaml"
    file.write_text(json.dumps({**head, **parts, "lines": lines}), encoding="utf-8")
    return load(str(file))


def cases_of(example: dict[str, Any]) -> list[Case]:
    """The example's cases; M-1 is appointed in each."""
    return told(Document("examples.yaml", {"given": GIVEN, "cases": example["cases"]}, {}))
