"""An explanation in the reader's words: rules by labels, and once more with this manager's values."""

from __future__ import annotations

import pytest

from engine.plan.library import load
from meritlog.paper.told import in_words
from meritlog.show.labels import Labels
from meritlog.words import Language, Words
from schemas.plan import Plan
from schemas.statement import SETTLEMENT, Node, ParameterValue
from tests.engine.plan.reading import plan

BUNDLED = load("bank-contribution").plan
SHARED = """
parameters:
  half: {label: {en: Half, zh: 一半}, values: {2025-01-01: 0.5}}
measures:
  fund: {label: {en: Fund, zh: 奖金包}, of: target, measure: fund, whose: unit}
  sold: {label: {en: Sold, zh: 销售}, of: figure, measure: sold}
  care: {label: {en: Care, zh: 服务}, of: figure, measure: care}
lines:
  - {id: score, kind: score, label: {en: Score, zh: 得分}, weighted: {parts: {sold: half, care: half}}}
  - {id: place, kind: rank, label: {en: Place, zh: 名次}, rank: {by: score}}
  - {id: share, kind: pay, label: {en: Share, zh: 份额}, allot: {pool: fund, by: score}}
"""


def told(node: Node, language: Language = Language.EN, of: Plan | None = BUNDLED) -> list[str]:
    said = in_words(node, Labels(of, Words(language))).told
    return [text for text in (said.rule, said.values) if text] if said else []


def figure(name: str, value: str | None) -> Node:
    return Node(id=name, kind="measure", value=value)


def line(formula: str, parameters: dict[str, str] | None = None, **values: str | None) -> Node:
    read = {name: ParameterValue(value, "2024-01-01") for name, value in (parameters or {}).items()}
    inputs = [figure(name, value) for name, value in values.items()]
    return Node(id="anything", kind="pay", value="1", formula=formula, parameters=read, inputs=inputs)


@pytest.mark.parametrize(
    ("language", "rule"),
    [
        (Language.EN, "(Loan interest (product-days by rate) − Loan spread) / Days of a year for interest"),
        (Language.ZH, "(贷款利息（积数×利率） − 贷款利差收入) / 计息年天数"),
    ],
)
def test_a_formula_is_told_by_the_labels_of_what_it_is_made_of_and_by_its_values(language: Language, rule: str) -> None:
    node = line(
        "(loan_interest - loan_spread) / day_count", {"day_count": "360"}, loan_interest="900", loan_spread="-1"
    )
    label = BUNDLED.parameters["day_count"].label
    assert told(node, language) == [
        rule.replace("Days of a year for interest", label.en).replace("计息年天数", label.zh),
        "(900 − (−1)) / 360",
    ]


def test_of_a_choice_by_what_there_is_the_values_tell_what_was_taken() -> None:
    node = line("award + first(prepaid, 0) + first(approved_base, award)", award="5", prepaid=None, approved_base="7")
    assert told(node)[1] == "5 + 0 + 7"


@pytest.mark.parametrize(("switch", "taken"), [("0", "0.95"), ("1", "1"), ("0.0", "0.95")])
def test_a_switch_tells_only_the_side_that_it_takes(switch: str, taken: str) -> None:
    node = line("if(disqualified, 1, quality_factor)", disqualified=switch, quality_factor="0.95")
    assert told(node)[1] == taken


def test_a_question_of_figures_keeps_both_sides() -> None:
    node = line("if(award >= composite, 3, 4)", award="5", composite="6")
    assert told(node)[1] == "{ 3 if 5 ≥ 6; 4 otherwise }"


def test_a_name_without_value_stays_a_name() -> None:
    assert told(line("award * quality_factor", award="5", quality_factor=None))[1] == "5 × Quality factor"


def test_means_and_shares_are_told_with_their_parts_and_other_rules_in_words() -> None:
    small = plan(SHARED)
    mean = Node(
        id="score",
        kind="score",
        value="7",
        formula="weighted mean: half * sold + half * care",
        parameters={"half": ParameterValue("0.5", "2025-01-01")},
        inputs=[figure("sold", "6"), figure("care", "8")],
    )
    assert told(mean, Language.ZH, small) == ["加权平均：一半 × 销售 + 一半 × 服务", "加权平均：0.5 × 6 + 0.5 × 8"]
    inputs = [figure("fund", "100"), figure("score", "7")]
    share = Node(id="share", kind="pay", value="1", formula="fund shared by score, largest-remainder", inputs=inputs)
    assert told(share, Language.ZH, small)[1] == "100 × 7 / (Σ 得分)"
    place = Node(id="place", kind="rank", value="1", formula="rank by score", inputs=inputs[1:])
    assert told(place, Language.EN, small) == ["Place by Score, highest first; ties share the better place"]


def test_a_rule_of_another_wording_of_the_plan_is_told_as_it_was() -> None:
    was = Node(id="place", kind="rank", value="1", formula="score + 1", inputs=[figure("score", "2")])
    assert told(was, Language.EN, plan(SHARED)) == ["Score + 1", "2 + 1"]
    assert told(Node(id="place", kind="rank", value="1", formula="rank by another"), of=plan(SHARED)) == []


def test_a_correction_is_told_as_what_it_is_now_less_what_it_was() -> None:
    sides = [Node(id=name, kind="total", value=value, label={"zh": name}) for name, value in (("新", "9"), ("旧", "4"))]
    node = Node(id="p/2025", kind=SETTLEMENT, value="5", formula="by_now - before", inputs=sides)
    assert told(node, Language.ZH) == ["新 − 旧", "9 − 4"]


def test_without_a_plan_names_stand_for_themselves() -> None:
    assert told(line("award + other", award="5", other="6"), of=None) == ["award + other", "5 + 6"]
