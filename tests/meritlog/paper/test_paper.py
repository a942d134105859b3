"""Documents say the same in HTML and in PDF, in both languages, and their formulas read as a person writes them."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest

from engine.plan import formula
from engine.plan.library import bundled, load
from meritlog.exports import export, export_plan
from meritlog.paper.formulas import written
from meritlog.paper.html import inline
from meritlog.paper.text import text_of
from meritlog.show.labels import Labels
from meritlog.words import Language, Words
from schemas.business_year import BusinessYear
from schemas.problems import Problem
from schemas.rules import Label as LabelledText
from tests.engine.plan.reading import line, plan, rules
from tests.meritlog import made

SMALL = plan(
    "parameters:\n"
    + rules(switch="values: {2025-01-01: 1}")
    + "tables:\n"
    + rules(rates="kind: marginal, rows: [{from: 0, value: 1}]")
    + "measures:\n"
    + "  sales: {label: {en: Sales, zh: 销售额}, of: figure, measure: a}\n"
    + "  goal: {label: {en: Target, zh: 目标}, of: figure, measure: b}\n"
    + "lines:\n"
    + line("total", "1")
)


def told(text: str, language: Language = Language.EN) -> str:
    return text_of(written(formula.parse(text), Labels(SMALL, Words(language))))


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("sales * 2 - goal", "Sales × 2 − Target", "销售额 × 2 − 目标"),
        ("(sales - goal) / (goal * 2)", "(Sales − Target) / (Target × 2)", "(销售额 − 目标) / (目标 × 2)"),
        ("sales - (goal - 1)", "Sales − (Target − 1)", "销售额 − (目标 − 1)"),
        ("-max(0, sales)", "−max(0, Sales)", "−较大者(0, 销售额)"),
        ("first(sales, 0) + goal", "Sales (0 if none) + Target", "销售额 （无则计 0） + 目标"),
        (
            "if(sales >= 10000, 2, if(sales > goal, 1, 0))",
            "{ 2 if Sales ≥ 10,000; 1 if Sales > Target; 0 otherwise }",
            "{ 2 若 销售额 ≥ 10,000; 1 若 销售额 > 目标; 0 其他情况 }",
        ),
        ("sales < goal", "{ 1 if Sales < Target; 0 otherwise }", "{ 1 若 销售额 < 目标; 0 其他情况 }"),
        (
            "when(has(goal) and sales != 0, sales)",
            "{ Sales if Target is known and Sales ≠ 0 }",
            "{ 销售额 若 目标 已知 且 销售额 ≠ 0 }",
        ),
        ("if(switch, sales, 0)", "{ Sales if Some ≠ 0; 0 otherwise }", "{ 销售额 若 某 ≠ 0; 0 其他情况 }"),
        ("marginal(rates, sales)", "Some, each rate on its part(Sales)", "某（超额累进）(销售额)"),
        ("ceiling(sales / 100)", "⌈Sales / 100⌉", "⌈销售额 / 100⌉"),
        ("round(sales, 1)", "rounded to 1 digit(Sales)", "四舍五入至 1 位小数(销售额)"),
        ("round(sales, 2)", "rounded to 2 digits(Sales)", "四舍五入至 2 位小数(销售额)"),
    ],
)
def test_a_formula_reads_as_a_person_writes_it(text: str, english: str, chinese: str) -> None:
    assert told(text) == english
    assert told(text, Language.ZH) == chinese


def test_fractions_are_mathml_and_names_are_no_markup() -> None:
    evil = plan("measures:\n  a: {label: {en: '<b>&', zh: 甲}, of: figure, measure: a}\nlines:\n" + line("total", "1"))
    shown = inline(written(formula.parse("a / 2 + a"), Labels(evil, Words(Language.EN))))
    assert "<mfrac><mrow><mtext>&lt;b&gt;&amp;</mtext></mrow><mrow><mn>2</mn></mrow></mfrac>" in shown
    assert shown.endswith("</math> + &lt;b&gt;&amp;")


def text_in(pdf: Path) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", list(Language))
def test_a_plans_document_says_every_rule_in_html_and_in_pdf(tmp_path: Path, language: Language) -> None:
    loaded = load("bank-contribution")
    labels = Labels(loaded.plan, Words(language))
    for name in ("plan.html", "plan.pdf"):
        export_plan(loaded.plan, loaded.digest, tmp_path / name, labels)
    page, sheet = (tmp_path / "plan.html").read_text(encoding="utf-8"), text_in(tmp_path / "plan.pdf")
    for one in (*loaded.plan.lines, *loaded.plan.tables.values(), *loaded.plan.parameters.values()):
        label = one.label.text(language)
        assert label.replace("'", "&#x27;") in page
        assert re.sub(r"\s+", "", label) in sheet
    assert ("适用对象" if language is Language.ZH else "Whom it covers") in page


@pytest.mark.parametrize("text", ["while(1, 1)", "sales +", "__class__"])
def test_a_draft_is_a_document_in_which_a_formula_that_cannot_be_read_stands_as_it_is(
    tmp_path: Path, text: str
) -> None:
    draft = plan("lines:\n" + line("total", text))
    for language, told in ((Language.EN, "A formula that cannot be read"), (Language.ZH, "无法读取的公式")):
        for name in ("draft.html", "draft.pdf"):
            export_plan(draft, "sha256:0", tmp_path / name, Labels(draft, Words(language)))
        assert told in (tmp_path / "draft.html").read_text(encoding="utf-8")
        assert text.replace(" ", "") in text_in(tmp_path / "draft.pdf")


def test_every_bundled_plan_is_a_document_whose_markup_is_well_formed(tmp_path: Path) -> None:
    for name in bundled():
        loaded = load(name)
        export_plan(loaded.plan, loaded.digest, tmp_path / "plan.html", Labels(loaded.plan, Words(Language.ZH)))
        page = (tmp_path / "plan.html").read_text(encoding="utf-8")
        body = page[page.index("<body>") : page.index("</html>")].replace("<br>", "<br/>")
        ElementTree.fromstring(re.sub(r"class=(figure|strong)", r'class="\1"', body))


MARKUP = "<script>alert(1)</script> #set page(fill: red) $x^2$ *bold* @ref [link]"


def test_what_a_plan_says_is_never_taken_for_markup(tmp_path: Path) -> None:
    hostile = LabelledText(en=MARKUP, zh=MARKUP)
    loaded = load("pay-fixed")
    lines = [one.model_copy(update={"label": hostile, "reading": hostile}) for one in loaded.plan.lines]
    plan = loaded.plan.model_copy(update={"title": hostile, "lines": lines})
    labels = Labels(plan, Words(Language.EN))
    for name in ("plan.html", "plan.pdf"):
        export_plan(plan, loaded.digest, tmp_path / name, labels)
    assert "<script" not in (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert text_in(tmp_path / "plan.pdf").count(re.sub(r"\s+", "", MARKUP)) > 2 * len(lines)


def test_the_same_plan_is_the_same_bytes(tmp_path: Path) -> None:
    loaded = load("pay-fixed")
    for name in ("one.pdf", "two.pdf"):
        export_plan(loaded.plan, loaded.digest, tmp_path / name, Labels(loaded.plan, Words(Language.ZH)))
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


@pytest.mark.parametrize("language", list(Language))
def test_a_statement_is_a_document_with_every_manager(tmp_path: Path, language: Language) -> None:
    labels = Labels(load("bank-contribution").plan, Words(language), {"0017": "李伟"})
    for name in ("s.html", "s.pdf"):
        export(made.statement(), tmp_path / name, labels)
    page = re.sub(r"\s+", "", (tmp_path / "s.html").read_text(encoding="utf-8"))
    lacking = {Language.EN: "therateofA-9", Language.ZH: "A-9的利率"}[language]
    for text in (page, text_in(tmp_path / "s.pdf")):
        for said in ("0017", "李伟", "81,000", "21(3)1", "53,200.00", "-25,200.00", lacking):
            assert said in text, said
        assert ("贷款利差" if language is Language.ZH else "Loanspread") in text


def test_a_plans_document_is_pdf_or_html(tmp_path: Path) -> None:
    loaded = load("pay-fixed")
    with pytest.raises(
        Problem, match=r"\.docx is no format of a plan's document\. End the file's name in \.pdf, \.html"
    ):
        export_plan(loaded.plan, loaded.digest, tmp_path / "plan.docx", Labels(loaded.plan, Words(Language.EN)))


def test_groups_of_raters_and_the_plans_own_year_are_told_in_the_readers_language(tmp_path: Path) -> None:
    plan = load("three-part-360").plan
    for language, raters, begins in (
        (Language.EN, "self, superior, peer, subordinate, customer", "Its year begins on"),
        (Language.ZH, "自评, 上级, 同事, 下属, 客户", "考核年度起始日"),
    ):
        labels = Labels(plan, Words(language))
        export_plan(plan, "sha256:0", tmp_path / "plan.html", labels)
        page = (tmp_path / "plan.html").read_text(encoding="utf-8")
        assert raters in page
        assert begins not in page, "it is the calendar's"
        april = plan.model_copy(update={"year": BusinessYear(4, 1)})
        export_plan(april, "sha256:0", tmp_path / "april.html", labels)
        page = (tmp_path / "april.html").read_text(encoding="utf-8")
        assert begins in page
        assert "04-01, 07-01, 10-01, 01-01" in page
