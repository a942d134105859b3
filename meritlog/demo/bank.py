"""The made bank: two years of a small Chinese bank with six customer managers, the same events on every machine.

It shows what the Berka data do not have: corporate loans, a joint team, a hand-over, a rate change, a foreign-currency
deposit, moved and recovered loans, a fee booked twice and reversed, a manager who leaves, ratings and decisions.
Nothing in it is real. 2024 is there because a manager's base is what the customers contributed in the year before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2025, 12, 31)
CORE, CRM, HR, TREASURY = "demo/core-banking", "demo/crm", "demo/staff", "demo/treasury"


class Manager(NamedTuple):
    """A customer manager: who, where, in which grade, and the mark out of ten that raters tend to give."""

    id: str
    unit: str
    grade: str
    name: str
    mark: int


class Account(NamedTuple):
    """An account: its first balance is paid in on the day of its opening, ``monthly`` at each month's 15th."""

    id: str
    customer: str
    product: str
    rate: str
    opened: date
    first: int
    monthly: int
    currency: str | None = None


MANAGERS = (
    Manager("M-01", "U-EAST", "manager-1", "Wang Min 王敏", 9),
    Manager("M-02", "U-EAST", "assistant", "Li Qiang 李强", 8),
    Manager("M-03", "U-EAST", "assistant", "Zhao Lei 赵蕾", 9),
    Manager("M-04", "U-WEST", "manager-1", "Chen Jie 陈杰", 8),
    Manager("M-05", "U-WEST", "trainee", "Liu Yang 刘洋", 7),
    Manager("M-06", "U-WEST", "assistant", "Zhou Ning 周宁", 6),
)
TEAMS: Mapping[str, Mapping[str, str]] = {
    "C-101": {"M-01": "1"},
    "C-102": {"M-01": "0.5", "M-04": "0.3"},
    "C-103": {"M-02": "1"},
    "C-104": {"M-03": "1"},
    "C-105": {"M-03": "1"},
    "C-106": {"M-04": "1"},
    "C-107": {"M-05": "1"},
    "C-108": {"M-06": "1"},
    "C-109": {"M-02": "0.6", "M-05": "0.4"},
}
ACCOUNTS = (
    Account("L-101", "C-101", "loan.working-capital", "0.0435", date(2024, 1, 8), 90_000_000, 1_500_000),
    Account("D-101", "C-101", "deposit.corporate.demand", "0.0020", date(2024, 1, 8), 30_000_000, 250_000),
    Account("L-102", "C-102", "loan.project", "0.0490", date(2024, 2, 5), 100_000_000, 2_000_000),
    Account("D-103", "C-103", "deposit.corporate.agreed", "0.0090", date(2024, 1, 15), 60_000_000, 1_000_000),
    Account("L-103", "C-103", "loan.discount", "0.0310", date(2025, 2, 10), 45_000_000, 0),
    Account("L-104", "C-104", "loan.working-capital", "0.0460", date(2024, 3, 4), 50_000_000, 500_000),
    Account("D-104", "C-104", "deposit.corporate.term", "0.0150", date(2024, 3, 4), 20_000_000, 0),
    Account("D-105", "C-105", "deposit.savings.demand", "0.0020", date(2024, 5, 6), 3_000_000, 120_000),
    Account("K-105", "C-105", "card.credit", "0", date(2024, 5, 6), 0, 0),
    Account("L-106", "C-106", "loan.working-capital", "0.0445", date(2024, 1, 22), 130_000_000, 1_200_000),
    Account("X-106", "C-106", "deposit.corporate.term", "0.0110", date(2025, 1, 6), 4_000_000, 100_000, "USD"),
    Account("L-107", "C-107", "loan.mortgage", "0.0365", date(2024, 9, 2), 2_400_000, -10_000),
    Account("D-107", "C-107", "deposit.savings.term", "0.0125", date(2024, 9, 2), 800_000, 15_000),
    Account("L-108", "C-108", "loan.consumer", "0.0580", date(2024, 4, 1), 18_000_000, 300_000),
    Account("D-109", "C-109", "deposit.corporate.demand", "0.0020", date(2025, 3, 3), 75_000_000, 800_000),
)
YUAN_A_DOLLAR = (
    *("7.1889", "7.1730", "7.1793", "7.2001", "7.1869", "7.1656"),
    *("7.1497", "7.1063", "7.1048", "7.0867", "7.0789", "7.0288"),
)
RATED = (
    *("task_completion", "log_quantity", "log_quality", "proposals"),
    *("analyses", "information", "skill", "teamwork"),
)
RATERS = ("self", "customer", "superior", "department")


class Entry(NamedTuple):
    """An event before it has an id; one that others refer to has its own."""

    on: date
    source: str
    type: str
    data: Mapping[str, Any]
    id: str = ""


def lines() -> Iterator[str]:
    """The bank's events as lines of JSON, in the order of their business dates."""
    numbers: dict[str, int] = {}
    for entry in sorted(_entries(), key=lambda entry: entry.on):
        number = numbers[entry.source] = numbers.get(entry.source, 0) + 1
        event = {
            "specversion": "1.0",
            "id": entry.id or f"{entry.source.removeprefix('demo/')}-{number:04d}",
            "source": entry.source,
            "type": entry.type,
            "time": f"{entry.on}T18:00:00+08:00",
            "data": {**entry.data, "on": entry.on.isoformat()},
        }
        yield json.dumps(event, ensure_ascii=False)


def _entries() -> Iterator[Entry]:
    yield from _staff()
    yield from _teams()
    for account in ACCOUNTS:
        yield from _account(account)
    for month in _months():
        yield from _month(month)
    yield from _one_by_one()
    yield from _ratings()


def _staff() -> Iterator[Entry]:
    yield Entry(FIRST_DAY, HR, "unit.opened", {"org_unit": "U-BRANCH"})
    for unit in dict.fromkeys(manager.unit for manager in MANAGERS):
        yield Entry(FIRST_DAY, HR, "unit.opened", {"org_unit": unit, "parent": "U-BRANCH"})
    for manager in MANAGERS:
        post = {"manager_id": manager.id, "org_unit": manager.unit, "grade": manager.grade, "name": manager.name}
        yield Entry(FIRST_DAY, HR, "manager.appointed", post)


def _teams() -> Iterator[Entry]:
    for customer, shares in TEAMS.items():
        yield Entry(FIRST_DAY, CRM, "customer.assigned", _team(customer, shares))


def _team(customer: str, shares: Mapping[str, str]) -> Mapping[str, Any]:
    team = [{"manager_id": manager, "share": share} for manager, share in shares.items()]
    return {"customer_id": customer, "team": team}


def _account(account: Account) -> Iterator[Entry]:
    whose = {"account_id": account.id, "customer_id": account.customer}
    opening = {**whose, "product": account.product, "rate": account.rate}
    if account.currency is not None:
        opening["currency"] = account.currency
    yield Entry(account.opened, CORE, "account.opened", opening)
    if account.first:
        yield Entry(account.opened, CORE, "balance.changed", {**whose, "amount": f"{account.first}.00"})
    for month in _months():
        day = month.replace(day=15)
        if account.monthly and day > account.opened:
            # Every third month pays back what the two before drew, so that balances move both ways.
            amount = -account.monthly if month.month % 3 == 0 else account.monthly
            yield Entry(day, CORE, "balance.changed", {**whose, "amount": f"{amount}.00"})


def _months() -> Iterator[date]:
    return (date(year, month, 1) for year in (FIRST_DAY.year, LAST_DAY.year) for month in range(1, 13))


def _month(month: date) -> Iterator[Entry]:
    """What every month brings: exchange rate, fees, payments and card spending."""
    if month.year == LAST_DAY.year:
        rate = YUAN_A_DOLLAR[month.month - 1]
        yield Entry(month, TREASURY, "fx.fixed", {"currency": "USD", "rate": rate})
    day = month + timedelta(days=19)
    for customer, service, amount in (
        ("C-101", "settlement.domestic", 18_500),
        ("C-102", "guarantee", 26_000),
        ("C-104", "acceptance", 9_800),
        ("C-106", "settlement.international", 31_250),
        ("C-109", "consulting", 12_000),
    ):
        fee = {"customer_id": customer, "service": service, "amount": f"{amount + 100 * month.month}.00"}
        yield Entry(day, CORE, "fee.earned", fee)
    for customer, channel, amount in (
        ("C-103", "ebank.corporate", 21_000_000),
        ("C-105", "ebank.personal", 640_000),
        ("C-108", "phone", 1_900_000),
    ):
        payment = {"customer_id": customer, "channel": channel, "amount": f"{amount}.00"}
        yield Entry(day, CORE, "payment.made", payment)
    if month >= date(2024, 6, 1):
        spent = {"account_id": "K-105", "customer_id": "C-105", "amount": f"{86_400 + 1_200 * month.month}.50"}
        yield Entry(day, CORE, "card.spent", spent)


def _one_by_one() -> Iterator[Entry]:
    """What happens once: each line is a case that a bank meets."""
    joint = {**_team("C-102", TEAMS["C-102"]), "branch_led": True}
    yield Entry(date(2025, 1, 1), CRM, "customer.assigned", joint)
    cut = {"account_id": "L-101", "customer_id": "C-101", "rate": "0.0415"}
    yield Entry(date(2025, 5, 20), CORE, "rate.changed", cut)
    yield Entry(date(2025, 7, 1), CRM, "customer.assigned", _team("C-104", {"M-02": "1"}))
    twice = {"customer_id": "C-106", "service": "settlement.international", "amount": "32450.00"}
    yield Entry(date(2025, 4, 21), CORE, "fee.earned", twice, id="fee-booked-twice")
    undo = {"event_id": "fee-booked-twice", "event_source": CORE, "reason": "booked twice on 20 and 21 April"}
    yield Entry(date(2025, 4, 22), CORE, "event.reversed", undo)
    moved = {"customer_id": "C-108", "amount": "6000000.00", "rate": "0.0560"}
    yield Entry(date(2025, 3, 17), CORE, "loan.moved", moved)
    exited = {"customer_id": "C-106", "amount": "8000000.00", "rate": "0.0480"}
    yield Entry(date(2025, 8, 11), CORE, "loan.exited", exited)
    recovered = {"customer_id": "C-107", "class": "loss", "amount": "350000.00"}
    yield Entry(date(2025, 9, 9), CORE, "loan.recovered", recovered)
    yield Entry(date(2025, 6, 6), CORE, "merchant.enrolled", {"customer_id": "C-105"})
    yield Entry(date(2025, 10, 31), HR, "manager.left", {"manager_id": "M-06"})
    base = {"manager_id": "M-05", "period": "2025", "kind": "base-contribution", "value": "400000"}
    why = {"reason": "new in the post: the base agreed for the first full year", "decided_by": "award-committee"}
    yield Entry(date(2025, 1, 20), HR, "decision.made", {**base, **why})


def _ratings() -> Iterator[Entry]:
    """Marks out of ten for the year; the department never rated teamwork of M-04, which shows as a gap."""
    for manager in MANAGERS:
        for place, item in enumerate(RATED):
            for group in RATERS:
                if (manager.id, item, group) == ("M-04", "teamwork", "department"):
                    continue
                score = min(10, manager.mark + (1 if group == "self" else 0) - place % 2)
                marks = {"manager_id": manager.id, "period": "2025", "item": item, "group": group}
                yield Entry(LAST_DAY, HR, "rating.given", {**marks, "score": str(score), "full": "10"})
