"""The recipe "Your own CSV" does what it says, file by file and line by line."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "docs" / "recipes" / "own-csv.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_example_gives_what_the_recipe_shows(tmp_path: Path) -> None:
    blocks = BLOCK.findall(RECIPE.read_text(encoding="utf-8"))
    for _, name, content in blocks:
        if name:
            (tmp_path / name).write_text(content, encoding="utf-8")
    (shown,) = [content for language, _, content in blocks if language == "console"]
    command, *expected = shown.splitlines()
    assert command.startswith("$ meritlog ")
    done = subprocess.run(
        [sys.executable, "-m", "meritlog", *command.split()[2:]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MERITLOG_LANG": "en", "MERITLOG_LOG": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    said = [line for line in done.stdout.decode().splitlines() if not line.startswith("The log holds")]
    assert said == expected
    assert done.returncode == 2
