"""The rules of balances (contract §1), each with figures that can be reckoned by hand."""

from __future__ import annotations

from tests.engine.fold.folding import Said, balance, book, credited, missing, reversal, say, team

JANUARY = "2025-01"


def opened(day: str = "01-01", **more: str) -> Said:
    data = {"account_id": "A", "customer_id": "C", "product": "deposit.savings.demand", **more}
    return say("account.opened", day, **data)


def assigned(day: str = "01-01", **shares: str) -> Said:
    return say("customer.assigned", day, customer_id="C", team=team(**(shares or {"M1": "1"})))


def changed(day: str, amount: str) -> Said:
    return say("balance.changed", day, account_id="A", customer_id="C", amount=amount)


def stated(day: str, amount: str) -> Said:
    return say("balance.stated", day, account_id="A", customer_id="C", amount=amount)


def test_a_balance_earns_from_its_day_to_the_end_of_the_period() -> None:
    assert credited(book(opened(), assigned(), changed("01-22", "100")), balance(), JANUARY) == {"M1": 1_000}


def test_a_balance_from_before_the_period_earns_all_its_days() -> None:
    bank = book(opened("2024-06-01"), assigned("2024-06-01"), changed("2024-06-01", "100"))
    assert credited(bank, balance(), JANUARY) == {"M1": 3_100}


def test_a_running_period_stops_at_its_day() -> None:
    bank = book(opened(), assigned(), changed("01-01", "100"), changed("01-20", "1"))
    assert credited(bank, balance(), JANUARY, through="01-10") == {"M1": 1_000}


def test_a_statement_holds_that_days_changes_and_later_ones_add_to_it() -> None:
    bank = book(opened(), assigned(), changed("01-01", "100"), stated("01-11", "500"), changed("01-11", "7"))
    assert credited(bank, balance(), JANUARY) == {"M1": 10 * 100 + 21 * 500}
    bank = book(opened(), assigned(), stated("01-11", "500"), changed("01-12", "7"))
    assert credited(bank, balance(), JANUARY) == {"M1": 500 + 20 * 507}


def test_a_change_dated_back_before_a_statement_ends_with_it() -> None:
    bank = book(opened(), assigned(), stated("01-11", "500"), changed("01-02", "40"))
    assert credited(bank, balance(), JANUARY) == {"M1": 9 * 40 + 21 * 500}


def test_of_two_statements_of_a_day_the_later_position_stands_until_it_is_reversed() -> None:
    said = (opened(), assigned(), stated("01-31", "500"), stated("01-31", "600"))
    assert credited(book(*said), balance(), JANUARY) == {"M1": 600}
    assert credited(book(*said, reversal(4)), balance(), JANUARY) == {"M1": 500}
    assert credited(book(*said, reversal(3), reversal(4)), balance(), JANUARY) == {}


def test_a_statement_between_two_dated_back_only_fills_its_days() -> None:
    bank = book(opened(), assigned(), stated("01-01", "100"), stated("01-21", "300"), stated("01-11", "200"))
    assert credited(bank, balance(), JANUARY) == {"M1": 10 * 100 + 10 * 200 + 11 * 300}


def test_an_opening_that_comes_last_brings_product_customer_and_rate_with_it() -> None:
    bank = book(changed("01-01", "100"), assigned(), opened("01-05", rate="0.01"))
    assert credited(bank, balance("deposit"), JANUARY) == {"M1": 3_100}
    assert credited(bank, balance("deposit", times="rate"), JANUARY) == {"M1": 31}


def test_of_two_openings_the_earliest_day_counts_then_the_higher_position() -> None:
    bank = book(
        opened("01-05"), opened("01-02", product="loan.consumer"), opened("01-02", product="card.credit"),
        assigned(), changed("01-31", "1"),
    )  # fmt: skip
    assert credited(bank, balance("card"), JANUARY) == {"M1": 1}
    assert credited(bank, balance("loan", "deposit"), JANUARY) == {}


def test_an_account_never_opened_belongs_to_no_product_and_nobody() -> None:
    bank = book(assigned(), changed("01-31", "100"))
    assert credited(bank, balance("deposit", "loan", "card"), JANUARY) == {}
    assert credited(bank, balance(), JANUARY) == {None: 100}


def test_a_rate_holds_from_its_day_and_the_first_known_one_also_before() -> None:
    rate = {"account_id": "A", "customer_id": "C"}
    bank = book(
        opened(), assigned(), changed("01-01", "100"),
        say("rate.changed", "01-11", rate="0.02", **rate), say("rate.changed", "01-21", rate="0.05", **rate),
    )  # fmt: skip
    assert credited(bank, balance(times="rate"), JANUARY) == {"M1": 20 * 2 + 11 * 5}


def test_of_two_rates_of_a_day_the_later_position_stands() -> None:
    rate = {"account_id": "A", "customer_id": "C"}
    said = (
        opened(rate="0.01"), assigned(), changed("01-31", "100"),
        say("rate.changed", "01-31", rate="0.02", **rate), say("rate.changed", "01-31", rate="0.03", **rate),
    )  # fmt: skip
    assert credited(book(*said), balance(times="rate"), JANUARY) == {"M1": 3}
    assert credited(book(*said, reversal(5)), balance(times="rate"), JANUARY) == {"M1": 2}


def test_without_any_rate_what_needs_one_is_left_out_and_missing() -> None:
    bank = book(opened(), assigned("01-01", M1="0.6"), changed("01-31", "100"))
    needing = balance("deposit", times="yield", needs_rate=True)
    assert credited(bank, needing, JANUARY) == {}
    assert credited(bank, balance(), JANUARY) == {"M1": 60, None: 40}
    assert missing(bank, needing, JANUARY) == {"M1": {"rate:A"}, None: {"rate:A"}}
    assert missing(bank, balance("deposit"), JANUARY) == {}
    assert missing(bank, balance("loan", times="rate"), JANUARY) == {}
    assert missing(bank, needing, "2024") == {}


def test_a_foreign_balance_converts_day_by_day_and_is_missing_before_the_first_rate() -> None:
    bank = book(
        opened(currency="USD"), assigned(), changed("01-01", "100"),
        say("fx.fixed", "01-11", currency="USD", rate="7"), say("fx.fixed", "01-21", currency="USD", rate="7.5"),
    )  # fmt: skip
    assert credited(bank, balance(), JANUARY) == {"M1": 10 * 700 + 11 * 750}
    assert missing(bank, balance(), JANUARY) == {"M1": {"fx:USD"}}
    assert missing(bank, balance(), "2025-01-11..2025-01-31") == {}


def test_an_exchange_rate_dated_back_or_reversed_reaches_every_balance() -> None:
    said = (
        opened(currency="USD"), assigned(), changed("01-01", "100"),
        say("fx.fixed", "01-01", currency="USD", rate="7"), say("fx.fixed", "01-01", currency="USD", rate="8"),
    )  # fmt: skip
    assert credited(book(*said), balance(), JANUARY) == {"M1": 31 * 800}
    assert credited(book(*said, reversal(5)), balance(), JANUARY) == {"M1": 31 * 700}


def test_a_dated_parameter_holds_day_by_day_inside_a_period() -> None:
    bank = book(opened(), assigned(), changed("01-01", "1000"))
    assert credited(bank, balance(times="cost"), "2025H1") == {"M1": 1000 * (90 * 24 + 91 * 30) // 1000}


def test_a_loan_stops_earning_on_the_days_it_is_classed_so_or_worse() -> None:
    loan = {"account_id": "A", "customer_id": "C"}
    bank = book(
        opened(product="loan.consumer"), assigned(), changed("01-01", "100"),
        say("loan.classified", "01-11", class_="doubtful", **loan),
        say("loan.classified", "01-21", class_="special-mention", **loan),
    )  # fmt: skip
    assert credited(bank, balance(until_class="substandard"), JANUARY) == {"M1": 21 * 100}
    assert credited(bank, balance(until_class="special-mention"), JANUARY) == {"M1": 10 * 100}
    assert credited(bank, balance(), JANUARY) == {"M1": 31 * 100}


def test_closing_an_account_changes_no_balance() -> None:
    bank = book(
        opened(), assigned(), changed("01-01", "100"), say("account.closed", "01-05", account_id="A", customer_id="C")
    )
    assert credited(bank, balance(), JANUARY) == {"M1": 3_100}
