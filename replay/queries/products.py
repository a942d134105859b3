"""The business of any product line in any period, from the bank down to single events.

A line of business is asked by product, unit, manager, customer, account or event; each answer adds up to the total, and
with nothing narrowed to what the whole bank did: managers and what nobody is credited with (contract 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from msgspec import UNSET

from engine.crediting.streams import BALANCE
from projections.asked import Asked, Key, Node, Nodes, Only, Sums
from projections.business import FLOW_TYPES
from replay.queries.question import NO_UNIT, NOBODY, Question, printed
from schemas.catalogue import is_path
from schemas.event import business_date
from schemas.exact import NUMBER_DIGITS, SHARE_DIGITS, print_ratio
from schemas.period import ONE_DAY
from schemas.problems import Place, Problem
from schemas.reports import BusinessRow, ProductReport

OPENING, DAYS, CLOSING = "opening", "days", "closing"
LINES = {of: place for place, of in enumerate((BALANCE, *FLOW_TYPES))}
NO_PRODUCT: Node = ("",)


class By(StrEnum):
    """What a product line is shown by."""

    PRODUCT = "product"
    UNIT = "unit"
    MANAGER = "manager"
    CUSTOMER = "customer"
    ACCOUNT = "account"
    EVENT = "event"


KEYS = {
    By.PRODUCT: Key.PATH,
    By.UNIT: Key.MANAGER,
    By.MANAGER: Key.MANAGER,
    By.CUSTOMER: Key.CUSTOMER,
    By.ACCOUNT: Key.ACCOUNT,
    By.EVENT: Key.POSITION,
}


def products(
    question: Question,
    path: str | None = None,
    by: By = By.PRODUCT,
    *,
    unit: str | None = None,
    manager: str | None = None,
    customer: str | None = None,
    account: str | None = None,
) -> ProductReport:
    """The business of ``path`` and all below it, of whatever the question is narrowed to.

    Raises:
        Problem: the path is none, the log speaks of no such unit, manager, customer or account, or all events of a
            bank are asked for.
    """
    if path is not None and not is_path(path):
        raise Problem(
            f"{path!r} is no path of the catalogue.",
            place=Place(field="PATH"),
            remedy="Write one such as loan.consumer.",
        )
    if by is By.EVENT and not (manager or customer or account):
        raise Problem(
            "All events of a bank are too many to show.",
            place=Place(field="--by"),
            remedy="Narrow them by --manager, --customer or --account.",
        )
    only = Only(
        path,
        question.chosen(unit, manager),
        None if customer is None else [question.known(customer, "--customer")],
        None if account is None else question.known(account, "--account"),
    )
    key = KEYS[by]
    rolled: dict[Key, Nodes] = {}
    if by is By.PRODUCT:
        rolled = {key: partial(product_nodes, path or "")}
    elif by is By.UNIT:
        rolled = {key: question.unit_nodes}
    sums, lacks = question.book.business(asked(question, [key], only, rolled))
    total, _ = question.book.business(asked(question, [], only))
    shown = [one for one in sums if not _empty(one)]
    rows = _events(question, shown) if by is By.EVENT else _rows(question, by, path or "", shown)
    return ProductReport(
        **question.about("products"),
        missing=sorted(lacks),
        path=path,
        by=by.value,
        rows=list(rows),
        total=[row_of(question, one, None) for one in sorted(total, key=lambda one: LINES[one.of]) if not _empty(one)],
    )


def asked(question: Question, keys: Sequence[Key], only: Only, rolled: Mapping[Key, Nodes] | None = None) -> Asked:
    """What is asked of business: its balances before, during and at the end of the period, and its flows."""
    start, end = question.start, question.end
    balances = {OPENING: (start - ONE_DAY, start), DAYS: (start, end), CLOSING: (end - ONE_DAY, end)}
    return Asked(keys, balances, (start, end), only, rolled or {})


def product_nodes(within: str, path: str | None) -> list[Node]:
    """The path of the catalogue and all above it, as far as they lie in ``within``."""
    words = path.split(".") if path is not None else []
    return [tuple(words[:depth]) for depth in range(max(len(within.split(".")), 1), len(words) + 1)] or [NO_PRODUCT]


def row_of(question: Question, sums: Sums, key: str | None, **more: Any) -> BusinessRow:
    """A row of a report."""
    figures: dict[str, Any]
    if sums.of == BALANCE:
        opening, closing, days = (sums.amounts.get(name, 0) for name in (OPENING, CLOSING, DAYS))
        figures = {
            "opening": printed(opening),
            "closing": printed(closing),
            "change": printed(closing - opening),
            "product_days": printed(days),
            "customers": sums.customers,
            "accounts": sums.accounts,
        }
        if question.days:
            figures["average"] = printed(Fraction(days, question.days))
    else:
        figures = {"count": print_ratio(sums.count, 10**SHARE_DIGITS)}
        if sums.of in sums.amounts:
            figures["amount"] = printed(sums.amounts[sums.of])
        if sums.quantity:
            figures["quantity"] = print_ratio(sums.quantity, 10 ** (NUMBER_DIGITS + SHARE_DIGITS))
    return BusinessRow(of=sums.of, key=key, **figures, **more)


def _empty(sums: Sums) -> bool:
    return not (any(sums.amounts.values()) or sums.count or sums.quantity)


class _Placed(NamedTuple):
    """Where a row stands, its key and what is said beside its figures."""

    order: tuple[Any, ...]
    key: str | None
    more: Mapping[str, Any]


def _rows(question: Question, by: By, within: str, shown: Iterable[Sums]) -> Iterator[BusinessRow]:
    """Balances first; trees and managers in their own order, customers and accounts the largest first, nobody last."""
    order = {unit: (place, depth) for place, (unit, depth) in enumerate(question.units.in_order())}

    def placed(one: Sums) -> _Placed:
        node = one.words[0]
        if by is By.UNIT and isinstance(node, tuple):
            return _unit(question, node, order)
        if by is By.PRODUCT and isinstance(node, tuple):
            return _product(node, within)
        if node is None:
            return _Placed((1,), None, {"uncredited": by is By.MANAGER})
        return _Placed((0, 0 if by is By.MANAGER else -_size(one), node), str(node), {})

    rows = [(one, placed(one)) for one in shown]
    for one, where in sorted(rows, key=lambda row: (LINES[row[0].of], *row[1].order)):
        yield row_of(question, one, where.key, **where.more)


def _unit(question: Question, node: Node, order: Mapping[str, tuple[int, int]]) -> _Placed:
    if node in {NOBODY, NO_UNIT}:
        return _Placed((1, node == NOBODY), None, {"uncredited": node == NOBODY})
    place, depth = order[node[1]]
    return _Placed((0, place), node[1], {"depth": depth, "parent": question.units.parent(node[1]) or UNSET})


def _product(node: Node, within: str) -> _Placed:
    if node == NO_PRODUCT:
        return _Placed((1,), None, {})
    depth = len(node) - len(within.split("."))
    return _Placed((0, node), ".".join(node), {"depth": depth, "parent": ".".join(node[:-1]) if depth else UNSET})


def _size(sums: Sums) -> int:
    return sums.amounts.get(DAYS, 0) if sums.of == BALANCE else sums.amounts.get(sums.of, 0)


def _events(question: Question, shown: Iterable[Sums]) -> Iterator[BusinessRow]:
    """A row an event, in order of position."""
    by_position = {int(str(one.words[0])): one for one in shown}
    zone = question.book.snapshot.institution.zone
    for position, event in question.book.snapshot.events(by_position):
        yield row_of(
            question,
            by_position[position],
            event.id,
            on=business_date(event, zone).isoformat(),
            type=event.type,
            event_source=event.source,
            position=question.book.snapshot.place(position),
        )
