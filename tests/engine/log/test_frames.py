"""Frames: what was acknowledged is whole or refused, what was not is cut at the last whole frame."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.log import frames
from engine.log.digest import Damage
from engine.log.frames import Acknowledged

START = "sha256:" + "0" * 64
PATH = Path("tail-000000000001.log")
BODIES = st.lists(st.lists(st.binary(min_size=1).filter(lambda body: b"\n" not in body), min_size=1), max_size=5)


def tail_of(batches: list[list[bytes]]) -> tuple[bytes, list[int]]:
    data, chain, first, ends = b"", START, 1, []
    for at, bodies in enumerate(batches):
        frame, header = frames.encode(first, at, bodies, chain)
        data, first, chain = data + frame, first + len(bodies), header.chain
        ends.append(len(data))
    return data, ends


TWO = tail_of([[b'{"a":1}', b'{"b":2}'], [b'{"c":3}']])[0]


@settings(deadline=None)
@given(BODIES)
def test_frames_read_back_as_they_were_written(batches):
    data, ends = tail_of(batches)
    read, _ = frames.read_frames(data, PATH, 1, START, whole=True)
    assert [frame.bodies for frame in read] == batches
    assert [frame.end for frame in read] == ends
    assert [frame.header.admitted for frame in read] == list(range(len(batches)))


def test_a_torn_tail_is_cut_at_the_last_whole_frame():
    ends = [0, *tail_of([[b'{"a":1}', b'{"b":2}']])[1], len(TWO)]
    for length in range(len(TWO) + 1):
        read, _ = frames.read_frames(TWO[:length], PATH, 1, START, whole=False)
        assert (read[-1].end if read else 0) == max(end for end in ends if end <= length)


def test_no_bit_of_an_acknowledged_frame_changes_unnoticed():
    for bit in range(len(TWO) * 8):
        changed = bytearray(TWO)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Damage, match="tail is damaged at byte"):
            frames.read_frames(bytes(changed), PATH, 1, START, whole=True)


def test_a_frame_does_not_follow_another_chain():
    with pytest.raises(Damage, match="position 1: a frame that does not match its digest"):
        frames.read_frames(TWO, PATH, 1, START.replace("0", "1"), whole=True)


def test_a_frame_that_is_missing_in_the_middle_is_damage():
    data, ends = tail_of([[b"1"], [b"2"], [b"3"]])
    with pytest.raises(Damage, match="position 2: a frame that begins at position 3"):
        frames.read_frames(data[: ends[0]] + data[ends[1] :], PATH, 1, START, whole=True)


def test_no_bit_of_the_acknowledgement_changes_unnoticed():
    said = Acknowledged(first=1, position=3, length=len(TWO), chain=START, open=True)
    sector = said.sector()
    assert len(sector) == 512
    assert Acknowledged.parse(sector, PATH).length == len(TWO)
    for bit in range(len(sector) * 8):
        changed = bytearray(sector)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Damage):
            Acknowledged.parse(bytes(changed), PATH)
