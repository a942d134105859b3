"""Transactions: what customers' business does, from which all credit comes (contract §1)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from schemas.fields import WORD, Amount, Column, Count, Currency, Exchange, Id, Path, Rate
from schemas.payloads.base import Broken, Payload, Rule

LoanClass = Annotated[Literal["normal", "special-mention", "substandard", "doubtful", "loss"], WORD]
"""The five classes of loan quality, from best to worst."""

_CURRENCY = "Currency of the amount (ISO 4217); default the account's, else the institution's."
_CUSTOMER = "The customer."
_ACCOUNT = "The account."


class AccountOpened(Payload):
    """An account begins; its opening says whose it is, what it is and in which currency."""

    type: ClassVar[str] = "account.opened"
    account_id: Id = Field(description=_ACCOUNT)
    customer_id: Id = Field(description="The customer whose account it is.")
    product: Path = Field(description="What it is, as a path of the catalogue, such as loan.mortgage.")
    currency: Currency | None = Field(default=None, description="Its currency; default the institution's.")
    rate: Rate | None = Field(default=None, description="Its yearly interest rate from this day, 0.0360 for 3.6%.")
    org_unit: Id | None = Field(default=None, description="The unit where it is booked.")


class BalanceChanged(Payload):
    """A posting: the balance goes up or down by an amount."""

    type: ClassVar[str] = "balance.changed"
    account_id: Id = Field(description=_ACCOUNT)
    customer_id: Id = Field(description=_CUSTOMER)
    amount: Amount = Field(description="Signed change of the balance; of the outstanding principal for a loan.")
    currency: Currency | None = Field(default=None, description=_CURRENCY)


class BalanceStated(Payload):
    """The end-of-day balance as another system states it; it holds that day's changes, later ones add to it."""

    type: ClassVar[str] = "balance.stated"
    account_id: Id = Field(description=_ACCOUNT)
    customer_id: Id = Field(description=_CUSTOMER)
    amount: Amount = Field(description="The balance at the end of the day.")
    currency: Currency | None = Field(default=None, description=_CURRENCY)


class RateChanged(Payload):
    """From this day on the account bears another interest rate."""

    type: ClassVar[str] = "rate.changed"
    account_id: Id = Field(description=_ACCOUNT)
    customer_id: Id = Field(description=_CUSTOMER)
    rate: Rate = Field(description="The yearly interest rate from this day, 0.0360 for 3.6%.")


class AccountClosed(Payload):
    """An account ends; this changes no balance, and one that is left is a finding."""

    type: ClassVar[str] = "account.closed"
    account_id: Id = Field(description=_ACCOUNT)
    customer_id: Id = Field(description=_CUSTOMER)


class LoanClassified(Payload):
    """From this day on the loan is of this quality."""

    type: ClassVar[str] = "loan.classified"
    account_id: Id = Field(description="The loan's account.")
    customer_id: Id = Field(description=_CUSTOMER)
    class_: LoanClass = Field(alias="class", description="The class of loan quality.")


class LoanRecovered(Payload):
    """Money came back from a bad loan."""

    type: ClassVar[str] = "loan.recovered"
    customer_id: Id = Field(description=_CUSTOMER)
    account_id: Id | None = Field(default=None, description="The loan's account.")
    class_: LoanClass = Field(alias="class", description="The class the loan was in.")
    amount: Amount = Field(description="Principal and interest recovered.")
    currency: Currency | None = Field(default=None, description=_CURRENCY)


def rate_or_account(data: Any) -> None:
    """A moved or exited loan needs its rate, or the account whose rate of that day holds."""
    if data.rate is None and data.account_id is None:
        raise Broken("rate", "Neither rate nor account_id is given.", "Give the rate, or the account whose rate holds.")


class LoanMoved(Payload):
    """A loan was moved to another customer: it earns as a new loan to the end of the calendar year."""

    type: ClassVar[str] = "loan.moved"
    rules: ClassVar[tuple[Rule, ...]] = (rate_or_account,)
    customer_id: Id = Field(description=_CUSTOMER)
    account_id: Id | None = Field(default=None, description="The account whose rate of that day holds.")
    amount: Amount = Field(description="The amount moved.")
    rate: Rate | None = Field(default=None, description="The yearly rate; it stands before the account's.")
    currency: Currency | None = Field(default=None, description=_CURRENCY)


class LoanExited(Payload):
    """A customer was exited: the amount earns one full year's spread."""

    type: ClassVar[str] = "loan.exited"
    rules: ClassVar[tuple[Rule, ...]] = (rate_or_account,)
    customer_id: Id = Field(description=_CUSTOMER)
    account_id: Id | None = Field(default=None, description="The account whose rate of that day holds.")
    amount: Amount = Field(description="The amount exited.")
    rate: Rate | None = Field(default=None, description="The yearly rate; it stands before the account's.")
    currency: Currency | None = Field(default=None, description=_CURRENCY)


class FeeEarned(Payload):
    """A fee was earned for a service."""

    type: ClassVar[str] = "fee.earned"
    customer_id: Id = Field(description=_CUSTOMER)
    service: Path = Field(description="What for, as a path of the catalogue, such as settlement.domestic.")
    amount: Amount = Field(description="The fee.")
    currency: Currency | None = Field(default=None, description=_CURRENCY)


class ProductSold(Payload):
    """A product was sold to a customer."""

    type: ClassVar[str] = "product.sold"
    customer_id: Id = Field(description=_CUSTOMER)
    product: Path = Field(description="What was sold, as a path of the catalogue.")
    amount: Amount | None = Field(default=None, description="For how much.")
    quantity: Count | None = Field(default=None, description="How many.")
    manager_id: Id | None = Field(default=None, description="Who sold it; stands before the customer's team.")
    currency: Currency | None = Field(default=None, description=_CURRENCY)


class PaymentMade(Payload):
    """A customer paid through a channel."""

    type: ClassVar[str] = "payment.made"
    customer_id: Id = Field(description=_CUSTOMER)
    channel: Path = Field(description="Through what, as a path of the catalogue, such as ebank.corporate.")
    amount: Amount = Field(description="How much.")
    currency: Currency | None = Field(default=None, description=_CURRENCY)


class CardSpent(Payload):
    """A card was used to pay."""

    type: ClassVar[str] = "card.spent"
    account_id: Id = Field(description="The card's account.")
    customer_id: Id = Field(description=_CUSTOMER)
    amount: Amount = Field(description="How much was spent.")
    currency: Currency | None = Field(default=None, description=_CURRENCY)


class MerchantEnrolled(Payload):
    """A customer became a web merchant."""

    type: ClassVar[str] = "merchant.enrolled"
    customer_id: Id = Field(description=_CUSTOMER)


class ExchangeFixed(Payload):
    """An exchange rate is in force from this day until the next one."""

    type: ClassVar[str] = "fx.fixed"
    currency: Currency = Field(description="The foreign currency.")
    rate: Annotated[Exchange, Column("exchange")] = Field(description="The institution's currency for one unit of it.")


MODELS: tuple[type[Payload], ...] = (
    AccountOpened,
    BalanceChanged,
    BalanceStated,
    RateChanged,
    AccountClosed,
    LoanClassified,
    LoanRecovered,
    LoanMoved,
    LoanExited,
    FeeEarned,
    ProductSold,
    PaymentMade,
    CardSpent,
    MerchantEnrolled,
    ExchangeFixed,
)
