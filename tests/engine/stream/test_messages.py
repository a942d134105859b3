"""What a message of the topic says: the Kafka binding of CloudEvents, in structured and in binary mode."""

from __future__ import annotations

import json
from decimal import Decimal

import msgspec
import pytest

from engine.admission import admit
from engine.stream.messages import Message, line_of, place_of, told_place
from schemas.institution import Institution
from schemas.problems import Problem
from tests.samples import line, sample

FEE = sample("fee.earned")
BANK = Institution()


def binary(data: bytes, **changed: str | bytes | None) -> Message:
    """The sample fee in binary mode: attributes in headers, ``data`` as the value; None leaves a header out."""
    attributes = {name: FEE[name] for name in ("specversion", "id", "source", "type", "time")} | changed
    headers = [
        (f"ce_{name}", value if isinstance(value, bytes) else value.encode())
        for name, value in attributes.items()
        if value is not None
    ]
    return Message(0, 7, data, [*headers, ("content-type", b"application/json")])


def test_without_headers_the_value_is_the_event_as_it_came() -> None:
    assert line_of(Message(0, 7, line(FEE))) == line(FEE)


@pytest.mark.parametrize(
    "headers",
    [
        [("content-type", b"application/cloudevents+json; charset=UTF-8")],
        [("Content-Type", b"application/cloudevents+json"), ("ce_specversion", b"1.0")],
        [("content-type", b"application/json")],
        [("traceparent", b"00-4bf9-01")],
    ],
)
def test_in_structured_mode_headers_say_nothing_of_the_event(headers: list[tuple[str, bytes]]) -> None:
    assert line_of(Message(0, 7, line(FEE), headers)) == line(FEE)


def test_in_binary_mode_it_is_the_same_event() -> None:
    message = binary(json.dumps(FEE["data"]).encode())
    structured, from_headers = admit([line(FEE), line_of(message)], BANK).bodies
    assert from_headers == structured


def test_a_header_without_a_value_says_nothing() -> None:
    empty = [("content-type", None), ("ce_specversion", None), ("ce_id", None), ("tenant", None)]
    assert line_of(Message(0, 7, line(FEE), empty)) == line(FEE)
    message = binary(json.dumps(FEE["data"]).encode())
    more = msgspec.structs.replace(message, headers=[*message.headers, ("ce_subject", None)])
    assert line_of(more) == line_of(message)


def test_header_names_are_read_whatever_their_case() -> None:
    message = binary(json.dumps(FEE["data"]).encode())
    shouted = msgspec.structs.replace(message, headers=[(name.upper(), value) for name, value in message.headers])
    assert line_of(shouted) == line_of(message)


def test_in_binary_mode_numbers_are_the_decimals_that_they_spell() -> None:
    message = binary(b'{"customer_id":"C-88","service":"other","amount":1234567890123.45}')
    event = admit([line_of(message)], BANK).event(0)
    assert event.data.amount == Decimal("1234567890123.45")


def test_in_binary_mode_extension_attributes_are_kept() -> None:
    message = binary(json.dumps(FEE["data"]).encode(), traceparent="00-4bf9-01", branch="静安支行")
    body = json.loads(admit([line_of(message)], BANK).bodies[0])
    assert (body["traceparent"], body["branch"]) == ("00-4bf9-01", "静安支行")


def test_headers_that_are_no_attributes_are_no_part_of_the_event() -> None:
    message = binary(json.dumps(FEE["data"]).encode())
    more = msgspec.structs.replace(message, headers=[*message.headers, ("tenant", b"\xff\xfe")])
    assert line_of(more) == line_of(message)


@pytest.mark.parametrize("value", [None, b""])
def test_an_empty_message_is_refused(value: bytes | None) -> None:
    with pytest.raises(Problem, match=r"The message is empty\. A message carries one event; nothing can be deleted"):
        line_of(Message(0, 7, value, [("ce_specversion", b"1.0")]))


def test_a_batch_is_refused() -> None:
    headers = [("content-type", b"application/cloudevents-batch+json")]
    with pytest.raises(Problem, match=r"The message carries a batch of events\. Send one event a message\."):
        line_of(Message(0, 7, b"[" + line(FEE) + b"]", headers))


def test_attributes_in_headers_need_the_version_there_too() -> None:
    complaint = (
        r"field ce_specversion: The header ce_specversion is missing\. In binary mode every attribute .* says 1\.0"
    )
    with pytest.raises(Problem, match=complaint):
        line_of(binary(json.dumps(FEE["data"]).encode(), specversion=None))


def test_an_attribute_that_is_no_text_is_named() -> None:
    with pytest.raises(Problem, match=r"field ce_source: The header ce_source is not UTF-8\."):
        line_of(binary(b"{}", source=b"\xff"))


@pytest.mark.parametrize("value", [b'{"customer_id":', b"{}, {}", b'{"customer_id": "C-88"}, "branch": "B-01"'])
def test_in_binary_mode_the_value_is_one_json_object_and_nothing_else(value: bytes) -> None:
    with pytest.raises(Problem, match=r"field data: The value is no JSON: .* the value is the event's data, one JSON"):
        line_of(binary(value))


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (binary(b"{}", type=None), "field type: type is missing."),
        (binary(b"{}", type="fee.earnt"), "Did you mean fee.earned?"),
        (binary(b"{}"), "field data.customer_id: customer_id is missing."),
        (binary(b"[1]"), "field data: "),
    ],
)
def test_what_is_wrong_inside_a_binary_message_admission_says(message: Message, complaint: str) -> None:
    ((_, problem),) = admit([line_of(message)], BANK).problems
    assert complaint in str(problem)


def test_complaints_name_topic_partition_and_offset() -> None:
    assert str(place_of("meritlog.events", Message(3, 41, b"{"))) == "meritlog.events, partition 3, offset 41"


def test_a_place_is_read_back_as_partition_and_offset() -> None:
    spelled = str(place_of("meritlog.events", Message(3, 41, b"{")))
    assert told_place(spelled, "meritlog.events") == (3, 41)
    assert told_place(spelled, "meritlog.event") is None
    assert told_place("in.jsonl", "meritlog.events") is None
    assert told_place("meritlog.events, partition 3, offset 41, again", "meritlog.events") is None
