"""What can be asked of business: by which keys, over which days, of which part of it; and the rows that answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Key(StrEnum):
    """What business can be summed by. A path is the product of an account, or what a flow itself carries."""

    PATH = "path"
    MANAGER = "manager_id"
    CUSTOMER = "customer_id"
    ACCOUNT = "account_id"
    CLASS = "class"
    POSITION = "position"


Node = tuple[str, ...]
Nodes = Callable[[str | None], Sequence[Node]]
Word = str | int | Node | None
"""A key's value: a text, the position of an event, a node that words roll up to, or None: nobody, no product."""


@dataclass(frozen=True, slots=True)
class Only:
    """Which business is looked at: a path of the catalogue with all below it, managers (None: nobody), customers."""

    path: str | None = None
    managers: Collection[str | None] | None = None
    customers: Collection[str] | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: keys, ranges of days for balances by name, the range of flows (None: no flows), and which business.

    ``rolled`` says of a key (a path, a manager) the nodes that each of its words counts for, such as ``("loan",)`` and
    ``("loan", "consumer")`` for ``loan.consumer``; what counts for none is left out.
    """

    keys: Sequence[Key]
    balances: Mapping[str, tuple[date, date]]
    flows: tuple[date, date] | None = None
    only: Only = Only()
    rolled: Mapping[Key, Nodes] = field(default_factory=dict)


@dataclass(slots=True)
class Sums:
    """One row: ``of`` is ``balance`` or a type of flow, ``words`` follow the keys that were asked for.

    ``amounts`` are E14, by range of a balance, or that of a flow under its type. ``count`` is E4 and ``quantity`` E10,
    by shares; ``customers`` and ``accounts`` (those with a balance on the evening of the last day) are whole.
    """

    of: str
    words: tuple[Word, ...]
    amounts: dict[str, int] = field(default_factory=dict)
    count: int = 0
    quantity: int = 0
    customers: int = 0
    accounts: int = 0
