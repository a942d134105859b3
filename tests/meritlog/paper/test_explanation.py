"""An explanation to hand out says what the terminal says, every figure under its number."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pypdfium2
import pytest

from meritlog.exports import export_explanation
from meritlog.paper.blocks import Paper, Paragraph, Rule, Table
from meritlog.paper.explanation import explanation_paper
from meritlog.show.labels import Labels
from meritlog.words import Language, Words
from schemas.problems import Problem
from schemas.statement import Explanation, Node, RateRow
from tests.meritlog import made


def paper(document: Explanation, language: Language = Language.EN) -> Paper:
    return explanation_paper(document, Labels(None, Words(language), {"M-001": "Wang Min"}))


def test_every_figure_has_a_number_a_clause_and_its_rule_twice() -> None:
    told = paper(made.explanation())
    line, measure = (block for block in told.blocks if isinstance(block, Rule))
    assert (line.name, line.clause) == ("1  Loan spread  81,000 CNY", "21(3)1")
    assert line.text.startswith("= (loan_interest")
    assert line.notes[0].startswith("= (48,600,000")
    assert "day_count = 360  (since 2024-01-01)" in line.notes
    assert measure.name == "1.1  loan_interest  48,600,000"
    assert told.subtitle == "Explanation 2025 · M-001  Wang Min"


def test_events_stand_with_their_source_and_position_and_the_others_in_one_row() -> None:
    (table,) = (block for block in paper(made.explanation(), Language.ZH).blocks if isinstance(block, Table))
    assert table.headings[:3] == ["事件", "来源", "日志位置"]
    assert table.rows[0][:5] == ["b-1", "core", "12", "2025-01-01", "1"]
    assert table.rows[1][0] == "其余 7 个事件"


def test_rates_are_told_by_row_and_what_is_wanting_as_a_warning() -> None:
    rate = RateRow(above="0", value="0.1", part="50", gives="5")
    table = Node(id="rates", kind="table", value="5", rows=[rate])
    document = made.explanation()
    line = msgspec.structs.replace(document.inputs[0], inputs=[table])
    told = paper(msgspec.structs.replace(document, inputs=[line], missing=["fx:USD"]))
    assert [block.notes for block in told.blocks if isinstance(block, Rule)][1] == ["0 –: 50 × 0.1 = 5"]
    assert Paragraph("Incomplete for: an exchange rate of USD", "warning") in told.blocks


@pytest.mark.parametrize("language", list(Language))
def test_it_is_written_as_pdf_and_html(tmp_path: Path, language: Language) -> None:
    known = Labels(None, Words(language))
    for ending in ("pdf", "html"):
        export_explanation(made.explanation(), tmp_path / f"reply.{ending}", known)
    page = pypdfium2.PdfDocument(tmp_path / "reply.pdf")[0].get_textpage().get_text_bounded()
    for text in (page, (tmp_path / "reply.html").read_text(encoding="utf-8")):
        assert "48,600,000" in re.sub(r"\s+", " ", text)
        assert known.words("Explanation") in text


def test_another_ending_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        export_explanation(made.explanation(), tmp_path / "reply.xlsx", Labels(None, Words(Language.EN)))
    assert str(caught.value).endswith(
        ".xlsx is no format of an explanation. End the file's name in .json, .pdf, .html."
    )
