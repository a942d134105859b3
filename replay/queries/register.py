"""The register of managers: who is in post on a day, where and as what, and every change that led there.

A change has two times: the day from which it holds, and the position at which the log learned of it. As of an earlier
position the register is the one that was known then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import UNSET

from engine.book import Fact
from engine.plan.facts import Facts
from engine.posts import FIELDS, TYPES, Posts, full_months
from engine.units import Units, members
from projections.book import ProjectedBook
from replay.queries.question import latest
from schemas.document import nearest
from schemas.period import ONE_DAY, Period
from schemas.problems import Place, Problem
from schemas.reports import ChangeRow, PostRow, RegisterReport

LEFT = "manager.left"
WORDS = {"org_unit": "moved", "position": "new-position", "grade": "new-grade"}


def register(
    book: ProjectedBook,
    on: date | None = None,
    *,
    unit: str | None = None,
    manager: str | None = None,
    during: Period | None = None,
) -> RegisterReport:
    """The managers in post ``on`` a day (by default the latest that the log speaks of) and their history.

    Of one manager all is told, also after leaving. ``during`` asks for the changes of that period, of all.

    Raises:
        Problem: there is no such unit or manager.
    """
    facts = sorted(book.facts(TYPES), key=lambda fact: (fact.on, fact.position))
    posts = Posts(facts)
    day = on or latest(book, facts)
    unit_of = {one: posts.word(one, "org_unit", day) for one in posts.managers}
    units = Units(Facts(book).parents, filter(None, unit_of.values()))
    asked = set(posts.managers) if unit is None else members(units, unit, unit_of)
    if manager is not None:
        if manager not in unit_of:
            raise Problem(
                f"There is no manager {manager!r}: nobody was appointed by this id.",
                place=Place(field="--manager"),
                remedy=nearest(manager, set(unit_of)) or "Leave --manager out to see all.",
            )
        asked &= {manager}
    in_post = posts.managers_in_post(day, day + ONE_DAY)
    serving = Counter(one for team in book.serving(day).values() for one in team)
    shown = sorted(asked if manager is not None else asked & in_post)
    history = [
        change
        for change in _history(book, facts)
        if change.manager_id in asked
        and (manager or during)
        and (during is None or date.fromisoformat(change.on) in during)
    ]
    return RegisterReport(
        report="managers",
        on=day.isoformat(),
        position=book.snapshot.label,
        log_head=book.snapshot.head,
        rows=[_post(posts, one, day, serving) for one in shown],
        history=history,
    )


def _post(posts: Posts, manager: str, day: date, serving: Mapping[str, int]) -> PostRow:
    words: dict[str, Any] = {field: posts.word(manager, field, day) or UNSET for field in FIELDS}
    served = posts.served(manager, None, day)
    if served is None:
        return PostRow(manager_id=manager, **words, customers=serving.get(manager, 0))
    start, left = served
    since = max(span[0] for field in FIELDS if (span := posts.served(manager, field, day)) is not None)
    return PostRow(
        manager_id=manager,
        **words,
        since=since.isoformat(),
        serving_since=start.isoformat(),
        months=full_months(start, left or day + ONE_DAY),
        left=left.isoformat() if left is not None else UNSET,
        customers=serving.get(manager, 0),
    )


def _history(book: ProjectedBook, facts: list[Fact]) -> Iterator[ChangeRow]:
    """Every appointment and departure in order of the days from which they hold."""
    words: dict[str, dict[str, str]] = defaultdict(dict)
    last: dict[str, str] = {}
    for fact in facts:
        data, manager = fact.event.data, fact.event.data.manager_id
        changes = ["left"]
        if fact.event.type != LEFT:
            said = {field: word for field in FIELDS if (word := getattr(data, field)) is not None}
            if manager not in last:
                changes = ["appointed"]
            else:
                changes = ["appointed-again"] if last[manager] == LEFT else []
                changes += [
                    change
                    for field, change in WORDS.items()
                    if said.get(field) not in {None, words[manager].get(field)}
                ]
            words[manager] |= said
        last[manager] = fact.event.type
        yield ChangeRow(
            manager_id=manager,
            on=fact.on.isoformat(),
            changes=changes or ["confirmed"],
            **{field: words[manager].get(field, UNSET) for field in FIELDS},
            event_id=fact.event.id,
            event_source=fact.event.source,
            at=book.snapshot.place(fact.position),
        )
