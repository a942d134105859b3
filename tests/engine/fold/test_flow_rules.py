"""The rules of flows (contract §1, schemes §1), each with figures that can be reckoned by hand."""

from __future__ import annotations

import pytest

from engine.measures import Aggregate
from schemas.problems import Problem
from tests.engine.fold.folding import Said, book, credited, flow, inherited, missing, request, reversal, say, team

Q1 = "2025Q1"
ASSIGNED = say("customer.assigned", "01-01", customer_id="C", team=team(M1="1"))
HANDED_OVER = say("customer.assigned", "02-01", customer_id="C", team=team(M2="1"))
OPENED = say("account.opened", "01-01", account_id="A", customer_id="C", product="loan.consumer", rate="0.06")


def fee(day: str, amount: str, **more: str) -> Said:
    return say("fee.earned", day, **{"customer_id": "C", "service": "acceptance", "amount": amount, **more})


def moved(day: str, amount: str, **more: str) -> Said:
    return say("loan.moved", day, customer_id="C", amount=amount, **more)


def test_a_flow_goes_to_the_team_of_its_day_whenever_it_arrives() -> None:
    bank = book(fee("01-31", "10"), fee("02-01", "20"), ASSIGNED, HANDED_OVER, fee("04-01", "40"))
    assert credited(bank, flow("fee.earned"), Q1) == {"M1": 10, "M2": 20}


def test_a_filter_carries_paths_below_it() -> None:
    bank = book(
        ASSIGNED, fee("01-02", "1", service="other"), fee("01-02", "2", service="other.rent"), fee("01-02", "4")
    )
    assert credited(bank, flow("fee.earned", "other"), Q1) == {"M1": 3}


def test_a_currency_beside_a_flow_is_the_flows_else_its_accounts() -> None:
    spent = {"account_id": "A", "customer_id": "C", "amount": "10"}
    bank = book(
        ASSIGNED,
        say("account.opened", "01-01", account_id="A", customer_id="C", product="card.credit", currency="USD"),
        say("fx.fixed", "01-01", currency="USD", rate="7"), say("fx.fixed", "01-01", currency="JPY", rate="0.05"),
        say("card.spent", "01-02", **spent), say("card.spent", "01-03", currency="JPY", **spent),
        fee("01-02", "3", currency="USD"),
    )  # fmt: skip
    assert credited(bank, flow("card.spent"), Q1) == {"M1": 70.5}
    assert credited(bank, flow("fee.earned"), Q1) == {"M1": 21}


def test_a_flow_before_the_first_exchange_rate_is_left_out_and_missing() -> None:
    bank = book(
        ASSIGNED, HANDED_OVER, say("fx.fixed", "02-10", currency="USD", rate="7"),
        fee("01-02", "3", currency="USD"), fee("02-11", "5", currency="USD"), fee("02-02", "0", currency="USD"),
    )  # fmt: skip
    assert credited(bank, flow("fee.earned"), Q1) == {"M2": 35}
    assert missing(bank, flow("fee.earned"), Q1) == {"M1": {"fx:USD"}}
    assert missing(bank, flow("fee.earned", aggregate=Aggregate.COUNT), Q1) == {}


def test_a_flow_on_an_account_goes_to_the_accounts_team_opened_or_not() -> None:
    own = say("customer.assigned", "01-01", customer_id="C", account_id="A", team=team(M2="1"))
    recovered = say("loan.recovered", "01-05", customer_id="C", account_id="A", class_="loss", amount="10")
    elsewhere = say("loan.recovered", "01-05", customer_id="C", class_="doubtful", amount="20")
    recovery = flow("loan.recovered")
    assert credited(book(recovered, elsewhere, ASSIGNED, own, OPENED), recovery, Q1) == {"M1": 20, "M2": 10}
    assert credited(book(recovered, elsewhere, ASSIGNED, own), recovery, Q1) == {"M1": 20, "M2": 10}
    assert credited(book(recovered, elsewhere, ASSIGNED), recovery, Q1) == {"M1": 30}
    assert credited(book(recovered, elsewhere, ASSIGNED), flow("loan.recovered", "loss", by="class"), Q1) == {"M1": 10}


def test_a_manager_named_by_the_event_has_it_alone_while_on_duty() -> None:
    sold = {"customer_id": "C", "product": "fund", "amount": "10", "quantity": "2.5"}
    said = (
        ASSIGNED, say("product.sold", "01-05", manager_id="M9", **sold),
        say("product.sold", "01-20", manager_id="M9", **sold), say("product.sold", "01-05", **sold),
    )  # fmt: skip
    sales = flow("product.sold", "fund", by="product")
    assert credited(book(*said), sales, Q1) == {"M1": 10, "M9": 20}
    away = say("manager.left", "01-10", manager_id="M9")
    assert credited(book(*said, away), sales, Q1) == {"M1": 10, "M9": 10, None: 10}
    assert credited(book(*said), flow("product.sold", aggregate=Aggregate.COUNT), Q1) == {"M1": 1, "M9": 2}
    assert credited(book(*said), flow("product.sold", aggregate=Aggregate.QUANTITY), Q1) == {"M1": 2.5, "M9": 5}


def test_what_is_done_by_hand_by_an_unknown_manager_counts_for_nobody() -> None:
    count = flow("service.handled", aggregate=Aggregate.COUNT)
    by_m3 = say("service.handled", "01-05", manager_id="M3", kind="counter")
    for_c = say("service.handled", "01-05", customer_id="C", kind="counter")
    unknown = say("service.handled", "01-05", kind="counter")
    bank = book(ASSIGNED, for_c, unknown, by_m3, by_m3, say("manager.left", "03-01", manager_id="M3"), reversal(4))
    assert credited(bank, count, Q1) == {"M3": 1, None: 2}


def test_a_moved_loan_earns_to_the_end_of_its_year_for_the_team_of_its_day() -> None:
    measure = flow("loan.moved", times="rate", accrue_to_year_end=True)
    bank = book(ASSIGNED, HANDED_OVER, moved("01-31", "1000", rate="0.1"), moved("2024-12-30", "1000", rate="0.1"))
    assert credited(bank, measure, "2025") == {"M1": 335 * 100}
    assert credited(bank, measure, Q1) == {"M1": 60 * 100}
    assert credited(bank, measure, "2025-06") == {"M1": 30 * 100}
    assert credited(bank, measure, "2024") == {None: 2 * 100}


def test_a_moved_loan_bears_its_own_rate_else_its_accounts_of_that_day() -> None:
    measure = flow("loan.moved", times="rate")
    later = say("rate.changed", "01-20", account_id="A", customer_id="C", rate="0.08")
    said = (ASSIGNED, OPENED, later, moved("01-10", "100", account_id="A"), moved("01-20", "100", account_id="A"))
    assert credited(book(*said), measure, Q1) == {"M1": 14}
    assert credited(book(*said, moved("01-25", "100", account_id="A", rate="0.5")), measure, Q1) == {"M1": 64}


def test_a_moved_loan_without_any_rate_is_left_out_and_missing() -> None:
    unrated = say("account.opened", "01-01", account_id="A", customer_id="C", product="loan.consumer")
    bank = book(ASSIGNED, unrated, moved("01-10", "100", account_id="A"))
    measure = flow("loan.moved", times="cost", needs_rate=True, accrue_to_year_end=True)
    assert credited(bank, measure, Q1) == {}
    assert missing(bank, measure, Q1) == {"M1": {"rate:A"}}
    assert missing(bank, measure, "2025Q3") == {"M1": {"rate:A"}}


def test_spending_has_no_rate_though_its_account_has_one() -> None:
    bank = book(ASSIGNED, OPENED, say("card.spent", "01-10", account_id="A", customer_id="C", amount="100"))
    for measure in (flow("card.spent", needs_rate=True), flow("card.spent", times="rate")):
        assert credited(bank, measure, Q1) == {}
        assert missing(bank, measure, Q1) == {"M1": {"rate:A"}}
    assert credited(bank, flow("card.spent"), Q1) == {"M1": 100}


def test_a_flow_takes_the_parameter_of_its_day() -> None:
    exited = {"customer_id": "C", "amount": "1000", "rate": "0.06"}
    bank = book(ASSIGNED, say("loan.exited", "03-31", **exited), say("loan.exited", "04-01", **exited))
    assert credited(bank, flow("loan.exited", times="cost"), "2025") == {"M1": 24 + 30}


def test_the_base_of_an_account_follows_its_team_and_of_the_rest_the_customers() -> None:
    spent = {"account_id": "A", "customer_id": "C", "amount": "730"}
    bank = book(
        ASSIGNED, say("account.opened", "01-01", account_id="A", customer_id="C", product="card.credit"),
        say("customer.assigned", "01-01", customer_id="C", product="card", team=team(M2="1")),
        say("card.spent", "2024-03-01", **spent), fee("2024-03-01", "365"), fee("2023-12-31", "1"), fee("01-01", "1"),
    )  # fmt: skip
    assert inherited(bank, flow("card.spent"), "2025") == {"M2": 730}
    assert inherited(bank, flow("card.spent"), "2025-01") == {"M2": 62}
    assert inherited(bank, flow("fee.earned"), "2025") == {"M1": 365}


def test_the_base_counts_what_nobody_was_credited_with_and_shows_what_nobody_serves() -> None:
    bank = book(fee("2024-03-01", "365"), say("customer.assigned", "12-31", customer_id="C", team=team(M1="0.5")))
    assert inherited(bank, flow("fee.earned"), "2025") == {"M1": 0.5, None: 364.5}


def test_the_base_names_what_the_year_before_lacks() -> None:
    bank = book(ASSIGNED, fee("2024-03-01", "365", currency="USD"), say("fx.fixed", "01-01", currency="USD", rate="7"))
    table = bank.inherited(request({"fees": flow("fee.earned")}, "2025"))
    assert table.missing == {"M1": frozenset({"fx:USD"})}


def test_a_measure_of_what_nobody_is_credited_with_is_refused() -> None:
    with pytest.raises(Problem, match=r"No measure can be taken of 'rate\.changed'"):
        credited(book(ASSIGNED), flow("rate.changed"), Q1)


def test_a_filter_on_a_field_that_the_event_lacks_is_refused() -> None:
    with pytest.raises(Problem, match=r"fee\.earned cannot be filtered by 'channel'. Filter by service, currency\."):
        credited(book(ASSIGNED, fee("01-01", "1")), flow("fee.earned", "phone", by="channel"), Q1)
