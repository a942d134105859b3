"""Concentration: which part of the balances the largest customers hold, of each manager, of each unit and of the bank.

Balances are daily averages of the period: one day does not say who is large. A manager's are those credited to the
manager, so the managers and what nobody is credited with are the bank. Reading of "the top 10% of retail customers":
customers of a retail segment (``customer.joined``), and of those of whom no segment was said who holds savings; a tenth
begun counts whole; their assets are all that is kept on accounts but loans and credit cards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction

from msgspec import UNSET

from projections.asked import Asked, Key, Node, Only
from replay.queries.question import Question, printed
from schemas.catalogue import carries
from schemas.exact import print_exact
from schemas.reports import ConcentrationReport, ConcentrationRow, RetailShare

WARNING_LINE = Fraction(4, 5)
DEBTS = ("loan", "card.credit")
SAVINGS = "deposit.savings"
BANK: Node = ("bank",)


def concentration(
    question: Question,
    product: str = "deposit",
    warning_line: Fraction = WARNING_LINE,
    retail_segments: Collection[str] = ("retail",),
    *,
    unit: str | None = None,
    manager: str | None = None,
) -> ConcentrationReport:
    """The concentration of the balances of ``product``.

    Raises:
        Problem: there is no such unit or manager.
    """
    chosen = question.chosen(unit, manager)
    days = {"days": (question.start, question.end)}
    nodes = {Key.MANAGER: lambda one: [BANK, *question.unit_nodes(one), ("manager", one or "")]}
    asked = Asked([Key.MANAGER, Key.CUSTOMER], days, only=Only(product, chosen), rolled=nodes)
    sums, lacks = question.book.business(asked)
    held: dict[Node, list[int]] = defaultdict(list)
    for one in sums:
        node, amount = one.words[0], one.amounts.get("days", 0)
        if isinstance(node, tuple) and amount > 0:
            held[node].append(amount)
    return ConcentrationReport(
        **question.about("concentration"),
        missing=sorted(lacks),
        product=product,
        warning_line=print_exact(warning_line),
        retail_segments=sorted(retail_segments),
        rows=list(_rows(question, held, warning_line)),
        retail=_retail(question, retail_segments),
    )


def _rows(question: Question, held: dict[Node, list[int]], line: Fraction) -> Iterator[ConcentrationRow]:
    """The bank, its units in the order of their tree, and the managers, those with the highest part first."""
    yield _row(question, "bank", None, held.pop(BANK, []), line)
    for unit, _ in question.units.in_order():
        if ("unit", unit) in held:
            yield _row(question, "unit", unit, held["unit", unit], line)
    managers = [
        _row(question, "manager", node[1] or None, amounts, line)
        for node, amounts in held.items()
        if node[0] == "manager"
    ]
    yield from sorted(managers, key=lambda row: (row.id is None, -Fraction(row.top_10 or 0), str(row.id)))


def _row(question: Question, of: str, which: str | None, amounts: Iterable[int], line: Fraction) -> ConcentrationRow:
    largest = sorted(amounts, reverse=True)
    total = sum(largest)
    parts = [Fraction(sum(largest[:count]), total) if total else None for count in (10, 20)]
    above = question.units.parent(which) if of == "unit" and which is not None else None
    own = question.unit_of.get(which) if of == "manager" and which is not None else above
    return ConcentrationRow(
        of=of,
        id=which,
        parent=own or UNSET,
        customers=len(largest),
        average=printed(Fraction(total, max(question.days, 1))),
        top_10=None if parts[0] is None else print_exact(parts[0]),
        top_20=None if parts[1] is None else print_exact(parts[1]),
        # Who has no more than 10 customers always has them all: that says nothing.
        warning=any(
            part is not None and part >= line and len(largest) > count
            for part, count in zip(parts, (10, 20), strict=True)
        ),
    )


def _retail(question: Question, segments: Collection[str]) -> RetailShare:
    asked = Asked([Key.CUSTOMER, Key.PATH], {"days": (question.start, question.end)})
    said = question.book.segments()
    assets: dict[str, int] = defaultdict(int)
    savers: set[str] = set()
    for one in question.book.business(asked)[0]:
        customer, path, amount = str(one.words[0]), str(one.words[1] or ""), one.amounts.get("days", 0)
        if one.words[0] is not None and amount > 0:
            if not any(carries(debt, path) for debt in DEBTS):
                assets[customer] += amount
            if carries(SAVINGS, path):
                savers.add(customer)
    retail = {one for one in assets if (said[one] in segments if one in said else one in savers)}
    amounts = sorted((assets[one] for one in retail), reverse=True)
    tenth = -(-len(amounts) // 10)
    total = sum(amounts)
    return RetailShare(
        customers=len(amounts),
        tenth=tenth,
        assets=printed(Fraction(total, max(question.days, 1))),
        share=print_exact(Fraction(sum(amounts[:tenth]), total)) if total else None,
    )
