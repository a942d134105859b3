"""The JSON Schemas say of an event what admission says, as far as a schema can."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from schemas.jsonschemas import event_schemas
from schemas.payloads import TYPES
from tests.samples import SAMPLES, sample, with_data

SCHEMAS = event_schemas()
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()
)


def validator(event_type: str) -> Draft202012Validator:
    schema = SCHEMAS[f"{event_type}.schema.json"]
    return Draft202012Validator(schema, registry=REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_there_is_a_valid_schema_for_every_type_and_one_for_any_event() -> None:
    assert set(SCHEMAS) == {f"{name}.schema.json" for name in TYPES} | {"event.schema.json"}
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("event_type", SAMPLES)
def test_a_sample_is_valid(event_type: str) -> None:
    event = SAMPLES[event_type]
    validator(event_type).validate(event)
    Draft202012Validator(SCHEMAS["event.schema.json"], registry=REGISTRY).validate(event)
    validator(event_type).validate(
        {**event, "subject": "s", "traceparent": "00", "dataschema": f"urn:meritlog:{event_type}:1"}
    )


@pytest.mark.parametrize("event_type", SAMPLES)
def test_a_sample_with_an_unknown_field_or_without_a_needed_one_is_not(event_type: str) -> None:
    assert not validator(event_type).is_valid(with_data(event_type, no_such_field=1))
    for item in TYPES[event_type].fields:
        assert validator(event_type).is_valid(with_data(event_type, **{item.name: ...})) is not item.required
    for name in ("specversion", "id", "source", "type", "time", "data"):
        event = sample(event_type)
        del event[name]
        assert not validator(event_type).is_valid(event)


@pytest.mark.parametrize(
    ("event_type", "fields"),
    [
        ("balance.changed", {"amount": "1e3"}),
        ("balance.changed", {"amount": "１"}),
        ("balance.changed", {"amount": "0.00001"}),
        ("balance.changed", {"amount": 10**13}),
        ("balance.changed", {"amount": True}),
        ("balance.changed", {"on": "2025-02-29"}),
        ("balance.changed", {"account_id": "x" * 129}),
        ("account.opened", {"rate": "10"}),
        ("fx.fixed", {"rate": 0}),
        ("customer.assigned", {"team": [{"manager_id": "M-1", "share": 1.1}]}),
        ("customer.assigned", {"team": [{"manager_id": "M-1", "share": "0.5", "rôle": "x"}]}),
        ("rating.given", {"period": "2025Q5"}),
        ("loan.classified", {"class": "los"}),
        ("fee.earned", {"service": "loan.*"}),
    ],
)
def test_a_field_beyond_its_limits_is_not_valid(event_type: str, fields: dict[str, Any]) -> None:
    assert not validator(event_type).is_valid(with_data(event_type, **fields))


@pytest.mark.parametrize("time", ["2025-07-01T09:30:00", "2025-07-01"])
def test_a_time_without_an_offset_is_not_valid(time: str) -> None:
    assert not validator("balance.changed").is_valid(sample("balance.changed", time=time))


def test_every_field_is_described() -> None:
    for name in TYPES:
        data = SCHEMAS[f"{name}.schema.json"]["properties"]["data"]
        assert data["description"]
        assert all(field.get("description") for field in data["properties"].values())


def test_the_schemas_are_the_same_each_time() -> None:
    assert json.dumps(event_schemas()) == json.dumps(SCHEMAS)
    assert list(SCHEMAS) == [*sorted(name for name in SCHEMAS if name != "event.schema.json"), "event.schema.json"]
