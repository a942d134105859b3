"""What a payload's fields can hold, and the words about what they cannot."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from schemas.codec import STANDARD, canonical, decode, parse
from schemas.decimals import read_number
from schemas.institution import Institution
from schemas.problems import Problem
from schemas.quick import read_block
from schemas.reading import Unreadable
from tests.samples import line, sample, with_data
from tests.schemas.reading import BANK, complaint, read


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
    assert quick is None or quick[0] == [canonical(event)]


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
        ("balance.changed", "on", "0002-12-31", False),
        ("balance.changed", "on", "0003-01-01", True),
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
        assert quick is None or quick[0] == [canonical(event)]
        assert decode(canonical(event)) == event
    else:
        assert f"event {event_type}-1, field data" in complaint(text)
        assert quick is None


@pytest.mark.parametrize(
    ("event_type", "field", "words"),
    [
        ("balance.changed", "amount", "an amount must be below 10^13 in magnitude."),
        ("rate.changed", "rate", "a rate must be below 10 in magnitude."),
    ],
)
def test_a_number_too_large_is_told_how_large_it_may_be(event_type: str, field: str, words: str) -> None:
    message = complaint(with_data(event_type, **{field: "1" + "0" * 15}))
    assert f'"1000000000000000" is too large; {words}' in message


@pytest.mark.parametrize(
    ("score", "accepted"), [("0", True), ("100", True), ("100.000001", False), ("-1", False), (900, False)]
)
def test_a_qualitative_score_given_by_decision_lies_within_0_to_100_on_both_paths(score: Any, accepted: bool) -> None:
    event = with_data("decision.made", kind="qualitative-score", value=score, reason="as minuted")
    assert (read_block(STANDARD, [line(event)], BANK.digits) is not None) == accepted
    if accepted:
        assert read(event).data.value == Decimal(score)
    else:
        assert f"field data.value: The score {score} lies outside 0 to 100." in complaint(event)


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
        "0002-12-31T23:59:59Z",
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
    ("spelled", "remedy"),
    [
        ("3.6%", 'Write it as a part of one: "0.036".'),
        ("-60%", 'Write it as a part of one: "-0.6".'),
        ("1,250.00", 'Leave the separators out: "1250.00".'),
        ("12,50", 'Write digits with a point and no more, such as "1250.00": no exponent, no blanks, no separators.'),
        (
            "1.250,00",
            'Write digits with a point and no more, such as "1250.00": no exponent, no blanks, no separators.',
        ),
    ],
)
def test_what_a_table_spells_for_people_is_refused_with_what_to_write(spelled: str, remedy: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_number(spelled)
    assert (caught.value.what, caught.value.remedy) == (f'"{spelled}" is no plain decimal.', remedy)
