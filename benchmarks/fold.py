"""How fast the live fold takes in events, and how much memory it keeps: ``python -m benchmarks.fold [EVENTS]``.

A made-up bank: 7.5% of the events are teams and openings, the others a year of ordinary business in order of days, with
some back-dated hand-overs, rate changes, statements and reversals. Two yardsticks run over the same decoded events: an
empty loop, and a plain sum of amounts by account in a dict. Seconds are of the processor, on one core.
"""

from __future__ import annotations

import gc
import resource
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from time import process_time
from typing import Any

from engine.book import Fact
from engine.fold.apply import REVERSAL, apply
from engine.fold.book import FoldedBook
from engine.fold.snapshot import restore, snapshot
from engine.fold.state import State
from engine.measures import Aggregate, CreditMeasure, DailyFactor, Request, Where
from schemas.codec import STANDARD, business_date
from schemas.institution import Institution

INSTITUTION = Institution()
ZONE = INSTITUTION.zone
FIRST = date(2025, 1, 1)
PRODUCTS = (
    "loan.working-capital",
    "loan.mortgage",
    "deposit.corporate.demand",
    "deposit.savings.demand",
    "card.credit",
)
ORDINARY = {
    "balance.changed": 70,
    "fee.earned": 9,
    "payment.made": 9,
    "card.spent": 6,
    "balance.stated": 2,
    "rate.changed": 1.5,
    "customer.assigned": 1.5,
    "loan.recovered": 0.5,
    "event.reversed": 0.5,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One event as the fold is given it."""

    fact: Fact
    target: Fact | None


def bank(events: int, random: Random) -> Iterator[dict[str, Any]]:
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
    kinds, weights = list(ORDINARY), list(ORDINARY.values())
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


def read(events: int) -> list[Step]:
    """The bank decoded, each reversal with what it names."""
    steps: list[Step] = []
    for position, attributes in enumerate(bank(events, Random(1)), 1):
        event = STANDARD.event_of(attributes, INSTITUTION).event
        target = steps[int(event.data.event_id) - 1].fact if event.type == REVERSAL else None
        steps.append(Step(Fact(position, business_date(event, ZONE), event), target))
    return steps


def fold(steps: list[Step]) -> State:
    """The state after all steps."""
    state = State.empty(INSTITUTION.currency)
    for step in steps:
        fact = step.fact
        apply(state, fact.position, fact.on, fact.event, step.target)
    return state


def empty_loop(steps: list[Step]) -> None:
    """Yardstick: touch every event and do nothing."""
    for step in steps:
        fact = step.fact
        fact.position, fact.on, fact.event  # noqa: B018 - the reading is what is measured


def dict_sum(steps: list[Step]) -> dict[str, Any]:
    """Yardstick: the sum of amounts by account or customer."""
    sums: dict[str, Any] = {}
    for step in steps:
        data = step.fact.event.data
        amount = getattr(data, "amount", None)
        if amount is not None:
            owner = getattr(data, "account_id", None) or data.customer_id
            sums[owner] = sums.get(owner, 0) + amount
    return sums


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


def timed(label: str, count: int, work: Any, *arguments: Any) -> Any:
    """Run, print the rate, and give back the result and the seconds."""
    gc.collect()
    start = process_time()
    result = work(*arguments)
    seconds = process_time() - start
    print(f"{label:34} {seconds:8.3f} s  {count / seconds:12,.0f} /s")
    return result, seconds


def main() -> None:
    """Measure and print."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    steps = read(events)
    gc.freeze()
    _, nothing = timed("empty loop, events", events, empty_loop, steps)
    _, summing = timed("dict sum, events", events, dict_sum, steps)
    state, folding = timed("fold, events", events, fold, steps)
    print(f"fold / empty loop = {folding / nothing:.1f}; fold / dict sum = {folding / summing:.1f}")
    facts = state.facts
    book = FoldedBook(state)
    timed("credits of a year, customers", len(facts.customers), book.credits, flagship())
    following = replace(flagship(), start=date(2026, 1, 1), end=date(2027, 1, 1))
    timed("inherited, accounts", len(facts.accounts), book.inherited, following)
    timed("inherited, asked again, accounts", len(facts.accounts), book.inherited, following)
    body, _ = timed("snapshot, accounts", len(facts.accounts), snapshot, state)
    print(f"{'snapshot':34} {len(body) / len(facts.accounts):8.0f} bytes an account")
    timed("restore, accounts", len(facts.accounts), restore, body)
    del state, book, body
    tracemalloc.start()
    state = fold(steps)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    managers = len({holder for holders in state.credits.streams.values() for holder in holders if holder is not None})
    print(f"{'state':34} {kept / 2**20:8.0f} MiB for {len(state.facts.accounts):,} accounts, {managers:,} managers")
    print(f"{'':34} {kept / events:8.0f} bytes an event, {kept / len(state.facts.accounts):,.0f} an account")
    print(f"{'peak of the process':34} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MiB")


if __name__ == "__main__":
    main()
