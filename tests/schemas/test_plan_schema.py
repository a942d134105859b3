"""The JSON Schema of plans: it takes every bundled plan, and an editor has a word of help for every field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from engine.plan.library import bundled, text_of
from schemas.plan import Plan

SCHEMA = Plan.model_json_schema(by_alias=True)


class Loader(yaml.SafeLoader):
    """YAML as an editor reads it (1.2): a date is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of every part of a plan."""
    for name, part in {"Plan": schema, **schema["$defs"]}.items():
        for field, about in part.get("properties", {}).items():
            yield f"{name}.{field}", about


def test_every_field_has_its_help() -> None:
    assert [field for field, about in properties(SCHEMA) if not about.get("description")] == []
    assert len(list(properties(SCHEMA))) > 90


@pytest.mark.parametrize("name", bundled())
def test_every_bundled_plan_is_valid_and_a_misspelt_field_is_not(name: str) -> None:
    validator = Draft202012Validator(SCHEMA)
    plan = yaml.load(text_of(name), Loader=Loader)
    assert [error.message for error in validator.iter_errors(plan)] == []
    plan["lines"][0]["formulla"] = "1"
    assert not validator.is_valid(plan)
