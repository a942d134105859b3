"""What changes of balances and flows say, as columns: the piece, the amount and the quantity of many of one type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa

from engine.crediting.flows import FLOWS, FlowType
from engine.decimals import kind_of, whole_numbers
from engine.fold.columns import Ints
from schemas.exact import AMOUNT_DIGITS, NUMBER_DIGITS, scaled
from schemas.payloads import TYPES

CHANGE = "balance.changed"
Get = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the payload of one type has; a field that it has not is None."""

    of: str
    words: tuple[str, ...]
    account: Get | None
    customer: Get | None
    manager: Get | None
    currency: Get | None
    rate: Get | None
    amount: Get | None
    quantity: Get | None
    unsaid: int

    def keys(self, payloads: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
        """The keys of flows, as tuples that equal them."""
        rates = (None if rate is None else scaled(rate, NUMBER_DIGITS) for rate in _all(self.rate, payloads))
        return zip(
            repeat(self.of),
            self._words(payloads),
            _all(self.currency, payloads),
            rates,
            _all(self.manager, payloads),
            _all(self.customer, payloads),
            _all(self.account, payloads),
            strict=False,  # what is repeated has no end
        )

    def _words(self, payloads: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
        if not self.words:
            return repeat((), len(payloads))
        return zip(*(map(attrgetter(word), payloads) for word in self.words), strict=True)

    def amounts(self, payloads: Sequence[Any]) -> Ints:
        """Their amounts E4; 0 where there is none."""
        if self.amount is None:
            return np.zeros(len(payloads), np.int64)
        return _units(list(map(self.amount, payloads)), AMOUNT_DIGITS)

    def quantities(self, payloads: Sequence[Any]) -> Ints:
        """Their quantities E6."""
        if self.quantity is None:
            return np.zeros(len(payloads), np.int64)
        said = list(map(self.quantity, payloads))
        units = _units(said, NUMBER_DIGITS)
        if self.unsaid:
            units[[one is None for one in said]] = self.unsaid
        return units


def shape_of(type_: str) -> Shape:
    """The shape of a type of flow, or of a change of a balance."""
    kind = FLOWS.get(type_, FlowType())
    attributes = {field.name: field.attribute for field in TYPES[type_].fields}

    def get(name: str | None) -> Get | None:
        return attrgetter(attributes[name]) if name in attributes else None

    return Shape(
        of=type_,
        words=tuple(attributes[word] for word in kind.words),
        account=get("account_id"),
        customer=get("customer_id"),
        manager=get("manager_id"),
        currency=get("currency"),
        rate=get("rate") if kind.has_rate else None,
        amount=get("amount"),
        quantity=get(kind.quantity),
        unsaid=kind.unsaid,
    )


def _all(get: Get | None, payloads: Sequence[Any]) -> Iterable[Any]:
    return repeat(None, len(payloads)) if get is None else map(get, payloads)


def _units(values: list[Any], digits: int) -> Ints:
    """Decimals, or texts that spell them, as whole numbers of 10^-``digits``; 0 where there is none."""
    kind = kind_of(digits)
    try:
        decimals = pa.array(values, pa.string()).cast(kind)
    except pa.ArrowTypeError:
        decimals = pa.array([Decimal(one) if isinstance(one, str) else one for one in values], kind)
    return whole_numbers(decimals.fill_null(Decimal(0)) if decimals.null_count else decimals)
