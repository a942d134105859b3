"""Events come in as written and go out canonical, whatever path they take."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import pytest
import rfc8785

from schemas.codec import STANDARD, canonical, decode, event_of, parse
from schemas.event import business_date, identity_key, same_content, subject_of
from schemas.payloads import TYPES
from schemas.problems import Problem
from schemas.quick import read_block
from tests.samples import SAMPLES, line, sample, with_data
from tests.schemas.reading import BANK, complaint, read


def test_every_type_of_the_registry_has_a_sample_and_no_other() -> None:
    assert set(SAMPLES) == set(TYPES)


@pytest.mark.parametrize("event_type", SAMPLES)
def test_a_sample_says_every_field_of_its_type_or_leaves_out_an_optional_one(event_type: str) -> None:
    said = set(SAMPLES[event_type]["data"])
    model = TYPES[event_type].model
    known = {info.alias or name for name, info in model.model_fields.items()}
    assert said <= known


@pytest.mark.parametrize("event_type", SAMPLES)
def test_a_sample_survives_its_canonical_bytes(event_type: str) -> None:
    event = read(SAMPLES[event_type])
    body = canonical(event)
    assert decode(body) == event
    assert canonical(decode(body)) == body


@pytest.mark.parametrize("event_type", SAMPLES)
def test_canonical_bytes_are_those_of_rfc_8785(event_type: str) -> None:
    body = canonical(read(SAMPLES[event_type]))
    assert body == rfc8785.dumps(json.loads(body))


@pytest.mark.parametrize("event_type", SAMPLES)
def test_both_paths_read_a_sample_alike(event_type: str) -> None:
    text = line(SAMPLES[event_type])
    slow = parse(text, BANK)
    quick = read_block(STANDARD, [text], BANK.digits)
    if quick is not None:
        assert quick[0] == [canonical(slow.event)] == [canonical(told) for told in quick[1]]
    else:
        assert slow.personal or b"\\" in canonical(slow.event)


def test_canonical_bytes_hold_sorted_keys_shortest_decimals_and_utc() -> None:
    event = with_data("balance.changed", amount="1250.00")
    event.update(subject="whatever", time="2025-01-01T00:30:00.500+08:00", zeta=1, alpha={"b": [True, None], "a": "é"})
    assert canonical(read(event)).decode() == (
        '{"alpha":{"a":"é","b":[true,null]},'
        '"data":{"account_id":"L-1001","amount":"1250","customer_id":"C-88","on":"2025-01-02"},'
        '"id":"balance.changed-1","source":"core-banking","specversion":"1.0","time":"2024-12-31T16:30:00.500000Z",'
        '"type":"balance.changed","zeta":1}'
    )


def test_extension_attributes_come_back() -> None:
    event = read(sample("balance.changed", traceparent="00-ab", retries=3, written="no", extensions=[True]))
    assert event.extensions == {"traceparent": "00-ab", "retries": 3, "written": "no", "extensions": [True]}
    assert decode(canonical(event)) == event
    assert canonical(event) == rfc8785.dumps(json.loads(canonical(event)))


@pytest.mark.parametrize(
    "content", ["application/json", "application/json; charset=utf-8", "application/cloudevents+JSON"]
)
def test_a_content_type_of_json_says_nothing_and_is_not_kept(content: str) -> None:
    assert read(sample("balance.changed", datacontenttype=content)) == read(SAMPLES["balance.changed"])


def test_another_content_type_is_refused() -> None:
    message = complaint(sample("balance.changed", datacontenttype="text/xml"))
    assert 'field datacontenttype: "text/xml" is not JSON.' in message


def test_an_extension_that_would_lose_digits_is_refused() -> None:
    assert "x: 0.1 cannot be kept exactly. Write it as a string." in complaint(sample("balance.changed", x=0.1))
    assert "cannot be kept exactly" in complaint(sample("balance.changed", x=2**53))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "The line is empty."),
        (b'{"id": "x"', "This is no JSON:"),
        (b"[1]", "A list is no event."),
        (b"7", "7 is no event."),
        (b"{} {}", "This is no JSON: Extra data"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'{"id": "\xff"}', "is no UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"x":' * 100_000, "nested too deeply"),
        (b'{"x":' * 40 + b"1" + b"}" * 40, "nested too deeply"),
        (b'{"id": "' + b"x" * 10_000_000 + b'"}', "The event has 10000010 bytes."),
        (b'{"id": "a", "id": "b"}', '"id" stands twice.'),
        (b'{"data": {"amount": 1, "amount": 2}}', '"amount" stands twice.'),
    ],
)
def test_what_is_no_event_is_refused_in_words(text: bytes, words: str) -> None:
    assert words in complaint(text)
    assert read_block(STANDARD, [text], BANK.digits) is None


@pytest.mark.parametrize(
    "spelled", ['"amount":"1"', '"amount" :"1"', '"amount"\t: "1"', '"amount"  :"1"', '"\\u0061mount":"1"']
)
def test_a_key_that_stands_twice_is_found_however_it_is_spelled(spelled: str) -> None:
    text = line(with_data("balance.changed")).replace(b'"amount"', spelled.encode() + b', "amount"')
    assert '"amount" stands twice.' in complaint(text)
    assert read_block(STANDARD, [text], BANK.digits) is None


def test_a_key_that_stands_twice_cannot_hide_behind_an_escaped_quote() -> None:
    text = line(with_data("event.reversed", reason="@"))
    for hidden in (b"\\u0022:", b'\\"\\u003a', b'\\":'):
        twice = text.replace(b"@", hidden).replace(b'"event_id"', b'"event_id":"z","event_id"')
        assert '"event_id" stands twice.' in complaint(twice)
        assert read_block(STANDARD, [twice], BANK.digits) is None


def test_a_name_goes_beside_the_event_and_not_into_it() -> None:
    parsed = parse(line(SAMPLES["manager.appointed"]), BANK)
    assert parsed.personal == {"name": "王小明"}
    assert "王小明".encode() not in canonical(parsed.event)
    assert decode(canonical(parsed.event)) == parsed.event


def test_an_event_can_be_made_of_exact_python_values() -> None:
    made = event_of(with_data("balance.changed", amount=Decimal("9000000.00"), on=date(2025, 1, 2)), BANK).event
    assert made == read(SAMPLES["balance.changed"])


@pytest.mark.parametrize("value", ["NaN", "-Infinity"])
def test_a_python_decimal_that_is_no_figure_is_no_number(value: str) -> None:
    with pytest.raises(Problem, match=rf"field data\.amount: {value} is not a number\."):
        event_of(with_data("balance.changed", amount=Decimal(value)), BANK)


def test_content_is_type_time_and_data_after_parsing() -> None:
    one = read(with_data("balance.changed", amount=1250.0))
    text = with_data("balance.changed", amount="1250.00")
    assert same_content(one, read({**text, "x": "extension", "subject": "s", "time": "2025-07-01T01:30:00Z"}))
    assert not same_content(one, read({**text, "time": "2025-07-01T01:30:01Z"}))
    assert not same_content(one, read(with_data("balance.changed", amount="1250.01")))
    assert not same_content(one, read(with_data("balance.stated", amount="1250.00")))


def test_the_business_date_is_the_one_said_else_that_of_the_time_where_the_institution_is() -> None:
    said = read(SAMPLES["balance.changed"])
    assert business_date(said, BANK.zone) == date(2025, 1, 2)
    unsaid = read({**with_data("balance.changed", on=...), "time": "2025-01-01T18:00:00Z"})
    assert business_date(unsaid, BANK.zone) == date(2025, 1, 2)
    assert business_date(unsaid, ZoneInfo("America/New_York")) == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("event_type", "subject"),
    [
        ("balance.changed", "C-88"),
        ("product.sold", "C-88"),
        ("rating.given", "M-017"),
        ("manager.appointed", "M-017"),
        ("target.set", "B-01"),
        ("fx.fixed", "USD"),
        ("event.reversed", None),
        ("settlement.closed", None),
    ],
)
def test_the_subject_is_the_customer_else_the_manager_else_the_unit_else_the_currency(
    event_type: str, subject: str | None
) -> None:
    assert subject_of(read(SAMPLES[event_type])) == subject


def test_identities_that_join_to_one_text_have_different_keys() -> None:
    assert identity_key("a", "bc") != identity_key("ab", "c")
    assert 0 <= identity_key("a", "bc") < 2**64


def test_an_event_cannot_be_changed() -> None:
    event = read(SAMPLES["balance.changed"])
    with pytest.raises(AttributeError):
        event.id = "other"  # type: ignore[misc] # wrong on purpose: it is to be refused
    with pytest.raises(AttributeError):
        event.data.amount = Decimal(1)
    assert copy.deepcopy(event) == event


def test_a_time_keeps_its_microseconds_and_what_is_finer_is_cut_off() -> None:
    event = read(sample("balance.changed", time="2025-07-01T09:30:00.123456789+08:00"))
    assert event.time == datetime(2025, 7, 1, 1, 30, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("nines", [7, 9, 30])
def test_the_last_moment_of_a_day_stays_on_that_day_on_both_paths(nines: int) -> None:
    data = {name: value for name, value in SAMPLES["balance.changed"]["data"].items() if name != "on"}
    text = line(sample("balance.changed", time=f"2024-12-31T23:59:59.{'9' * nines}+08:00", data=data))
    event = parse(text, BANK).event
    assert business_date(event, ZoneInfo("Asia/Shanghai")) == date(2024, 12, 31)
    quick = read_block(STANDARD, [text], BANK.digits)
    assert quick is not None
    assert quick[0] == [canonical(event)]


def test_only_a_time_is_cut_and_nothing_that_looks_like_one() -> None:
    told = {"id": "L.0000001", "source": "2025-07-01T09:30:00.1234567Z", "time": "2025-07-01T09:30:00.1234567Z"}
    text = line(sample("balance.changed", **told))
    event = parse(text, BANK).event
    assert (event.id, event.source) == (told["id"], told["source"])
    quick = read_block(STANDARD, [text], BANK.digits)
    assert quick is not None
    assert quick[0] == [canonical(event)]


def test_a_time_with_half_a_character_is_no_time() -> None:
    message = complaint(line(sample("balance.changed", time="half")).replace(b"half", rb"\udc00"))
    assert r'field time: "\udc00" is no time. Write RFC 3339' in message


def test_decoding_what_is_no_event_is_a_problem() -> None:
    with pytest.raises(Problem):
        decode(b"{}")
    with pytest.raises(msgspec.DecodeError):
        STANDARD.decode_envelope(b"{")
