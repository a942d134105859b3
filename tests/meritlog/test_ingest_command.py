"""`meritlog ingest` as a user meets it: every kind of bad input ends in a clear message, exit code 2 and no loss."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.log import Log
from schemas.institution import Institution

ROOT = Path(__file__).parents[2]
GOOD = (
    '{"specversion":"1.0","id":"%s","source":"s","type":"customer.joined",'
    '"time":"2025-07-01T00:00:00Z","data":{"customer_id":"C"}}'
)


def meritlog(
    folder: Path, *arguments: str, given: bytes | None = None, language: str = "en"
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "meritlog", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MERITLOG_LANG": language, "MERITLOG_LOG": ""},
        input=given,
        capture_output=True,
        timeout=120,
        check=False,
    )


def ingest(folder: Path, *arguments: str, given: bytes | None = None) -> tuple[int, dict[str, Any], str]:
    done = meritlog(folder, "ingest", *arguments, "--json", given=given)
    return done.returncode, json.loads(done.stdout), done.stderr.decode()


def changed(event: str, old: str, new: str) -> str:
    assert old in event
    return event.replace(old, new)


BALANCE = (
    '{"specversion":"1.0","id":"b","source":"s","type":"balance.changed","time":"2025-07-01T00:00:00Z",'
    '"data":{"account_id":"A","customer_id":"C","amount":"1.00","on":"2025-07-01"}}'
)
BAD = {
    "a truncated line": (BALANCE[:90], ""),
    "a wrong date": (changed(BALANCE, '"on":"2025-07-01"', '"on":"2025-02-30"'), "on"),
    "a wrong time": (changed(BALANCE, "T00:00:00Z", "T25:00:00Z"), "time"),
    "an unknown type": (changed(BALANCE, "balance.changed", "balance.chnaged"), "balance.changed"),
    "an unknown field": (changed(BALANCE, '"amount"', '"amuont"'), "amount"),
    "a missing field": (changed(BALANCE, '"account_id":"A",', ""), "account_id"),
    "not a number": (changed(BALANCE, '"1.00"', "NaN"), ""),
    "infinity": (changed(BALANCE, '"1.00"', '"Infinity"'), "amount"),
    "an endless number": (changed(BALANCE, '"1.00"', "1e400"), "amount"),
    "a huge exponent": (changed(BALANCE, '"1.00"', "1e999999999999999999"), "amount"),
    "too many digits": (changed(BALANCE, '"1.00"', '"1.001"'), "amount"),
    "deep nesting": (changed(BALANCE, '"1.00"', "[" * 100_000 + "]" * 100_000), ""),
    "deep nesting beside the data": (changed(BALANCE, '"data"', '"x":' + "[" * 50_000 + "]" * 50_000 + ',"data"'), ""),
    "a key that stands twice": (changed(BALANCE, '"amount":"1.00"', '"amount":"1.00","amount":"9.00"'), "amount"),
    "a byte order mark inside the file": ("\ufeff" + BALANCE, ""),
    "a list": ("[1,2]", ""),
    "a word": ("balance", ""),
    "a row of a spreadsheet": ("=cmd|'/c calc'!A0,1,2", ""),
    "half a character": (changed(BALANCE, '"A"', '"\\ud800"'), ""),
    "a control character": (changed(BALANCE, '"A"', '"\\u0000"'), ""),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, Any]]:
    """Every bad line between good ones in one file, taken in by the real command; what was kept, by line."""
    folder = tmp_path_factory.mktemp("bad")
    lines = [text for number, (line, _) in enumerate(BAD.values()) for text in (GOOD % number, line)]
    (folder / "events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, counts, told = ingest(folder, "events.jsonl")
    assert code == 2
    assert (counts["admitted"], counts["duplicates"], counts["rejected"]) == (len(BAD), 0, len(BAD))
    assert counts["position"] == len(BAD)
    assert "Traceback" not in told
    assert [line.partition(":")[2][:1] for line in told.splitlines()[:5]] == ["2", "4", "6", "8", "1"]
    (kept,) = (folder / "meritlog-data" / "rejected").iterdir()
    return {record["line"]: record for record in map(json.loads, kept.read_bytes().splitlines())}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_kept_with_its_place_and_reason_and_costs_no_other(
    bad: dict[int, dict[str, Any]], name: str
) -> None:
    line, named = BAD[name]
    kept = bad[2 * list(BAD).index(name) + 2]
    assert (kept["file"], kept["raw"]) == ("events.jsonl", line)
    assert named in f"{kept.get('field')} {kept['reason']} {kept['remedy']}"
    assert len(kept["reason"]) < 200


def test_bytes_that_are_no_text_are_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes((GOOD % 1).encode() + b"\n\xff\xfe\x00\n" + (GOOD % 2).encode())
    code, counts, told = ingest(tmp_path, "events.jsonl")
    assert (code, counts["admitted"], counts["rejected"]) == (2, 2, 1)
    assert told.startswith("events.jsonl:2")


def test_a_line_of_ten_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    huge = GOOD % ("9" * 10_000_000)
    (tmp_path / "events.jsonl").write_text("\n".join([GOOD % 1, huge, GOOD % 2]))
    code, counts, told = ingest(tmp_path, "events.jsonl")
    assert (code, counts["admitted"], counts["rejected"]) == (2, 2, 1)
    assert told.startswith(f"events.jsonl:2: The line has {len(huge)} bytes.")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(b"\xef\xbb\xbf" + f"{GOOD % 1}\r\n\r\n{GOOD % 2}\r\n".encode())
    code, counts, told = ingest(tmp_path, "events.jsonl")
    assert (code, counts["admitted"], told) == (0, 2, "")


def test_standard_input_is_read_where_a_dash_stands(tmp_path: Path) -> None:
    code, counts, _ = ingest(tmp_path, "-", given=f"{GOOD % 1}\n{GOOD % 2}".encode())
    assert (code, counts["admitted"]) == (0, 2)
    code, counts, told = ingest(tmp_path, "-", given=b"oops")
    assert (code, counts["rejected"]) == (2, 1)
    assert told.startswith("standard input:1")


def test_after_ten_rejections_the_rest_is_counted(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text("\n".join(["oops"] * 25 + [GOOD % 1]))
    code, counts, told = ingest(tmp_path, "events.jsonl")
    assert (code, counts["admitted"], counts["rejected"]) == (2, 1, 25)
    assert len(told.splitlines()) == 11
    assert told.splitlines()[-1] == "and 15 more, kept under meritlog-data/rejected"


def test_the_first_ingest_makes_the_log_with_the_usual_institution(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text(GOOD % 1)
    assert ingest(tmp_path, "events.jsonl")[0] == 0
    described = json.loads((tmp_path / "meritlog-data" / "log.json").read_bytes())
    assert "Asia/Shanghai" in str(described)
    assert "CNY" in str(described)
    again = meritlog(tmp_path, "init")
    assert again.returncode == 2
    assert b"There is a log here already" in again.stderr


def test_init_makes_an_empty_log_in_the_zone_and_currency_asked_for(tmp_path: Path) -> None:
    done = meritlog(tmp_path, "init", "--timezone", "Europe/Prague", "--currency", "CZK", "--json", "--log", "here")
    assert done.returncode == 0
    made = json.loads(done.stdout)
    assert (made["timezone"], made["currency"], made["position"]) == ("Europe/Prague", "CZK", 0)
    wrong = meritlog(tmp_path, "init", "--timezone", "Middle/Earth", "--log", "there")
    assert wrong.returncode == 2
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent.jsonl"], "absent.jsonl: There is no such file."),
        (["."], ".: It is a folder."),
        (["rows.csv"], "rows.csv: A CSV file needs a mapping"),
        (["rows.csv", "--mapping", "absent.yaml"], "absent.yaml: There is no such file."),
        (["-", "-"], "Standard input (-) is named twice."),
        ([], "meritlog ingest --help"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_before_a_log_is_made(
    tmp_path: Path, arguments: Sequence[str], said: str
) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
    done = meritlog(tmp_path, "ingest", *arguments)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert not (tmp_path / "meritlog-data").exists()


def test_a_csv_file_comes_in_by_its_mapping_formulas_and_cut_rows_included(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(
        'mapping: m\nsource: s\nevents:\n  - {type: customer.joined, id: "{no}", '
        'data: {customer_id: "{cus}", on: {column: day, date: "%Y%m%d"}}}\n'
    )
    (tmp_path / "rows.csv").write_text("no,cus,day\n1,=cmd|'/c calc'!A0,20250701\n2,C,20250732\n3,C\n4,C,20250701")
    code, counts, told = ingest(tmp_path, "rows.csv", "--mapping", "map.yaml")
    assert (code, counts["admitted"], counts["rejected"]) == (2, 2, 2)
    assert [line.partition(" ")[0] for line in told.splitlines()[:2]] == ["rows.csv:3,", "rows.csv:4:"]


def test_people_read_counts_and_programs_read_one_document(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text(GOOD % 1)
    done = meritlog(tmp_path, "ingest", "events.jsonl")
    assert done.stdout.decode().startswith("1 admitted, 0 duplicates, 0 rejected.\nThe log holds 1 event, head sha256:")
    assert done.stderr == b""


def test_a_log_that_another_writer_holds_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text(GOOD % 1)
    assert ingest(tmp_path, "events.jsonl")[0] == 0
    holding = (
        "from pathlib import Path; from engine.log.log import Log; import sys\n"
        "with Log.open(Path('meritlog-data')).writer('another'): print('held', flush=True); sys.stdin.read()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", holding], cwd=tmp_path, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"held\n"
        done = meritlog(tmp_path, "ingest", "events.jsonl")
        holder.stdin.close()
    assert done.returncode == 3
    assert b"another" in done.stderr


def test_what_a_crash_left_half_done_is_told_by_whoever_writes_next(tmp_path: Path) -> None:
    with Log.create(tmp_path / "log", Institution(), datetime(2025, 7, 1, tzinfo=UTC)).writer("test"):
        shutil.copytree(tmp_path / "log", tmp_path / "crashed")
    (tail,) = (tmp_path / "crashed" / "partition-0").glob("tail-*.log")
    tail.write_bytes(tail.read_bytes() + b"torn")
    shutil.copytree(tmp_path / "crashed", tmp_path / "again")
    status, counts, told = ingest(tmp_path, "-", "--log", "crashed", given=(GOOD % "e").encode())
    assert (status, counts["admitted"]) == (0, 1)
    assert told == "A torn tail was cut at byte 0: what came after it was never acknowledged.\n"
    _, _, nothing = ingest(tmp_path, "-", "--log", "crashed", given=(GOOD % "f").encode())
    assert nothing == ""
    chinese = meritlog(tmp_path, "ingest", "-", "--log", "again", given=(GOOD % "e").encode(), language="zh")
    assert chinese.stderr.decode() == "日志尾部残缺，已在第 0 字节处截断：其后的内容从未确认。\n"
