"""JSON Schemas of all events, envelope and payload, for those who write producers in other languages.

They follow from the payload models. What a schema cannot say (rules across fields, digits by currency) stands in its
description; admission checks it all the same.
"""

from __future__ import annotations

import inspect
from typing import Any

from schemas.fields import ID
from schemas.payloads import TYPES, PayloadType
from schemas.upcast import urn

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OFFSET_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([0-9]{2}:){2}[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:?[0-9]{2})$"


def event_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every event type by file name, and ``event.schema.json`` for any event."""
    found = {f"{name}.schema.json": _event_schema(payload) for name, payload in sorted(TYPES.items())}
    found["event.schema.json"] = {
        "$schema": _DIALECT,
        "$id": "urn:meritlog:event",
        "title": "An event of meritlog",
        "anyOf": [{"$ref": urn(name, payload.version)} for name, payload in sorted(TYPES.items())],
    }
    return found


def _event_schema(payload: PayloadType) -> dict[str, Any]:
    data = payload.model.model_json_schema(by_alias=True, mode="validation")
    parts = data.pop("$defs", {})
    schema: dict[str, Any] = {
        "$schema": _DIALECT,
        "$id": urn(payload.name, payload.version),
        "title": payload.name,
        "description": _description(payload),
        "type": "object",
        "required": ["specversion", "id", "source", "type", "time", "data"],
        "properties": {
            "specversion": {"const": "1.0", "description": "The version of CloudEvents."},
            "id": {**ID.schema, "description": "With source, the event's identity."},
            "source": {**ID.schema, "description": "What recorded the event."},
            "type": {"const": payload.name},
            "subject": {"description": "Ignored: computed at admission."},
            "datacontenttype": {"type": "string", "description": "JSON, and therefore not kept."},
            "time": {
                "type": "string",
                "format": "date-time",
                "pattern": _OFFSET_TIME,
                "description": "When the source recorded it: RFC 3339 with an offset.",
            },
            "dataschema": {
                "enum": [urn(payload.name, version) for version in range(1, payload.version + 1)],
                "description": "The version of the payload; version 1 when absent.",
            },
            "data": data,
        },
        "additionalProperties": {"description": "An extension attribute: kept, and no part of the content."},
    }
    if parts:
        schema["$defs"] = parts
    return schema


def _description(payload: PayloadType) -> str:
    sentences = [inspect.getdoc(payload.model) or "", *(inspect.getdoc(rule) or "" for rule in payload.model.rules)]
    if any(item.name == "currency" for item in payload.fields) and payload.amounts:
        sentences.append("An amount has at most the digits of its currency.")
    return " ".join(sentences)
