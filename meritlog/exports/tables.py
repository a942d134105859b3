"""A report as a file: .csv, .xlsx and .parquet of its sections; figures stay exact, as in a statement's file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from meritlog.exports import write
from meritlog.exports.comma_separated import harmless
from meritlog.exports.decimals import WIDEST, fits
from meritlog.show.sections import Section, joined
from meritlog.words import Words
from schemas.exact import PRINT_DIGITS

SHEET_NAME = 31
_UNSPEAKABLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
"""What no name of a sheet may have."""


def _csv(sections: Sequence[Section], _: Mapping[str, str], words: Words) -> bytes:
    """CSV as a statement's: UTF-8 with a byte-order mark, no cell that a spreadsheet would run."""
    text = io.StringIO()
    writer = csv.writer(text)
    whole = joined(sections, words("Section"))
    writer.writerow([column.heading for column in whole.columns])
    for row in whole.rows:
        writer.writerow([harmless(cell or "") for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _xlsx(sections: Sequence[Section], about: Mapping[str, str], words: Words) -> bytes:
    """A sheet a section, and one that says what the report was made from."""
    from meritlog.exports.workbook import Figure, workbook

    def cells(section: Section) -> Iterable[Sequence[str]]:
        yield [column.heading for column in section.columns]
        for row in section.rows:
            yield [
                Figure(cell or "") if column.figure else cell or ""
                for column, cell in zip(section.columns, row, strict=True)
            ]

    names = [_UNSPEAKABLE.sub(" ", f"{place} {section.title}") for place, section in enumerate(sections, 1)]
    sheets = {name[:SHEET_NAME].rstrip("' "): cells(section) for name, section in zip(names, sections, strict=True)}
    return workbook(sheets | {words("Source"): [(name, value) for name, value in about.items()]})


def _parquet(sections: Sequence[Section], about: Mapping[str, str], words: Words) -> bytes:
    """One table; a column of figures that all fit is DECIMAL(38, 10), every other one text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = joined(sections, words("Section"))
    columns = {}
    for at, column in enumerate(whole.columns):
        values = [row[at] for row in whole.rows]
        exact = column.figure and all(value is None or fits(value) for value in values)
        kind = pa.decimal128(WIDEST, PRINT_DIGITS) if exact else pa.string()
        columns[column.heading] = pa.array([Decimal(value) if exact and value else value for value in values], kind)
    told = {f"meritlog.{name}": value for name, value in about.items()}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns).replace_schema_metadata(told), sink, compression="zstd")
    return bytes(sink.getvalue())


def export_sections(
    document: msgspec.Struct, sections: Sequence[Section], about: Mapping[str, str], target: Path, words: Words
) -> None:
    """Write ``document`` whole as .json, or its ``sections`` as the tables that the ending of ``target`` names.

    Raises:
        Problem: the disk does not take it.
    """
    ending = target.suffix.lower()
    if ending == ".json":
        write(target, msgspec.json.encode(document) + b"\n")
    else:
        write(target, REPORT_FORMATS[ending](sections, about, words))


REPORT_FORMATS: Mapping[str, Callable[[Sequence[Section], Mapping[str, str], Words], bytes]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".parquet": _parquet,
}
SECTION_ENDINGS = (".json", *REPORT_FORMATS)
"""The endings of files that hold a document of sections."""
