"""People: the side table of managers' names, no part of the log, so that it can be erased.

Nothing computes with it. A line a name, the latest of a manager counts. The file is ``people.jsonl``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from schemas.problems import EnvironmentProblem, Place

PEOPLE_NAME = "people.jsonl"


class Person(msgspec.Struct, frozen=True):
    """A manager's name."""

    manager_id: str
    name: str


_encode = msgspec.json.Encoder().encode_lines
_decode = msgspec.json.Decoder(Person).decode


def remember(log: Path, people: Iterable[Person]) -> None:
    """Write names down; durable when this returns.

    Raises:
        EnvironmentProblem: the disk does not take them.
    """
    lines = _encode(list(people))
    if not lines:
        return
    path = log / PEOPLE_NAME
    try:
        with path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # a crash tore the last line
                    lines = b"\n" + lines
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as failure:
        raise EnvironmentProblem(
            f"The names of managers cannot be written: {failure.strerror}.", place=Place(file=str(path))
        ) from None


def names(log: Path) -> dict[str, str]:
    """The name of each manager who has one; empty once the table is erased."""
    found: dict[str, str] = {}
    try:
        content = (log / PEOPLE_NAME).read_bytes()
    except FileNotFoundError:
        return found
    for line in content.splitlines():
        try:
            person = _decode(line)
        except msgspec.DecodeError:
            continue  # the line that a crash tore
        found[person.manager_id] = person.name
    return found
