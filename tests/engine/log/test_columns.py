"""Columns against the events they were made of."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.admission import admit
from engine.log import Log
from engine.log.columns import build_columns, column_schema, microseconds
from engine.log.names import NO_NAME, NameBook
from engine.log.texts import Texts
from schemas.codec import canonical
from schemas.event import business_date, identity_key
from schemas.fields import Storage
from schemas.payloads import TYPES, columns
from tests.engine.log.made import BANK, at, batch, event, make_log, numbered
from tests.schemas.events import event_lines
from tests.schemas.test_upcast import THIRD, joined

pytestmark = pytest.mark.usefixtures("small_segments")
TEAM = [{"manager_id": "M-1", "share": "0.6", "role": "lead"}, {"manager_id": "M-2", "share": "0.4"}]
TEAM_MEMBER = type(event(2, {"customer_id": "C", "team": TEAM}, "customer.assigned").data.team[0])
MIXED = [
    event(1, {"account_id": "A", "customer_id": "C", "product": "loan.mortgage", "rate": "0.0360"}, "account.opened"),
    event(2, {"customer_id": "C", "team": TEAM, "on": "2025-02-01"}, "customer.assigned"),
    event(3, {"customer_id": "C", "team": [], "branch_led": True, "on": "2025-02-02"}, "customer.assigned"),
    event(4, {"currency": "USD", "rate": "7.123456", "on": "2025-02-03"}, "fx.fixed"),
    event(5, {"account_id": "A", "customer_id": "C", "class": "loss", "on": "2025-02-03"}, "loan.classified"),
    event(6, {"account_id": "A", "customer_id": "C", "amount": "-12.34", "on": "1969-12-31"}),
    event(7, {"manager_id": "M-1", "position": "adviser", "on": "2025-02-03"}, "manager.appointed"),
    event(8, {"event_id": "E-6", "event_source": "core", "reason": "typing slip"}, "event.reversed"),
    event(9, {"complaint_id": "K", "upheld": False, "on": "2025-02-03"}, "complaint.resolved"),
]


def rows(log: Log) -> list[dict]:
    """All rows, names for codes, absent fields left out."""
    snapshot = log.snapshot()
    tables = [pq.read_table(segment.path) for segment in snapshot.segments]
    table = pa.concat_tables([*tables, snapshot.tail])
    coded = {field.name for field in table.schema if field.type == pa.int32()} - {"rate", "share"}
    return [
        {name: snapshot.text(value) if name in coded else value for name, value in row.items() if value is not None}
        for row in table.to_pylist()
    ]


@pytest.mark.parametrize("sizes", [[9], [1] * 9, [4, 5]])
def test_every_field_stands_in_its_column_as_its_kind_says(tmp_path, sizes):
    log = Log.create(tmp_path / "log", BANK, at())
    with log.writer("test") as w:
        done = 0
        for size in sizes:
            w.append(batch(*MIXED[done : done + size]), at(done))
            done += size
    found = rows(log)
    opened, assigned, emptied, fixed, classified, changed, appointed, reversal, resolved = found
    assert opened["product"] == "loan.mortgage"
    assert opened["rate"] == 36000
    assert opened["on"] == date(2025, 1, 1)
    assert assigned["team"][0]["share"] == 6000
    assert [log.snapshot().text(member["manager_id"]) for member in assigned["team"]] == ["M-1", "M-2"]
    assert log.snapshot().text(assigned["team"][0]["role"]) == "lead"
    assert assigned["team"][1]["role"] is None
    assert emptied["team"] == []
    assert emptied["branch_led"] is True
    assert fixed["exchange"] == 7123456
    assert "rate" not in fixed
    assert classified["class"] == "loss"
    assert changed["amount"] == -123400
    assert changed["on"] == date(1969, 12, 31)
    assert appointed["job_position"] == "adviser"
    assert reversal["event_id"] == "E-6"
    assert "reason" not in reversal
    assert resolved["upheld"] is False
    for number, (row, one) in enumerate(zip(found, MIXED, strict=True), 1):
        assert row["position"] == number
        assert (row["type"], row["source"]) == (one.type, one.source)
        assert row["key"] % 2**64 == identity_key(one.source, one.id)
        assert row["time"] == microseconds([one.time])[0]


def test_the_business_date_is_that_of_the_institutions_time_zone(tmp_path):
    late = event(1, {"customer_id": "C"}, "merchant.enrolled", time="2025-01-31T16:00:00Z")
    assert rows(make_log(tmp_path / "log", batch(late)))[0]["on"] == date(2025, 2, 1)


def test_segments_and_tail_have_one_schema(tmp_path):
    snapshot = make_log(tmp_path / "log", numbered(1, 10)).snapshot()
    assert pq.read_schema(snapshot.segments[0].path).equals(column_schema())
    assert snapshot.tail.schema.equals(column_schema())


def test_codes_are_ranks_of_first_appearance_and_a_longer_log_only_adds_some(tmp_path):
    log = make_log(tmp_path / "log", batch(*MIXED))
    texts = log.snapshot().names.column("text").to_pylist()
    assert texts[:5] == ["account.opened", "core", "A", "C", "loan.mortgage"]
    assert len(set(texts)) == len(texts)
    assert log.snapshot().names.column("code").to_pylist() == list(range(len(texts)))
    for position in range(len(MIXED) + 1):
        assert set(log.snapshot(position).names.column("text").to_pylist()) <= set(texts)
    with log.writer("test") as w:
        w.append(numbered(20, 60), at())
    snapshot = log.snapshot()
    assert snapshot.names.column("text").to_pylist()[: len(texts)] == texts
    assert snapshot.code("loan.mortgage") == 4
    assert snapshot.text(4) == "loan.mortgage"
    assert snapshot.code("nobody") is None


def test_the_tail_has_the_codes_that_its_segment_will_have(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.log.writer.SEAL_ON_CLOSE_EVENTS", 100)
    log = make_log(tmp_path / "log", numbered(1, 3), batch(*(event(n, account_id=None) for n in range(4, 6))))
    before = log.snapshot()
    assert not before.segments
    monkeypatch.setattr("engine.log.writer.SEAL_ON_CLOSE_EVENTS", 1)
    with log.writer("test"):
        pass
    after = log.snapshot()
    assert after.names.equals(before.names)
    assert pq.read_table(after.segments[0].path).equals(before.tail)


def test_names_forgotten_by_the_cache_keep_their_codes(tmp_path, monkeypatch):
    one = make_log(tmp_path / "one", *(numbered(n, n + 4) for n in range(1, 60, 5))).snapshot()
    monkeypatch.setattr("engine.log.names.CACHED_NAMES_MAX", 2)
    other = make_log(tmp_path / "other", *(numbered(n, n + 4) for n in range(1, 60, 5))).snapshot()
    assert other.names.equals(one.names)
    assert [segment.digest for segment in other.segments] == [segment.digest for segment in one.segments]


def test_times_are_exact_to_the_microsecond_in_any_year():
    times = [datetime(2, 1, 1, 1, 1, 1, 1, UTC), datetime(9997, 12, 31, 23, 59, 59, 999999, UTC)]
    assert [str(value) for value in microseconds(times)] == ["-62104057138999999", "253339228799999999"]


def test_codes_do_not_depend_on_the_batch_even_where_a_team_and_its_approval_are_new(tmp_path):
    team = [{"manager_id": f"M-{n}", "share": "0.3"} for n in (1, 2, 3)]
    assigned = {"customer_id": "C", "team": team, "branch_led": True, "approved_by": "X", "on": "2025-02-01"}
    events = [
        event(1, assigned, "customer.assigned"),
        event(2, {**assigned, "approved_by": "M-4"}, "customer.assigned"),
        event(3, {"manager_id": "X", "org_unit": "M-3", "on": "2025-02-03"}, "manager.appointed"),
    ]
    names = [
        log.snapshot().names.column("text").to_pylist()
        for log in (
            make_log(tmp_path / "one", batch(*events)),
            make_log(tmp_path / "three", *(batch(one) for one in events)),
        )
    ]
    assert names[0] == names[1]
    assert names[0][:8] == ["customer.assigned", "core", "C", "M-1", "M-2", "M-3", "X", "M-4"]


def test_an_older_version_stands_in_the_columns_of_todays(monkeypatch):
    monkeypatch.setattr("engine.log.texts.decode", THIRD.decode)
    texts = Texts()
    texts.add_bodies([canonical(event(1)), canonical(THIRD.parse(joined(2, client_id="C-7"), BANK).event)])
    rows, customers = texts.column("customer_id")
    assert dict(zip(rows.tolist(), customers.to_pylist(), strict=True)) == {0: "C-1", 1: "C-7"}


@settings(max_examples=60, deadline=None)
@given(st.lists(event_lines(), min_size=1, max_size=12), st.integers(1, 4), st.data())
def test_columns_hold_what_the_events_say(lines, size, data):
    admitted = admit(lines, BANK)
    texts = Texts()
    for start in range(0, len(admitted.bodies), size):
        part = slice(start, start + size)
        if data.draw(st.booleans(), "as they came in"):
            texts.add(admitted.content.part(part.start, part.stop))
        else:
            texts.add_bodies(admitted.bodies[part])
    if not texts.count:
        return
    book = NameBook(lambda asked: np.full(len(asked), NO_NAME, np.int32), 0)
    keys = admitted.keys
    table = build_columns(texts, 1, np.zeros(texts.count, np.int64), keys, book, BANK.zone)
    for index, row in enumerate(table.to_pylist()):
        one = admitted.event(index)
        assert book.recent[row["type"]] == one.type
        assert book.recent[row["source"]] == one.source
        assert row["time"] == microseconds([one.time])[0]
        assert row["on"] == business_date(one, BANK.zone)
        said = {item.column: (item.kind, getattr(one.data, item.attribute)) for item in TYPES[one.type].fields}
        for column in set(columns()) - {"on"}:
            kind, value = said.get(column, (None, None))
            assert _read(row[column], kind, book) == value


def _read(stored, kind, book):
    """The value of a field that ``stored`` stands for."""
    if stored is None or kind.storage is Storage.FLAG:
        return stored
    if kind.storage is Storage.CODE:
        return book.recent[stored]
    if kind.storage is Storage.TEAM:
        return [
            TEAM_MEMBER(
                manager_id=book.recent[member["manager_id"]],
                share=Decimal(member["share"]).scaleb(-4),
                role=None if member["role"] is None else book.recent[member["role"]],
            )
            for member in stored
        ]
    return Decimal(stored).scaleb(-kind.digits)
