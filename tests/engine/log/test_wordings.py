"""Wordings: kept durably under their digest, found again, and verified like the rest of the log."""

from pathlib import Path

import pytest

from engine.log import Damage, Log, verify
from engine.log.digest import digest_of
from tests.engine.log.made import make_log, numbered

WORDING = b'{"plan":"ours"}'


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return make_log(tmp_path / "log", numbered(1, 3))


def kept_at(log: Log) -> Path:
    log.wordings.keep(WORDING)
    [path] = (log.path / "plans").iterdir()
    return path


def test_a_wording_is_found_under_its_digest_and_kept_once(log: Log) -> None:
    assert log.wordings.find(digest_of(WORDING)) is None
    path = kept_at(log)
    before = path.stat().st_mtime_ns
    log.wordings.keep(WORDING)
    assert path.stat().st_mtime_ns == before
    assert log.wordings.find(digest_of(WORDING)) == WORDING
    assert verify(log.path).ok


def test_a_changed_wording_is_refused_and_named_by_verify(log: Log) -> None:
    path = kept_at(log)
    path.write_bytes(WORDING.replace(b"ours", b"0urs"))
    with pytest.raises(Damage, match="The plan's bytes are not those that a period was closed by"):
        log.wordings.find(digest_of(WORDING))
    [damage] = verify(log.path).damage
    assert damage == (
        f"{path}: The plan's bytes are not those that a period was closed by. "
        "Restore the file from a copy; `meritlog verify` names all that is damaged."
    )


def test_a_foreign_file_among_the_wordings_is_damage_and_what_a_crash_left_is_not(log: Log) -> None:
    path = kept_at(log)
    path.with_name(f"{path.name}.aside").write_bytes(b"half")
    assert verify(log.path).ok
    path.with_name("notes.txt").write_text("mine", encoding="utf-8")
    assert verify(log.path).damage == [f"{path.with_name('notes.txt')}: The file is none of the log's. Take it out."]
