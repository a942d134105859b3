"""The worked examples of schemes.md §1 that crediting decides, to the last digit."""

from __future__ import annotations

from tests.engine.fold.folding import balance, book, credited, flow, inherited, say, team


def test_example_b_a_loan_of_nine_million_over_a_quarter_of_90_days() -> None:
    bank = book(
        say("customer.assigned", "01-01", customer_id="C", team=team(M="1")),
        say("account.opened", "01-01", account_id="A", customer_id="C", product="loan.working-capital", rate="0.06"),
        say("balance.changed", "01-01", account_id="A", customer_id="C", amount="9000000"),
    )
    product_days = credited(bank, balance("loan"), "2025Q1")
    interest = credited(bank, balance("loan", times="rate"), "2025Q1")
    cost = credited(bank, balance("loan", times="cost", needs_rate=True), "2025Q1")
    assert product_days == {"M": 810_000_000}
    assert (interest["M"] - cost["M"]) / 360 == 81_000


def test_example_c_a_deposit_that_grows_on_day_31() -> None:
    bank = book(
        say("customer.assigned", "01-01", customer_id="C", team=team(M="1")),
        say(
            "account.opened", "01-01", account_id="A", customer_id="C", product="deposit.corporate.term", rate="0.0036"
        ),
        say("balance.changed", "01-01", account_id="A", customer_id="C", amount="1000000"),
        say("balance.changed", "01-31", account_id="A", customer_id="C", amount="500000"),
    )
    assert credited(bank, balance("deposit"), "2025Q1") == {"M": 120_000_000}
    earned = credited(bank, balance("deposit", times="yield"), "2025Q1")
    interest = credited(bank, balance("deposit", times="rate"), "2025Q1")
    assert (earned["M"] - interest["M"]) / 360 == 4_800


def test_example_e_the_base_follows_a_customer_handed_over() -> None:
    bank = book(
        say("fee.earned", "2024-05-05", customer_id="C", service="acceptance", amount="730000"),
        say("customer.assigned", "2024-01-01", customer_id="C", team=team(M1="1")),
        say("customer.assigned", "04-01", customer_id="C", team=team(M2="1")),
    )
    fees = flow("fee.earned")
    assert inherited(bank, fees, "2025") == {"M1": 180_000, "M2": 550_000}
    assert inherited(bank, fees, "2025Q1") == {"M1": 180_000}
