"""Who reads Chinese meets complaints in Chinese: what is wrong, where, what to do, through the command itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.plan.library import text_of
from meritlog.cli import main
from meritlog.cli.failures import Exit
from meritlog.words import Language, Words
from tests.command_line import ROOT

PERIODS = "请写年（2025）、半年（2025H1）、季（2025Q3）、双月（2025B4）、月（2025-07）或 2025-07-01..2025-07-15。"
EVENT = {"specversion": "1.0", "source": "bank", "time": "2025-01-02T09:00:00+08:00"}


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MERITLOG_LANG", "zh")
    monkeypatch.delenv("MERITLOG_LOG", raising=False)
    monkeypatch.delenv("MERITLOG_BROKERS", raising=False)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("settle nope 2025", "没有方案“nope”。可用 meritlog plan list 查看现有方案；方案文件以 .yaml 结尾。"),
        ("settle bank-contributoin 2025", "没有方案“bank-contributoin”。是否应为“bank-contribution”？"),
        ("settle bank-contribution 2025Q5", f"“2025Q5”不是期间。{PERIODS}"),
        (
            "settle bank-contribution 2025-07-15..2025-07-01",
            "“2025-07-15..2025-07-01”的止日早于起日。请把较早的日期写在前面。",
        ),
        (
            "settle bank-contribution 2025",
            "meritlog-data：此处没有日志。请用 meritlog init 新建，或用 --log 指定另一个文件夹。",
        ),
        ("settle", "缺少参数“PLAN”。用法见：meritlog settle --help"),
        ("settle bank-contribution 2025 --manager", "选项“--manager”后须写值。用法见：meritlog --help"),
        ("settel", "没有命令“settel”。是否应为“settle”、“settle-all”？用法见：meritlog --help"),
        ("plan shwo", "没有命令“shwo”。是否应为“show”？用法见：meritlog plan --help"),
        ("settle x 2025 --thru 1", "没有选项 --thru（相近的选项：--through）。用法见：meritlog settle --help"),
        ("settle x 2025 --nope", "没有选项 --nope。用法见：meritlog settle --help"),
        ("settle x 2025 more", "多余的参数：more。用法见：meritlog settle --help"),
        ("explain x 2025 M --limit -1", "“--limit”的值不对：不能小于 0。用法见：meritlog explain --help"),
        ("explain x 2025 M --limit few", "“--limit”的值不对：应为整数。用法见：meritlog explain --help"),
        (
            "query products 2025 --by week",
            "“--by”的值不对：“week”不在“product”、“unit”、“manager”、“customer”、“account”、“event”之中。"
            "用法见：meritlog query products --help",
        ),
        (
            "settle bank-contribution 2025 --out x.docx",
            "x.docx：.docx 不是结算单的格式。文件名请以 .json、.csv、.xlsx、.parquet、.pdf、.html 结尾。",
        ),
        (
            "init --currency RMB",
            "字段 currency：“RMB”不是 ISO 4217 的币种。是否应为 CNY？请写三个大写字母，例如 CNY。",
        ),
        ("plan check none.yaml", "none.yaml：没有这个文件。"),
    ],
)
def test_a_mistake_on_the_command_line(capsys: pytest.CaptureFixture[str], arguments: str, told: str) -> None:
    assert main(arguments.split()) == Exit.BAD_INPUT
    assert capsys.readouterr().err == f"错误：{told}\n"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            {"customer_id": "C", "amount": "1"},
            "，字段 data.account_id：缺少 account_id。请补上：账户。",
        ),
        (
            {"account_id": "A", "customer_id": "C", "amount": "1", "on": "2025/01/02"},
            '，字段 data.on："2025/01/02" 不是日期。请写成 "YYYY-MM-DD"，例如 "2025-07-01"。',
        ),
        (
            {"account_id": "A", "customer_id": "C", "amuont": "1"},
            "，字段 data.amuont：balance.changed 没有字段“amuont”。是否应为 amount？",
        ),
        ({"account_id": "A", "customer_id": "C", "amount": float("nan")}, None),
        (
            {"account_id": "A", "customer_id": "C", "amount": "1.255"},
            "，字段 data.amount：1.255 的小数超过 2 位，CNY 最多 2 位。如为其他币种，请在旁边写明 currency。",
        ),
        (
            {"account_id": "A", "customer_id": "C", "amount": "1,250.00"},
            '，字段 data.amount："1,250.00" 不是规范的小数。请去掉千分位："1250.00"。',
        ),
    ],
)
def test_a_bad_event(capsys: pytest.CaptureFixture[str], data: dict[str, object], told: str | None) -> None:
    event = {**EVENT, "id": "E-1", "type": "balance.changed", "data": data}
    Path("events.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")
    assert main(["ingest", "events.jsonl"]) == Exit.BAD_INPUT
    where = "：NaN 不是 JSON 的数。请写小数，或省略该字段。" if told is None else f"，事件 E-1{told}"
    assert capsys.readouterr().err == f"events.jsonl:1{where}\n已保存于 meritlog-data/rejected\n"


def test_what_programs_read_of_a_rejection_stays_english(capsys: pytest.CaptureFixture[str]) -> None:
    Path("events.jsonl").write_text("[]\n", encoding="utf-8")
    main(["ingest", "events.jsonl"])
    kept = "".join(file.read_text(encoding="utf-8") for file in Path("meritlog-data/rejected").rglob("*.jsonl"))
    assert "A list is no event." in kept
    assert kept.isascii()
    capsys.readouterr()
    main(["settle", "nope", "2025", "--json"])
    told = capsys.readouterr()
    assert json.loads(told.out)["error"]["message"] == "There is no plan 'nope'."
    assert told.err.startswith("错误：没有方案“nope”。")


def test_a_mapping_that_names_no_column_and_a_table_without_mapping(capsys: pytest.CaptureFixture[str]) -> None:
    Path("d.csv").write_text("number,account\n1,A\n", encoding="utf-8")
    Path("m.yaml").write_text(
        "mapping: ours\nsource: bank\nevents:\n  - type: account.closed\n    id: '{number}'\n"
        "    data: {account_id: '{acount}', customer_id: C, on: 2025-01-02}\n",
        encoding="utf-8",
    )
    assert main(["ingest", "d.csv", "--mapping", "m.yaml"]) == Exit.BAD_INPUT
    told = "错误：m.yaml:6，字段 events[0].data.account_id：d.csv 没有“acount”列。是否应为“account”？\n"
    assert capsys.readouterr().err == told
    assert main(["ingest", "d.csv"]) == Exit.BAD_INPUT
    assert capsys.readouterr().err == (
        "错误：d.csv：CSV 文件需要映射文件，说明各行如何转成事件。"
        "请参照 docs/recipes/own-csv.md 编写，并用 --mapping FILE 指定。\n"
    )
    Path("d.xlsx").write_bytes(b"PK")
    assert main(["ingest", "d.xlsx", "--mapping", "m.yaml"]) == Exit.BAD_INPUT
    assert capsys.readouterr().err == (
        "错误：d.xlsx：这里不读取 Excel 工作簿。请把工作表另存为“CSV UTF-8”，再用 --mapping FILE 导入。\n"
    )


BOTH = "{en: a, zh: 甲}"
PLAN = f"""
plan: our-plan
title: {BOTH}
source: {BOTH}
effective: 2025-01-01
board: total
parameters:
  w1: {{label: {BOTH}, values: {{2025-01-01: 0.4}}, clause: "1"}}
  w2: {{label: {BOTH}, values: {{2025-01-01: 0.5}}, clause: "1"}}
tables:
  t: {{label: {BOTH}, kind: steps, clause: "1", rows: [{{from: 10, value: 1}}, {{from: 5, value: 2}}]}}
measures:
  n: {{label: {BOTH}, of: complaint.received, aggregate: count, clause: "1"}}
  d: {{label: {BOTH}, of: balance, aggregate: product-days, clause: "1"}}
lines:
  - {{id: a, label: {BOTH}, kind: score, formula: b + n, clause: "2"}}
  - {{id: b, label: {BOTH}, kind: score, formula: a * 2, clause: "2"}}
  - {{id: c, label: {BOTH}, kind: score, formula: n + d, clause: "2"}}
  - {{id: e, label: {BOTH}, kind: score, formula: "nn * steps(t, n)", clause: "2"}}
  - {{id: total, label: {BOTH}, kind: score, weighted: {{parts: {{a: w1, b: w2}}, total: 1}}, clause: "2"}}
"""


def checked(capsys: pytest.CaptureFixture[str], text: str) -> list[str]:
    Path("p.yaml").write_text(text.lstrip(), encoding="utf-8")
    assert main(["plan", "check", "p.yaml"]) == Exit.CHECK_FAILED
    return capsys.readouterr().out.splitlines()


def test_mistakes_of_a_plan(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    assert checked(capsys, PLAN) == [
        "错误：p.yaml:10，字段 tables.t.rows[1]：此行从 5 开始，低于前一行的起点 10。"
        "请按升序填写各行，每行从前一行的终点开始。",
        "错误：p.yaml:15，字段 lines[0].formula：各项目循环引用：a → b → a。"
        "请断开其中一环；引用上一期间请写“of: line, over: previous”。",
        "错误：p.yaml:17，字段 lines[2].formula：“n + d”把笔数与积数相加。"
        "请先换算：笔数或分数乘以表示单价的参数，积数除以天数。",
        "错误：p.yaml:18，字段 lines[3].formula：没有“nn”这个参数、计量或项目。是否应为“n”？",
        "错误：p.yaml:19，字段 lines[4].weighted：自 2025-01-01 起，各权重合计为 0.9，而不是 1。"
        "请更改当日的权重，或更改应有的合计。",
        "提醒：p.yaml:10，字段 tables.t.rows[0]：对照表“t”在低于 10 时查不到结果。"
        "如那里也有取值（哪怕是 0），请在最前面加一行不写 from 的行。",
        "p.yaml 目前不能运行。",
    ]


def test_a_plan_that_is_none_yet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    text = PLAN.replace("of: complaint.received, aggregate: count", "of: complaint, take: count")
    text = text.replace("product-days", "average").replace("kind: steps", "kind: step").replace("board: total\n", "")
    assert checked(capsys, text) == [
        "错误：p.yaml:11，字段 measures.n.of：没有“complaint”这个可计量的事件类型。是否应为“complaint.received”？",
        "错误：p.yaml:1，字段 board：缺少“board”。",
        "错误：p.yaml:9，字段 tables.t.kind：此处不能写“step”。是否应为“steps”？",
        "错误：p.yaml:12，字段 measures.d.aggregate：此处不能写“average”。"
        "日均余额等于积数除以天数：此处请写 product-days，再在项目中除以计量 {of: calendar, field: days}。",
        "p.yaml 目前不能运行。",
    ]


def test_a_log_that_another_writes(capsys: pytest.CaptureFixture[str]) -> None:
    from engine.log import Log

    assert main(["init"]) == Exit.DONE
    Path("events.jsonl").write_text("\n", encoding="utf-8")
    with Log.open(Path("meritlog-data")).writer("ingest of the night"):
        capsys.readouterr()
        assert main(["ingest", "events.jsonl"]) == Exit.ENVIRONMENT
        told = capsys.readouterr().err
    assert told.startswith("错误：meritlog-data")
    assert "日志正在由 ingest of the night（" in told
    assert told.endswith("写入，始于 UTC " + told.partition("始于 UTC ")[2])
    assert told.endswith("。同一时间只能有一个写入程序：请等它结束，或将其停止。读取不受影响。\n")


def test_a_damaged_log(capsys: pytest.CaptureFixture[str]) -> None:
    main(["init"])
    event = {**EVENT, "id": "E-1", "type": "unit.opened", "data": {"org_unit": "U"}}
    Path("events.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")
    main(["ingest", "events.jsonl"])
    tail = next(Path("meritlog-data").rglob("tail-*.log"))
    tail.unlink()
    capsys.readouterr()
    assert main(["verify"]) == Exit.CHECK_FAILED
    assert (
        f"损坏：{tail}：文件不存在。请用备份恢复该文件；meritlog verify 会列出所有损坏之处。"
        in capsys.readouterr().out.replace("\n", "")
    )


def test_brokers_that_are_away() -> None:
    """In a process of its own: what the client logs of its attempts is no second complaint beside ours."""
    command = [sys.executable, "-m", "meritlog", "worker", "--brokers", "localhost:1", "--wait", "0"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT, timeout=60)
    assert done.returncode == Exit.ENVIRONMENT
    assert done.stderr == (
        "错误：localhost:1：没有 broker 正常应答：111 ECONNREFUSED。请确认 broker 正在运行、本机能够连接、"
        "MERITLOG_KAFKA_… 各变量与 broker 的要求相符；可用 meritlog broker up 在本机启动一个。\n"
    )


def test_english_stays_as_it_was(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERITLOG_LANG", "en")
    assert main(["settle", "nope", "2025"]) == Exit.BAD_INPUT
    assert capsys.readouterr().err == (
        "error: There is no plan 'nope'. `meritlog plan list` names those at hand; a file ends in .yaml.\n"
    )
    assert Words(Language.EN).told("The line is empty.") == "The line is empty."


CASES = """
given:
  - 2025-01-01 manager.appointed: {manager_id: M-1, org_unit: U-1}
  - 2025-01-01 customer.assigned: {customer_id: C-1, team: {M-1: 1}}
cases:
  - rule: Fees count in full.
    events:
      - 2025-02-01 fee.earned: {customer_id: C-1, service: agency, amount: 60}
      - 2025-02-02 fee.earned: {customer_id: C-1, service: agency, amount: 60%}
    expect:
      - settle: 2025Q1
        managers: {M-1: {fees: 61, cards: 0, nothing: 1, missing: []}}
        findings: [A-9]
"""


def test_cases_that_do_not_hold(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    Path("our.yaml").write_text(text_of("bank-contribution"), encoding="utf-8")
    Path("our.cases").mkdir()
    Path("our.cases/fees.yaml").write_text(CASES, encoding="utf-8")
    assert main(["plan", "test", "./our.yaml"]) == Exit.CHECK_FAILED
    told = capsys.readouterr().out
    for failure in (
        "收录事件 3 个，应为 4 个。",
        "拒收事件 1 个，应为 0 个。",
        '请写成小数："0.6"。',
        "2025Q1：M-1：fees：得 60，应为 61",
        "2025Q1：M-1：缺少的数据：得 ['base_contribution']，应为 []",
        "2025Q1：M-1：未显示 nothing，应为 1",
        "2025Q1：没有关于 A-9 的疑点",
    ):
        assert failure in told


def test_one_case_that_holds_is_told_as_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("our.yaml").write_text(text_of("bank-contribution"), encoding="utf-8")
    Path("our.cases").mkdir()
    held = CASES.replace("      - 2025-02-02 fee.earned: {customer_id: C-1, service: agency, amount: 60%}\n", "")
    held = held.replace("fees: 61, cards: 0, nothing: 1, missing: []", "fees: 60, missing: [base_contribution]")
    Path("our.cases/fees.yaml").write_text(held.replace("        findings: [A-9]\n", ""), encoding="utf-8")
    for language, told in (("zh", "仅有的一个用例符合。"), ("en", "The one case holds.")):
        monkeypatch.setenv("MERITLOG_LANG", language)
        assert main(["plan", "test", "./our.yaml"]) == Exit.DONE
        assert capsys.readouterr().out.splitlines()[-1] == told
