"""Entering: what rows of the facts add to the ledgers of those who hold the pieces.

Most rows fall into the last phase of a piece that takes them without a look, and are entered all at once, in columns.
The others are looked at one by one.
"""

from __future__ import annotations

import numpy as np

from engine.crediting.balances import differences, shifts_of_change
from engine.fold.columns import Ints
from engine.fold.courses import NOWHERE
from engine.fold.credits import Credits
from engine.fold.entries import streams_of
from engine.fold.facts import Facts, FlowKey, Owner
from engine.fold.posting import enter_flow, enter_history, shift
from engine.fold.rows import Flow, Postings, values_of

AT_ONCE = 1 << 18
"""So many rows are entered before the journal's page is turned, while a state is reckoned from facts."""


def enter(facts: Facts, credits: Credits, rows: Postings) -> None:
    """Enter rows of the facts."""
    since, places, _ = credits.courses.last(rows.number)
    plain = (places != NOWHERE) & (rows.day >= np.maximum(since, credits.journal.horizon))
    if not plain.all():
        others = (column.tolist() for column in rows.chosen(~plain))
        for number, day, amount, quantity, times in zip(*others, strict=True):
            _enter_one(facts, credits, number, Flow(day, times, amount, quantity))
        rows = rows.chosen(plain)
    _, places, rates = credits.courses.last(rows.number)
    credits.journal.write(places + rows.day, *values_of(rows, rates))


def doubt(credits: Credits, numbers: Ints) -> None:
    """Say of which of these pieces a measure might have to leave out what was entered in their last phases."""
    _, places, _ = credits.courses.last(numbers)
    numbers, streams = numbers[places != NOWHERE], streams_of(places[places != NOWHERE])
    for stream in np.flatnonzero(np.bincount(streams)).tolist():
        doubtful = streams == stream
        if not credits.lacking(stream, needs_rate=False):
            if not credits.lacking(stream, needs_rate=True):
                continue
            doubtful &= credits.courses.on_account[numbers]
        for number in set(numbers[doubtful].tolist()):
            piece = credits.pieces[number]
            credits.journal.doubt(stream, piece if isinstance(piece, Owner) else piece.owner)


def enter_all(facts: Facts, credits: Credits) -> None:
    """Enter all rows, and what statements say, of pieces of which nothing is entered yet; nobody has read any."""
    stated = np.zeros(facts.rows.pieces, np.bool_)
    for account in facts.accounts.values():
        if account.statements:
            stated[account.number] = True
            shifts = differences(facts.rows.changes(account.number), account.statements)
            enter_history(credits.journal.written, credits.courses[account.number], shifts)
    rows = facts.rows.postings()
    for start in range(0, len(rows.number), AT_ONCE):
        some = rows.chosen(slice(start, start + AT_ONCE))
        enter(facts, credits, some.chosen(~stated[some.number]))
        credits.journal.begin()
    credits.journal.begin()


def _enter_one(facts: Facts, credits: Credits, number: int, flow: Flow) -> None:
    piece = credits.pieces[number]
    journal = credits.journal
    if isinstance(piece, FlowKey):
        course = credits.courses[number]
        stream = course.stream(enter_flow(journal.written, course, flow))
        if credits.lacking(stream, needs_rate=piece.account_id is not None):
            journal.doubt(stream, piece.owner)
        if flow.day < journal.horizon:
            journal.stirred.add(piece.owner)
        return
    statements = facts.accounts[piece.id].statements
    for day, amount in shifts_of_change(statements, flow.day, flow.amount):
        shift_balance(credits, number, piece, day, amount)


def shift_balance(credits: Credits, number: int, owner: Owner, day: int, amount: int) -> None:
    """Enter by how much an account's balance moved from ``day`` on."""
    course = credits.courses[number]
    for phase in shift(credits.journal.written, course, day, amount):
        stream = course.stream(phase)
        if credits.lacking(stream, needs_rate=True):
            credits.journal.doubt(stream, owner)
    if day < credits.journal.horizon:
        credits.journal.stirred.add(owner)
