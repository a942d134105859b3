"""Balances: an account's end-of-day balance from changes and statements, as differences by day (contract §1).

A statement of a day replaces what was reckoned until then: changes of that day are in it, changes of later days add to
it. So a change before a statement moves the balance up to the day before that statement and no further.
A shift is (day, amount): from that day on the balance is higher by the amount.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from engine.crediting.timeline import Timeline, steps_of

Shifts = list[tuple[int, int]]


def balance_on(changes: Mapping[int, int], statements: Timeline[int], day: int) -> int:
    """The balance at the end of ``day``."""
    at = bisect_right(statements, (day + 1,))
    if not at:
        return sum(amount for on, amount in changes.items() if on <= day)
    since, _, stated = statements[at - 1]
    return stated if since == day else stated + sum(amount for on, amount in changes.items() if since < on <= day)


def shifts_of_change(statements: Timeline[int], day: int, amount: int) -> Shifts:
    """How a change of ``amount`` on ``day`` moves the balance, given the statements that stand."""
    if not statements:
        return [(day, amount)]
    at = bisect_left(statements, (day,))
    if at == len(statements):
        return [(day, amount)]
    stated = statements[at][0]
    return [] if stated == day else [(day, amount), (stated, -amount)]


def shifts_of_statement(changes: Mapping[int, int], before: Timeline[int], after: Timeline[int], day: int) -> Shifts:
    """How the balance moves when the statements of ``day`` go from ``before`` to ``after``."""
    difference = balance_on(changes, after, day) - balance_on(changes, before, day)
    if not difference:
        return []
    at = bisect_right(after, (day + 1,))
    return [(day, difference), (after[at][0], -difference)] if at < len(after) else [(day, difference)]


def differences(changes: Mapping[int, int], statements: Timeline[int]) -> Shifts:
    """The whole history of a balance: by ascending day, by how much it differs from the day before."""
    if not statements:
        return sorted(changes.items())
    stated = dict(steps_of(statements))
    shifts: Shifts = []
    balance = 0
    for day in sorted({*changes, *stated}):
        difference = stated[day] - balance if day in stated else changes[day]
        shifts.append((day, difference))
        balance += difference
    return shifts
