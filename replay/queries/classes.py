"""Loan quality: the classes of each manager's loans and how they migrated over the period.

Balances are closing balances as credited on the last day, so they agree with a settlement's; a loan's class of the
evening before the period and of the last day say how it moved. A loan without a balance before is ``new``; one repaid
meanwhile is in no figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from engine.crediting.classes import CLASSES, NORMAL, reaches
from projections.asked import Asked, Key, Only
from replay.queries.question import Question, printed, ratio
from schemas.period import ONE_DAY
from schemas.reports import ClassReport, ClassRow

NEW = "new"
BAD_FROM = "substandard"
Moves = Mapping[tuple[str, str], int]


def classes(question: Question, *, unit: str | None = None, manager: str | None = None) -> ClassReport:
    """The loans of whom the question is narrowed to.

    Raises:
        Problem: there is no such unit or manager.
    """
    only = Only("loan", question.chosen(unit, manager))
    before = question.start - ONE_DAY
    then, now = question.book.classes(before), question.book.classes(question.last)
    opening, _ = question.book.business(Asked([Key.ACCOUNT], {"opening": (before, question.start)}, only=Only("loan")))
    there = {one.words[0] for one in opening if one.amounts.get("opening")}
    closing = {"closing": (question.last, question.end)}
    sums, lacks = question.book.business(Asked([Key.MANAGER, Key.ACCOUNT], closing, only=only))
    moves: dict[str | None, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for one in sums:
        who, account = one.words
        from_class = then.get(str(account), (NORMAL, 0))[0] if account in there else NEW
        to_class = now.get(str(account), (NORMAL, 0))[0]
        moves[None if who is None else str(who)][from_class, to_class] += one.amounts.get("closing", 0)
    whole: dict[tuple[str, str], int] = defaultdict(int)
    for moved in moves.values():
        for move, amount in moved.items():
            whole[move] += amount
    rows = [
        _row(who, question.unit_of.get(who or ""), who is None, moves[who])
        for who in sorted(moves, key=lambda one: (one is None, one or ""))
        if any(moves[who].values())
    ]
    return ClassReport(
        **question.about("classes"), missing=sorted(lacks), rows=rows, total=_row(None, None, False, whole)
    )


def _row(manager: str | None, unit: str | None, uncredited: bool, moves: Moves) -> ClassRow:
    balances: dict[str, int] = defaultdict(int)
    for (_, to_class), amount in moves.items():
        balances[to_class] += amount
    total = sum(balances.values())
    held = [one for one in CLASSES if balances[one]]
    migration: dict[str, dict[str, str]] = {}
    for from_class in (*CLASSES, NEW):
        into = {one: printed(moves[from_class, one]) for one in CLASSES if moves.get((from_class, one))}
        if into:
            migration[from_class] = into
    return ClassRow(
        manager_id=manager,
        org_unit=unit,
        uncredited=uncredited,
        total=printed(total),
        balances={one: printed(balances[one]) for one in held},
        parts={one: part for one in held if (part := ratio(balances[one], total)) is not None},
        bad=ratio(sum(balances[one] for one in held if reaches(one, BAD_FROM)), total),
        migration=migration,
    )
