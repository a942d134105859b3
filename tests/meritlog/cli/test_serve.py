"""``meritlog serve`` and ``meritlog board --watch`` as commands: what they say, refuse and end with."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from meritlog.cli import main
from tests.meritlog.web.made import PERIOD, PLAN, append, beginning, fee, made
from tests.meritlog.web.serving import PATIENCE, ROOT

PYTHON = [sys.executable, "-m", "meritlog"]


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on until it is told to end."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MERITLOG_BROKERS": ""}
    process = subprocess.Popen(
        [*PYTHON, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_interrupts,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _heed_interrupts() -> None:
    # Shells let what they start in the background ignore Ctrl-C, the tests among it and all that they start.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_port_in_use_is_named_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port, "--log", str(tmp_path)]) == 3
    told = capsys.readouterr().err
    assert f"127.0.0.1:{port} cannot be listened at: Address already in use. Name another port with --port" in told


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--host", "192.0.2.1"], 3, "field --host: 192.0.2.1:8000 cannot be listened at"),
        (["--verify-every", "often"], 2, "field --verify-every: 'often' is no length of time. Write 30m, 1h or 1d"),
        (["--plan", "bank-contributoin"], 2, "There is no plan 'bank-contributoin'. Did you mean 'bank-contribution'?"),
        (["--port", "99999"], 2, "should be less than or equal to 65535"),
        (["--brokers", "kafka:port"], 2, "'kafka:port' is no address of a broker."),
    ],
)
def test_what_cannot_be_served_is_said_before_anything_listens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    assert main(["serve", "--log", str(tmp_path), *arguments]) == code
    assert told in capsys.readouterr().err


def test_it_says_where_it_listens_and_that_others_may_read(tmp_path: Path) -> None:
    with started("serve", "--host", "0.0.0.0", "--port", "0", "--log", str(tmp_path)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("The leaderboard is at http://0.0.0.0:")
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert errors.strip() == "Everybody who reaches 0.0.0.0 can read it: set MERITLOG_SERVE_TOKEN to ask for a token."


def test_watching_prints_a_board_whenever_it_has_changed(tmp_path: Path) -> None:
    log = made(tmp_path / "log", beginning())
    with started("board", PLAN, PERIOD, "--watch", "--json", "--log", str(log.path)) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        append(log, [fee("moves", "2025-02-09", 3, "10000")])
        second = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    assert (first["rows"][0]["manager_id"], first["position"]) == ("M-1", 9)
    assert (second["rows"][0]["manager_id"], second["position"], second["through"]) == ("M-3", 10, "2025-02-09")


def test_watching_the_past_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board", PLAN, PERIOD, "--watch", "--as-of", "3", "--log", str(tmp_path)]) == 2
    assert "field --as-of: --watch shows what the log knows now. Leave one out." in capsys.readouterr().err
