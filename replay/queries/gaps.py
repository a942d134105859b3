"""Gaps: lines of business that customers like this one use, and this one does not.

A line is the first word of a path (``loan``, ``deposit``, ``card``, ``ebank`` ...). A customer uses one by a balance or
any flow in it in the period. Customers are compared with those of their segment (``customer.joined``), those of whom
none was said with each other. What can be sold is for people to judge: this only says what is not there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction

from engine.crediting.streams import BALANCE
from projections.asked import Asked, Key, Node
from replay.queries.question import Question, printed
from schemas.exact import print_exact
from schemas.reports import GapReport, GapRow, LineUse

COMMON = Fraction(3, 10)


def gaps(
    question: Question, common: Fraction = COMMON, *, unit: str | None = None, manager: str | None = None
) -> GapReport:
    """The customers, of those whom the question is narrowed to, who lack a common line.

    Raises:
        Problem: there is no such unit or manager.
    """
    chosen = question.chosen(unit, manager)
    used, averages, lacks = _used(question)
    serving, segments = question.book.serving(question.last), question.book.segments()
    customers: dict[str | None, list[str]] = defaultdict(list)
    for customer in used:
        customers[segments.get(customer)].append(customer)
    users = {segment: Counter(line for one in listed for line in used[one]) for segment, listed in customers.items()}
    usual = {
        segment: {line for line, count in counts.items() if count >= common * len(customers[segment])}
        for segment, counts in users.items()
    }
    rows = []
    for customer, lines in used.items():
        segment, managers = segments.get(customer), serving.get(customer, [])
        lacking = usual[segment] - lines
        told = chosen is None or any(one in chosen for one in managers) or (not managers and None in chosen)
        if lacking and told:
            rows.append((averages.get(customer, Fraction(0)), customer, segment, managers, lines, lacking))
    rows.sort(key=lambda row: (-row[0], row[1]))
    return GapReport(
        **question.about("gaps"),
        missing=sorted(lacks),
        common=print_exact(common),
        lines=[
            LineUse(
                segment=segment,
                line=line,
                customers=count,
                of=len(customers[segment]),
                use=print_exact(Fraction(count, len(customers[segment]))),
            )
            for segment in sorted(users, key=lambda one: (one is None, one or ""))
            for line, count in sorted(users[segment].items(), key=lambda use: (-use[1], use[0]))
        ],
        rows=[
            GapRow(
                customer_id=customer,
                segment=segment,
                managers=managers,
                average=printed(average),
                lines=sorted(lines),
                lacking=sorted(lacking),
            )
            for average, customer, segment, managers, lines, lacking in rows
        ],
    )


def _used(question: Question) -> tuple[dict[str, set[str]], dict[str, Fraction], set[str]]:
    """By customer the lines used and the daily average of all balances; and what had to be left out."""
    days = (question.start, question.end)
    asked = Asked([Key.CUSTOMER, Key.PATH], {"days": days}, days, rolled={Key.PATH: _line})
    sums, lacks = question.book.business(asked)
    used: dict[str, set[str]] = defaultdict(set)
    averages: dict[str, Fraction] = defaultdict(Fraction)
    for one in sums:
        customer, line = one.words
        if customer is None or not (any(one.amounts.values()) or one.count):
            continue
        used[str(customer)] |= {line[0]} if isinstance(line, tuple) and line[0] else set()
        if one.of == BALANCE and question.days:
            averages[str(customer)] += Fraction(one.amounts["days"], question.days)
    return used, averages, lacks


def _line(path: str | None) -> list[Node]:
    return [(path.partition(".")[0] if path is not None else "",)]
