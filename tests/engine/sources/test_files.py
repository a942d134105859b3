import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from engine.sources import files
from engine.sources.files import Broken, Lines, TooLong, opened, pieces
from schemas.problems import EnvironmentProblem, Problem


def lines_of(content: bytes) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for piece in pieces(io.BytesIO(content), "a.jsonl"):
        assert isinstance(piece, Lines)
        found += enumerate(piece.lines, piece.first)
    return found


@given(st.lists(st.binary(max_size=12).filter(lambda line: b"\n" not in line), max_size=12), st.booleans())
def test_lines_come_out_as_they_went_in(lines: Sequence[bytes], ends_in_a_feed: bool) -> None:
    content = b"x" + b"\n".join(lines) + b"\n" * ends_in_a_feed
    expected = content.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert lines_of(content) == list(enumerate(expected, 1))


@pytest.mark.parametrize("packed", [gzip.compress, zstandard.compress, lambda content: content])
def test_the_kind_of_compression_is_seen_in_the_first_bytes(packed: object) -> None:
    assert callable(packed)
    content = b"".join(b"line %d\n" % number for number in range(100_000))
    assert [line for _, line in lines_of(packed(content))] == content.split(b"\n")[:-1]


@pytest.mark.parametrize("packed", [gzip.compress, zstandard.compress])
def test_several_archives_in_one_file_are_read_one_after_the_other(packed: object) -> None:
    assert callable(packed)
    assert lines_of(packed(b"a\nb\n") + packed(b"c\n")) == [(1, b"a"), (2, b"b"), (3, b"c")]


@pytest.mark.parametrize("packed", [gzip.compress, zstandard.compress])
def test_a_cut_archive_yields_what_can_be_read_and_where_it_breaks_off(packed: object) -> None:
    assert callable(packed)
    content = b"".join(b"%d\n" % (number * number) for number in range(200_000))
    whole = packed(content)
    found = list(pieces(io.BytesIO(whole[: len(whole) * 2 // 3]), "a"))
    last, read = found[-1], sum(len(piece.lines) for piece in found if isinstance(piece, Lines))
    assert isinstance(last, Broken)
    assert last.line == read + 1 > 50_000
    assert "cut off" in last.why


def test_a_damaged_archive_is_told_as_such() -> None:
    whole = bytearray(gzip.compress(b"a\n" * 1000))
    whole[-5] ^= 1
    *_, last = pieces(io.BytesIO(bytes(whole)), "a")
    assert isinstance(last, Broken)
    assert "damaged" in last.why


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert lines_of(b"\xef\xbb\xbf{}\n") == [(1, b"{}")]


def test_utf_16_is_refused_by_name() -> None:
    with pytest.raises(Problem, match=r"a\.csv: It is UTF-16 text\. Save it as UTF-8\."):
        list(pieces(io.BytesIO("a;b\n".encode("utf-16")), "a.csv"))


@pytest.mark.parametrize("before", [0, 1, 1000, 5000])
def test_a_line_over_the_limit_costs_no_other_line_and_is_not_held(
    before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LONGEST_LINE", 1000)
    monkeypatch.setattr(files, "CHUNK", 1000)
    content = (
        b"short\n" * before + b"x" * 50_000 + b"\nlast\n" + b"y" * 1001 + b"\n" + b"z" * 1000 + b"\n" + b"w" * 9999
    )
    found = list(pieces(io.BytesIO(content), "a"))
    long = [piece for piece in found if isinstance(piece, TooLong)]
    assert [(piece.line, piece.length) for piece in long] == [
        (before + 1, 50_000),
        (before + 3, 1001),
        (before + 5, 9999),
    ]
    assert all(len(piece.beginning) <= files.KEPT_OF_A_LONG_LINE for piece in long)
    short = [line for piece in found if isinstance(piece, Lines) for line in piece.lines]
    assert short == [b"short"] * before + [b"last", b"z" * 1000]


def test_a_stream_that_gives_a_few_bytes_at_a_time_is_read_whole() -> None:
    class Dripping(io.RawIOBase):
        def __init__(self) -> None:
            self.left = b"a\nbb\nccc"

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            assert isinstance(buffer, memoryview)
            given, self.left = self.left[:2], self.left[2:]
            buffer[: len(given)] = given
            return len(given)

    found = list(pieces(io.BufferedReader(Dripping()), "-"))
    assert [line for piece in found if isinstance(piece, Lines) for line in piece.lines] == [b"a", b"bb", b"ccc"]


def test_files_that_are_none_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no such file") as caught:
        opened(tmp_path / "absent")
    assert not isinstance(caught.value, EnvironmentProblem)
    with pytest.raises(Problem, match="It is a folder"):
        opened(tmp_path)
