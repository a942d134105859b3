"""Admission: lines in; events, bytes, leaves, keys and complaints out; nothing lost, whatever the batch."""

from __future__ import annotations

from hashlib import sha256

import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.admission import BLOCK_LINES, Candidates, admit, candidates, leaves_of
from schemas.codec import canonical
from schemas.event import Event
from schemas.institution import Institution
from tests.samples import SAMPLES, line, sample
from tests.schemas.events import event_lines

BANK = Institution()


def _events(found: Candidates) -> list[Event]:
    return [found.event(index) for index in range(len(found.bodies))]


def _joined(parts: list[tuple[int, Candidates]]) -> list[object]:
    found: list[object] = []
    for start, part in parts:
        found.extend(
            (start + index, body, leaf, key)
            for index, body, leaf, key in zip(part.lines, part.bodies, part.leaves, part.keys, strict=True)
        )
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(event_lines(), max_size=12), st.integers(1, 5))
def test_results_do_not_depend_on_the_batch(texts: list[bytes], size: int) -> None:
    whole = admit(texts, BANK)
    parts = [(start, admit(texts[start : start + size], BANK)) for start in range(0, len(texts), size)]
    assert _joined([(0, whole)]) == _joined(parts)
    assert [(index, problem.what) for index, problem in whole.problems] == [
        (start + index, problem.what) for start, part in parts for index, problem in part.problems
    ]
    assert [(whole.lines[index], name) for index, name in whole.names.items()] == [
        (start + part.lines[index], name) for start, part in parts for index, name in part.names.items()
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(event_lines(), max_size=8))
def test_every_line_is_an_event_or_a_problem_once(texts: list[bytes]) -> None:
    found = admit(texts, BANK)
    assert sorted([*found.lines, *(index for index, _ in found.problems)]) == list(range(len(texts)))
    assert all(problem.place.line == index + 1 for index, problem in found.problems)


def test_what_stands_beside_an_event_is_made_of_it() -> None:
    found = admit([line(event) for event in SAMPLES.values()], BANK)
    assert not found.problems
    assert [event.type for event in _events(found)] == list(SAMPLES)
    for event, body, leaf, key in zip(_events(found), found.bodies, found.leaves, found.keys, strict=True):
        assert body == canonical(event)
        assert leaf == sha256(b"\x00" + body).digest() == leaves_of([body])[0]
        assert key == xxhash.xxh3_64_intdigest(f"{event.source}\x00{event.id}".encode())


def test_one_bad_line_costs_no_other() -> None:
    texts = [line(sample("balance.changed", id=f"e-{number}")) for number in range(2 * BLOCK_LINES)]
    texts[7] = b"{"
    found = admit(texts, BANK)
    assert [event.id for event in _events(found)] == [f"e-{number}" for number in range(2 * BLOCK_LINES) if number != 7]
    assert [(index, str(problem)[:30]) for index, problem in found.problems] == [(7, "line 8: This is no JSON: Expec")]


def test_a_managers_name_stands_beside_the_event() -> None:
    found = admit([line(SAMPLES["balance.changed"]), b"[]", line(SAMPLES["manager.appointed"])], BANK)
    assert found.names == {1: "王小明"}
    assert "王小明".encode() not in found.bodies[1]


def test_events_already_made_get_the_same_beside_them() -> None:
    found = admit([line(event) for event in SAMPLES.values()], BANK)
    again = candidates(_events(found))
    assert (again.bodies, again.leaves) == (found.bodies, found.leaves)
    assert again.keys.tolist() == found.keys.tolist()


@pytest.mark.parametrize("texts", [[], [b""], [b"\xff"], [b"[" * 100_000], [b"x" * 10_000_000]])
def test_no_input_raises(texts: list[bytes]) -> None:
    assert len(admit(texts, BANK).problems) == len(texts)
