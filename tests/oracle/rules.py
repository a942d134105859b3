"""The figures of the plan: design §4 (defaults of the parameters), schemes §1 (tables)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

Dated = list[tuple[date, Fraction]]

DAY_COUNT = 360

# design §4: "the first value also holds before its date".
FUNDING_COST_RATE: Dated = [(date(2024, 1, 1), Fraction("0.0240")), (date(2026, 1, 1), Fraction("0.0225"))]
FUNDING_YIELD: Dated = [(date(2024, 1, 1), Fraction("0.0180")), (date(2026, 1, 1), Fraction("0.0165"))]
MERCHANT_FEE_RATE = Fraction("0.0038")
AWARD_RATIO = Fraction("0.05")
PREPAYMENT_SHARE = Fraction("0.5")
MARKETING_RATIO = Fraction("0.001")

# Schemes §1, items 1–12, in that order.
ITEMS = (
    "loan_spread",
    "deposit_spread",
    "loans_moved",
    "loans_exited",
    "recovery",
    "fees",
    "cards",
    "ebank_corporate",
    "ebank_personal",
    "merchants",
    "securities_phone",
    "other_income",
)

# Items that a balance earns, by the account's product.
BALANCE_ITEMS = {"loan": "loan_spread", "deposit": "deposit_spread", "card": "cards"}

# Item 5; classes not listed earn nothing.
RECOVERY = {"loss": Fraction(25, 1000), "doubtful": Fraction(10, 1000), "substandard": Fraction(1, 1000)}

# Items 8, 9, 11: by channel, the item and what one yuan of payments is worth.
SPREAD_OF_PAYMENTS = Fraction("0.0176")
CHANNELS = {
    "ebank.corporate": ("ebank_corporate", Fraction(3, 1000) * SPREAD_OF_PAYMENTS),
    "ebank.personal": ("ebank_personal", Fraction(30, 1000) * SPREAD_OF_PAYMENTS),
    "securities-link": ("securities_phone", Fraction(1, 1000) * SPREAD_OF_PAYMENTS),
    "phone": ("securities_phone", Fraction(1, 1000) * SPREAD_OF_PAYMENTS),
}

# Item 10.
PER_MERCHANT = Fraction(500)

# Entry thresholds of the grades; `principal` is set by head office and not assigned here.
GRADES = (
    (Fraction(10_000_000), "senior-2"),
    (Fraction(7_000_000), "senior-1"),
    (Fraction(5_000_000), "manager-2"),
    (Fraction(3_000_000), "manager-1"),
    (Fraction(1_000_000), "assistant"),
)
LOWEST_GRADE = "trainee"

# Base award by the size of the base.
BASE_AWARDS = (
    (Fraction(10_000_000), Fraction(35_000)),
    (Fraction(7_000_000), Fraction(30_000)),
    (Fraction(5_000_000), Fraction(25_000)),
    (Fraction(3_000_000), Fraction(20_000)),
    (Fraction(1_000_000), Fraction(15_000)),
)

# Risk fund: (from, withheld of each yuan above).
RISK_BRACKETS = (
    (Fraction(0), Fraction(10, 100)),
    (Fraction(20_000), Fraction(20, 100)),
    (Fraction(30_000), Fraction(30, 100)),
    (Fraction(40_000), Fraction(40, 100)),
    (Fraction(50_000), Fraction(50, 100)),
)

QUALITATIVE_ITEMS = (
    "task_completion",
    "log_quantity",
    "log_quality",
    "proposals",
    "analyses",
    "information",
    "skill",
    "teamwork",
)
RATER_GROUPS = ("self", "customer", "superior", "department")

# Contract §1, the table "Transactions".
TRANSACTIONS = (
    "account.opened",
    "balance.changed",
    "balance.stated",
    "rate.changed",
    "account.closed",
    "loan.classified",
    "loan.recovered",
    "loan.moved",
    "loan.exited",
    "fee.earned",
    "product.sold",
    "payment.made",
    "card.spent",
    "merchant.enrolled",
    "fx.fixed",
)


def on_day(dated: Dated, day: date) -> Fraction:
    """A dated parameter's value of a day."""
    value = dated[0][1]
    for since, then in dated:
        if since <= day:
            value = then
    return value
