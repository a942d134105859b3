"""A mapping carried out: what the rows of a table become, and what is refused with which line."""

import io
from datetime import UTC
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.sources.batch import Batch
from engine.sources.choice import source_at, source_of
from schemas.mapping_file import load
from schemas.problems import Problem

POSTINGS = """\
mapping: postings
zone: Asia/Shanghai
source: core
{more}
events:
  - type: balance.changed
    id: "p-{{no}}"
    data:
      account_id: "{{acc}}"
      customer_id: "{{cus}}"
      amount: {amount}
      on: {on}
"""


def run(folder: Path, content: str | bytes, *, mapping: str | None = None, **parts: str) -> Batch:
    parts = {"more": "", "amount": '"{amt}"', "on": '"{day}"', **parts}
    (folder / "map.yaml").write_text(mapping or POSTINGS.format(**parts), encoding="utf-8")
    (folder / "rows.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    batches = list(source_at(folder / "rows.csv", load(folder / "map.yaml"), UTC).batches())
    assert len(batches) == 1
    return batches[0]


def events(batch: Batch) -> list[dict[str, Any]]:
    return [msgspec.json.decode(event) for event in batch.events]


def data(batch: Batch, name: str) -> list[Any]:
    return [event["data"].get(name) for event in events(batch)]


def refusals(batch: Batch) -> list[str]:
    return [str(refused.problem).partition("rows.csv")[2] for refused in batch.refused]


HEAD = "no,acc,cus,amt,day\n"


def test_a_row_becomes_an_event_whose_time_is_the_first_moment_of_its_day(tmp_path: Path) -> None:
    batch = run(tmp_path, HEAD + "7,A1,C1,12.50,2025-07-01\n")
    assert list(batch.lines) == [2]
    assert events(batch) == [
        {
            "specversion": "1.0",
            "id": "p-7",
            "type": "balance.changed",
            "source": "core",
            "time": "2025-07-01T00:00:00+08:00",
            "data": {"account_id": "A1", "customer_id": "C1", "amount": "12.50", "on": "2025-07-01"},
        }
    ]


@pytest.mark.parametrize(
    ("table", "content"),
    [
        ("delimiter: ';', decimal: ',', thousands: '.'", 'no;acc;cus;amt;day\r\n1;A;C;"1.234,50";2025-07-01\r\n'),
        ("delimiter: tab, decimal: ',', thousands: ' '", "no\tacc\tcus\tamt\tday\n1\tA\tC\t1 234,50\t2025-07-01\n"),
        ('quote: "\'"', "no,acc,cus,amt,day\n1,A,C,'1234.50',2025-07-01\n"),
        ("skip_lines: 2", "Export of today\n\nno,acc,cus,amt,day\n1,A,C,1234.50,2025-07-01\n"),
        ("header: false, columns: [no, acc, cus, amt, day]", "1,A,C,1234.50,2025-07-01\n"),
        ("columns: [no, acc, cus, amt, day]", "编号,账户,客户,金额,日期\n1,A,C,1234.50,2025-07-01\n"),
        ("encoding: utf-8", "\ufeffno,acc,cus,amt,day\n1,A,C,1234.50,2025-07-01\n"),
    ],
)
def test_a_csv_file_is_read_as_its_format_says(tmp_path: Path, table: str, content: str) -> None:
    batch = run(tmp_path, content, more=f"table: {{{table}}}", amount="{column: amt, number: true}")
    assert data(batch, "amount") == ["1234.5"]
    assert not batch.refused


def test_text_in_another_encoding_is_read_by_its_name(tmp_path: Path) -> None:
    content = (HEAD + "1,账户,C,1,2025-07-01\n").encode("gb18030")
    assert data(run(tmp_path, content, more="table: {encoding: gb18030}"), "account_id") == ["账户"]
    assert refusals(run(tmp_path, content)) == [
        ":2: The row is not utf-8 text. Name the file's encoding in the mapping: `table: {encoding: …}`, "
        "such as gb18030 for a file of a Chinese Excel."
    ]


def test_signs_follow_another_column_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    batch = run(
        tmp_path,
        "no,acc,cus,amt,day,kind\n1,A,C,5,2025-07-01,CR\n2,A,C,5,2025-07-01,DR\n3,A,C,5,2025-07-01,XX\n",
        amount="{column: amt, sign: {column: kind, plus: [CR], minus: [DR]}}",
    )
    assert data(batch, "amount") == ["5", "-5"]
    assert refusals(batch) == [":4, field amount: The kind 'XX' is neither plus nor minus (known: 'CR', 'DR')."]


def test_amounts_in_other_units_are_multiplied_exactly(tmp_path: Path) -> None:
    batch = run(tmp_path, HEAD + "1,A,C,0.0123,2025-07-01\n", amount='{column: amt, times: "10000"}')
    assert data(batch, "amount") == ["123"]


def test_parts_value_maps_and_months_compose(tmp_path: Path) -> None:
    mapping = """\
mapping: loans
source: core
derive:
  branch: {column: contract, first: 2, values: {"01": east, "02": west}, otherwise: other}
events:
  - type: loan.classified
    id: "{branch}-{contract}"
    data:
      account_id: "{contract}"
      customer_id: "{cus}"
      class: {column: grade, values: {N: normal, S: substandard}}
      on: {column: day, date: "%d.%m.%y", century: 2000, plus_months: term}
"""
    rows = (
        "contract,cus,grade,day,term\n01A,C,N,31.01.25,1\n09B,C,S,31.01.25,12\n02C,C,Q,31.01.25,1\n02D,C,N,31.01.25,x\n"
    )
    batch = run(tmp_path, rows, mapping=mapping)
    assert [(event["id"], event["data"]["class"], event["data"]["on"]) for event in events(batch)] == [
        ("east-01A", "normal", "2025-02-28"),
        ("other-09B", "substandard", "2026-01-31"),
    ]
    assert refusals(batch) == [
        ":4, field class: 'Q' is not among the values of the mapping. Known: N, S.",
        ":5, field on: 'x' is no number of months.",
    ]


def test_one_row_may_become_several_events_each_under_its_condition(tmp_path: Path) -> None:
    mapping = """\
mapping: postings
source: core
rows: {status: {not: [void]}}
skip: [{when: {acc: TEST}, reason: a test account}]
events:
  - type: balance.changed
    id: "b-{no}"
    when: {kind: [pay, fee]}
    data: {account_id: "{acc}", customer_id: "{cus}", amount: "-{amt}", on: "{day}"}
  - type: fee.earned
    id: "f-{no}"
    when: {kind: fee}
    data: {customer_id: "{cus}", service: agency, amount: "{amt}", on: "{day}"}
"""
    rows = (
        "no,acc,cus,amt,day,kind,status\n1,A,C,5,2025-07-01,pay,\n2,A,C,5,2025-07-01,fee,\n3,TEST,C,5,2025-07-01,pay,\n"
        "4,A,C,5,2025-07-01,pay,void\n5,A,C,5,2025-07-01,other,\n"
    )
    batch = run(tmp_path, rows, mapping=mapping)
    assert [event["id"] for event in events(batch)] == ["b-1", "b-2", "f-2"]
    assert list(batch.lines) == [2, 3, 3]
    assert batch.skipped == {"a test account": 1, "outside the mapping's `rows`": 1}
    assert refusals(batch) == [
        ":6: The row is no event of the mapping: it meets no `when`, and no `skip` leaves it out."
    ]


def test_an_event_that_fails_does_not_stop_the_others_of_its_row(tmp_path: Path) -> None:
    mapping = """\
mapping: both
source: core
events:
  - {type: customer.joined, id: "j-{cus}", data: {customer_id: "{cus}", on: "{day}"}}
  - {type: merchant.enrolled, id: "m-{cus}", data: {customer_id: "{cus}", on: {column: other, date: "%Y%m%d"}}}
"""
    batch = run(tmp_path, "cus,day,other\nC,2025-07-01,20250732\n", mapping=mapping)
    assert [event["id"] for event in events(batch)] == ["j-C"]
    assert refusals(batch) == [":2, field on: '20250732' names a day or an hour that no calendar has."]


def test_an_empty_value_is_left_out_and_an_empty_id_is_refused(tmp_path: Path) -> None:
    batch = run(tmp_path, HEAD + "1,A,,5,2025-07-01\n,A,C,5,2025-07-01\n3,A,C,5,\n")
    assert data(batch, "customer_id") == [None]
    assert refusals(batch) == [":3, field id: It is empty.", ":4, field on: It is empty."]


def test_lookups_chain_and_a_row_without_its_other_is_refused(tmp_path: Path) -> None:
    (tmp_path / "owners.csv").write_text("acc,kind,cus\nA1,OWNER,C1\nA1,USER,C9\nA2,OWNER,C2\nA3,OWNER,C3\n")
    (tmp_path / "desks.csv").write_text("customer,desk\nC1,M-1\nC2,M-2\n")
    mapping = """\
mapping: teams
source: crm
lookups:
  owner: {file: owners.csv, key: acc, where: {kind: OWNER}}
  desk: {file: desks.csv, key: customer}
derive:
  customer: {lookup: owner, by: acc, take: cus}
  manager: {lookup: desk, by: customer, take: desk, otherwise: M-0}
events:
  - type: customer.assigned
    id: "t-{acc}"
    data: {customer_id: "{customer}", team: [{manager_id: "{manager}", share: "1"}], on: "2025-01-01"}
"""
    batch = run(tmp_path, "acc\nA1\nA2\nA3\nA4\n", mapping=mapping)
    assert [(event["data"]["customer_id"], event["data"]["team"][0]["manager_id"]) for event in events(batch)] == [
        ("C1", "M-1"),
        ("C2", "M-2"),
        ("C3", "M-0"),
    ]
    assert refusals(batch) == [":5, field customer: No row of owners.csv has acc 'A4'."]


def test_a_lookup_whose_key_leads_to_two_rows_is_refused_with_both_lines(tmp_path: Path) -> None:
    (tmp_path / "owners.csv").write_text("acc,cus\nA1,C1\nA1,C9\n")
    more = "lookups: {owner: {file: owners.csv, key: acc}}"
    with pytest.raises(Problem, match=r"owners\.csv:3: acc 'A1' stands in line 2 and again here\. A key leads to one"):
        run(tmp_path, HEAD, more=more)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"amount": '"{amuont}"'},
            r"map\.yaml:\d+, field events\[0\]\.data\.amount: .*rows\.csv has no column 'amuont'",
        ),
        ({"more": "rows: {colour: red}"}, r"map\.yaml:\d+, field rows\.colour: .* has no column 'colour'"),
        (
            {"more": "lookups: {o: {file: none.csv, key: a}}"},
            r"map\.yaml:\d+, field lookups\.o\.file: .*none\.csv is neit",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_its_table_is_told_before_any_row(
    tmp_path: Path, parts: dict[str, str], said: str
) -> None:
    with pytest.raises(Problem, match=said):
        run(tmp_path, HEAD + "1,A,C,5,2025-07-01\n", **parts)


def test_a_cut_row_and_an_open_quote_cost_their_own_line_alone(tmp_path: Path) -> None:
    rows = (
        HEAD + '1,A,C\n2,"A,C,5,2025-07-01\n3,A,C,5,2025-07-01\n4,A,C,5,2025-07-01,more\n5,A,"B"C,5,2025-07-01\n6,"A\n'
    )
    batch = run(tmp_path, rows)
    assert [event["id"] for event in events(batch)] == ["p-3"]
    assert refusals(batch) == [
        ":2: The row has 3 fields, not 5. It is cut, or the delimiter is another.",
        ":3: The row cannot be read: ',' expected after '\"'. A quote inside a quoted field is written twice.",
        ":5: The row has 6 fields, not 5. A field with a delimiter needs quotes.",
        ":6: The row cannot be read: ',' expected after '\"'. A quote inside a quoted field is written twice.",
        ":7: A quote opens and does not close. The row is cut, or the quote belongs to its text.",
    ]
    assert batch.refused[0].raw == b"1,A,C"


def test_a_field_may_hold_line_breaks_and_lines_are_still_counted(tmp_path: Path) -> None:
    batch = run(tmp_path, HEAD + '1,"A\nB",C,5,2025-07-01\n2,A,C,5,2025-07-01\n')
    assert list(batch.lines) == [2, 4]


def test_a_formula_is_text_and_nothing_more(tmp_path: Path) -> None:
    batch = run(tmp_path, HEAD + "1,=cmd|'/c calc'!A0,C,5,2025-07-01\n")
    assert data(batch, "account_id") == ["=cmd|'/c calc'!A0"]


def test_the_zone_of_a_mapping_without_one_is_the_institutions(tmp_path: Path) -> None:
    content = io.BytesIO((HEAD + "1,A,C,5,2025-07-01\n").encode())
    (tmp_path / "map.yaml").write_text(
        POSTINGS.format(more="", amount='"{amt}"', on='"{day}"').replace("zone: Asia/Shanghai\n", "")
    )
    (batch,) = source_of(content, load(tmp_path / "map.yaml"), UTC).batches()
    assert events(batch)[0]["time"] == "2025-07-01T00:00:00+00:00"


def test_a_parquet_table_is_mapped_like_a_csv_file(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(POSTINGS.format(more="", amount='"{amt}"', on='"{day}"'))
    table = pa.table(
        {
            "no": pa.array([1, 2]),
            "acc": ["A", "B"],
            "cus": pa.array(["C", None]),
            "amt": pa.array([1250.1, 1e15]),
            "day": pa.array(["2025-07-01", "2025-07-02"]).cast(pa.date32()),
        }
    )
    pq.write_table(table, tmp_path / "rows.parquet")
    (batch,) = source_at(tmp_path / "rows.parquet", load(tmp_path / "map.yaml"), UTC).batches()
    assert list(batch.lines) == [1, 2]
    assert [(event["data"]["amount"], event["data"]["on"]) for event in events(batch)] == [
        ("1250.1", "2025-07-01"),
        ("1000000000000000", "2025-07-02"),
    ]


def test_a_csv_file_without_a_mapping_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(HEAD)
    with pytest.raises(Problem, match=r"needs a mapping .* --mapping FILE"):
        source_at(tmp_path / "rows.csv", None, UTC)
