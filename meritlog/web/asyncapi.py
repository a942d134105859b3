"""The AsyncAPI document: Kafka's topics and the web feeds, with the messages of both, from the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any

from engine.stream import topics
from meritlog.web.health import Health
from meritlog.web.openapi import components
from schemas.jsonschemas import event_schemas
from schemas.payloads import TYPES
from schemas.statement import Board, BoardChanges

Document = dict[str, Any]
DRAFT = "application/schema+json;version=draft-2020-12"
FEED_MODELS: Mapping[str, tuple[type, str]] = {
    "board": (Board, "The whole board: first of all, and whenever changes would not do."),
    "changes": (BoardChanges, "What makes the next board of the one that the client holds."),
    "status": (Health, "Something is wrong, or well again; it has no id."),
}
TOPICS: Mapping[str, str] = {
    topics.EVENTS: "What comes in: anyone may write, one event a message, key = subject or none, as structured JSON or "
    "in CloudEvents' binary mode.",
    topics.LOG: "The events admitted, in batches that the worker hands on.",
    topics.REJECTED: "What was not admitted, each with its reason.",
    topics.CREDITS: "Credits on their way from customers to managers; key = manager.",
    topics.BOARD: "The latest place of every manager; compacted.",
}


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
            "web": {"host": "localhost:8321", "protocol": "http", "description": "meritlog serve."},
            "socket": {"host": "localhost:8321", "protocol": "ws", "description": "meritlog serve."},
        },
        "channels": {**_topics(), "feed": _feed(), "socket": _socket()},
        "operations": {
            "admit": _operation("receive", topics.EVENTS),
            "tellByEvents": _operation("send", "feed"),
            "tellBySocket": _operation("send", "socket"),
        },
        "components": {
            "messages": {**_event_messages(), **_feed_messages()},
            "schemas": components((Board, BoardChanges, Health)),
        },
    }


def _operation(action: str, channel: str) -> Document:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}


def _references(messages: Sequence[str]) -> Document:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in messages}


def _topics() -> Document:
    return {
        name: {
            "address": name,
            "description": text,
            "servers": [{"$ref": "#/servers/kafka"}],
            "messages": _references(sorted(TYPES)) if name == topics.EVENTS else {},
        }
        for name, text in TOPICS.items()
    }


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


def _feed_messages() -> Document:
    return {
        name: {"name": name, "summary": text, "payload": {"$ref": f"#/components/schemas/{model.__name__}"}}
        for name, (model, text) in FEED_MODELS.items()
    }


def _parameters() -> Document:
    return {
        "plan": {"description": "The plan's name.", "examples": ["bank-contribution"]},
        "period": {"description": "The period.", "examples": ["2025", "2025Q3", "2025-07"]},
    }


def _feed() -> Document:
    return {
        "address": "/boards/{plan}/{period}/events",
        "description": "Server-sent events: `event` names the message, `id` the board after it (POSITION@DIGEST), `data` "
        "is its JSON. A client that comes back sends `Last-Event-ID` and is told what it lacks.",
        "servers": [{"$ref": "#/servers/web"}],
        "parameters": _parameters(),
        "messages": _references(list(FEED_MODELS)),
    }


def _socket() -> Document:
    return {
        "address": "/boards/{plan}/{period}/ws",
        "description": 'The same by WebSocket: each frame is {"event", "id", "data"}, data being the message. A client '
        "that comes back says ?last_event_id=ID. What is refused comes as a problem document, then a close of 4404, "
        "4422 or 4503.",
        "servers": [{"$ref": "#/servers/socket"}],
        "parameters": _parameters(),
        "messages": _references(list(FEED_MODELS)),
    }
