"""Content: parts of it and batches put together say what their events say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.admission import Candidates, admit
from engine.content import Content, days_of
from schemas.codec import decode
from schemas.event import Identity, business_date
from schemas.institution import Institution
from tests.engine.forms.made import columns_from
from tests.samples import line, sample

BANK = Institution()
NAMES = count().__next__


def batch(random: Random, size: int) -> Candidates:
    """Fees that stand in columns and hand-overs that do not, in any order."""
    lines = []
    for number in range(size):
        event = sample(random.choice(["fee.earned", "fee.earned", "customer.assigned"]))
        if random.random() < 0.3:
            event["data"] = {name: value for name, value in event["data"].items() if name != "on"}
        lines.append(line({**event, "id": f"e-{NAMES()}-{number}"}))
    with columns_from(2):
        return admit(lines, BANK)


def said(content: Content) -> dict[int, tuple[str, Identity, date]]:
    """By place the type, the identity and the business date of each event."""
    found = {}
    for row, event in zip(content.rows.tolist(), content.events, strict=True):
        found[row] = (event.type, (event.source, event.id), business_date(event, BANK.zone))
    for alike in content.alike:
        days = map(date.fromordinal, alike.days(BANK.zone).tolist())
        for row, identity, day in zip(alike.rows.tolist(), alike.identities(), days, strict=True):
            found[row] = (alike.type, identity, day)
    return found


def told(bodies: list[bytes]) -> dict[int, tuple[str, Identity, date]]:
    events = map(decode, bodies)
    return {row: (event.type, event.identity, business_date(event, BANK.zone)) for row, event in enumerate(events)}


@settings(max_examples=80, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 8), min_size=1, max_size=4))
def test_batches_put_together_say_what_all_their_events_say(random: Random, sizes: list[int]) -> None:
    batches = [batch(random, size) for size in sizes]
    together = Content.together([one.content for one in batches])
    bodies = [body for one in batches for body in one.bodies]
    assert (len(together), said(together)) == (len(bodies), told(bodies))
    assert together.identities() == {identity: row for row, (_, identity, _) in told(bodies).items()}
    start, stop = sorted(random.randint(0, len(bodies)) for _ in range(2))
    assert said(together.part(start, stop)) == told(bodies[start:stop])
    chosen = sorted(random.sample(range(len(bodies)), random.randint(0, len(bodies))))
    assert said(together.chosen(chosen)) == told([bodies[index] for index in chosen])


def test_a_time_without_a_day_belongs_to_the_day_of_the_institution() -> None:
    late = (datetime(2025, 6, 30, 16, 0, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    days = days_of(batch(Random(1), 1).content.rows + int(late) * 1_000_000, ZoneInfo("Asia/Shanghai"))
    assert [date.fromordinal(day) for day in days.tolist()] == [date(2025, 7, 1)]
