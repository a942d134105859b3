"""Messages: spelled as server-sent events, and packed so that any of them can follow any other in one gzip stream."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meritlog.web.message import PACKED_BEGINNING, PULSE, Message, packed

TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n"), min_size=1)


def test_a_message_is_spelled_with_its_kind_data_and_id() -> None:
    message = Message("changes", '{"名":1}'.encode(), "7@ab")
    assert sorted(message.spelled.decode().rstrip("\n").split("\n")) == [
        'data: {"名":1}',
        "event: changes",
        "id: 7@ab",
    ]
    assert message.spelled.endswith(b"\n\n")
    assert PULSE.spelled == b": pulse\n\n", "a client sees no message in it"


@given(st.lists(TEXTS, max_size=5))
def test_whoever_unpacks_a_stream_has_each_message_as_soon_as_it_came(texts: list[str]) -> None:
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress
    assert unpack(PACKED_BEGINNING) == b""
    for text in texts:
        message = Message("board", text.encode(), "1@a")
        assert unpack(message.packed) == message.spelled


def test_a_follower_may_miss_messages_that_others_had() -> None:
    """Each looks back at nothing before it."""
    alike = [Message("board", b"[%d, 100, 200, 300]" % number * 100) for number in range(3)]
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress
    told = [unpack(part) for part in (PACKED_BEGINNING, alike[0].packed, alike[2].packed)]
    assert told[1:] == [alike[0].spelled, alike[2].spelled]
    assert len(alike[0].packed) < len(alike[0].spelled) / 10


def test_the_stream_breaks_off_without_an_end() -> None:
    with pytest.raises(EOFError, match="end-of-stream"):
        gzip.decompress(PACKED_BEGINNING + packed(b"all of it"))
