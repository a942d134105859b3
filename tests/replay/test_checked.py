"""What a worker's check found stays beside the log until the next check, whatever reads it meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from replay.checked import NAME, Checked, Noted, note
from replay.reconcile import Difference, Reconciliation

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
DIFFERENCES = [Difference("bank-contribution", "2025", f"M-{nth}", "fees", "1", "2") for nth in range(30)]


def test_the_last_one_is_read_and_nothing_before_there_is_one(tmp_path: Path) -> None:
    noted = Noted(tmp_path)
    assert noted.last is None
    differing = Checked(AT, "0:812,1:790", Reconciliation("0:812,1:790", {"M-0"}, DIFFERENCES).findings)
    note(tmp_path, differing)
    assert noted.last == differing
    note(tmp_path, Checked(AT, "0:900,1:790", []))
    assert noted.last == Checked(AT, "0:900,1:790", [])


def test_what_cannot_be_read_or_was_deleted_is_none(tmp_path: Path) -> None:
    note(tmp_path, Checked(AT, 7, []))
    noted = Noted(tmp_path)
    assert noted.last is not None
    file = tmp_path / "cache" / NAME
    file.write_bytes(b'{"at": ')
    assert noted.last is None
    file.unlink()
    assert noted.last is None


def test_differences_are_findings_in_both_languages_the_first_of_many() -> None:
    assert Reconciliation(7).findings == []
    whole, *each = Reconciliation(7, {"M-0"}, DIFFERENCES).findings
    assert whole.text["en"] == (
        "What the boards show at position 7 is not what the log gives, in 30 of their figures. Rebuild the live side: "
        "delete the log's cache folder and start the worker."
    )
    assert whole.text["zh"].startswith("位置 7 的榜单有 30 个数字与日志不符。")
    assert len(each) == 20
    assert each[0].about == "M-0"
    assert each[0].text == {
        "en": "bank-contribution 2025, manager M-0, line fees: the board shows 1, the log gives 2.",
        "zh": "bank-contribution 2025，客户经理 M-0，fees：榜单为 1，日志为 2。",
    }
