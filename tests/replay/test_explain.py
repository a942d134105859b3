"""Every number explains itself: a line follows from its inputs and parameters, a measure from its events."""

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.log import Log
from engine.plan import formula
from engine.plan.column import Column, broadcast, column_of
from engine.plan.library import with_parameters
from engine.plan.valuing import NOTHING, value_of
from replay.explain import explain
from replay.settle import settle
from schemas.lines import ROUNDED
from schemas.period import Period
from schemas.problems import Problem
from schemas.statement import to_json
from tests.replay.made import bank, plan, settled

Node = dict[str, Any]
TEAM = [{"manager_id": "M-1", "share": "0.6"}, {"manager_id": "M-2", "share": "0.4"}]
RATINGS = (("skill", "customer", "4"), ("skill", "self", "5"), ("teamwork", "superior", "3"))
NOT_ASKED = (("skill", "auditor", "1"), ("charm", "self", "1"))
"""Of an item, or by a group, that the plan does not know."""


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Two managers share a customer until one takes over; a rate changes; a mistake is reversed."""
    core = "core"
    return bank(
        tmp_path / "log",
        ("2024-01-01", "manager.appointed", {"manager_id": "M-1", "org_unit": "U-1"}),
        ("2024-01-01", "manager.appointed", {"manager_id": "M-2", "org_unit": "U-1"}),
        ("2024-01-01", "customer.assigned", {"customer_id": "C-1", "team": TEAM}),
        ("2024-01-01", "account.opened", opening("L-1", "loan.working-capital", "0.06")),
        ("2024-01-01", "balance.changed", {"account_id": "L-1", "customer_id": "C-1", "amount": "1000000"}),
        ("2025-02-01", "balance.changed", {"account_id": "L-1", "customer_id": "C-1", "amount": "500000"}),
        ("2025-02-11", "customer.assigned", {"customer_id": "C-1", "team": [{"manager_id": "M-1", "share": "1"}]}),
        ("2025-03-01", "rate.changed", {"account_id": "L-1", "customer_id": "C-1", "rate": "0.05"}),
        ("2025-03-05", "fee.earned", {"customer_id": "C-1", "service": "consulting", "amount": "800.40"}),
        ("2025-03-06", "fee.earned", {"customer_id": "C-1", "service": "consulting", "amount": "99999"}),
        ("2025-03-07", "event.reversed", {"event_id": "e-10", "event_source": core, "reason": "not ours"}),
        *(
            (
                "2025-12-30",
                "rating.given",
                {"manager_id": "M-1", "period": "2025", "item": item, "group": group, "score": score, "full": "5"},
            )
            for item, group, score in (*RATINGS, *NOT_ASKED)
        ),
    )


def opening(account: str, product: str, rate: str) -> dict[str, str]:
    return {"account_id": account, "customer_id": "C-1", "product": product, "rate": rate}


def told(log: Log, period: str, manager: str, line: str | None = None, limit: int | None = None) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(to_json(explain(settled(log, period), "CNY", manager, line, limit)))
    return document


def nodes(tree: Node) -> Iterator[Node]:
    yield tree
    for node in tree["inputs"]:
        yield from nodes(node)


def found(tree: Node, node_id: str) -> Node:
    return next(node for node in nodes(tree) if node["id"] == node_id)


def test_the_credits_of_a_measure_add_up_to_it(log: Log) -> None:
    checked = 0
    for node in nodes(told(log, "2025Q1", "M-1")):
        if node.get("credits"):
            total = sum(Fraction(row["contribution"]) for row in node["credits"])
            assert abs(total - Fraction(node["value"])) <= Fraction(len(node["credits"]), 10**10)
            checked += 1
    assert checked >= 4


def test_credits_name_the_original_events_across_a_hand_over_and_a_rate_change(log: Log) -> None:
    interest = found(told(log, "2025Q1", "M-1", "loan_spread"), "loan_interest")
    assert [(row["event_id"], row["share"], row["amount"]) for row in interest["credits"]] == [
        ("e-5", "0.6", "1000000"),
        ("e-5", "1", "1000000"),
        ("e-6", "0.6", "500000"),
        ("e-6", "1", "500000"),
    ]
    # 1,000,000 x 0.6 x 41 days at 6%; then whole: 18 days at 6% and 31 at 5%
    assert interest["credits"][0]["contribution"] == "1476000"
    assert interest["credits"][1]["contribution"] == "2630000"


def test_a_reversed_event_is_in_no_explanation(log: Log) -> None:
    fees = found(told(log, "2025Q1", "M-1", "fees"), "fee_income")
    assert [row["event_id"] for row in fees["credits"]] == ["e-9"]
    assert fees["value"] == "800.4"


def test_a_line_follows_from_its_inputs_and_parameters(log: Log) -> None:
    settlement = settled(log, "2025")
    scope, checked = settlement.evaluation.scope, 0
    for node in nodes(json.loads(to_json(explain(settlement, "CNY", "M-1")))):
        if node.get("repeats") or node["kind"] in {"manager", "rank", "settlement"} or "formula" not in node:
            continue
        known = {one["id"]: figure(one["value"]) for one in node["inputs"] if one["kind"] != "table"}
        known |= {name: figure(one["value"]) for name, one in node["parameters"].items()}
        follows = value_of(formula.parse(node["formula"]), {NOTHING: figure(None), **known}, scope)
        value = broadcast(follows, 1).value(0)
        if isinstance(value, Fraction):
            rounding = Fraction(1, 200) if node["kind"] in ROUNDED else 0
            assert abs(value - Fraction(node["value"])) <= rounding + Fraction(1, 10**6), node["id"]
        else:
            assert value == node["value"], node["id"]
        checked += 1
    assert checked >= 20


def figure(value: str | None) -> Column:
    """A printed value, for a formula: a number, a word, or none."""
    try:
        return column_of([None if value is None else Fraction(value)])
    except ValueError:
        return Column([value])


def test_the_items_of_a_tree_re_add_to_the_composite(log: Log) -> None:
    composite = told(log, "2025Q1", "M-1", "composite")
    assert sum(Fraction(one["value"]) for one in composite["inputs"]) == Fraction(composite["value"])
    assert len(composite["inputs"]) == 12


def test_the_base_is_told_down_to_the_events_of_the_year_before(log: Log) -> None:
    tree = told(log, "2025Q1", "M-1", "base_contribution")
    inherited = found(tree, "inherited_contribution")
    assert (inherited["inputs"][0]["period"], inherited["inputs"][0]["value"]) == ("2024", inherited["value"])
    interest = found(tree, "loan_interest")
    assert interest["period"] == "2024"
    assert {row["event_id"] for row in interest["credits"]} == {"e-5"}
    # 41 days at 0.6 and 49 whole of 365
    assert [row["share"] for row in interest["credits"]] == ["0.2016438356"]
    total = sum(Fraction(row["contribution"]) for row in interest["credits"])
    assert abs(total - Fraction(interest["value"])) < Fraction(1, 10**9)


def test_each_rating_says_its_part_of_the_mean(log: Log) -> None:
    rated = found(told(log, "2025", "M-1", "qualitative"), "rated_quality")
    # skill: (80 + 100) / 2 = 90, teamwork: 60; the mean of both is 75
    assert rated["value"] == "75"
    assert [(row["amount"], row["contribution"]) for row in rated["credits"]] == [
        ("80", "20"),
        ("100", "25"),
        ("60", "30"),
    ]


def test_a_rating_of_an_item_that_only_groups_without_weight_rated_is_no_part_of_the_mean(log: Log) -> None:
    deaf = with_parameters(plan(), {"w_by_customer": Decimal(0), "w_by_self": Decimal(0)})
    settlement = settle(log, deaf, Period.parse("2025"))
    tree: Node = json.loads(to_json(explain(settlement, "CNY", "M-1", "qualitative")))
    rated = found(tree, "rated_quality")
    assert rated["value"] == "60"
    assert [row["contribution"] for row in rated["credits"]] == ["0", "0", "60"]


def test_the_root_is_the_line_or_the_manager_with_all_lines(log: Log) -> None:
    line, manager = told(log, "2025Q1", "M-1", "fees"), told(log, "2025Q1", "M-1")
    assert (line["id"], line["kind"], line["value"], line["period"]) == ("fees", "item", "800.4", "2025Q1")
    assert (manager["id"], manager["kind"]) == ("M-1", "manager")
    assert manager["value"] == found(manager, "composite")["value"]
    assert manager["inputs"][0]["id"] == "loan_spread"


def test_a_table_names_the_rows_that_a_figure_fell_into_and_they_add_up(log: Log) -> None:
    award = found(told(log, "2025", "M-1", "award"), "award")
    fund = found(told(log, "2025", "M-1", "risk_fund"), "risk_fund_table")
    assert sum(Fraction(row["part"]) for row in fund["rows"]) == Fraction(award["value"])
    assert sum(Fraction(row["gives"]) for row in fund["rows"]) == Fraction(fund["value"])
    assert all(Fraction(row["part"]) * Fraction(row["value"]) == Fraction(row["gives"]) for row in fund["rows"])
    grade = found(told(log, "2025", "M-1", "grade"), "grades")
    assert [row["value"] for row in grade["rows"]] == [grade["value"]]


def test_a_limit_keeps_the_largest_and_sums_up_the_others(log: Log) -> None:
    all_rows = found(told(log, "2025Q1", "M-1", "loan_spread"), "loan_interest")
    kept = found(told(log, "2025Q1", "M-1", "loan_spread", 1), "loan_interest")
    assert [row.get("event_id") for row in kept["credits"]] == ["e-5", None]
    assert kept["credits"][1]["others"] == 3
    assert sum(Fraction(row["contribution"]) for row in kept["credits"]) == Fraction(all_rows["value"])


def test_a_limit_holds_for_ratings_too(log: Log) -> None:
    mean = found(told(log, "2025", "M-1", "qualitative", 1), "rated_quality")
    kept, others = mean["credits"]
    assert others["others"] == 2
    assert Fraction(kept["contribution"]) + Fraction(others["contribution"]) == Fraction(mean["value"])


def test_a_figure_is_told_in_full_once(log: Log) -> None:
    tree = told(log, "2025", "M-1")
    in_full = [node for node in nodes(tree) if node["id"] == "composite" and "period" not in node and node["inputs"]]
    assert len(in_full) == 1


def test_a_manager_or_line_that_is_not_there_is_refused(log: Log) -> None:
    with pytest.raises(Problem) as caught:
        told(log, "2025Q1", "M-7")
    assert str(caught.value) == (
        "'M-7' is no manager of 2025Q1: neither in post on a day of it nor credited in it. Did you mean 'M-2'?"
    )
    with pytest.raises(Problem) as caught:
        told(log, "2025Q1", "M-1", "paid")
    assert str(caught.value).startswith("bank-contribution shows no line 'paid' for 2025Q1.")
