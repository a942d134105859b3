from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.sources.parquet import ParquetEvents
from schemas.problems import Problem

EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "s",
    "type": "customer.joined",
    "time": "2025-07-01T00:00:00Z",
    "data": {"customer_id": "C", "on": "2025-07-01"},
}


def read(path: Path) -> list[object]:
    (batch,) = ParquetEvents("a.parquet", path).batches()
    assert list(batch.lines) == list(range(1, len(batch.events) + 1))
    return [msgspec.json.decode(event) for event in batch.events]


def test_a_column_named_event_holds_the_json_of_events(tmp_path: Path) -> None:
    pq.write_table(pa.table({"event": [msgspec.json.encode(EVENT).decode()] * 2}), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet") == [EVENT, EVENT]


def test_the_attributes_of_the_envelope_may_be_columns_with_data_as_json(tmp_path: Path) -> None:
    row = {**EVENT, "data": '{"customer_id": "C", "on": "2025-07-01"}'}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet") == [EVENT]


def test_data_may_be_a_structure_whose_nulls_are_absent_fields(tmp_path: Path) -> None:
    other = {**EVENT, "data": {"customer_id": "D", "segment": "gold"}}
    pq.write_table(pa.Table.from_pylist([EVENT, other]), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet") == [EVENT, other]


def test_times_in_nanoseconds_are_cut_off_to_microseconds_wherever_they_stand(tmp_path: Path) -> None:
    nanoseconds = [1735747199999999999]
    data = pa.struct([("customer_id", pa.string()), ("at", pa.timestamp("ns"))])
    columns = {name: [str(EVENT[name])] for name in ("id", "source", "type")} | {
        "time": pa.array(nanoseconds, pa.timestamp("ns", "Asia/Shanghai")),
        "data": pa.array([{"customer_id": "C", "at": nanoseconds[0]}], data),
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    told = {"customer_id": "C", "at": "2025-01-01T15:59:59.999999"}
    assert read(tmp_path / "a.parquet") == [{**EVENT, "time": "2025-01-01T23:59:59.999999+08:00", "data": told}]


def test_a_null_row_is_left_to_admission_to_refuse(tmp_path: Path) -> None:
    pq.write_table(pa.table({"event": pa.array([None], pa.string())}), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet") == [None]


def test_a_table_that_holds_no_events_is_told_what_is_missing(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["1"], "tpye": ["x"], "source": ["s"]}), tmp_path / "a.parquet")
    with pytest.raises(Problem, match=r"no column 'type'.*Did you mean 'tpye'.*--mapping"):
        list(ParquetEvents("a.parquet", tmp_path / "a.parquet").batches())


def test_a_damaged_parquet_file_is_refused_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(Problem, match="no Parquet file"):
        list(ParquetEvents("a.parquet", tmp_path / "a.parquet").batches())
