"""What a person sees: the documents of tests/meritlog/made.py on a terminal of 120 columns."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from engine.plan.library import load
from meritlog.show.board import board
from meritlog.show.explanation import explanation
from meritlog.show.glance import Glance
from meritlog.show.labels import Labels
from meritlog.show.plan import plan_list, plan_page
from meritlog.show.statement import statement
from meritlog.words import Language, Words
from tests.meritlog import made


class Strict(Words):
    """Words that refuse a text without its Chinese."""

    def __call__(self, english: str, /, **values: object) -> str:
        assert english in self.catalogue, f"without Chinese: {english!r}"
        return super().__call__(english, **values)


def seen(renderables: Iterable[RenderableType]) -> str:
    console = Console(width=120, markup=False, highlight=False, emoji=False, color_system=None)
    with console.capture() as captured:
        for each in renderables:
            console.print(each)
    return captured.get()


def labels(language: Language = Language.EN) -> Labels:
    return Labels(None, Strict(Language.ZH) if language is Language.ZH else Words(language))


def test_a_statement_shows_every_manager_with_scores_rank_grade_and_totals() -> None:
    text = seen(statement(made.statement(), labels()))
    assert "bank-contribution  2025  2025-01-01 through 2025-12-31  ·  open" in text
    assert "4,200,000.33…" in text, "the eye gets two digits and a sign that there are more"
    assert "53,200.00" in text
    assert "the rate of A-9, an appointment" in text
    assert "1,250.5" in text, "what nobody is credited with"
    assert "A-9 was never opened" in text
    assert "81,000" not in text, "items are shown manager by manager"


def test_a_known_name_stands_beside_the_id_and_an_unknown_one_takes_no_room() -> None:
    named = Labels(None, Strict(Language.ZH), {"0017": "李 伟", "M-001": "Zoë\x1b[2J"})
    text = seen(statement(made.statement(), named))
    assert "姓名" in text
    assert "0017       李 伟" in text
    assert "Zoë\ufffd[2J" in seen(board(made.board(), named, "composite"))
    document = made.statement()
    alone = msgspec.structs.replace(document, managers=document.managers[:1])
    assert "0017  李 伟  =HYPERLINK(1)" in seen(statement(alone, named))
    assert "0017  李 伟" in seen([explanation(msgspec.structs.replace(made.explanation(), manager_id="0017"), named)])
    for nameless in (statement(document, labels()), board(made.board(), labels(), "composite")):
        assert "Full name" not in seen(nameless)


def test_one_manager_is_shown_line_by_line_with_the_clauses() -> None:
    document = made.statement()
    alone = msgspec.structs.replace(document, managers=document.managers[:1])
    text = seen(statement(alone, labels()))
    assert "81,000" in text
    assert "21(3)1" in text
    assert "-25,200.00" in text
    assert "Left out of a mean: teamwork" in text


def test_groups_of_raters_are_called_as_the_reader_calls_them() -> None:
    manager = msgspec.structs.replace(made.statement().managers[0], gaps=["skill", "teamwork:self", "teamwork:village"])
    document = msgspec.structs.replace(made.statement(), managers=[manager])
    assert "teamwork:自评, teamwork:village" in seen(statement(document, labels(Language.ZH)))
    assert "skill, teamwork:self, teamwork:village" in seen(statement(document, labels()))
    explained = msgspec.structs.replace(made.explanation(), gaps=["teamwork:superior"])
    assert "teamwork:上级" in seen([explanation(explained, labels(Language.ZH))])


def test_items_of_ratings_are_called_as_the_plan_labels_them() -> None:
    manager = msgspec.structs.replace(made.statement().managers[0], gaps=["skill", "teamwork:self"])
    document = msgspec.structs.replace(made.statement(), managers=[manager])
    plan = load("bank-contribution").plan
    assert "个人营销素质, 团队协作:自评" in seen(statement(document, Labels(plan, Strict(Language.ZH))))
    assert "Marketing skill, Teamwork:self" in seen(statement(document, Labels(plan, Words(Language.EN))))


def test_a_period_without_managers_says_so() -> None:
    nobody = msgspec.structs.replace(made.statement(), managers=[])
    assert "No manager was in post" in seen(statement(nobody, labels()))
    assert "No manager was in post" in seen(board(msgspec.structs.replace(made.board(), rows=[]), labels(), "x"))


def test_ids_that_look_like_markup_are_shown_as_they_are() -> None:
    document = made.statement()
    strange = msgspec.structs.replace(document.managers[1], manager_id="[red]:smile:")
    text = seen(statement(msgspec.structs.replace(document, managers=[strange, strange]), labels()))
    assert "[red]:smile:" in text


def test_more_managers_than_fit_are_counted() -> None:
    document = made.statement()
    many = msgspec.structs.replace(document, managers=[document.managers[1]] * 45)
    assert "and 5 more managers" in seen(statement(many, labels()))


def glance(width: int, known: Labels) -> str:
    console = Console(width=width, markup=False, highlight=False, emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(Glance(made.statement().managers, known))
    text = captured.get()
    assert max(map(cell_len, text.partition("\n\n")[0].splitlines())) <= width
    return text


@pytest.mark.parametrize("width", range(60, 150, 6))
@pytest.mark.parametrize("language", list(Language))
def test_no_figure_is_cut_by_a_narrow_terminal(width: int, language: Language) -> None:
    words = Words(language)
    known = Labels(load("bank-contribution").plan, words, {"M-001": "Wang Min 王敏", "0017": "Zhou Ning 周宁"})
    text = glance(width, known)
    assert "53,200.00" in text
    lacking = text.rpartition(words("No room for: {columns}").partition("{")[0])[2]
    assert ("4,200,000.33…" in text) != (known("composite") in lacking and lacking != text)


def test_a_grade_is_called_by_its_label_where_there_is_room_and_else_in_a_legend() -> None:
    known = Labels(load("bank-contribution").plan, Words(Language.EN))
    wide, narrow = glance(150, known), glance(94, known)
    assert "Manager (first level)" in wide
    assert "manager-1" not in wide
    assert "manager-1: Manager (first level)" in narrow.splitlines()
    assert any("53,200.00" in row and "manager-1" in row for row in narrow.splitlines())


def test_a_board_shows_ranks_won_and_lost() -> None:
    rows = seen(board(made.board(), labels(), "composite")).splitlines()
    assert any("▲2" in row and "M-001" in row and "4,200,000.5" in row for row in rows)
    assert any("·" in row and "M-002" in row for row in rows)
    assert any("▼1" in row and "M-003" in row and "-12.25" in row for row in rows)


def test_an_explanation_goes_from_the_line_down_to_the_events() -> None:
    text = seen([explanation(made.explanation(), labels())])
    ladder = [
        "M-001",
        "Loan spread  81,000 CNY  clause 21(3)1",
        "= (loan_interest",
        "day_count = 360  (since 2024-01-01)",
    ]
    ladder += ["our reading: accrues at the nominal rate", "loan_interest  48,600,000", "b-1", "7 other events"]
    places = [text.index(part) for part in ladder]
    assert places == sorted(places)


def test_what_is_zero_and_what_has_no_value_are_named_apart() -> None:
    document = made.explanation()
    line = msgspec.structs.replace(document.inputs[0], inputs=[], credits=[], formula=None)
    paid, target = (msgspec.structs.replace(line, id=name, label={}) for name in ("paid", "target"))
    lines = [msgspec.structs.replace(paid, value="0.00"), msgspec.structs.replace(target, value=None)]
    empty = msgspec.structs.replace(document, inputs=lines)
    assert [row.strip("│├└─ ") for row in seen([explanation(empty, labels())]).splitlines()][-2:] == [
        "No value: target",
        "0: paid",
    ]
    assert "无数值: target" in seen([explanation(empty, labels(Language.ZH))])


@pytest.mark.parametrize("width", [100, 140])
def test_chinese_tables_stay_aligned(width: int) -> None:
    console = Console(width=width, markup=False, highlight=False, emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(*board(made.board(), labels(Language.ZH), "composite"))
    rows = [row for row in captured.get().splitlines() if "M-00" in row or "客户经理" in row]
    starts = {cell_len(row[: row.index("M-00" if "M-00" in row else "客户经理")]) for row in rows}
    assert len(rows) == 4
    assert len(starts) == 1


def test_everything_that_is_shown_has_its_chinese() -> None:
    zh = labels(Language.ZH)
    document = made.statement()
    alone = msgspec.structs.replace(document, managers=document.managers[:1])
    text = seen([*statement(document, zh), *statement(alone, zh), *board(made.board(), zh, "composite")])
    text += seen([explanation(made.explanation(), zh)])
    assert "客户经理" in text
    assert "贷款利差" in text
    assert "按名义利率计算" in text


@pytest.mark.parametrize("language", list(Language))
def test_a_plan_is_shown_with_clause_and_reading_beside_every_rule(language: Language) -> None:
    from engine.plan.library import load

    loaded = load("bank-contribution")
    words = Strict(language) if language is Language.ZH else Words(language)
    text = seen(plan_page(loaded.plan, loaded.digest, Labels(loaded.plan, words)))
    assert loaded.plan.title.text(language) in text
    assert "21(3)1" in text
    assert loaded.plan.plan in seen([plan_list([loaded.plan], words)])


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("appointment", "an appointment", "任命"),
        ("rate:A-9", "the rate of A-9", "A-9 的利率"),
        ("fx:USD", "an exchange rate of USD", "USD 的汇率"),
        ("qualitative", "Qualitative score", "定性考核得分"),
        ("parameter:merchant_fee_rate", "the parameter “Average merchant fee rate”", "参数“消费手续费平均费率”"),
        ("of_another_plan", "of_another_plan", "of_another_plan"),
    ],
)
def test_what_a_result_is_incomplete_for_is_called_as_people_call_it(name: str, english: str, chinese: str) -> None:
    plan = load("bank-contribution").plan
    assert Labels(plan, Words(Language.EN)).lacking(name) == english
    assert Labels(plan, Words(Language.ZH)).lacking(name) == chinese
