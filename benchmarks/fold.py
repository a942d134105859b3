"""How fast the live fold takes in events, answers again, and comes back from a snapshot.

    python -m benchmarks.fold [--events N] [--customers N]

A made-up bank: 7.5% of the events are teams and openings, the others a year of business in order of days. Two mixes:
``postings`` alone, and ``ordinary``, with some back-dated hand-overs, rate changes, statements and reversals. Events
are decoded a thousand at a time and folded at once, as a live worker does; only the fold is timed. The yardstick is a
plain loop that adds up amounts by owner as integers in a dict. Then eight requests (four periods, each on two last
days) are asked of a book that is kept and of a new one, after so many more events. Last, a bank of N customers with an
account each goes into a snapshot and back. Seconds are of the processor, on one core.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np

from engine.book import Fact
from engine.crediting.openings import Opening
from engine.fold.apply import apply_all
from engine.fold.book import FoldedBook
from engine.fold.credits import Credits
from engine.fold.facts import Account, Customer, Facts, FlowKey
from engine.fold.holding import Holding
from engine.fold.rows import Postings
from engine.fold.snapshot import restore, snapshot
from engine.fold.state import State
from engine.measures import Aggregate, CreditMeasure, DailyFactor, Request, Where
from schemas.codec import STANDARD, business_date, canonical
from schemas.event import REVERSAL, Event
from schemas.institution import Institution
from schemas.period import Period

INSTITUTION = Institution()
ZONE = INSTITUTION.zone
FIRST = date(2025, 1, 1)
BATCH = 1_000
LOANS, DEPOSITS = ("loan.working-capital", "loan.mortgage"), ("deposit.corporate.demand", "deposit.savings.demand")
PRODUCTS = (*LOANS, *DEPOSITS, "card.credit")
MIXES: Mapping[str, Mapping[str, float]] = {
    "postings": {"balance.changed": 70, "fee.earned": 12, "payment.made": 9, "card.spent": 6, "product.sold": 3},
    "ordinary": {
        "balance.changed": 70,
        "fee.earned": 9,
        "payment.made": 9,
        "card.spent": 6,
        "balance.stated": 2,
        "rate.changed": 1.5,
        "customer.assigned": 1.5,
        "loan.recovered": 0.5,
        "event.reversed": 0.5,
    },
}
Step = tuple[int, date, Event]


def bank(events: int, mix: Mapping[str, float], random: Random) -> Iterator[dict[str, Any]]:
    """The JSON of the bank's events: 1 account to 20 events, 2 to a customer, 100 customers to a manager."""
    accounts = max(10, events // 20)
    customers, managers = accounts // 2, max(1, accounts // 200)
    number = 0

    def make(type_: str, day: date, **data: Any) -> dict[str, Any]:
        nonlocal number
        number += 1
        time = f"{day.isoformat()}T04:00:00Z"
        data["on"] = day.isoformat()
        return {"specversion": "1.0", "id": str(number), "source": "bench", "type": type_, "time": time, "data": data}

    for customer in range(customers):
        team = [{"manager_id": f"M{customer % managers}", "share": "1"}]
        yield make("customer.assigned", FIRST, customer_id=f"C{customer}", team=team)
    for account in range(accounts):
        product, rate = random.choice(PRODUCTS), f"0.0{random.randrange(100, 900)}"
        yield make(
            "account.opened",
            FIRST,
            account_id=f"A{account}",
            customer_id=f"C{account // 2}",
            product=product,
            rate=rate,
        )
    kinds, weights = list(mix), list(mix.values())
    while number < events:
        day = FIRST + timedelta(days=365 * number // events)
        account = random.randrange(accounts)
        told = {"account_id": f"A{account}", "customer_id": f"C{account // 2 % customers}"}
        whose = {"customer_id": f"C{random.randrange(customers)}"}
        amount = f"{random.randrange(1, 10_000_000) / 100:.2f}"
        kind = random.choices(kinds, weights)[0]
        if kind in {"balance.changed", "balance.stated", "card.spent"}:
            yield make(kind, day, **told, amount=amount)
        elif kind == "loan.recovered":
            yield make(kind, day, **told, amount=amount, **{"class": "loss"})
        elif kind == "fee.earned":
            yield make(kind, day, **whose, amount=amount, service=random.choice(("acceptance", "agency", "other")))
        elif kind == "payment.made":
            yield make(kind, day, **whose, amount=amount, channel=random.choice(("ebank.corporate", "ebank.personal")))
        elif kind == "product.sold":
            yield make(kind, day, **whose, amount=amount, product=random.choice(("wealth", "fund")), quantity="1")
        elif kind == "rate.changed":
            back = day - timedelta(days=random.choice((0, 0, 30)))
            yield make(kind, back, **told, rate=f"0.0{random.randrange(100, 900)}")
        elif kind == "customer.assigned":
            back = day - timedelta(days=random.choice((0, 0, 30)))
            team = [{"manager_id": f"M{random.randrange(managers)}", "share": "0.5"} for _ in range(1)]
            yield make(kind, back, **whose, team=team)
        else:
            target = str(random.randrange(customers + accounts, number + 1))
            yield make(kind, day, event_id=target, event_source="bench", reason="mistake")


def flagship() -> Request:
    """A year's measures like the flagship's: interest and product-days of three kinds, flows of three."""
    loans, deposits = (Where("product", ("loan",)),), (Where("product", ("deposit", "card")),)
    days = Aggregate.PRODUCT_DAYS
    measures = {
        "loan_interest": CreditMeasure("balance", days, loans, "rate"),
        "loan_cost": CreditMeasure("balance", days, loans, "cost", needs_rate=True),
        "deposit_interest": CreditMeasure("balance", days, deposits, "rate"),
        "deposit_yield": CreditMeasure("balance", days, deposits, "yield", needs_rate=True),
        "fees": CreditMeasure("fee.earned", Aggregate.SUM, (Where("service", never=("other",)),)),
        "payments": CreditMeasure("payment.made", Aggregate.SUM, (Where("channel", ("ebank",)),)),
        "cards": CreditMeasure("card.spent", Aggregate.SUM),
    }
    factors = {"cost": DailyFactor(((FIRST, 24000),)), "yield": DailyFactor(((FIRST, 18000),))}
    return Request(measures, FIRST, date(2026, 1, 1), factors)


class Stream:
    """A bank's events as canonical bytes, to be decoded batch by batch as they are needed."""

    def __init__(self, events: int, mix: Mapping[str, float]) -> None:
        self.targets: dict[int, Fact] = {}
        self.bodies: list[bytes] = []
        for attributes in bank(events, mix, Random(1)):
            event = STANDARD.event_of(attributes, INSTITUTION).event
            self.bodies.append(canonical(event))
            if event.type == REVERSAL:
                position = int(event.data.event_id)
                target = STANDARD.decode(self.bodies[position - 1])
                self.targets[len(self.bodies)] = Fact(position, business_date(target, ZONE), target)

    def find(self, position: int, _event: Event) -> Fact | None:
        """The event that the reversal at a position names."""
        return self.targets.get(position)

    def batches(self, first: int, end: int) -> Iterator[list[Step]]:
        """The events of positions [first, end), a batch at a time."""
        for start in range(first, end, BATCH):
            decoded = [STANDARD.decode(body) for body in self.bodies[start - 1 : min(start + BATCH, end) - 1]]
            yield [(start + at, business_date(event, ZONE), event) for at, event in enumerate(decoded)]


def add_up(sums: dict[str, int], steps: Sequence[Step]) -> None:
    """Yardstick: the sum of amounts by account or customer."""
    for _, _, event in steps:
        data = event.data
        amount = getattr(data, "amount", None)
        if amount is not None:
            owner = getattr(data, "account_id", None) or data.customer_id
            sums[owner] = sums.get(owner, 0) + int(amount * 10_000)


def taken(stream: Stream, first: int, end: int, work: Callable[[Sequence[Step]], None]) -> float:
    """The microseconds that ``work`` takes an event; the median of the batches."""
    spent = []
    for steps in stream.batches(first, end):
        start = time.process_time()
        work(steps)
        spent.append((time.process_time() - start) / len(steps) * 1e6)
    return statistics.median(spent)


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long ``work`` takes, and what it gives."""
    gc.collect()
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def fold(name: str, events: int, more: int) -> tuple[Stream, State]:
    """Fold a mix but its last ``more`` events, and print what that takes."""
    stream = Stream(events, MIXES[name])
    gc.collect()
    gc.freeze()
    state, sums = State.empty(INSTITUTION.currency), dict[str, int]()
    accounts = max(10, events // 20)
    opened, last = accounts // 2 + accounts + 1, events + 1 - more
    yardstick = taken(stream, opened, last, lambda steps: add_up(sums, steps))
    setting_up = taken(stream, 1, opened, lambda steps: apply_all(state, steps, stream.find))
    folding = taken(stream, opened, last, lambda steps: apply_all(state, steps, stream.find))
    print(f"{name}: teams and openings {setting_up:6.2f} us an event")
    print(f"{'':{len(name)}}  the mix            {folding:6.2f} us an event, {1e6 / folding:,.0f} events/s")
    print(
        f"{'':{len(name)}}  dict of integers   {yardstick:6.2f} us an event: the fold takes {folding / yardstick:.1f} x"
    )
    return stream, state


def windows() -> list[Request]:
    """Four periods to the end of the year, each to its last day and to the day before."""
    periods = [Period.parse(name) for name in ("2025-12", "2025Q4", "2025H2", "2025")]
    asked = [replace(flagship(), start=period.start, end=period.end) for period in periods]
    return asked + [replace(request, end=request.end - timedelta(days=1)) for request in asked]


def read_again(stream: Stream, state: State, first: int) -> None:
    """Print what an answer that is kept costs after some more events, beside one that is new."""
    kept = FoldedBook(state)
    following = replace(flagship(), start=date(2026, 1, 1), end=date(2026, 2, 1))
    kinds: tuple[tuple[str, Callable[[FoldedBook], list[Any]]], ...] = (
        ("credits, 8 requests", lambda book: [book.credits(request) for request in windows()]),
        ("inherited", lambda book: [book.inherited(following)]),
    )
    for _, ask in kinds:
        ask(kept)
    for count in (0, 1, 100, 1_000, 10_000):
        for steps in stream.batches(first, first + count):
            apply_all(state, steps, stream.find)
        first += count
        closing, _ = seconds(state.credits.journal.close)
        print(f"{count:6,} events more, their page closed in {closing * 1e3:.2f} ms")
        for name, ask in kinds:
            again, answer = seconds(lambda ask=ask: ask(kept))  # type: ignore[misc] # a default of a lambda has no type
            new, expected = seconds(lambda ask=ask: ask(FoldedBook(state)))  # type: ignore[misc] # a default of a lambda has no type
            assert answer == expected
            ratio = f"{again * 1e3:9.2f} ms, anew {new * 1e3:9.2f} ms, {again / new:7.4f}"
            print(f"{name:20} after {count:6,} events {ratio}")


def customers(count: int) -> Facts:
    """The facts of a bank of so many customers with an account each: a team, a rate, two postings, a fee."""
    random = Random(1)
    facts = Facts(INSTITUTION.currency, position=5 * count)
    day = FIRST.toordinal()
    for number in range(count):
        customer_id, account_id = f"C{number}", f"A{number}"
        team = ((f"M{number % max(1, count // 100)}", 10_000),)
        fee = FlowKey("fee.earned", ("agency",), None, None, None, customer_id, None)
        customer, account, flow = (facts.rows.begin() for _ in range(3))
        facts.customers[customer_id] = Customer(customer, [flow], {"": ((day, number + 1, team),)})
        facts.accounts[account_id] = Account(
            account,
            [],
            openings=((day, number + 1, Opening(customer_id, random.choice(PRODUCTS), None)),),
            rates=((day, number + 1, random.randrange(10_000, 90_000)),),
        )
        facts.flows[fee] = flow
    chance = np.random.Generator(np.random.PCG64(1))
    accounts, fees = np.repeat(np.arange(1, 3 * count, 3), 2), np.arange(2, 3 * count, 3)
    numbers, times = np.concatenate([accounts, fees]), np.repeat([0, 1], [2 * count, count])
    days, amounts = chance.integers(day, day + 365, 3 * count), chance.integers(0, 10**10, 3 * count)
    facts.rows.touched[: 3 * count] = np.repeat(np.arange(0, 5 * count, 5), 3)
    facts.rows.add(Postings(numbers, days, amounts, np.zeros(3 * count, np.int64), times))
    return facts


def written(count: int) -> bytes:
    """A snapshot of so many customers, and print what it takes and weighs."""
    facts = customers(count)
    writing, body = seconds(lambda: snapshot(State(facts, Credits(Holding(facts)))))
    print(f"snapshot of {count:,}: {writing:.1f} s, {len(body) / 2**20:,.0f} MiB, {len(body) / count:.0f} bytes each")
    return body


def come_back(body: bytes, count: int) -> None:
    """Print what it takes to come back from a snapshot of so many customers."""
    gc.collect()
    before = resident()
    reading, state = seconds(lambda: restore(body))
    kept = resident() - before
    assert len(state.facts.customers) == count
    print(f"back in {reading:.1f} s, {reading / count * 1e6:.1f} us a customer")
    print(f"the state takes {kept / 2**20:,.0f} MiB, {kept / count:,.0f} bytes a customer")


def resident() -> int:
    """The bytes of memory that the process takes now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--customers", type=int, default=1_000_000)
    given = parser.parse_args()
    more = 11_101
    for name in MIXES:
        stream, state = fold(name, given.events, more)
    read_again(stream, state, given.events + 1 - more)
    del stream, state
    gc.unfreeze()
    come_back(written(given.customers), given.customers)


if __name__ == "__main__":
    main()
