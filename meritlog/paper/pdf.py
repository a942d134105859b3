"""Documents as PDF, set by Typst with fonts that come along, so that no machine has to have Chinese ones.

The template ``paper.typ`` reads the document as data: no text of a plan is ever taken for markup. Nothing of the
machine or of the moment goes in, so that the same document gives the same bytes. It is PDF/A-2a, for the archive.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pylopdf_fonts_zh_cn
import typst

from meritlog.paper.blocks import Paper


def encode(paper: Paper) -> bytes:
    """The document as PDF/A."""
    fonts = Path(pylopdf_fonts_zh_cn.serif_path()).parent
    template = resources.files("meritlog.paper").joinpath("paper.typ").read_bytes()
    with TemporaryDirectory(prefix="meritlog-") as folder:
        (Path(folder) / "paper.typ").write_bytes(template)
        (Path(folder) / "paper.json").write_bytes(msgspec.json.encode(paper))
        return bytes(
            typst.compile(
                str(Path(folder) / "paper.typ"),
                root=folder,
                font_paths=[str(fonts)],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=["a-2a"],
                timestamp=datetime.combine(date.fromisoformat(paper.day), time(), UTC),
            )
            or b""
        )
