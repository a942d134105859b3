"""Lines read in columns give what they give one by one: the same events, or the same complaints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.admission import Candidates, admit, said_by
from engine.forms import reading
from engine.forms.form import Form
from engine.forms.reading import IN_VAIN_MAX, _having, forms_of
from engine.log.texts import Texts
from schemas.codec import STANDARD
from schemas.institution import Institution
from schemas.payloads import columns
from schemas.strict import LARGEST_EVENT_BYTES
from tests.engine.forms.alike import alike_lines
from tests.engine.forms.made import columns_from
from tests.samples import SAMPLES, line, sample
from tests.schemas.events import event_lines

BANK = Institution()


def in_columns(lines: Sequence[bytes], many: int = 1) -> Candidates:
    with columns_from(many):
        return admit(lines, BANK)


def told(found: Candidates) -> object:
    problems = [(index, problem.what, str(problem.place)) for index, problem in found.problems]
    return found.bodies, found.leaves, found.keys.tolist(), [*found.lines], found.names, sorted(problems)


def fee(number: int, amount: str = "1.00", **data: str) -> bytes:
    event = sample("fee.earned", id=f"f-{number}")
    return line({**event, "data": {**event["data"], "amount": amount, **data}})


@settings(max_examples=600, deadline=None)
@given(st.lists(alike_lines(), min_size=1, max_size=3), st.integers(1, 3))
def test_lines_of_one_form_give_what_they_give_one_by_one(parts: list[list[bytes]], many: int) -> None:
    lines = [*chain.from_iterable(parts)]
    assert told(in_columns(lines, many)) == told(admit(lines, BANK))


@settings(max_examples=200, deadline=None)
@given(st.lists(event_lines(), min_size=1, max_size=8))
def test_any_lines_do(lines: list[bytes]) -> None:
    assert told(in_columns(lines)) == told(admit(lines, BANK))


@settings(max_examples=200, deadline=None)
@given(st.lists(alike_lines(), min_size=1, max_size=3), st.data())
def test_columns_say_what_the_bytes_say(parts: list[list[bytes]], data: st.DataObject) -> None:
    found = in_columns([*chain.from_iterable(parts)])
    start = data.draw(st.integers(0, len(found.bodies)))
    chosen = (
        data.draw(st.lists(st.sampled_from(range(len(found.bodies))), unique=True).map(sorted)) if found.bodies else []
    )
    with columns_from(1):
        again = said_by(found.bodies)
    for some, bodies in (
        (found.content, found.bodies),
        (again, found.bodies),
        (found.content.part(start, len(found.bodies)), found.bodies[start:]),
        (found.content.chosen(chosen), [found.bodies[index] for index in chosen]),
    ):
        said, read = Texts(), Texts()
        said.add(some)
        read.add_bodies(bodies)
        assert said.count == read.count == len(bodies)
        for words, same in ((said.types, read.types), (said.sources, read.sources)):
            assert [words.texts[at].as_py() for at in words.numbers] == [same.texts[at].as_py() for at in same.numbers]
        for name in ("time", *columns()):
            (rows, values), (those, others) = said.column(name), read.column(name)
            by_row = dict(zip(rows.tolist(), values.to_pylist(), strict=True))
            assert by_row == dict(zip(those.tolist(), others.to_pylist(), strict=True))


def test_lines_written_alike_are_read_in_columns_whatever_the_spacing() -> None:
    lines = [fee(number) for number in range(4)]
    spaced = [text.replace(b'":', b'" : ').replace(b',"', b' , "') for text in lines]
    for these in (lines, spaced):
        found = in_columns(these)
        assert [len(alike) for alike in found.content.alike] == [4]
        assert found.bodies == admit(lines, BANK).bodies


def moved(pairs: dict[str, Any], name: str) -> dict[str, Any]:
    """The same with one of them at the end."""
    return {**{one: value for one, value in pairs.items() if one != name}, name: pairs[name]}


def test_numbers_may_stand_without_quotation_marks_wherever_they_stand() -> None:
    events = [json.loads(fee(number, amount)) for number, amount in enumerate(["@1@", "@-1.50@", "@1.25e3@", "@0@"])]
    number_last = [{**event, "data": moved(event["data"], "amount")} for event in events]
    data_last = [moved(event, "data") for event in number_last]
    for spelled in (events, number_last, data_last):
        lines = [json.dumps(event).replace('"@', "").replace('@"', "").encode() for event in spelled]
        found = in_columns(lines)
        assert [alike.columns["amount"].to_pylist() for alike in found.content.alike] == [["1", "-1.5", "1250", "0"]]
        assert told(found) == told(admit(lines, BANK))


@pytest.mark.parametrize("wrong", ["01", "+1", "1.", ".5", "1e", "NaN", "true", "null", "[1]", "1,2", "1 2", ""])
def test_what_is_no_number_is_refused_as_it_is_alone(wrong: str) -> None:
    lines = [fee(number).replace(b'"1.00"', b"7.50") for number in range(4)]
    lines[2] = lines[2].replace(b"7.50", wrong.encode())
    assert told(in_columns(lines)) == told(admit(lines, BANK))
    assert [index for index, _ in in_columns(lines).problems] == [2]


def test_a_number_that_is_not_there_is_none_even_where_the_blanks_around_it_are() -> None:
    lines = [fee(number).replace(b'"1.00"', b" 7.50 ") for number in range(4)]
    lines[2] = lines[2].replace(b" 7.50 ", b" ")
    assert [index for index, _ in in_columns(lines).problems] == [2]
    assert told(in_columns(lines)) == told(admit(lines, BANK))


def test_fewer_than_many_are_read_one_by_one() -> None:
    lines = [fee(number) for number in range(reading.MANY)]
    assert [len(alike) for alike in admit(lines, BANK).content.alike] == [reading.MANY]
    assert admit(lines[1:], BANK).content.alike == ()


def test_a_wrong_line_leaves_those_far_from_it_in_columns() -> None:
    lines = [fee(number) for number in range(16)]
    lines[3] = fee(3, "1.005")
    found = in_columns(lines, many=2)
    assert [problem.place.line for _, problem in found.problems] == [4]
    assert sum(len(alike) for alike in found.content.alike) == 14
    assert found.bodies == [body for number, body in enumerate(admit(lines, BANK).bodies)]


@pytest.mark.parametrize("name", sorted(forms_of(STANDARD).types))
def test_every_plain_type_has_a_form(name: str) -> None:
    event = SAMPLES[name]
    text = line({**event, "data": {field: str(value) for field, value in event["data"].items()}}).decode()
    if text.isascii():
        found = in_columns([text.encode()] * 2)
        assert [(alike.type, len(alike)) for alike in found.content.alike] == [(name, 2)]


def test_what_has_lists_rules_or_no_column_has_none() -> None:
    plain = forms_of(STANDARD).types.keys()
    assert {"balance.changed", "fee.earned", "payment.made", "account.opened"} <= plain
    assert not plain & {"customer.assigned", "loan.moved", "event.reversed", "manager.appointed", "complaint.received"}


def test_amounts_have_the_digits_of_the_currency_beside_each() -> None:
    lines = [
        fee(1, "7", currency="JPY"),
        fee(2, "7.5", currency="CNY"),
        fee(3, "7.5", currency="JPY"),
        fee(4, "7.50", currency="USD"),
    ]
    found = in_columns(lines, many=2)
    assert [str(problem).split(". ")[0] for _, problem in found.problems] == [
        "line 3, event f-3, field data.amount: 7.5 has more than 0 digits after the point, as JPY has"
    ]
    whole = in_columns([lines[0], lines[1], lines[3]])
    assert whole.content.alike[0].columns["amount"].to_pylist() == ["7", "7.5", "7.5"]


def test_a_form_longer_than_all_other_lines_together_is_none_of_them() -> None:
    long = fee(0).replace(b'"data":', b'"data":' + b" " * 10_000)
    lines = [long, fee(1), fee(2)]
    assert sum(map(len, in_columns(lines, many=2).content.alike)) == 2
    assert told(in_columns(lines, many=2)) == told(admit(lines, BANK))


def test_more_than_places_can_tell_is_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [fee(number) for number in range(4)]
    monkeypatch.setattr(reading, "BYTES_MAX", sum(map(len, lines)))
    assert in_columns(lines).content.alike
    monkeypatch.setattr(reading, "BYTES_MAX", sum(map(len, lines)) - 1)
    assert not in_columns(lines).content.alike


@pytest.mark.parametrize("odd", [b"\t", b"\x00", b"\x7f", b"\n", b"\r", "\u0085".encode(), b"\xff", b'"', b"\\"])
def test_a_line_with_an_odd_byte_is_read_one_by_one(odd: bytes) -> None:
    lines = [fee(number) for number in range(4)]
    lines[2] = lines[2].replace(b"domestic", b"dome" + odd + b"stic")
    found = in_columns(lines)
    assert sum(len(alike) for alike in found.content.alike) == 3
    assert told(found) == told(admit(lines, BANK))
    assert len(found.problems) == 1


def test_an_event_larger_than_any_may_be_is_refused_as_it_is_alone() -> None:
    blanks = b" " * LARGEST_EVENT_BYTES
    lines = [fee(number).replace(b'"data":', b'"data":' + blanks) for number in range(2)]
    assert told(in_columns(lines)) == told(admit(lines, BANK))
    assert len(in_columns(lines).problems) == 2


@pytest.mark.parametrize("twice", ['"id":', '"source":', '"amount":', '"data":'])
def test_lines_in_which_a_key_stands_twice_are_refused_as_each_is_alone(twice: str) -> None:
    lines = [fee(number).decode() for number in range(4)]
    lines = [text.replace(twice, f'{twice}"x",{twice}') for text in lines]
    found = in_columns([text.encode() for text in lines])
    assert len(found.problems) == 4
    assert told(found) == told(admit([text.encode() for text in lines], BANK))


@pytest.mark.parametrize(("field", "longest"), [("id", 128), ("source", 128), ("customer_id", 128)])
def test_names_are_as_long_as_they_may_be_and_no_longer(field: str, longest: int) -> None:
    for length, read in ((longest, 1), (longest + 1, 0)):
        event = sample("fee.earned", id="f-1")
        within = event["data"] if field in event["data"] else event
        within[field] = "x" * length
        found = in_columns([line(event)])
        assert (len(found.content.alike), len(found.bodies)) == (read, read)


@pytest.mark.parametrize(
    "changed",
    [
        {"data": {"customer_id": None}},
        {"data": {"colour": "red"}},
        {"data": {"customer_id": 7}},
        {"data": {"service": 7}},
        {"data": {"on": 20250303}},
        {"data": {"note": ["x"]}},
        {"specversion": "0.3"},
        {"specversion": 1.0},
        {"type": "fee.earnt"},
        {"id": 7},
        {"time": None},
        {"source": None},
        {"subject": "anything"},
        {"subject": 7},
        {"datacontenttype": "application/json"},
        {"datacontenttype": "text/plain"},
        {"dataschema": "urn:meritlog:fee.earned:1"},
        {"dataschema": "urn:meritlog:fee.earned:9"},
        {"traceparent": "00-1"},
    ],
)
def test_lines_that_are_all_odd_alike_are_read_as_each_is_alone(changed: dict[str, Any]) -> None:
    lines = []
    for number in range(3):
        event = json.loads(fee(number))
        within, said = (event["data"], changed["data"]) if "data" in changed else (event, changed)
        within |= {name: value for name, value in said.items() if value is not None}
        for name in [name for name, value in said.items() if value is None]:
            del within[name]
        lines.append(line(event))
    assert told(in_columns(lines)) == told(admit(lines, BANK))


def test_chinese_is_read_in_columns_and_counted_in_characters() -> None:
    for name, read in (("客户" * 64, 3), ("客户" * 64 + "甲", 0), ("对公 一部", 3), ("\u3000甲", 0), ("甲\u0085", 0)):
        lines = [line({**json.loads(fee(number, customer_id=name)), "source": "核心系统"}) for number in range(3)]
        lines = [json.dumps(json.loads(text), ensure_ascii=False).encode() for text in lines]
        found = in_columns(lines)
        assert sum(map(len, found.content.alike)) == read
        assert told(found) == told(admit(lines, BANK))


def test_a_line_that_is_no_utf8_leaves_the_others_in_columns() -> None:
    lines = [fee(number, customer_id="客户甲") for number in range(4)]
    lines = [json.dumps(json.loads(text), ensure_ascii=False).encode() for text in lines]
    lines[1] = lines[1].replace("甲".encode(), b"\xe7\x94")
    found = in_columns(lines)
    assert (sum(map(len, found.content.alike)), [index for index, _ in found.problems]) == (3, [1])
    assert told(found) == told(admit(lines, BANK))


def test_where_programs_are_many_and_lines_of_each_few_not_every_form_is_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = list[int]()

    def noting(there: Any, form: Form, rows: Any) -> Any:
        looked.append(len(rows))
        return _having(there, form, rows)

    monkeypatch.setattr(reading, "_having", noting)
    spaced = [fee(number).replace(b'"data":', b'"data":' + b" " * (number // 3)) for number in range(36)]
    assert not in_columns(spaced, many=4).content.alike
    assert len(looked) == IN_VAIN_MAX
    many = [fee(number) for number in range(36, 44)]
    assert [len(alike) for alike in in_columns([*spaced, *many, *many], many=4).content.alike] == [19]
