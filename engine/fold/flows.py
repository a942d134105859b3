"""What changes of balances and flows say, as columns: the piece, the amount and the quantity of many of one type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat
from operator import attrgetter
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from engine.content import Alike
from engine.crediting.flows import FLOWS, FlowType
from engine.decimals import kind_of, whole_numbers
from engine.fold.columns import Ints
from schemas.exact import AMOUNT_DIGITS, NUMBER_DIGITS, scaled
from schemas.payloads import TYPES

CHANGE = "balance.changed"


class Fields(Protocol):
    """The fields of payloads of one type, by attribute; None, where there is none, stands for one that says nothing."""

    def __len__(self) -> int: ...

    def all(self, attribute: str) -> Sequence[Any]:
        """What each payload says there, or None."""

    def decimals(self, attribute: str, kind: pa.DataType) -> pa.Array:
        """The same as decimals; null where nothing is said."""

    def only(self, index: int) -> Fields:
        """The fields of one payload."""


class Payloads(list[Any]):
    """The fields of payload structs."""

    def all(self, attribute: str) -> Sequence[Any]:
        """As ``Fields``."""
        return list(map(attrgetter(attribute), self))

    def decimals(self, attribute: str, kind: pa.DataType) -> pa.Array:
        """As ``Fields``."""
        values = self.all(attribute)
        try:
            return pa.array(values, pa.string()).cast(kind)
        except pa.ArrowTypeError:
            return pa.array([Decimal(one) if isinstance(one, str) else one for one in values], kind)

    def only(self, index: int) -> Payloads:
        """As ``Fields``."""
        return Payloads([self[index]])


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields of events that stand in columns."""

    alike: Alike
    _listed: dict[str, Sequence[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.alike)

    def all(self, attribute: str) -> Sequence[Any]:
        """As ``Fields``."""
        if attribute not in self._listed:
            column = self.alike.columns.get(attribute)
            self._listed[attribute] = [None] * len(self) if column is None else column.to_pylist()
        return self._listed[attribute]

    def decimals(self, attribute: str, kind: pa.DataType) -> pa.Array:
        """As ``Fields``."""
        column = self.alike.columns.get(attribute)
        return pa.nulls(len(self), kind) if column is None else column.cast(kind)

    def only(self, index: int) -> Columns:
        """As ``Fields``."""
        return Columns(self.alike.chosen(slice(index, index + 1), self.alike.rows[index : index + 1]))


@dataclass(frozen=True, slots=True)
class Shape:
    """What the payload of one type has, by attribute; a field that it has not is None."""

    of: str
    words: tuple[str, ...]
    account: str | None
    customer: str | None
    manager: str | None
    currency: str | None
    rate: str | None
    amount: str | None
    quantity: str | None
    unsaid: int

    def keys(self, fields: Fields) -> Iterable[tuple[Any, ...]]:
        """The keys of flows, as tuples that equal them."""
        rates = (None if rate is None else scaled(rate, NUMBER_DIGITS) for rate in _all(self.rate, fields))
        return zip(
            repeat(self.of),
            zip(*(fields.all(word) for word in self.words), strict=True) if self.words else repeat((), len(fields)),
            _all(self.currency, fields),
            rates,
            _all(self.manager, fields),
            _all(self.customer, fields),
            _all(self.account, fields),
            strict=False,  # what is repeated has no end
        )

    def amounts(self, fields: Fields) -> Ints:
        """Their amounts E4; 0 where there is none."""
        return _units(self.amount, fields, AMOUNT_DIGITS, 0)

    def quantities(self, fields: Fields) -> Ints:
        """Their quantities E6."""
        return _units(self.quantity, fields, NUMBER_DIGITS, self.unsaid)


def shape_of(type_: str) -> Shape:
    """The shape of a type of flow, or of a change of a balance."""
    kind = FLOWS.get(type_, FlowType())
    attributes = {field.name: field.attribute for field in TYPES[type_].fields}
    return Shape(
        of=type_,
        words=tuple(attributes[word] for word in kind.words),
        account=attributes.get("account_id"),
        customer=attributes.get("customer_id"),
        manager=attributes.get("manager_id"),
        currency=attributes.get("currency"),
        rate=attributes.get("rate") if kind.has_rate else None,
        amount=attributes.get("amount"),
        quantity=None if kind.quantity is None else attributes.get(kind.quantity),
        unsaid=kind.unsaid,
    )


def _all(attribute: str | None, fields: Fields) -> Iterable[Any]:
    return repeat(None, len(fields)) if attribute is None else fields.all(attribute)


def _units(attribute: str | None, fields: Fields, digits: int, unsaid: int) -> Ints:
    """What a field says, as whole numbers of 10^-``digits``; ``unsaid`` where it says nothing; 0 without one."""
    if attribute is None:
        return np.zeros(len(fields), np.int64)
    decimals = fields.decimals(attribute, kind_of(digits))
    if not decimals.null_count:
        return whole_numbers(decimals)
    units = whole_numbers(decimals.fill_null(Decimal(0)))
    return np.where(np.asarray(decimals.is_null()), unsaid, units)
