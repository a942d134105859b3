"""CSV: one row for a manager's line, figures as exact text, headings in the reader's language.

A byte-order mark tells Excel that the text is UTF-8. Excel would run a cell that begins with ``=``, ``+``, ``-`` or
``@`` as a formula, and an id or a name is somebody else's text: such a cell is made harmless by a leading apostrophe.
Decimals keep their minus: they are numbers to Excel, too.
"""

from __future__ import annotations

import csv
import io

from meritlog.exports.rows import rows
from meritlog.show.figures import is_decimal
from meritlog.show.labels import Labels
from schemas.statement import Statement

HEADINGS = (
    "Plan",
    "Period",
    "Through",
    "Position",
    "Manager",
    "Full name",
    "Unit",
    "Complete",
    "Incomplete for",
    "Line",
    "Name of the line",
    "Kind",
    "Value",
    "Unit of value",
    "Clause",
)


def encode(document: Statement, labels: Labels) -> bytes:
    """The statement as CSV (RFC 4180, UTF-8 with a byte-order mark)."""
    words = labels.words
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([words(heading) for heading in HEADINGS])
    about = (document.plan, document.period, document.through, str(document.position))
    for row in rows(document):
        cells = (
            *about,
            row.manager_id,
            labels.person(row.manager_id),
            row.org_unit,
            words("yes") if row.complete else words("no"),
            row.missing,
            row.line,
            labels(row.line),
            words(row.kind),
            row.value,
            row.unit,
            row.clause,
        )
        writer.writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """``cell`` so that no spreadsheet runs it as a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not is_decimal(cell) else cell
