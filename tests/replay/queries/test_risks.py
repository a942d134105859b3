from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from random import Random

from replay.queries.risks import Terms, risks
from schemas.period import Period
from schemas.reports import RiskRow
from tests.banks import random_bank
from tests.oracle.book import Book, on_path
from tests.product import logged
from tests.projections.logs import Json, assigned, changed, event, opened
from tests.replay.queries.asking import asked, question
from tests.replay.queries.whole import business

DEPOSIT = "deposit.savings.demand"


def classified(on: str, class_: str) -> Json:
    return event("loan.classified", on, account_id="A", customer_id="C", class_=class_)


def reasons(rows: list[RiskRow]) -> list[tuple[str, str]]:
    return [(row.customer_id, row.reason) for row in rows]


def test_a_balance_that_falls_is_told_with_its_largest_outflows(tmp_path: Path) -> None:
    events = [
        opened(product=DEPOSIT),
        assigned("2024-01-01", M_1="0.5", M_2="0.5"),
        changed("1000", "2024-10-01"),
        *(changed(f"-{amount}", f"2025-01-0{day}") for day, amount in ((1, 10), (2, 200), (3, 20), (4, 300))),
        changed("5", "2025-03-31"),
    ]
    report = risks(asked(tmp_path, events, "2025Q1", "2025-03-31"))
    (row,) = report.rows
    assert (row.customer_id, row.managers, row.units) == ("C", ["M-1", "M-2"], ["BANK", "EAST"])
    # 90 days: 990, 790, 770, then 470, and 475 on the last
    now = Fraction(990 + 790 + 770 + 470 * 86 + 475, 90)
    assert (row.before, Fraction(str(row.now)).limit_denominator(1000)) == ("1000", now.limit_denominator(1000))
    assert [event.event_id for event in row.events] == ["e-11", "e-9", "e-10"]
    assert report.compared_with == "2024Q4"
    assert [(one.manager_id, one.org_unit, one.customers, one.reasons) for one in report.managers] == [
        ("M-1", "EAST", 1, {"balance-falls": 1}),
        ("M-2", "BANK", 1, {"balance-falls": 1}),
    ]


def test_a_fall_counts_from_the_threshold_on_and_from_an_average_on(tmp_path: Path) -> None:
    events = [opened(product=DEPOSIT), changed("1000", "2024-10-01"), changed("-200", "2025-01-01")]
    of = asked(tmp_path, events, through="2025-03-31")
    assert reasons(risks(of).rows) == [("C", "balance-falls")]
    assert risks(of, Terms(threshold=Fraction(21, 100))).rows == []
    assert reasons(risks(of, Terms(least=Fraction(1000))).rows) == [("C", "balance-falls")]
    assert risks(of, Terms(least=Fraction(1001))).rows == []
    assert risks(of, Terms(product="loan")).rows == []


def test_a_loan_is_at_risk_when_classed_worse_and_as_long_as_it_is_classed_badly(tmp_path: Path) -> None:
    events = [opened(), changed("100", "2024-12-15"), classified("2024-12-20", "special-mention")]
    events.append(classified("2025-02-10", "doubtful"))
    report = risks(asked(tmp_path, events))
    assert [(row.reason, row.class_before, row.class_now, row.now) for row in report.rows] == [
        ("class-falls", "special-mention", "doubtful", "100")
    ]
    assert [event.event_id for event in report.rows[0].events] == ["e-8"]
    later = risks(asked(tmp_path / "later", events, "2025Q2", "2025-04-01"))
    assert reasons(later.rows) == [("C", "class-bad")]
    repaid = risks(asked(tmp_path / "repaid", [*events, changed("-100", "2025-03-01")]))
    assert repaid.rows == []


def test_complaints_count_while_open_and_in_the_period_in_which_they_are_found_right(tmp_path: Path) -> None:
    events = [
        *(
            event("complaint.received", "2025-01-02", complaint_id=nth, customer_id=f"C-{nth}", severity="minor")
            for nth in ("1", "2", "3")
        ),
        event("complaint.resolved", "2025-02-01", complaint_id="1", upheld=True),
        event("complaint.resolved", "2025-02-01", complaint_id="2", upheld=False),
        event("complaint.resolved", "2025-05-01", complaint_id="3", upheld=True),
        opened(),
        changed("1", "2025-06-30"),
    ]
    log = asked(tmp_path, events)
    assert reasons(risks(log).rows) == [("C-1", "complaint-upheld"), ("C-3", "complaint-open")]
    later = risks(asked(tmp_path / "later", events, "2025Q2")).rows
    assert reasons(later) == [("C-3", "complaint-upheld")]


def test_a_manager_or_a_unit_sees_the_customers_served_there(tmp_path: Path) -> None:
    complaint = {"complaint_id": "1", "customer_id": "C", "severity": "serious"}
    events = [assigned("2024-01-01", M_1="1"), event("complaint.received", "2025-01-02", **complaint)]
    events += [opened(), changed("1", "2025-03-31")]
    of = asked(tmp_path, events)
    assert reasons(risks(of, unit="EAST").rows) == reasons(risks(of, manager="M-1").rows) == [("C", "complaint-open")]
    assert risks(of, manager="M-2").rows == risks(of, manager="-").rows == []


def test_who_falls_is_who_an_oracle_finds(tmp_path: Path) -> None:
    found = 0
    for seed in range(4):
        bank = random_bank(Random(seed))
        log, book = logged(tmp_path / str(seed), bank), Book(bank)
        averages: dict[str, dict[str | None, Fraction]] = {}
        for name in ("2025B1", "2024B6"):
            period = Period.parse(name)
            of = averages.setdefault(name, defaultdict(Fraction))
            for piece in business(book, period.start, period.end):
                if piece.figure == "product_days" and piece.path is not None and on_path(piece.path, "deposit"):
                    of[piece.customer] += piece.value / period.days
        expected = {
            customer
            for customer, before in averages["2024B6"].items()
            if before > 0 and averages["2025B1"][customer] <= before * Fraction(4, 5)
        }
        rows = risks(question(log, "2025B1", "2025-02-28")).rows
        assert {row.customer_id for row in rows if row.reason == "balance-falls"} == expected
        found += len(expected)
    assert found
