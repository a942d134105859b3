"""The ready-made checks of ``make check`` turn red on a planted defect, each for the reason it is there for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TREE = ("schemas", "engine", "projections", "replay", "meritlog", "plans")
BIN = Path(sys.executable).parent
PURPOSE = '"""A canary."""\n'


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree, to plant defects in."""
    copied = tmp_path_factory.mktemp("tree")
    for room in TREE:
        shutil.copytree(ROOT / room, copied / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copied)
    return copied


def run(copied: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=copied, capture_output=True, text=True, check=False, timeout=300
    )


def test_the_copy_keeps_the_import_law_before_anything_is_planted(copy: Path) -> None:
    kept = run(copy, "lint-imports", "--no-cache")
    assert kept.returncode == 0, kept.stdout


@pytest.mark.parametrize(
    ("path", "line", "broken"),
    [
        ("schemas/canary.py", "import engine", "Each room imports only what stands to its left"),
        ("projections/canary.py", "import replay", "Each room imports only what stands to its left"),
        ("replay/canary.py", "import meritlog", "Each room imports only what stands to its left"),
        ("engine/canary.py", "import duckdb", "What is said and what is computed know no database and no web"),
        ("replay/canary.py", "import kafka", "Projections and replay know no broker and no web"),
        ("engine/canary.py", "import time", "What is computed asks no clock and draws no random number"),
        ("engine/canary.py", "import random", "What is computed asks no clock and draws no random number"),
    ],
)
def test_an_import_against_the_law_is_named(copy: Path, path: str, line: str, broken: str) -> None:
    planted = copy / path
    planted.write_text(f"{PURPOSE}\n{line}\n")
    try:
        verdict = run(copy, "lint-imports", "--no-cache")
    finally:
        planted.unlink()
    assert verdict.returncode == 1
    assert f"{broken} BROKEN" in verdict.stdout
    assert path.removesuffix(".py").replace("/", ".") in verdict.stdout


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"{PURPOSE}\n\ndef undocumented() -> None:\n    return None\n", "D103"),
        ("x = 1\n", "D100"),
        (f"{PURPOSE}\nimport os\n", "F401"),
        (f"{PURPOSE}\n# x = compute(1)\n", "ERA001"),
        (f"{PURPOSE}\nfrom datetime import datetime\n\nNOW = datetime.now()\n", "DTZ005"),
        (f"{PURPOSE}\n\ndef grow(into: list[int] = []) -> None:\n    '''Grow.'''\n    into.append(1)\n", "B006"),
    ],
)
def test_the_linter_names_what_is_planted(copy: Path, text: str, rule: str) -> None:
    planted = copy / "engine" / "canary.py"
    planted.write_text(text)
    try:
        verdict = run(copy, "ruff", "check", "--no-cache", "engine/canary.py")
    finally:
        planted.unlink()
    assert verdict.returncode == 1
    assert rule in verdict.stdout


def test_the_formatter_names_what_is_planted(copy: Path) -> None:
    planted = copy / "engine" / "canary.py"
    planted.write_text(f"{PURPOSE}\nx = [1,2]\n")
    try:
        verdict = run(copy, "ruff", "format", "--check", "--no-cache", "engine/canary.py")
    finally:
        planted.unlink()
    assert verdict.returncode == 1
    assert "engine/canary.py" in verdict.stdout


def test_the_type_checker_names_what_is_planted(copy: Path) -> None:
    planted = copy / "engine" / "canary.py"
    planted.write_text(f"{PURPOSE}\nfrom schemas.exact import plain\n\n\ndef wrong(text):\n    return plain('1')\n")
    try:
        verdict = run(copy, "mypy", "--cache-dir", str(copy / "types"), "engine/canary.py")
    finally:
        planted.unlink()
    assert verdict.returncode == 1
    assert "[no-untyped-def]" in verdict.stdout
    assert "[arg-type]" in verdict.stdout


def planted(path: Path, text: str) -> None:
    """A program of a few lines of shell."""
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("there", "user", "told"),
    [
        (["docker-compose", "chromium", "chromedriver", "fc-list"], 0, ""),
        (["docker-compose", "fc-list"], 0, "apt-get update -qq\napt-get install … chromium chromium-driver\n"),
        ([], 1000, "Not installed, for want of root or apt-get: docker-compose chromium chromium-driver fontconfig "),
    ],
)
def test_the_machine_gets_what_it_lacks(tmp_path: Path, there: list[str], user: int, told: str) -> None:
    for program in there:
        planted(tmp_path / program, "echo '/usr/share/fonts/wqy-zenhei.ttc: 文泉驛正黑'\n")
    planted(tmp_path / "id", f"echo {user}\n")
    planted(tmp_path / "apt-get", 'echo "apt-get $*" >&2\n')
    done = subprocess.run(
        ["/bin/bash", str(ROOT / ".ci" / "packages")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr.replace("-y -qq --no-install-recommends", "…").startswith(told)
    assert bool(done.stderr) == bool(told)


@pytest.mark.parametrize("failing", ["jars", "test", "lint", "types", "imports", "fresh"])
def test_the_gate_of_a_change_stops_at_the_first_check_that_fails(tmp_path: Path, failing: str) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    planted(tmp_path / ".ci" / "packages", "")
    planted(tmp_path / "make", f'echo "made $1"\n[ "$1" != {failing} ]\n')
    gate = subprocess.run(
        ["bash", ".ci/run"],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert gate.returncode != 0
    assert gate.stdout.splitlines()[0] == "made jars"
    assert gate.stdout.splitlines()[-1] == f"made {failing}"
