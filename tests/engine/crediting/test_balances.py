"""Balances: changes and statements as differences by day, the same whether reckoned at once or event by event."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from engine.crediting.balances import balance_on, differences, shifts_of_change, shifts_of_statement
from engine.crediting.timeline import Timeline, add_fact

days = st.integers(1, 12)
amounts = st.integers(-50, 50)


def statements_of(stated: list[tuple[int, int]]) -> Timeline[int]:
    line: Timeline[int] = ()
    for position, (day, amount) in enumerate(stated):
        line = add_fact(line, day, position, amount)
    return line


def test_a_statement_replaces_what_was_reckoned_and_later_changes_add_to_it() -> None:
    changes, statements = {1: 100, 5: 7, 6: 1}, statements_of([(5, 500)])
    assert [balance_on(changes, statements, day) for day in (0, 1, 4, 5, 6)] == [0, 100, 100, 500, 501]
    assert differences(changes, statements) == [(1, 100), (5, 400), (6, 1)]


def test_a_change_on_a_statements_day_is_in_it() -> None:
    assert shifts_of_change(statements_of([(5, 500)]), 5, 9) == []
    assert shifts_of_change(statements_of([(5, 500)]), 4, 9) == [(4, 9), (5, -9)]
    assert shifts_of_change(statements_of([(5, 500)]), 6, 9) == [(6, 9)]


def at_ends_of_days(changes: Mapping[int, int], statements: Timeline[int]) -> list[int]:
    return [balance_on(changes, statements, day) for day in range(14)]


@given(st.lists(st.tuples(days, amounts)), st.lists(st.tuples(days, amounts)), days, amounts)
def test_shifts_bring_the_differences_from_before_to_after(
    changed: list[tuple[int, int]], stated: list[tuple[int, int]], day: int, amount: int
) -> None:
    changes: dict[int, int] = {}
    for on, by in changed:
        changes[on] = changes.get(on, 0) + by
    statements = statements_of(stated)
    before = at_ends_of_days(changes, statements)
    later = add_fact(statements, day, 99, amount)
    for shifts, after in (
        (shifts_of_statement(changes, statements, later, day), at_ends_of_days(changes, later)),
        (
            shifts_of_change(statements, day, amount),
            at_ends_of_days({**changes, day: changes.get(day, 0) + amount}, statements),
        ),
    ):
        moved = [balance + sum(by for on, by in shifts if on <= at) for at, balance in enumerate(before)]
        assert moved == after


@given(st.lists(st.tuples(days, amounts)), st.lists(st.tuples(days, amounts)))
def test_differences_add_up_to_the_balance_of_every_day(
    changed: list[tuple[int, int]], stated: list[tuple[int, int]]
) -> None:
    changes = dict(changed)
    statements = statements_of(stated)
    steps = differences(changes, statements)
    summed = [sum(amount for on, amount in steps if on <= day) for day in range(14)]
    assert summed == at_ends_of_days(changes, statements)
