"""The AsyncAPI document: Kafka's topics and the web feeds, with the messages of both, from the models."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from typing import Any

from engine.stream.documents import BoardPlace, BoardWhole, LogBatch, ManagerCredits
from engine.stream.topics import Topics
from meritlog.web.health import Health
from meritlog.web.openapi import components
from schemas.jsonschemas import event_schemas
from schemas.payloads import TYPES
from schemas.statement import Board, BoardChanges

Document = dict[str, Any]
DRAFT = "application/schema+json;version=draft-2020-12"
FEED: Mapping[str, tuple[type, str]] = {
    "board": (Board, "The whole board: first of all, and whenever changes would not do."),
    "changes": (BoardChanges, "What makes the next board of the one that the client holds."),
    "status": (Health, "Something is wrong, or well again; it has no id."),
}
TOPICS = Topics()
TOLD: Mapping[str, tuple[str, Mapping[str, type]]] = {
    TOPICS.log: ("The events admitted, in batches by partition of the log.", {"batch": LogBatch}),
    TOPICS.credits: ("The newest measures of every manager; key = manager.", {"credits": ManagerCredits}),
    TOPICS.board: (
        "The newest boards, a message a row and one for the whole.",
        {"place": BoardPlace, "whole": BoardWhole},
    ),
}
MODELS = (Board, BoardChanges, Health, *(model for _, models in TOLD.values() for model in models.values()))


def asyncapi() -> Document:
    """The document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "meritlog",
            "version": metadata.version("meritlog"),
            "description": "Events in by Kafka, boards out by server-sent events and WebSocket.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {"host": "localhost:9092", "protocol": "kafka", "description": "--brokers or MERITLOG_BROKERS."},
            "web": {"host": "localhost:8000", "protocol": "http", "description": "meritlog serve."},
            "socket": {"host": "localhost:8000", "protocol": "ws", "description": "meritlog serve."},
        },
        "channels": {**dict(_topics()), "feed": _feed(), "socket": _socket()},
        "operations": {
            "admit": _operation("receive", TOPICS.events),
            "reject": _operation("send", TOPICS.rejected),
            **{f"tell-{name.rpartition('.')[2]}": _operation("send", name) for name in TOLD},
            "tellByEvents": _operation("send", "feed"),
            "tellBySocket": _operation("send", "socket"),
        },
        "components": {
            "messages": {**_event_messages(), **_rejected_message(), **_told_messages()},
            "schemas": components(MODELS),
        },
    }


def _operation(action: str, channel: str) -> Document:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}


def _references(messages: Sequence[str]) -> Document:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in messages}


def _topics() -> Iterator[tuple[str, Document]]:
    incoming = "What comes in: anyone may write, one event a message, whole as JSON or in CloudEvents' binary mode."
    yield TOPICS.events, _topic(TOPICS.events, incoming, sorted(TYPES))
    refused = "The messages that were not admitted, as they came, the reason in their headers."
    yield TOPICS.rejected, _topic(TOPICS.rejected, refused, ["rejected"])
    for name, (text, models) in TOLD.items():
        yield name, _topic(name, text, list(models))


def _topic(name: str, text: str, messages: Sequence[str]) -> Document:
    servers = [{"$ref": "#/servers/kafka"}]
    return {"address": name, "description": text, "servers": servers, "messages": _references(messages)}


def _event_messages() -> Document:
    schemas = event_schemas()
    return {
        name: {
            "name": name,
            "title": name,
            "contentType": "application/cloudevents+json",
            "payload": {"schemaFormat": DRAFT, "schema": schemas[f"{name}.schema.json"]},
        }
        for name in sorted(TYPES)
    }


def _rejected_message() -> Document:
    names = ("reason", "remedy", "place", "topic", "partition", "offset")
    headers = {f"meritlog_{name}": {"type": "string"} for name in names}
    return {"rejected": {"name": "rejected", "headers": {"type": "object", "properties": headers}}}


def _told_messages() -> Document:
    models = {name: model for _, told in TOLD.values() for name, model in told.items()}
    texts = {
        **{name: inspect.getdoc(model) or "" for name, model in models.items()},
        **{n: t for n, (_, t) in FEED.items()},
    }
    models |= {name: model for name, (model, _) in FEED.items()}
    return {
        name: {"name": name, "summary": texts[name], "payload": {"$ref": f"#/components/schemas/{model.__name__}"}}
        for name, model in models.items()
    }


def _parameters() -> Document:
    return {
        "plan": {"description": "The plan's name.", "examples": ["bank-contribution"]},
        "period": {"description": "The period.", "examples": ["2025", "2025Q3", "2025-07"]},
    }


def _feed() -> Document:
    return {
        "address": "/boards/{plan}/{period}/events",
        "description": "Server-sent events: `event` names the message, `id` the board after it (POSITION@DIGEST), "
        "`data` is its JSON. A client that comes back sends `Last-Event-ID` and is told what it lacks.",
        "servers": [{"$ref": "#/servers/web"}],
        "parameters": _parameters(),
        "messages": _references(list(FEED)),
    }


def _socket() -> Document:
    return {
        "address": "/boards/{plan}/{period}/ws",
        "description": 'The same by WebSocket: each frame is {"event", "id", "data"}, data being the message. A client '
        "that comes back says ?last_event_id=ID. What is refused comes as a problem document, then a close of 4404, "
        "4422 or 4503.",
        "servers": [{"$ref": "#/servers/socket"}],
        "parameters": _parameters(),
        "messages": _references(list(FEED)),
    }
