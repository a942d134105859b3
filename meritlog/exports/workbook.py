"""XLSX: a wide sheet (a row a manager, a column a line), the long form, and what the statement was made from.

A spreadsheet computes in binary floating point, which carries 15 significant digits. A figure of at most 15 becomes a
number, written as the decimal it is and formatted with its own digits; a longer one stays text, so that none is
altered. Nothing becomes a formula. Time stamps are fixed: the same statement gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from meritlog.exports.rows import rows
from meritlog.show.figures import is_decimal
from meritlog.show.labels import Labels
from schemas.problems import Problem
from schemas.statement import Statement

SIGNIFICANT_DIGITS = 15
MOST_ROWS = 1_048_576
EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001 # the earliest time that a zip archive can say; it has no zone
LONG_HEADINGS = ("Manager", "Unit", "Line", "Name of the line", "Kind", "Value", "Unit of value", "Clause")


class Figure(str):
    """A value of the statement; an id that looks like a number (``0017``) is none."""

    __slots__ = ()


def encode(document: Statement, labels: Labels) -> bytes:
    """The statement as a workbook of three sheets."""
    book = Workbook(write_only=True)
    words = labels.words
    _fill(book, words("Statement"), _wide(document, labels))
    _fill(book, words("All lines"), _long(document, labels))
    _fill(book, words("Source"), _about(document, labels))
    book.properties.creator = "meritlog"
    book.properties.created = book.properties.modified = EPOCH
    raw = io.BytesIO()
    book.save(raw)
    return _same_bytes(raw)


def _wide(document: Statement, labels: Labels) -> Iterable[Sequence[str]]:
    words = labels.words
    ids = list(dict.fromkeys(line.id for manager in document.managers for line in manager.lines))
    yield [words("Manager"), words("Unit"), *(labels(name) for name in ids), words("Incomplete for")]
    for manager in document.managers:
        values = {line.id: line.value for line in manager.lines}
        yield [
            manager.manager_id,
            manager.org_unit or "",
            *(Figure(values.get(name, "")) for name in ids),
            " ".join(manager.missing),
        ]
    uncredited = {amount.id: amount.value for amount in document.uncredited}
    yield [words("Credited to nobody"), "", *(Figure(uncredited.get(name, "")) for name in ids), ""]


def _long(document: Statement, labels: Labels) -> Iterable[Sequence[str]]:
    words = labels.words
    yield [words(heading) for heading in LONG_HEADINGS]
    for number, row in enumerate(rows(document), 2):
        if number > MOST_ROWS:
            raise Problem(
                f"The statement has more lines than the {MOST_ROWS:,} rows of a sheet.",
                remedy="Write .csv or .parquet instead.",
            )
        yield [
            row.manager_id,
            row.org_unit,
            row.line,
            labels(row.line),
            words(row.kind),
            Figure(row.value),
            row.unit,
            row.clause,
        ]


def _about(document: Statement, labels: Labels) -> Iterable[Sequence[str]]:
    words = labels.words
    yield [words("Plan"), document.plan]
    yield [words("Name"), labels.title]
    yield [words("Digest of the plan"), document.plan_digest]
    yield [words("Period"), document.period]
    yield [words("First day"), document.start]
    yield [words("Through"), document.through]
    yield [words("Position in the log"), str(document.position)]
    yield [words("Head of the log"), document.log_head]
    yield [words("Digest of the statement"), document.digest if isinstance(document.digest, str) else ""]
    for finding in document.findings:
        yield [words("Finding"), finding.about, words.label(finding.text, finding.id)]


def _fill(book: Any, title: str, table: Iterable[Sequence[str]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    rows_of_sheet = iter(table)
    first = next(rows_of_sheet)
    for number, text in enumerate(first, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(12, min(40, 2 * len(text)))
    sheet.append([_cell(sheet, text, heading=True) for text in first])
    for row in rows_of_sheet:
        sheet.append([_cell(sheet, text) for text in row])


def _cell(sheet: Any, text: str, *, heading: bool = False) -> Any:
    if not text:
        return None
    figure = isinstance(text, Figure) and is_decimal(text)
    if figure and sum(map(str.isdigit, text.lstrip("-0."))) <= SIGNIFICANT_DIGITS:
        cell: Any = WriteOnlyCell(sheet)
        cell.value = Decimal(text)
        digits = len(text.partition(".")[2])
        cell.number_format = "#,##0" + ("." + "0" * digits if digits else "")
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)
    if not (heading or figure or text.startswith("=")):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # text that begins with '=' would become a formula
    if heading:
        cell.font = Font(bold=True)
    elif figure:
        cell.alignment = Alignment(horizontal="right")
    return cell


def _same_bytes(raw: io.BytesIO) -> bytes:
    """The archive again with fixed time stamps: openpyxl writes the time of saving."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(raw) as archive, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as again:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename == "docProps/core.xml":
                stamp = EPOCH.isoformat().encode() + b"Z"
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            named = zipfile.ZipInfo(entry.filename, date_time=EPOCH.timetuple()[:6])
            named.compress_type = zipfile.ZIP_DEFLATED
            again.writestr(named, content)
    return fixed.getvalue()
