"""The fast path takes a part of what the slow path takes, and reads the same events."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import STANDARD, canonical, decode, parse
from schemas.decimals import DecimalReader
from schemas.event import Event
from schemas.institution import Institution
from schemas.problems import Problem
from schemas.quick import read_block
from schemas.reading import Unreadable
from tests.samples import SAMPLES, line
from tests.schemas.events import event_lines

BANK = Institution()


def event_or_problem(text: bytes) -> Event | Problem:
    try:
        return parse(text, BANK).event
    except Problem as problem:
        return problem


@settings(max_examples=600, deadline=None)
@given(event_lines())
def test_what_the_fast_path_reads_the_slow_path_reads_alike(text: bytes) -> None:
    quick = read_block(STANDARD, [text], BANK.digits)
    if quick is not None:
        slow = parse(text, BANK)
        assert quick[0] == [canonical(slow.event)]
        assert decode(quick[0][0]) == slow.event
        told = quick[1][0]
        for name in ("id", "source", "type", "time", "extensions", "written"):
            assert getattr(told, name) == getattr(slow.event, name)
        assert canonical(told) == quick[0][0]
        assert not slow.personal


@settings(max_examples=400, deadline=None)
@given(event_lines())
def test_any_line_is_an_event_or_a_problem_with_a_remedy(text: bytes) -> None:
    read = event_or_problem(text)
    if isinstance(read, Problem):
        assert read.what
        assert read.remedy
        assert str(read).isprintable()
        assert len(str(read)) < 1000
    else:
        body = canonical(read)
        assert decode(body) == read
        assert body == rfc8785.dumps(json.loads(body))


@settings(max_examples=200, deadline=None)
@given(st.lists(event_lines(), min_size=2, max_size=5))
def test_a_block_is_read_as_its_lines_are(texts: list[bytes]) -> None:
    block = read_block(STANDARD, texts, BANK.digits)
    if block is not None:
        single = [read_block(STANDARD, [text], BANK.digits) for text in texts]
        assert all(one is not None for one in single)
        assert block[0] == [one[0][0] for one in single if one is not None]
        assert block[1] == [one[1][0] for one in single if one is not None]


def test_plain_lines_are_taken_fast_however_they_are_spaced() -> None:
    plain = [event for name, event in SAMPLES.items() if name not in {"manager.appointed", "decision.made"}]
    for separators in ((",", ":"), (", ", ": "), (" , ", " :\t")):
        for ensure_ascii in (True, False):
            texts = [json.dumps(event, separators=separators, ensure_ascii=ensure_ascii).encode() for event in plain]
            assert read_block(STANDARD, texts, BANK.digits) is not None


def test_a_producers_subject_does_not_matter() -> None:
    with_subject = line({**SAMPLES["balance.changed"], "subject": "anything", "datacontenttype": "application/json"})
    plain = line(SAMPLES["balance.changed"])
    assert read_block(STANDARD, [with_subject], 2) == read_block(STANDARD, [plain], 2) is not None
    assert canonical(parse(with_subject, BANK).event) == canonical(parse(plain, BANK).event)


def test_a_block_whose_lines_hide_a_second_event_is_left() -> None:
    text = line(SAMPLES["balance.changed"])
    assert read_block(STANDARD, [text + b"\n" + text, b""], 2) is None
    assert read_block(STANDARD, [text + text, b" "], 2) is None


@pytest.mark.parametrize("spelled", ["1\n2", "1\n", "", ".5", "5.", "1,5", "+1", None])
def test_an_amount_among_others_is_read_as_it_is_alone(spelled: object) -> None:
    amount = DecimalReader("an amount", 2, 10**13)
    assert amount.all(["7.10", "-0.00", "1200"]) == [amount("7.10"), amount("-0.00"), amount("1200")]
    with pytest.raises(Unreadable):
        amount(spelled)
    with pytest.raises(Unreadable):
        amount.all(["7.10", spelled, "3"])
