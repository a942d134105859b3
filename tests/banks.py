"""Small random banks: lists of events, as a source would write them, that meet every rule of crediting.

``random_bank(random.Random(7))`` is the same bank on every machine; ``banks()`` is a hypothesis strategy over them. The
events stand in order of arrival, which is any order: openings after postings, reversals before what they reverse, hand-
overs dated back. Few managers, customers, accounts and days make facts meet on one day as often as possible. Two
calendar years are touched, so that a base contribution exists. Ids are unique: there are no duplicates.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

TIMEZONE = "Asia/Shanghai"
CURRENCY = "CNY"
MANAGERS = ("M-1", "M-2", "M-3", "M-4")
CUSTOMERS = ("C-1", "C-2", "C-3", "C-4")
ACCOUNTS = ("A-1", "A-2", "A-3", "A-4", "A-5", "A-6", "A-7")
UNOPENED = "A-7"
UNITS = ("U-1", "U-2")
PRODUCTS = (
    "loan.working-capital",
    "loan.consumer",
    "deposit.corporate.demand",
    "deposit.corporate.term",
    "deposit.savings.demand",
    "card.credit",
)
CURRENCIES = ("CNY", "CNY", "CNY", "USD", "JPY")
CLASSES = ("normal", "special-mention", "substandard", "doubtful", "loss")
SERVICES = ("settlement.domestic", "settlement.international", "acceptance", "agency", "other", "other.rent")
CHANNELS = ("ebank.corporate", "ebank.personal", "phone", "securities-link")
SCOPES = ("loan", "deposit", "deposit.corporate", "loan.consumer", "card", "settlement", "ebank", "other")
PERIODS = ("2024", "2025", "2025H1", "2025Q1", "2025-01")
ITEMS = ("task_completion", "log_quality", "teamwork")
GROUPS = ("self", "customer", "superior", "department")
DAYS = (
    date(2024, 1, 1),
    date(2024, 2, 29),
    date(2024, 7, 15),
    date(2024, 12, 30),
    date(2024, 12, 31),
    date(2025, 1, 1),
    date(2025, 1, 2),
    date(2025, 1, 15),
    date(2025, 1, 31),
    date(2025, 2, 10),
    date(2025, 3, 31),
    date(2025, 4, 1),
    date(2025, 6, 30),
    date(2025, 12, 31),
)


def random_bank(random: Random, size: int = 60, *, reversals: bool = True, days: tuple[date, ...] = DAYS) -> list[Json]:
    """About ``size`` events of a bank that ``random`` makes up, in order of arrival."""
    return _Bank(random, days).events(size, reversals=reversals)


def banks(max_size: int = 70, *, reversals: bool = True) -> st.SearchStrategy[list[Json]]:
    """Random banks for hypothesis; smaller ones when it shrinks."""
    return st.builds(
        lambda random, size: random_bank(random, size, reversals=reversals),
        st.randoms(use_true_random=False),
        st.integers(min_value=1, max_value=max_size),
    )


class _Bank:
    def __init__(self, random: Random, days: tuple[date, ...]) -> None:
        self.random = random
        self.days = days
        self.made: list[Json] = []
        self.currency_of = {account: random.choice(CURRENCIES) for account in ACCOUNTS}
        self.customer_of = {account: random.choice(CUSTOMERS) for account in ACCOUNTS}
        self.product_of = {account: random.choice(PRODUCTS) for account in ACCOUNTS}
        self.recipes: tuple[tuple[int, Callable[[], None]], ...] = (
            (14, self.balance_changed),
            (5, self.balance_stated),
            (3, self.rate_changed),
            (1, self.account_closed),
            (3, self.loan_classified),
            (2, self.loan_recovered),
            (2, lambda: self.loan_left("loan.moved")),
            (2, lambda: self.loan_left("loan.exited")),
            (4, self.fee_earned),
            (3, self.product_sold),
            (3, self.payment_made),
            (2, self.card_spent),
            (2, self.merchant_enrolled),
            (3, self.fx_fixed),
            (9, self.customer_assigned),
            (3, self.manager_appointed),
            (2, self.manager_left),
            (2, self.service),
            (3, self.rating_given),
            (2, self.decision),
            (1, self.opened_again),
        )

    def events(self, size: int, *, reversals: bool) -> list[Json]:
        for account in ACCOUNTS:
            if account != UNOPENED:
                self.account_opened(account)
        for manager in MANAGERS[:-1]:
            self.make("manager.appointed", manager_id=manager, org_unit=self.one(UNITS), position="customer-manager")
        weights = [weight for weight, _ in self.recipes]
        while len(self.made) < size:
            self.random.choices(self.recipes, weights)[0][1]()
        if reversals:
            for _ in range(self.random.randint(0, max(1, size // 8))):
                self.event_reversed()
        if self.chance(0.8):
            self.random.shuffle(self.made)
        return self.made

    def one(self, choices: tuple[Any, ...]) -> Any:
        return choices[self.random.randrange(len(choices))]

    def chance(self, of: float) -> bool:
        return self.random.randrange(100) < of * 100

    def make(self, type_: str, /, dated: bool = True, **data: Any) -> None:
        number = len(self.made) + 1
        day: date = self.one(self.days)
        time = f"{day.isoformat()}T08:30:00+08:00"
        if dated:
            if self.chance(0.85):
                data["on"] = day.isoformat()
                time = f"{(day + timedelta(days=self.random.randrange(3))).isoformat()}T23:15:00Z"
            else:
                time = f"{(day - timedelta(days=1)).isoformat()}T16:30:00Z"
        self.made.append(
            {
                "specversion": "1.0",
                "id": f"e-{number}",
                "source": self.one(("urn:bank:core", "urn:bank:desk")),
                "type": type_,
                "time": time,
                "data": {field: value for field, value in data.items() if value is not None},
            }
        )

    def amount(self, currency: str = CURRENCY, *, signed: bool = False) -> str:
        whole = self.random.choice((0, 1, 50, 100, 1000, 999_999, self.random.randrange(1, 10_000_000)))
        cents = "" if currency == "JPY" or self.chance(0.5) else f".{self.random.randrange(100):02d}"
        return f"{'-' if signed and (whole or cents.strip('.0')) and self.chance(0.4) else ''}{whole}{cents}"

    def rate(self) -> str:
        return str(self.one(("0", "0.0036", "0.0435", "0.06", "0.123456", "-0.001")))

    def holder(self, account: str) -> str:
        """The account's customer; now and then another one, which contradicts the opening."""
        return str(self.customer_of[account] if self.chance(0.92) else self.one(CUSTOMERS))

    def account_opened(self, account: str) -> None:
        currency = self.currency_of[account]
        self.make(
            "account.opened",
            account_id=account,
            customer_id=self.customer_of[account],
            product=self.product_of[account],
            currency=currency if currency != CURRENCY or self.chance(0.5) else None,
            rate=self.rate() if self.chance(0.6) else None,
            org_unit=self.one((*UNITS, None)),
        )

    def opened_again(self) -> None:
        account: str = self.one(ACCOUNTS[:2])
        self.product_of[account] = self.one(PRODUCTS)
        self.customer_of[account] = self.one(CUSTOMERS)
        self.account_opened(account)

    def balance_changed(self) -> None:
        account: str = self.one(ACCOUNTS)
        amount = self.amount(self.currency_of[account], signed=True)
        self.make("balance.changed", account_id=account, customer_id=self.holder(account), amount=amount)

    def balance_stated(self) -> None:
        account: str = self.one(ACCOUNTS[2:])
        amount = self.amount(self.currency_of[account], signed=self.chance(0.2))
        self.make("balance.stated", account_id=account, customer_id=self.holder(account), amount=amount)

    def rate_changed(self) -> None:
        account: str = self.one(ACCOUNTS)
        self.make("rate.changed", account_id=account, customer_id=self.holder(account), rate=self.rate())

    def account_closed(self) -> None:
        account: str = self.one(ACCOUNTS)
        self.make("account.closed", account_id=account, customer_id=self.holder(account))

    def loan_classified(self) -> None:
        account: str = self.one(ACCOUNTS)
        self.make(
            "loan.classified", account_id=account, customer_id=self.holder(account), **{"class": self.one(CLASSES)}
        )

    def loan_recovered(self) -> None:
        account = self.one((*ACCOUNTS, None, None))
        customer = self.holder(account) if account else self.one(CUSTOMERS)
        currency = self.one((None, None, "USD", "JPY"))
        self.make(
            "loan.recovered",
            account_id=account,
            customer_id=customer,
            amount=self.amount("JPY"),
            currency=currency,
            **{"class": self.one(CLASSES)},
        )

    def loan_left(self, type_: str) -> None:
        account = self.one((*ACCOUNTS, None, None))
        self.make(
            type_,
            account_id=account,
            customer_id=self.holder(account) if account else self.one(CUSTOMERS),
            amount=self.amount("JPY"),
            currency=self.one((None, None, None, "USD", "JPY")),
            rate=self.rate() if account is None or self.chance(0.4) else None,
        )

    def fee_earned(self) -> None:
        currency = self.one((None, None, None, "CNY", "USD", "JPY"))
        amount = self.amount(currency or CURRENCY)
        self.make(
            "fee.earned", customer_id=self.one(CUSTOMERS), service=self.one(SERVICES), amount=amount, currency=currency
        )

    def product_sold(self) -> None:
        self.make(
            "product.sold",
            customer_id=self.one(CUSTOMERS),
            product=self.one(("wealth", "fund", "card.credit", "insurance")),
            amount=self.amount() if self.chance(0.7) else None,
            quantity=self.one((None, "1", "2.5", "12")),
            manager_id=self.one((None, None, *MANAGERS)),
        )

    def payment_made(self) -> None:
        currency = self.one((None, None, "USD"))
        amount = self.amount(currency or CURRENCY)
        self.make(
            "payment.made",
            customer_id=self.one(CUSTOMERS),
            channel=self.one(CHANNELS),
            amount=amount,
            currency=currency,
        )

    def card_spent(self) -> None:
        account: str = self.one(ACCOUNTS)
        currency = self.one((None, None, "USD"))
        self.make(
            "card.spent",
            account_id=account,
            customer_id=self.holder(account),
            amount=self.amount("JPY"),
            currency=currency,
        )

    def merchant_enrolled(self) -> None:
        self.make("merchant.enrolled", customer_id=self.one(CUSTOMERS))

    def fx_fixed(self) -> None:
        currency = self.one(("USD", "USD", "JPY"))
        rate = self.one(("7.1", "7.25", "6.999999")) if currency == "USD" else self.one(("0.0487", "0.05"))
        self.make("fx.fixed", currency=currency, rate=rate)

    def customer_assigned(self) -> None:
        account = self.one(ACCOUNTS) if self.chance(0.2) else None
        shares = self.one(
            (
                ("1",),
                ("1",),
                ("1",),
                ("0.5", "0.5"),
                ("0.3333", "0.3333", "0.3334"),
                ("0.6", "0.2"),
                ("0.0001",),
                ("0", "0.7"),
                (),
            )
        )
        managers = self.random.sample(MANAGERS, len(shares))
        team = [{"manager_id": manager, "share": share} for manager, share in zip(managers, shares, strict=True)]
        if team and self.chance(0.2):
            team[0]["role"] = "customer"
        self.make(
            "customer.assigned",
            customer_id=self.customer_of[account] if account else self.one(CUSTOMERS),
            account_id=account,
            product=self.one(SCOPES) if account is None and self.chance(0.3) else None,
            team=team,
        )

    def manager_appointed(self) -> None:
        self.make(
            "manager.appointed",
            manager_id=self.one(MANAGERS[:-1]),
            org_unit=self.one((None, *UNITS)),
            grade=self.one((None, "assistant", "manager-1")),
        )

    def manager_left(self) -> None:
        self.make("manager.left", manager_id=self.one(MANAGERS[:2]))

    def service(self) -> None:
        kind = self.random.randrange(6)
        customer, manager = self.one((None, *CUSTOMERS)), self.one((None, *MANAGERS))
        if kind == 0:
            self.make("service.handled", manager_id=manager, customer_id=customer, kind="counter", quantity="2")
        elif kind == 1:
            self.make("activity.logged", manager_id=manager, customer_id=customer, kind=self.one(("visit", "call")))
        elif kind == 2:
            self.make("survey.answered", manager_id=manager, customer_id=customer, topic="counter", score="4", full="5")
        elif kind == 3:
            number = f"K-{len(self.made) + 1}"
            self.make(
                "complaint.received",
                complaint_id=number,
                customer_id=customer,
                manager_id=manager,
                severity=self.one(("minor", "serious")),
            )
            self.make("complaint.resolved", complaint_id=number, upheld=self.chance(0.5))
        elif kind == 4:
            type_ = self.one(("customer.joined", "customer.left"))
            self.make(type_, customer_id=self.one(CUSTOMERS), segment=self.one((None, "retail")))
        else:
            self.make(
                "incident.recorded", manager_id=self.one(MANAGERS), kind="late-paper", count=self.one((None, "2"))
            )

    def rating_given(self) -> None:
        full = self.one(("5", "100"))
        self.make(
            "rating.given",
            dated=False,
            manager_id=self.one(MANAGERS),
            period=self.one(PERIODS),
            item=self.one(ITEMS),
            group=self.one(GROUPS),
            rater_id=self.one((None, "R-1", "R-2")),
            score=self.one(("0", "3", "4.5", "5")),
            full=full,
        )

    def decision(self) -> None:
        kind = self.random.randrange(4)
        manager, period = self.one(MANAGERS), self.one(PERIODS)
        values = {"qualitative-score": ("90", "62.5"), "base-contribution": ("90", "1000.5")}
        if kind == 0:
            decision = self.one(("qualitative-score", "base-contribution", "shortfall-exempt", "disqualified"))
            self.make(
                "decision.made",
                manager_id=manager,
                period=period,
                kind=decision,
                value=self.one(values[decision]) if decision in values else None,
                reason="as minuted",
                decided_by="committee",
            )
        elif kind == 1:
            self.make("figure.reported", dated=False, manager_id=manager, measure="exam", period=period, value="88.5")
        elif kind == 2:
            self.make("target.set", dated=False, manager_id=manager, measure="deposits", period=period, value="100000")
        else:
            self.make("unit.opened", org_unit=self.one(UNITS), parent=self.one((None, "U-0")))

    def event_reversed(self) -> None:
        target = self.made[self.random.randrange(len(self.made))]
        missing = self.chance(0.05)
        self.make(
            "event.reversed",
            dated=False,
            event_id="e-none" if missing else target["id"],
            event_source=target["source"],
            reason="entered by mistake",
        )
