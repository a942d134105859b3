"""The rules of teams and staffing (contract §1), each with figures that can be reckoned by hand."""

from __future__ import annotations

from tests.engine.fold.folding import Said, balance, book, credited, flow, reversal, say, team

JANUARY = "2025-01"
OPENED = say("account.opened", "01-01", account_id="A", customer_id="C", product="deposit.corporate.term")
CHANGED = say("balance.changed", "01-01", account_id="A", customer_id="C", amount="100")


def assigned(day: str = "01-01", *, scope: dict[str, str] | None = None, **shares: str) -> Said:
    return say("customer.assigned", day, customer_id="C", team=team(**shares), **(scope or {}))


def left(day: str, manager: str = "M1") -> Said:
    return say("manager.left", day, manager_id=manager)


def test_a_hand_over_moves_the_balance_from_its_day_on() -> None:
    bank = book(OPENED, CHANGED, assigned(M1="1"), assigned("01-11", M2="0.5", M3="0.25"))
    assert credited(bank, balance(), JANUARY) == {"M1": 1_000, "M2": 1_050, "M3": 525, None: 525}


def test_a_hand_over_may_arrive_late_and_be_reversed() -> None:
    said = (OPENED, CHANGED, assigned(M1="1"), assigned("01-21", M3="1"), assigned("01-11", M2="1"))
    assert credited(book(*said), balance(), JANUARY) == {"M1": 1_000, "M2": 1_000, "M3": 1_100}
    assert credited(book(*said, reversal(5)), balance(), JANUARY) == {"M1": 2_000, "M3": 1_100}


def test_of_two_teams_of_a_day_the_later_position_stands() -> None:
    bank = book(OPENED, CHANGED, assigned(M1="1"), assigned(M2="1"))
    assert credited(bank, balance(), JANUARY) == {"M2": 3_100}


def test_before_any_team_and_under_an_empty_one_nobody_is_credited() -> None:
    bank = book(OPENED, CHANGED, assigned("01-11", M1="1"), assigned("01-21"))
    assert credited(bank, balance(), JANUARY) == {"M1": 1_000, None: 2_100}


def test_the_accounts_team_stands_before_the_products_before_the_customers() -> None:
    said = (
        OPENED, CHANGED, assigned(M1="1"),
        assigned("01-06", scope={"product": "deposit"}, M2="1"),
        assigned("01-11", scope={"product": "deposit.corporate"}, M3="1"),
        assigned("01-21", scope={"account_id": "A"}, M4="1"),
        assigned("01-25", scope={"product": "loan"}, M5="1"),
    )  # fmt: skip
    assert credited(book(*said), balance(), JANUARY) == {"M1": 500, "M2": 500, "M3": 1_000, "M4": 1_100}
    assert credited(book(*said, reversal(6)), balance(), JANUARY) == {"M1": 500, "M2": 500, "M3": 2_100}


def test_a_narrow_scope_once_it_spoke_stands_for_ever_even_with_an_empty_team() -> None:
    bank = book(
        OPENED, CHANGED, assigned(scope={"account_id": "A"}, M1="1"), assigned("01-11", scope={"account_id": "A"}),
        assigned("01-21", M2="1"),
    )  # fmt: skip
    assert credited(bank, balance(), JANUARY) == {"M1": 1_000, None: 2_100}


def test_a_product_team_takes_services_and_channels_below_its_path() -> None:
    bank = book(
        assigned(M1="1"),
        assigned(scope={"product": "settlement"}, M2="1"), assigned(scope={"product": "ebank"}, M3="1"),
        say("fee.earned", "01-05", customer_id="C", service="settlement.domestic", amount="10"),
        say("fee.earned", "01-05", customer_id="C", service="acceptance", amount="20"),
        say("payment.made", "01-05", customer_id="C", channel="ebank.personal", amount="40"),
        say("merchant.enrolled", "01-05", customer_id="C"),
    )  # fmt: skip
    assert credited(bank, flow("fee.earned"), JANUARY) == {"M1": 20, "M2": 10}
    assert credited(bank, flow("payment.made"), JANUARY) == {"M3": 40}


def test_a_manager_who_left_is_credited_with_nothing_from_that_day_until_appointed_again() -> None:
    said = (OPENED, CHANGED, assigned(M1="0.8", M2="0.2"), left("01-11"))
    assert credited(book(*said), balance(), JANUARY) == {"M1": 800, "M2": 620, None: 1_680}
    back = say("manager.appointed", "01-21", manager_id="M1")
    assert credited(book(*said, back), balance(), JANUARY) == {"M1": 800 + 880, "M2": 620, None: 800}


def test_of_leaving_and_coming_on_one_day_the_later_position_stands() -> None:
    back = say("manager.appointed", "01-11", manager_id="M1")
    assert credited(book(OPENED, CHANGED, assigned(M1="1"), back, left("01-11")), balance(), JANUARY) == {
        "M1": 1_000,
        None: 2_100,
    }
    assert credited(book(OPENED, CHANGED, assigned(M1="1"), left("01-11"), back), balance(), JANUARY) == {"M1": 3_100}


def test_a_departure_that_is_reversed_never_happened() -> None:
    bank = book(OPENED, CHANGED, assigned(M1="1"), left("01-11"), reversal(4))
    assert credited(bank, balance(), JANUARY) == {"M1": 3_100}


def test_a_departure_reaches_teams_assigned_after_it_was_known() -> None:
    bank = book(left("01-11"), OPENED, CHANGED, assigned(M1="1"))
    assert credited(bank, balance(), JANUARY) == {"M1": 1_000, None: 2_100}


def test_an_account_belongs_to_the_customer_of_its_opening() -> None:
    other = say("balance.changed", "01-01", account_id="A", customer_id="D", amount="100")
    bank = book(OPENED, other, assigned(M1="1"), say("customer.assigned", "01-01", customer_id="D", team=team(M2="1")))
    assert credited(bank, balance(), JANUARY) == {"M1": 3_100}
