"""Events come in as written and go out canonical, whatever path they take."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import rfc8785

from schemas.codec import STANDARD, canonical, decode, event_of, parse
from schemas.event import Event, business_date, identity_key, same_content, subject_of
from schemas.institution import Institution
from schemas.payloads import TYPES
from schemas.problems import Problem
from schemas.quick import read_block
from tests.samples import SAMPLES, line, sample, with_data

BANK = Institution()


def read(event: dict[str, Any]) -> Event:
    return parse(line(event), BANK).event


def complaint(event: dict[str, Any] | bytes) -> str:
    with pytest.raises(Problem) as caught:
        parse(event if isinstance(event, bytes) else line(event), BANK)
    assert caught.value.remedy, "a complaint says what to do"
    return str(caught.value)


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
        assert quick == ([slow.event], [canonical(slow.event)])
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
    ("spelled", "amount"),
    [
        ('"1250.00"', "1250"),
        ("1250.0", "1250"),
        ("1.25e3", "1250"),
        ("1250", "1250"),
        ('"-0.00"', "0"),
        ("-0", "0"),
        ("-0.0", "0"),
        ('"007.50"', "7.5"),
        ("9999999999999.99", "9999999999999.99"),
        ('"0.010000000000000000000000"', "0.01"),
        ("12500e-1", "1250"),
        ("0e999", "0"),
    ],
)
def test_a_number_is_the_decimal_it_spells(spelled: str, amount: str) -> None:
    text = line(with_data("balance.changed", amount="@")).replace(b'"@"', spelled.encode())
    event = parse(text, BANK).event
    assert str(event.data.amount) == amount
    quick = read_block(STANDARD, [text], BANK.digits)
    assert quick is None or quick[0] == [event]


@pytest.mark.parametrize(
    "spelled",
    [
        '"1_000"',
        '"１２"',
        '"1e3"',
        '"NaN"',
        '"Infinity"',
        '" 1"',
        '"1,000"',
        '"+1"',
        '".5"',
        '"5."',
        '""',
        "true",
        "null",
        "[]",
        "{}",
        "1e400",
        "10000000000000",
        '"0.001"',
        "0.001",
        "1e-400",
        "1e999999999999999999999",
        '"1.0e1"',
        '"--1"',
        "9" * 5000,
        '"' + "9" * 5000 + '"',
        "-10000000000000",
        '"\\u0660"',
    ],
)
def test_what_is_no_amount_is_refused_in_words(spelled: str) -> None:
    text = line(with_data("balance.changed", amount="@")).replace(b'"@"', spelled.encode())
    message = complaint(text)
    assert "event balance.changed-1, field data.amount: " in message
    assert len(message) < 300
    assert read_block(STANDARD, [text], BANK.digits) is None


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_constant_that_json_does_not_have_is_refused(constant: str) -> None:
    text = line(with_data("balance.changed", amount="@")).replace(b'"@"', constant.encode())
    assert f"{constant} is no number of JSON." in complaint(text)


@pytest.mark.parametrize(
    ("event_type", "field", "value", "accepted"),
    [
        ("account.opened", "rate", "9.999999", True),
        ("account.opened", "rate", "10", False),
        ("account.opened", "rate", "0.0000001", False),
        ("account.opened", "rate", "-0.005", True),
        ("fx.fixed", "rate", "9999.999999", True),
        ("fx.fixed", "rate", "10000", False),
        ("fx.fixed", "rate", "0", False),
        ("fx.fixed", "rate", "-1", False),
        ("figure.reported", "value", "-999999999999.999999", True),
        ("figure.reported", "value", "1000000000000", False),
        ("figure.reported", "value", "0.0000001", False),
        ("service.handled", "seconds", "-1", False),
        ("incident.recorded", "count", "-0", True),
        ("balance.changed", "account_id", "x" * 128, True),
        ("balance.changed", "account_id", "x" * 129, False),
        ("balance.changed", "account_id", "王" * 128, True),
        ("balance.changed", "account_id", "王" * 129, False),
        ("balance.changed", "account_id", "", False),
        ("balance.changed", "account_id", " x", False),
        ("balance.changed", "account_id", "x ", False),
        ("balance.changed", "account_id", "x\u3000", False),
        ("balance.changed", "account_id", "a b", True),
        ("balance.changed", "account_id", "a\tb", False),
        ("balance.changed", "account_id", "a\x7fb", False),
        ("balance.changed", "account_id", "a\u0085b", False),
        ("balance.changed", "account_id", "a\u2028b", False),
        ("balance.changed", "account_id", 7, False),
        ("balance.changed", "on", "2025-1-2", False),
        ("balance.changed", "on", "2025-02-29", False),
        ("balance.changed", "on", "2024-02-29", True),
        ("balance.changed", "on", "20250101", False),
        ("balance.changed", "on", "2025-W01-1", False),
        ("balance.changed", "on", "9998-01-01", False),
        ("balance.changed", "on", 20250101, False),
        ("balance.changed", "on", None, True),
        ("balance.changed", "currency", "usd", False),
        ("balance.changed", "currency", "XXX", False),
        ("fee.earned", "service", "loan..x", False),
        ("fee.earned", "service", "loan.*", False),
        ("fee.earned", "service", "手续费.国内", True),
        ("rating.given", "period", "2025Q5", False),
        ("rating.given", "period", "2025-07-01..2025-07-15", True),
        ("rating.given", "score", "100.5", False),
        ("rating.given", "full", "0", False),
        ("complaint.resolved", "upheld", "true", False),
        ("complaint.received", "severity", "grave", False),
        ("settlement.closed", "position", "0:812,1:790", True),
        ("settlement.closed", "position", "812", False),
        ("settlement.closed", "position", -1, False),
        ("settlement.closed", "position", 1.5, False),
        ("settlement.closed", "position", 2**60, False),
        ("decision.made", "value", "none", False),
        ("decision.made", "value", ..., False),
        ("decision.made", "manager_id", ..., False),
        ("decision.made", "reason", "", False),
        ("decision.made", "reason", " tabs\tand\nlines ", True),
        ("figure.reported", "org_unit", "B-01", False),
        ("figure.reported", "manager_id", ..., False),
        ("loan.moved", "rate", ..., False),
        ("customer.assigned", "team", [], True),
        ("customer.assigned", "team", {}, False),
        ("customer.assigned", "team", ["M-1"], False),
        ("customer.assigned", "team", [{"manager_id": "M-1"}], False),
        ("customer.assigned", "team", [{"manager_id": "M-1", "share": "1.0001"}], False),
        ("customer.assigned", "team", [{"manager_id": "M-1", "share": "0.00001"}], False),
        ("customer.assigned", "team", [{"manager_id": "M-1", "share": "0.5"}] * 2, False),
        ("customer.assigned", "approved_by", ..., False),
        ("customer.assigned", "branch_led", ..., True),
    ],
)
def test_a_field_keeps_to_its_limits_on_both_paths(event_type: str, field: str, value: Any, accepted: bool) -> None:
    text = line(with_data(event_type, **{field: value}))
    quick = read_block(STANDARD, [text], BANK.digits)
    if accepted:
        event = parse(text, BANK).event
        assert quick is None or quick == ([event], [canonical(event)])
        assert decode(canonical(event)) == event
    else:
        assert f"event {event_type}-1, field data" in complaint(text)
        assert quick is None


def test_digits_follow_the_currency_beside_else_the_institution() -> None:
    assert "12.5 has more than 0 digits after the point, as JPY has." in complaint(
        with_data("payment.made", currency="JPY", amount="12.50")
    )
    assert read(with_data("payment.made", currency="KWD", amount="1.234")).data.amount == Decimal("1.234")
    yen = Institution("Asia/Tokyo", "JPY")
    with pytest.raises(Problem, match=r"as JPY has\. If it is another currency, write currency beside it\."):
        parse(line(with_data("balance.changed", amount="0.5")), yen)
    assert read_block(STANDARD, [line(with_data("balance.changed", amount="0.5"))], yen.digits) is None


def test_an_unknown_field_is_refused_with_the_nearest_name() -> None:
    assert complaint(with_data("balance.changed", custmer_id="C-1")) == (
        "event balance.changed-1, field data.custmer_id: "
        'balance.changed has no field "custmer_id". Did you mean customer_id?'
    )


def test_a_typo_in_a_needed_field_is_named_before_the_gap_it_leaves() -> None:
    assert "Did you mean amount?" in complaint(with_data("balance.changed", amount=..., amout="1"))


def test_a_missing_field_is_named_with_its_meaning() -> None:
    assert complaint(with_data("rate.changed", rate=...)) == (
        "event rate.changed-1, field data.rate: rate is missing. "
        "Add it: The yearly interest rate from this day, 0.0360 for 3.6%."
    )


def test_an_unknown_type_is_refused_with_the_nearest_one() -> None:
    assert 'field type: "balance.chnged" is no event type. Did you mean balance.changed?' in complaint(
        sample("balance.changed", type="balance.chnged")
    )


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time", "data"])
def test_a_missing_attribute_is_named(name: str) -> None:
    event = sample("balance.changed")
    del event[name]
    assert f"field {name}: {name} is missing." in complaint(event)


@pytest.mark.parametrize(
    "time",
    [
        "2025-01-01T00:00:00",
        "2025-01-01",
        "2025-13-01T00:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "9999-01-01T00:00:00Z",
        "2025-01-01T00:00:60Z",
        "now",
        1735689600,
        "",
        "2025-01-01T00:00:00+25:00",
    ],
)
def test_a_time_without_offset_or_outside_the_calendar_is_refused(time: Any) -> None:
    text = line(sample("balance.changed", time=time))
    assert "field time: " in complaint(text)
    assert read_block(STANDARD, [text], BANK.digits) is None


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
        event.id = "other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        event.data.amount = Decimal(1)
    assert copy.deepcopy(event) == event


def test_a_time_keeps_its_microseconds_and_no_more() -> None:
    event = read(sample("balance.changed", time="2025-07-01T09:30:00.123456789+08:00"))
    assert event.time == datetime(2025, 7, 1, 1, 30, 0, 123457, tzinfo=UTC)


def test_decoding_what_is_no_event_is_a_problem() -> None:
    with pytest.raises(Problem):
        decode(b"{}")
    with pytest.raises(msgspec.DecodeError):
        STANDARD.decode_envelope(b"{")
