"""Older payloads are read as today's and kept as they were written; newer and unknown versions are refused."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import pytest
from pydantic import Field

from schemas.codec import Codec, canonical
from schemas.fields import Id, Word
from schemas.institution import Institution
from schemas.payloads import TYPES, Payload
from schemas.problems import Problem
from schemas.quick import read_block
from schemas.upcast import OlderVersion
from tests.samples import line, sample

BANK = Institution()


class JoinedAtFirst(Payload):
    type: ClassVar[str] = "customer.joined"
    client: Id = Field(description="The customer, as version 1 named it.")


class JoinedLater(Payload):
    type: ClassVar[str] = "customer.joined"
    client_id: Id = Field(description="The customer, as version 2 named it.")
    kind: Word | None = Field(default=None, description="The kind of customer.")


def _first_to_second(data: dict[str, Any]) -> dict[str, Any]:
    return {"client_id" if name == "client" else name: value for name, value in data.items()}


def _second_to_third(data: dict[str, Any]) -> dict[str, Any]:
    names = {"client_id": "customer_id", "kind": "segment"}
    return {names.get(name, name): value for name, value in data.items()}


THIRD = Codec(
    {**TYPES, "customer.joined": dataclasses.replace(TYPES["customer.joined"], version=3)},
    {
        "customer.joined": (
            OlderVersion(1, JoinedAtFirst, _first_to_second),
            OlderVersion(2, JoinedLater, _second_to_third),
        )
    },
)


def joined(version: int | None, **data: Any) -> bytes:
    schema = {} if version is None else {"dataschema": f"urn:meritlog:customer.joined:{version}"}
    return line(sample("customer.joined", data=data, **schema))


@pytest.mark.parametrize(
    ("version", "data"),
    [(None, {"client": "C-1"}), (1, {"client": "C-1"}), (2, {"client_id": "C-1"}), (3, {"customer_id": "C-1"})],
)
def test_every_version_is_read_as_todays_and_kept_as_written(version: int | None, data: dict[str, Any]) -> None:
    event = THIRD.parse(joined(version, **data), BANK).event
    assert event.data.customer_id == "C-1"
    body = canonical(event)
    name, value = next(iter(data.items()))
    assert f'"{name}":"{value}"'.encode() in body
    assert THIRD.decode(body) == event
    assert canonical(THIRD.decode(body)) == body


def test_the_fast_path_leaves_older_versions_to_the_slow_one() -> None:
    assert read_block(THIRD, [joined(None, customer_id="C-1")], BANK.digits) is None
    assert read_block(THIRD, [joined(2, client_id="C-1")], BANK.digits) is None
    assert read_block(THIRD, [joined(3, customer_id="C-1")], BANK.digits) is not None


def test_a_payload_is_checked_in_its_own_version() -> None:
    with pytest.raises(Problem, match=r'has no field "customer_id"'):
        THIRD.parse(joined(2, customer_id="C-1"), BANK)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("urn:meritlog:customer.joined:4", "is known up to version 3; this is version 4."),
        ("urn:meritlog:customer.joined:0", "names no version of a payload."),
        ("urn:meritlog:customer.joined:01", "names no version of a payload."),
        ("urn:meritlog:customer.left:1", "is for customer.left, but the type is customer.joined."),
        ("https://example.com/schema", "names no version of a payload."),
        (7, "is not a text."),
        ("", "The text is empty."),
    ],
)
def test_an_unknown_or_newer_version_is_refused(schema: Any, words: str) -> None:
    text = line(sample("customer.joined", dataschema=schema))
    with pytest.raises(Problem, match=words) as caught:
        THIRD.parse(text, BANK)
    assert caught.value.place.field == "dataschema"
    assert read_block(THIRD, [text], BANK.digits) is None


def test_a_version_without_its_model_is_refused() -> None:
    codec = Codec({**TYPES, "customer.joined": dataclasses.replace(TYPES["customer.joined"], version=2)})
    with pytest.raises(Problem, match=r"Version 1 of customer\.joined is not known\. Write version 2\."):
        codec.parse(joined(None, client="C-1"), BANK)
