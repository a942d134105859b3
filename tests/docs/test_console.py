from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.docs.console import Step, run, steps

DOCUMENT = """# A page

```console
$ echo one; echo two
one
$ cat > file.txt <<'END'
a
END
$ false  # exit code 1
```

```sh
not run
```
"""


def test_a_documents_console_blocks_are_its_steps() -> None:
    assert list(steps(DOCUMENT)) == [
        Step(4, "echo one; echo two", ("one",)),
        Step(6, "cat > file.txt <<'END'\na\nEND", ()),
        Step(9, "false  # exit code 1", ()),
    ]


@pytest.mark.parametrize(
    ("command", "expected", "complaint"),
    [
        ("echo one; echo two; echo three", ("one", "th…"), None),
        ("echo two; echo one", ("one", "two"), "does not print 'two'"),
        ("echo one", ("on",), "does not print 'on'"),
        ("exit 3", (), "exited 3, not 0"),
        ("exit 3  # exit code 3", (), None),
    ],
)
def test_a_step_that_does_not_hold_is_named(
    tmp_path: Path, command: str, expected: tuple[str, ...], complaint: str | None
) -> None:
    told = run(Step(7, command, expected), tmp_path, os.environ)
    assert told == [] if complaint is None else complaint in told[0] and "line 7" in told[0]
