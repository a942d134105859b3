"""Measures taken transaction by transaction: what a table gives for each event's own figure, added up.

Credits are linear in the events, so a rate that depends on the size of a single sale cannot be taken of their sum. It
is read here for each event at full share; a manager is credited with the share of what it gives, or with all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from engine.measures import CreditMeasure, Transaction
from engine.plan.column import Column, broadcast, column_of
from engine.plan.tables import read_table
from schemas.exact import SHARE_DIGITS, WHOLE_SHARE
from schemas.measures import CreditDocument
from schemas.plan import Plan


def earned(
    document: CreditDocument, plan: Plan, measure: CreditMeasure, transactions: Sequence[Transaction]
) -> list[Fraction]:
    """What each transaction earns whoever is credited with it; nothing where no row of the table holds its figure."""
    values = Column([one.value for one in transactions], int(10 ** (measure.scale - SHARE_DIGITS)))
    if document.table is not None and transactions:
        table = plan.tables[document.table]
        values = broadcast(read_table(table, table.kind, values), len(transactions))
    given = [values.value(row) for row in range(len(transactions))]
    return [
        one * (Fraction(transaction.share, WHOLE_SHARE) if document.share == "split" else 1)
        if isinstance(one, Fraction)
        else Fraction(0)
        for one, transaction in zip(given, transactions, strict=True)
    ]


def earned_column(
    document: CreditDocument,
    plan: Plan,
    measure: CreditMeasure,
    credited: Mapping[str | None, Mapping[Transaction, int]],
    managers: Sequence[str],
) -> Column:
    """What each manager's transactions earn together, and in the last row those of nobody.

    No value where the adopter has not set the table.
    """
    if document.table is not None and not plan.tables[document.table].rows:
        return Column([None] * (len(managers) + 1))
    alike = sorted({one for counted in credited.values() for one in counted})
    worth = dict(zip(alike, earned(document, plan, measure, alike), strict=True))
    cells = [
        sum((worth[one] * times for one, times in credited.get(holder, {}).items()), Fraction(0))
        for holder in (*managers, None)
    ]
    return column_of(cells)
