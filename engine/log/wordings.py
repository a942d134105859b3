"""Wordings: the plans by which settlements were closed, kept in the log's folder so that each can be made again.

A plan is a file that people change. ``settlement.closed`` names the digest of the wording that it was made by; the
bytes that this digest is taken of stand in ``plans/`` under it. The event is in the log, so the log vouches for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.log.digest import RESTORE, Damage, digest_of
from engine.log.disk import ASIDE, Disk, told
from schemas.problems import Place

FOLDER = "plans"
SUFFIX = ".json"


class Wordings:
    """The wordings kept in one log's folder."""

    def __init__(self, log: Path, disk: Disk) -> None:
        self._folder = log / FOLDER
        self._disk = disk

    def keep(self, content: bytes) -> None:
        """Keep a wording; when this returns, it is durable.

        Raises:
            EnvironmentProblem: the disk failed.
        """
        path = self._path(digest_of(content))
        if path.exists():
            return
        self._disk.make_directory(self._folder)
        self._disk.rename(self._disk.write_aside(path, content), path)
        self._disk.sync_directory(self._folder)
        self._disk.sync_directory(self._folder.parent)

    def find(self, digest: str) -> bytes | None:
        """The wording with this digest; None where it was not kept.

        Raises:
            Damage: the file's bytes are not those that were kept.
        """
        path = self._path(digest)
        if not path.is_file():
            return None
        with told(path, "read the file"):
            content = path.read_bytes()
        if digest_of(content) != digest:
            raise _changed(path)
        return content

    def damage(self) -> Iterator[Damage]:
        """Every file that is not what was kept, or that nobody kept; what a crash left is passed over."""
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.iterdir()):
            if path.name.endswith(ASIDE):
                continue
            if path.suffix != SUFFIX:
                yield Damage("The file is none of the log's.", place=Place(file=str(path)), remedy="Take it out.")
            elif self._path(digest_of(path.read_bytes())) != path:
                yield _changed(path)

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest.removeprefix('sha256:')}{SUFFIX}"


def _changed(path: Path) -> Damage:
    return Damage(
        "The plan's bytes are not those that a period was closed by.", place=Place(file=str(path)), remedy=RESTORE
    )
