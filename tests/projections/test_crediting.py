"""Each rule of crediting, with a figure worked out by hand.

A raw value of a balance is amount x 10^4, exchange rate x 10^6, share x 10^4; one with a factor has 10^6 more.
"""

from __future__ import annotations

from pathlib import Path

from engine.measures import Aggregate, CreditMeasure, DailyFactor, MeasureTable, Request
from projections.book import ProjectedBook
from tests.projections.logs import (
    INTEREST,
    PRODUCT_DAYS,
    Json,
    assigned,
    book_of,
    changed,
    event,
    flow,
    opened,
    request,
    stated,
    where,
)

YUAN = 10**14
PRICED = 10**20
JANUARY = ("2025-01-01", "2025-02-01")


def product_days(tmp_path: Path, *events: Json, of: CreditMeasure = PRODUCT_DAYS) -> MeasureTable:
    return book_of(tmp_path, events).credits(request(*JANUARY, it=of))


def shown(table: MeasureTable, unit: int = YUAN) -> dict[str | None, int]:
    values = dict(zip(table.managers, table.values["it"], strict=True))
    values |= {None: table.uncredited["it"]} if table.uncredited["it"] else {}
    assert all(value % unit == 0 for value in values.values())
    return {manager: value // unit for manager, value in values.items()}


def test_a_balance_counts_for_every_day_that_it_stands(tmp_path: Path) -> None:
    table = product_days(
        tmp_path, opened(), assigned("2024-01-01", M_1="1"), changed("100", "2024-12-15"), changed("50", "2025-01-31")
    )
    assert shown(table) == {"M-1": 100 * 31 + 50}


def test_a_statement_takes_over_the_changes_of_its_day_and_later_ones_add_to_it(tmp_path: Path) -> None:
    events = [opened(), assigned("2024-01-01", M_1="1"), changed("70", "2025-01-01"), stated("100", "2025-01-11")]
    events += [changed("999", "2025-01-11"), changed("5", "2025-01-21"), stated("10", "2025-01-30")]
    assert shown(product_days(tmp_path, *events)) == {"M-1": 70 * 10 + 100 * 10 + 105 * 9 + 10 * 2}


def test_of_two_statements_of_a_day_the_later_position_stands(tmp_path: Path) -> None:
    events = [opened(), assigned("2024-01-01", M_1="1"), stated("7", "2025-01-31"), stated("9", "2025-01-31")]
    assert shown(product_days(tmp_path, *events)) == {"M-1": 9}


def test_before_the_first_known_rate_that_first_one_holds_and_a_change_counts_from_its_day(tmp_path: Path) -> None:
    events = [opened(), assigned("2024-01-01", M_1="1"), changed("100", "2025-01-01")]
    events += [
        event("rate.changed", "2025-01-11", account_id="A", customer_id="C", rate="0.01"),
        event("rate.changed", "2025-01-21", account_id="A", customer_id="C", rate="0.03"),
        event("rate.changed", "2025-01-21", account_id="A", customer_id="C", rate="0.02"),
    ]
    assert shown(product_days(tmp_path, *events, of=INTEREST), PRICED // 100) == {"M-1": 100 * 20 + 200 * 11}


def test_an_account_without_any_rate_is_missing_and_left_out(tmp_path: Path) -> None:
    table = product_days(
        tmp_path, opened(), assigned("2024-01-01", M_1="0.5"), changed("100", "2025-01-01"), of=INTEREST
    )
    assert table.values["it"] == [0]
    assert table.missing == {"M-1": {"rate:A"}, None: {"rate:A"}}


def test_a_hand_over_moves_the_balance_from_its_day_on(tmp_path: Path) -> None:
    table = product_days(
        tmp_path,
        opened(),
        changed("100", "2024-12-15"),
        assigned("2024-01-01", M_1="1"),
        assigned("2025-01-11", M_2="0.75"),
    )
    assert shown(table) == {"M-1": 100 * 10, "M-2": 75 * 21, None: 25 * 21}


def test_the_accounts_team_stands_before_the_longer_path_before_the_shorter_before_the_customers(
    tmp_path: Path,
) -> None:
    table = product_days(
        tmp_path,
        opened(),
        changed("1", "2024-12-15"),
        assigned("2025-01-30", M_4="1", account_id="A"),
        assigned("2025-01-20", M_3="1", product="loan.consumer"),
        assigned("2025-01-21", M_5="1", product="loan"),
        assigned("2025-01-25", M_5="1", product="loan-agency"),
        assigned("2025-01-10", M_2="1", product="loan"),
        assigned("2025-01-05", M_1="1"),
        assigned("2025-01-31", account_id="A"),
    )
    assert shown(table) == {None: 4 + 1, "M-1": 5, "M-2": 10, "M-3": 10, "M-4": 1}


def test_a_managers_shares_are_nobodys_from_the_day_of_leaving_until_appointed_again(tmp_path: Path) -> None:
    table = product_days(
        tmp_path,
        opened(),
        changed("1", "2024-12-15"),
        assigned("2024-01-01", M_1="1"),
        event("manager.left", "2025-01-11", manager_id="M-1"),
        event("manager.appointed", "2025-01-21", manager_id="M-1", org_unit="U"),
    )
    assert shown(table) == {"M-1": 10 + 11, None: 10}


def test_a_foreign_balance_converts_day_by_day_and_before_the_first_rate_it_is_missing(tmp_path: Path) -> None:
    table = product_days(
        tmp_path,
        opened(currency="USD"),
        assigned("2024-01-01", M_1="1"),
        changed("10", "2025-01-01"),
        event("fx.fixed", "2025-01-11", currency="USD", rate="7"),
        event("fx.fixed", "2025-01-31", currency="USD", rate="8"),
    )
    assert shown(table) == {"M-1": 10 * 7 * 20 + 10 * 8}
    assert table.missing == {"M-1": {"fx:USD"}}


def test_what_was_reversed_never_happened_whichever_came_first(tmp_path: Path) -> None:
    undo = event("event.reversed", event_id="e-5", event_source="bank", reason="slip")
    again = event("event.reversed", event_id="e-4", event_source="bank", reason="a reversal stands")
    events = [opened(), assigned("2024-01-01", M_1="1"), changed("1", "2025-01-31"), undo]
    assert shown(product_days(tmp_path, *events, changed("90", "2025-01-01"), again)) == {"M-1": 1}


def test_an_account_never_opened_has_no_product_and_only_its_own_team(tmp_path: Path) -> None:
    table = product_days(
        tmp_path,
        assigned("2024-01-01", M_1="1"),
        changed("1", "2025-01-01"),
        assigned("2025-01-11", M_2="1", account_id="A"),
    )
    assert shown(table) == {None: 10, "M-2": 21}


def test_a_loan_stops_earning_from_the_day_it_is_classed_so_or_worse(tmp_path: Path) -> None:
    stopping = CreditMeasure("balance", Aggregate.PRODUCT_DAYS, until_class="substandard")
    events = [opened(), assigned("2024-01-01", M_1="1"), changed("1", "2024-12-15")]
    events += [
        event("loan.classified", on, account_id="A", customer_id="C", class_=class_)
        for on, class_ in (
            ("2025-01-06", "special-mention"),
            ("2025-01-11", "doubtful"),
            ("2025-01-21", "normal"),
            ("2025-01-31", "loss"),
        )
    ]
    assert shown(product_days(tmp_path, *events, of=stopping)) == {"M-1": 10 + 10}


def test_a_flow_goes_to_the_team_of_its_day_and_path(tmp_path: Path) -> None:
    fees = [
        event("fee.earned", on, customer_id="C", service=service, amount="10")
        for on, service in (
            ("2025-01-02", "agency"),
            ("2025-01-20", "agency"),
            ("2025-01-20", "settlement.domestic"),
            ("2025-02-01", "agency"),
        )
    ]
    table = product_days(
        tmp_path,
        *fees,
        assigned("2025-01-10", M_1="1"),
        assigned("2025-01-15", M_2="0.5", product="settlement"),
        of=flow("fee.earned"),
    )
    assert shown(table) == {None: 10 + 5, "M-1": 10, "M-2": 5}


def test_a_moved_loan_earns_every_day_to_the_end_of_its_year_for_the_team_of_its_day(tmp_path: Path) -> None:
    moved = CreditMeasure("loan.moved", Aggregate.SUM, times="rate", accrue_to_year_end=True)
    book = book_of(
        tmp_path,
        [
            opened(rate="0.05"),
            assigned("2024-01-01", M_1="1"),
            assigned("2024-12-20", M_2="1"),
            event("loan.moved", "2024-12-12", customer_id="C", account_id="A", amount="100"),
        ],
    )
    december = request("2024-12-01", "2025-03-01", it=moved)
    late = request("2024-12-31", "2025-03-01", it=moved)
    assert shown(book.credits(december), PRICED) == {"M-1": 5 * 20}
    assert shown(book.credits(late), PRICED) == {"M-1": 5}


def test_a_manager_named_on_a_sale_stands_before_the_team(tmp_path: Path) -> None:
    sale = {"customer_id": "C", "product": "fund", "quantity": "2"}
    table = product_days(
        tmp_path,
        assigned("2024-01-01", M_1="1"),
        event("product.sold", "2025-01-05", **sale, manager_id="M-2"),
        event("product.sold", "2025-01-06", **sale),
        event("activity.logged", "2025-01-06", customer_id="C", kind="visit"),
        of=flow("product.sold", Aggregate.QUANTITY),
    )
    assert shown(table, 10**10) == {"M-1": 2, "M-2": 2}


def test_worked_example_b_and_c_with_parameters_that_change_inside_the_quarter(tmp_path: Path) -> None:
    loan = CreditMeasure("balance", Aggregate.PRODUCT_DAYS, where("product", "loan"), "rate")
    cost = CreditMeasure("balance", Aggregate.PRODUCT_DAYS, where("product", "loan"), "cost", needs_rate=True)
    deposit = CreditMeasure("balance", Aggregate.PRODUCT_DAYS, where("product", "deposit"), "rate")
    book = book_of(
        tmp_path,
        [
            opened("L", product="loan.working-capital", rate="0.06"),
            opened("D", product="deposit.corporate.demand", rate="0.0036"),
            assigned("2024-01-01", M_1="1"),
            changed("9000000", "2025-01-01", "L"),
            changed("1000000", "2025-01-01", "D"),
            changed("500000", "2025-01-31", "D"),
        ],
    )
    asked = {"loan": loan, "cost": cost, "deposit": deposit}
    quarter = request("2025-01-01", "2025-04-01", **asked)
    factor = DailyFactor(((quarter.start, 24_000), (quarter.start.replace(month=3), 12_000)))
    table = book.credits(Request(asked, quarter.start, quarter.end, {"cost": factor}))
    assert table.values["loan"] == [810_000_000 * PRICED * 6 // 100]
    assert table.values["cost"] == [9_000_000 * (59 * 24 + 31 * 12) * PRICED // 1000]
    assert table.values["deposit"] == [120_000_000 * PRICED * 36 // 10_000]


def test_worked_example_e_what_a_customer_brought_follows_it_handed_over(tmp_path: Path) -> None:
    book: ProjectedBook = book_of(
        tmp_path,
        [
            event("fee.earned", "2024-06-30", customer_id="C", service="agency", amount="730000"),
            assigned("2024-01-01", M_1="1"),
            assigned("2025-04-01", M_2="1"),
        ],
    )
    table = book.inherited(request("2025-01-01", "2026-01-01", it=flow("fee.earned")))
    assert shown(table, YUAN * 10**4 * 365) == {"M-1": 180_000, "M-2": 550_000}
    table = book.inherited(request("2025-01-01", "2025-04-01", it=flow("fee.earned")))
    assert shown(table, YUAN * 10**4 * 365) == {"M-1": 180_000}
