import io

from engine.sources.batch import Batch
from engine.sources.jsonl import JsonLines


def batches(content: bytes) -> list[Batch]:
    return list(JsonLines("a.jsonl", io.BytesIO(content)).batches())


def test_empty_lines_are_no_events_and_keep_the_count_of_lines() -> None:
    (batch,) = batches(b'\n{"a":1}\r\n   \n\r\n{"b":2}')
    assert list(zip(batch.lines, batch.events, strict=True)) == [(2, b'{"a":1}\r'), (5, b'{"b":2}')]
    assert not batch.refused


def test_a_line_without_an_end_is_still_a_line() -> None:
    (batch,) = batches(b'{"a":1}\n{"b"')
    assert batch.events == [b'{"a":1}', b'{"b"']


def test_a_huge_line_is_refused_with_its_number_and_its_beginning() -> None:
    (batch,) = batches(b'{"a":1}\n{"x":"' + b"x" * 10_000_000 + b'"}\n{"b":2}\n')
    assert list(batch.lines) == [1, 3]
    (refused,) = batch.refused
    assert refused.line == 2
    assert refused.raw == (b'{"x":"' + b"x" * 10_000)[: len(refused.raw)]
    assert str(refused.problem).startswith("a.jsonl:2: The line has 10000008 bytes.")


def test_many_lines_come_in_several_batches_in_order() -> None:
    found = batches(b"".join(b'{"n":%d}\n' % number for number in range(300_000)))
    assert len(found) > 3
    assert [line for batch in found for line in batch.lines] == list(range(1, 300_001))


def test_an_empty_file_holds_nothing() -> None:
    assert batches(b"") == []
    assert batches(b"\n\n") == []
