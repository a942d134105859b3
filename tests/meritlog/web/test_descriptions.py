"""The OpenAPI and AsyncAPI documents: whole, and true of what is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from engine.stream.topics import Topics
from meritlog.web.app import described
from meritlog.web.asyncapi import asyncapi
from meritlog.web.plans import Plans
from meritlog.web.service import Settings
from schemas.payloads import TYPES
from tests.meritlog.web.made import PERIOD, PLAN, beginning, fee, made
from tests.meritlog.web.serving import ready
from tests.meritlog.web.test_api import LOADED

DOCUMENTS = {
    f"/boards/{PLAN}/{PERIOD}": "/boards/{plan}/{period}",
    f"/managers/M-1/lines?plan={PLAN}&period={PERIOD}": "/managers/{manager_id}/lines",
    f"/managers/M-1/explain?plan={PLAN}&period={PERIOD}&line=loan_spread": "/managers/{manager_id}/explain",
    "/plans": "/plans",
    "/people": "/people",
    "/health": "/health",
    "/boards/nothing/2025": "/boards/{plan}/{period}",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    log = made(tmp_path_factory.mktemp("described") / "log", beginning())
    with ready(Settings(log.path, Plans({PLAN: LOADED}))) as client:
        yield client


def test_the_openapi_document_is_one(client: TestClient) -> None:
    validate(described())
    assert client.get("/openapi.json").json() == described()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_what_is_answered_is_what_the_document_says(client: TestClient, path: str) -> None:
    document = described()
    answer = client.get(path)
    response = document["paths"][DOCUMENTS[path]]["get"]["responses"][str(answer.status_code)]
    media = answer.headers["content-type"].partition(";")[0]
    schema = {**response["content"][media]["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(answer.json())


def test_every_request_of_the_contract_is_described() -> None:
    assert {
        "/health",
        "/boards/{plan}/{period}",
        "/boards/{plan}/{period}/events",
        "/managers/{manager_id}/lines",
        "/metrics",
    } <= described()["paths"].keys()


def references(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        if isinstance(document.get("$ref"), str):
            yield document["$ref"]
        for part in document.values():
            yield from references(part)
    elif isinstance(document, list):
        for part in document:
            yield from references(part)


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi()
    for name in TYPES:
        document["components"]["messages"][name].pop("payload")  # JSON Schemas, with references of their own
    found = list(references(document))
    assert len(found) > 40
    for reference in found:
        part: Any = document
        for key in reference.removeprefix("#/").split("/"):
            part = part[key]


def test_the_asyncapi_document_has_every_topic_event_and_feed() -> None:
    document = asyncapi()
    topics = Topics()
    channels = document["channels"]
    assert {topics.events, topics.log, topics.rejected, topics.credits, topics.board, "feed", "socket"} == set(channels)
    assert set(channels[topics.events]["messages"]) == set(TYPES)
    assert set(channels["feed"]["messages"]) == {"board", "changes", "status"}


def test_an_event_fits_its_message() -> None:
    schema = asyncapi()["components"]["messages"]["fee.earned"]["payload"]["schema"]
    Draft202012Validator(schema).validate(fee(1, "2025-01-02", 1, "12.50"))
    assert not Draft202012Validator(schema).is_valid({**fee(1, "2025-01-02", 1, "12.50"), "type": "fee.earnt"})


def test_the_documents_of_the_reference_are_these() -> None:
    reference = Path(__file__).parents[3] / "docs" / "reference"
    assert json.loads((reference / "asyncapi.json").read_text(encoding="utf-8")) == asyncapi()
    assert json.loads((reference / "openapi.json").read_text(encoding="utf-8")) == described()
