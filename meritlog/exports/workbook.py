"""XLSX: a wide sheet (a row a manager, a column a line), the long form, and what the statement was made from.

A spreadsheet computes in binary floating point, which carries 15 significant digits. A figure of at most 15 becomes a
number, written as the decimal it is and formatted with its own digits; a longer one stays text, so that none is
altered, and with it all others of its line, since a sum or a sort would pass over single texts without a word. Nothing
becomes a formula. Time stamps are fixed: the same statement gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from meritlog.exports.rows import rows
from meritlog.show.figures import is_decimal
from meritlog.show.labels import Labels
from schemas.problems import Problem
from schemas.statement import Statement

SIGNIFICANT_DIGITS = 15
MOST_ROWS = 1_048_576
EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001 # the earliest time that a zip archive can say; it has no zone
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LONG_HEADINGS = ("Manager", "Full name", "Unit", "Line", "Name of the line", "Kind", "Value", "Unit of value", "Clause")


class Figure(str):
    """A value of the statement; an id that looks like a number (``0017``) is none."""

    __slots__ = ()


class Exact(Figure):
    """A figure that stays text, right as it is: a spreadsheet would alter some of its column, if not this one."""

    __slots__ = ()


Kinds = Mapping[str, type[Figure]]
"""By line what its figures become."""


def fitting(values: Iterable[str]) -> type[Figure]:
    """What the figures of a column become: numbers, unless a spreadsheet would alter one of them."""
    return Exact if any(is_decimal(value) and _digits(value) > SIGNIFICANT_DIGITS for value in values) else Figure


def _digits(value: str) -> int:
    return sum(map(str.isdigit, value.lstrip("-0.")))


def _kinds(document: Statement) -> Kinds:
    values: dict[str, list[str]] = defaultdict(list)
    for row in rows(document):
        values[row.line].append(row.value)
    return {line: fitting(figures) for line, figures in values.items()}


def encode(document: Statement, labels: Labels) -> bytes:
    """The statement as a workbook of three sheets, or of four, where earlier settlements are adjusted."""
    words = labels.words
    adjusted, kinds = list(_adjusted(document, labels)), _kinds(document)
    sheets = {words("Statement"): _wide(document, labels, kinds), words("All lines"): _long(document, labels, kinds)}
    if len(adjusted) > 1:
        sheets[words("Adjustments")] = adjusted
    return workbook(sheets | {words("Source"): _about(document, labels)})


def workbook(sheets: Mapping[str, Iterable[Sequence[str]]]) -> bytes:
    """A workbook of these sheets, by title; the first row of each are headings."""
    finished = io.BytesIO()
    with xlsxwriter.Workbook(finished, {"constant_memory": True}) as book:
        book.set_properties({"author": "meritlog", "created": EPOCH})
        written = _Sheets(book)
        for title, table in sheets.items():
            written.fill(title, table)
    return finished.getvalue()


def _wide(document: Statement, labels: Labels, kinds: Kinds) -> Iterable[Sequence[str]]:
    words = labels.words
    ids = list(dict.fromkeys(line.id for manager in document.managers for line in manager.lines))
    yield [
        words("Manager"),
        words("Full name"),
        words("Unit"),
        *(labels(name) for name in ids),
        words("Incomplete for"),
    ]
    for manager in document.managers:
        values = {line.id: line.value for line in manager.lines}
        yield [
            manager.manager_id,
            labels.person(manager.manager_id),
            manager.org_unit or "",
            *(kinds[name](labels.word(values.get(name, ""))) for name in ids),
            ", ".join(map(labels.lacking, manager.missing)),
        ]
    uncredited = {amount.id: amount.value for amount in document.uncredited}
    yield [words("Credited to nobody"), "", "", *(kinds[name](uncredited.get(name, "")) for name in ids), ""]


def _long(document: Statement, labels: Labels, kinds: Kinds) -> Iterable[Sequence[str]]:
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
            labels.person(row.manager_id),
            row.org_unit,
            row.line,
            labels(row.line),
            words(row.kind),
            kinds[row.line](row.value),
            row.unit,
            row.clause,
        ]


def _adjusted(document: Statement, labels: Labels) -> Iterable[Sequence[str]]:
    words = labels.words
    yield [words(heading) for heading in ("Manager", "Full name", "Name of the line", "Settlement", "Value")]
    for manager in document.managers:
        for line in manager.lines:
            for settlement, amount in (line.settlements or {}).items():
                person = labels.person(manager.manager_id)
                yield [manager.manager_id, person, labels(line.id), settlement, Figure(amount)]


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


class _Sheets:
    """The sheets of a workbook, and how its cells are formatted."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._heading = book.add_format({"bold": True})
        self._long_figure = book.add_format({"align": "right"})
        self._figures: dict[int, Format] = {}

    def fill(self, title: str, table: Iterable[Sequence[str]]) -> None:
        """Add a sheet of which the first row are headings."""
        sheet = self._book.add_worksheet(title)
        sheet.freeze_panes(1, 1)
        for number, row in enumerate(table):
            for column, text in enumerate(row):
                if number == 0:
                    sheet.set_column(column, column, max(12, min(40, 2 * len(text))))
                    sheet.write_string(number, column, text, self._heading)
                elif text:
                    self._write(sheet, number, column, text)

    def _write(self, sheet: Worksheet, row: int, column: int, text: str) -> None:
        if not (isinstance(text, Figure) and is_decimal(text)):
            sheet.write_string(row, column, _harmless(text))
        elif isinstance(text, Exact) or _digits(text) > SIGNIFICANT_DIGITS:
            sheet.write_string(row, column, text, self._long_figure)
        else:
            sheet.write_number(row, column, Decimal(text), self._figure(len(text.partition(".")[2])))

    def _figure(self, digits: int) -> Format:
        if digits not in self._figures:
            number = "#,##0" + ("." + "0" * digits if digits else "")
            self._figures[digits] = self._book.add_format({"num_format": number})
        return self._figures[digits]


def _harmless(text: str) -> str:
    """``text`` without what XML cannot say; XlsxWriter would take ``<r>...</r>`` for XML of its own."""
    text = _UNSPEAKABLE.sub("\ufffd", text)
    return f"'{text}" if text.startswith("<r>") else text
