"""Documents that no changed bit escapes: canonical JSON that carries its own digest.

A small file of the log is one line of JSON with sorted keys. Its ``digest`` is the SHA-256 of the same line without
that field. Reading writes the document again and compares all bytes: a changed space is found like a changed number.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import msgspec

from engine.log.disk import told
from schemas.problems import Place, Problem

RESTORE = "Restore the file from a copy; `meritlog verify` names all that is damaged."

Document = TypeVar("Document", bound=msgspec.Struct)


class Damage(Problem):
    """The log does not hold what was acknowledged: a changed, missing or foreign byte, named."""


def digest_of(data: bytes) -> str:
    """SHA-256 as the log writes it."""
    return "sha256:" + sha256(data).hexdigest()


def line_of(document: msgspec.Struct) -> bytes:
    """``document`` as a sorted line of JSON, as it is digested."""
    return msgspec.json.encode(document, order="sorted")


def signed(document: Document) -> Document:
    """``document`` with its ``digest`` filled in."""
    bare = msgspec.structs.replace(document, digest="")
    return msgspec.structs.replace(bare, digest=digest_of(line_of(bare)))


def parse(data: bytes, kind: type[Document], path: Path) -> Document:
    """The document that ``data``, read from ``path``, spells.

    Raises:
        Damage: the bytes are not exactly what was written.
    """
    try:
        document = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Damage(f"The file is damaged: {error}.", place=Place(file=str(path)), remedy=RESTORE) from None
    whole = signed(document)
    if line_of(whole) + b"\n" != data:
        raise Damage(
            "The file is damaged: its content does not match its digest.", place=Place(file=str(path)), remedy=RESTORE
        )
    return document


def read(path: Path, kind: type[Document]) -> Document:
    """The document in ``path``."""
    with told(path, "read the file"):
        data = path.read_bytes()
    return parse(data, kind, path)
