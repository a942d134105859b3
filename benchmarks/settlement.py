"""The first settlement of a year, the second after 10,000 new events, and one manager's explanation: times and ratios.

    python -m benchmarks.settlement --events 1M

The yardstick is a query written by hand for this very bank (one currency, constant parameters, no statement, nothing
reversed, nobody left): same Parquet, one scan of the postings, one join, one GROUP BY, and the same integers.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import duckdb
import numpy as np

from benchmarks.bank import CHANNELS, PRODUCTS, SERVICES, Bank
from engine.admission import admit
from engine.log import Log, Snapshot
from engine.measures import Aggregate, CreditMeasure, DailyFactor, MeasureTable, Request, Where
from engine.plan.library import load
from projections.book import ProjectedBook
from projections.database import MEMORY_LIMIT
from replay.explain import explain
from replay.settle import settle
from schemas.institution import Institution
from schemas.period import Period

Done = TypeVar("Done")

NEW_EVENTS = 10_000
YEAR = 2025
AT = datetime(2026, 1, 2, tzinfo=UTC)
BALANCE, SUM = Aggregate.PRODUCT_DAYS, Aggregate.SUM
FACTORS = {"cost": 24_000, "yield": 18_000, "fee": 3_800}


def _where(field: str, *only: str, never: tuple[str, ...] = ()) -> tuple[Where, ...]:
    return (Where(field, only, never),)


MEASURES = {
    "loan_interest": CreditMeasure("balance", BALANCE, _where("product", "loan"), "rate"),
    "loan_cost": CreditMeasure("balance", BALANCE, _where("product", "loan"), "cost", needs_rate=True),
    "deposit_yield": CreditMeasure("balance", BALANCE, _where("product", "deposit"), "yield", needs_rate=True),
    "deposit_interest": CreditMeasure("balance", BALANCE, _where("product", "deposit"), "rate"),
    "card_yield": CreditMeasure("balance", BALANCE, _where("product", "card"), "yield", needs_rate=True),
    "card_interest": CreditMeasure("balance", BALANCE, _where("product", "card"), "rate"),
    "moved_interest": CreditMeasure("loan.moved", SUM, (), "rate", accrue_to_year_end=True),
    "moved_cost": CreditMeasure("loan.moved", SUM, (), "cost", needs_rate=True, accrue_to_year_end=True),
    "exited_interest": CreditMeasure("loan.exited", SUM, (), "rate"),
    "exited_cost": CreditMeasure("loan.exited", SUM, (), "cost", needs_rate=True),
    "recovered_loss": CreditMeasure("loan.recovered", SUM, _where("class", "loss")),
    "recovered_doubtful": CreditMeasure("loan.recovered", SUM, _where("class", "doubtful")),
    "recovered_substandard": CreditMeasure("loan.recovered", SUM, _where("class", "substandard")),
    "fees": CreditMeasure("fee.earned", SUM, _where("service", never=("other",))),
    "other_fees": CreditMeasure("fee.earned", SUM, _where("service", "other")),
    "spending": CreditMeasure("card.spent", SUM, (), "fee"),
    "ebank_corporate": CreditMeasure("payment.made", SUM, _where("channel", "ebank.corporate")),
    "ebank_personal": CreditMeasure("payment.made", SUM, _where("channel", "ebank.personal")),
    "securities_phone": CreditMeasure("payment.made", SUM, _where("channel", "securities-link", "phone")),
    "merchants": CreditMeasure("merchant.enrolled", Aggregate.COUNT),
}
"""The balances and flows of the plan bank-contribution."""

REQUEST = Request(
    MEASURES,
    date(YEAR, 1, 1),
    date(YEAR + 1, 1, 1),
    {name: DailyFactor(((date(2024, 1, 1), value),)) for name, value in FACTORS.items()},
)


def make_log(path: Path, events: int) -> Log:
    """A log of a made bank."""
    log = Log.create(path, Institution(), AT)
    with log.writer(holder="benchmark") as writer:
        for chunk in Bank.of(events, year=YEAR).lines():
            writer.append(admit(chunk.split(b"\n")[:-1], log.institution), AT)
    return log


def new_lines(log: Log, bank: Bank, count: int) -> list[bytes]:
    """Events of an evening: postings, payments, some hand-overs and rate changes."""
    chance = np.random.Generator(np.random.PCG64(log.snapshot().position))

    def one(nth: int) -> tuple[str, dict[str, object]]:
        account = int(chance.integers(bank.accounts))
        on: dict[str, object] = {
            "account_id": f"A-{account + 1:07d}",
            "customer_id": f"C-{account % bank.customers + 1:07d}",
        }
        kind = nth % 100
        if kind == 0:
            team = [{"manager_id": f"M-{int(chance.integers(bank.managers)) + 1:05d}", "share": "1"}]
            return "customer.assigned", {"customer_id": on["customer_id"], "team": team}
        if kind == 1:
            return "rate.changed", on | {"rate": "0.0333"}
        if kind < 20:
            paid = {"channel": "ebank.personal", "amount": "88.8"}
            return "payment.made", {"customer_id": on["customer_id"], **paid}
        return "balance.changed", on | {"amount": str(int(chance.integers(1, 100_000)))}

    lines, evening = [], log.snapshot().position
    for nth in range(count):
        type_, data = one(nth)
        event: dict[str, object] = {
            "specversion": "1.0",
            "id": f"new-{evening}-{nth}",
            "source": "evening",
        }
        event |= {"type": type_, "time": f"{YEAR}-12-30T20:00:00+08:00", "data": data | {"on": f"{YEAR}-12-30"}}
        lines.append(json.dumps(event).encode())
    return lines


def _sums(codes: Callable[..., str]) -> list[str]:
    """The sums of the hand-written query, in the order of ``BY_HAND``."""

    def under(prefix: str) -> str:
        return codes(*(text for text in paths if text == prefix or text.startswith(prefix + ".")))

    paths = [*(product for product, *_ in PRODUCTS), *SERVICES, *CHANNELS]
    days = f'(s.t - greatest(e."on", s.f)) * {10**6}'
    held = f"e.type IN ({codes('balance.changed')})"
    sums = []
    for family, factor in (("loan", "cost"), ("deposit", "yield"), ("card", "yield")):
        of = f"{held} AND s.product IN ({under(family)})"
        sums.append(f"sum(e.amount::HUGEINT * s.share * s.rate * {days}) FILTER ({of})")
        sums.append(f"sum(e.amount::HUGEINT * s.share * ({days} * {FACTORS[factor]})) FILTER ({of})")

    def flow(of: str, filter_: str = "true", times: int = 1) -> str:
        return f"sum(e.amount::HUGEINT * s.share * {10**6 * times}) FILTER (e.type IN ({codes(of)}) AND {filter_})"

    sums += [
        flow("fee.earned", f"e.service NOT IN ({under('other')})"),
        flow("fee.earned", f"e.service IN ({under('other')})"),
        flow("card.spent", times=FACTORS["fee"]),
        flow("payment.made", f"e.channel IN ({under('ebank.corporate')})"),
        flow("payment.made", f"e.channel IN ({under('ebank.personal')})"),
        flow("payment.made", f"e.channel IN ({codes('securities-link', 'phone')})"),
        f"sum(s.share) FILTER (e.type IN ({codes('merchant.enrolled')}))",
    ]
    return sums


def _yardstick(snapshot: Snapshot) -> str:
    """The hand-written query."""

    def codes(*texts: str) -> str:
        found = [snapshot.code(text) for text in texts]
        return ", ".join(str(code) for code in found if code is not None) or "-1"

    files = ", ".join(f"'{segment.path}'" for segment in snapshot.segments)
    first, end = f"DATE '{YEAR}-01-01'", f"DATE '{YEAR + 1}-01-01'"
    return f"""
        WITH events AS (SELECT * FROM read_parquet([{files}])),
        rates AS (
            SELECT account_id, rate, lead("on", 1, {end}) OVER facts AS t,
                   CASE WHEN row_number() OVER facts = 1 THEN {first} ELSE "on" END AS f
            FROM events WHERE type IN ({codes("account.opened", "rate.changed")})
            WINDOW facts AS (PARTITION BY account_id ORDER BY "on", position)
        ),
        teams AS (
            SELECT customer_id, f, t, unnest(team) AS member FROM (
                SELECT customer_id, "on" AS f, team,
                       lead("on", 1, {end}) OVER (PARTITION BY customer_id ORDER BY "on", position) AS t
                FROM events WHERE type IN ({codes("customer.assigned")})
            )
        ),
        steps AS (
            SELECT account_id::BIGINT AS key, product, member.manager_id, member.share, rates.rate,
                   greatest(rates.f, teams.f, {first}) AS f, least(rates.t, teams.t, {end}) AS t
            FROM (SELECT account_id, customer_id, product FROM events WHERE type IN ({codes("account.opened")}))
            JOIN rates USING (account_id) JOIN teams USING (customer_id)
            WHERE rates.f < teams.t AND teams.f < rates.t AND least(rates.t, teams.t) > {first}
            UNION ALL
            SELECT -1 - customer_id::BIGINT, NULL, member.manager_id, member.share, NULL, greatest(f, {first}), t
            FROM teams WHERE t > {first}
        )
        SELECT s.manager_id, {", ".join(_sums(codes))}
        FROM events e JOIN steps s
          ON s.key = coalesce(e.account_id, -1 - e.customer_id::BIGINT) AND e."on" < s.t
         AND (e.type IN ({codes("balance.changed")}) OR e."on" >= s.f)
        WHERE e.type IN ({codes("balance.changed", "fee.earned", "card.spent", "payment.made", "merchant.enrolled")})
          AND (e.type IN ({codes("balance.changed")}) OR e."on" >= {first}) AND e."on" < {end}
        GROUP BY s.manager_id
    """


BY_HAND = (
    *("loan_interest", "loan_cost", "deposit_interest", "deposit_yield", "card_interest", "card_yield"),
    *("fees", "other_fees", "spending", "ebank_corporate", "ebank_personal", "securities_phone", "merchants"),
)
"""The measures of the yardstick, in its order; the bank has none of the others."""


def by_hand(snapshot: Snapshot) -> dict[str, list[int]]:
    """The yardstick's answer: by manager the measures of ``BY_HAND``."""
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        rows = connection.execute(_yardstick(snapshot)).fetchall()
    return {snapshot.text(code): [value or 0 for value in values] for code, *values in rows}


def agrees(table: MeasureTable, answer: dict[str, list[int]]) -> bool:
    """Whether the projection gives the yardstick's integers, to the last one."""
    ours = {manager: [table.values[name][at] for name in BY_HAND] for at, manager in enumerate(table.managers)}
    return ours == {manager: values for manager, values in answer.items() if any(values)}


@dataclass(frozen=True, slots=True)
class Taken:
    """How long something took: by the clock, and on all cores together (what other programs leave alone)."""

    wall: float
    cpu: float

    def against(self, other: Taken) -> str:
        """This as a multiple of another time."""
        return f"{self.wall / other.wall:5.2f} x by the clock, {self.cpu / other.cpu:5.2f} x by CPU"


def timed(work: Callable[[], Done]) -> tuple[Taken, Done]:
    """What ``work`` gives, and how long it takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    return Taken(time.perf_counter() - wall, time.process_time() - cpu), done


def tell(what: str, taken: Taken, more: str = "") -> None:
    """Print a time."""
    print(f"{what:32s} {taken.wall:7.2f} s, CPU {taken.cpu:7.2f} s  {more}", flush=True)


def measure(log: Log, bank: Bank, directory: Path) -> None:
    """Take all times and print the ratios."""
    sealed = log.snapshot().segments[-1].last  # the yardstick reads Parquet alone
    print(f"{sealed:,} events, {bank.managers:,} managers, {bank.customers:,} customers")
    yardstick, answer = timed(lambda: by_hand(log.snapshot(sealed)))
    tell("yardstick by hand", yardstick)
    cache, spill = directory / "cache", directory / "spill"

    def credits() -> MeasureTable:
        return ProjectedBook(log.snapshot(), cache=cache, spill=spill).credits(REQUEST)

    if log.snapshot().position > sealed:
        table = ProjectedBook(log.snapshot(sealed)).credits(REQUEST)
        first, _ = timed(credits)
    else:
        first, table = timed(credits)
    same = "the same integers" if agrees(table, answer) else "OTHER INTEGERS"
    tell("first credits", first, f"{first.against(yardstick)} of the yardstick (at most 2), {same}")
    plan, year = load("bank-contribution"), Period.parse(str(YEAR))
    shutil.rmtree(log.cache / "projections", ignore_errors=True)
    first_whole, _ = timed(lambda: settle(log, plan, year).statement)
    tell("first settlement", first_whole, f"{first_whole.against(yardstick)} of the yardstick")
    with log.writer(holder="benchmark") as writer:
        writer.append(admit(new_lines(log, bank, NEW_EVENTS), log.institution), AT)
    second, table = timed(credits)
    same = "same as anew" if table == ProjectedBook(log.snapshot()).credits(REQUEST) else "OTHER THAN ANEW"
    print(f"{NEW_EVENTS:,} events later")
    tell("second credits", second, f"{second.against(first)} of the first (at most 0.1), {same}")
    second_whole, _ = timed(lambda: settle(log, plan, year).statement)
    tell("second settlement", second_whole, f"{second_whole.against(first_whole)} of the first (at most 0.1)")
    again, settlement = timed(lambda: settle(log, plan, year))
    tell("settled again, nothing new", again)
    manager = table.managers[0]
    explained, rows = timed(lambda: settlement.book.credit_rows("loan_interest", REQUEST, manager))
    adds = sum(row.contribution for row in rows) == table.values["loan_interest"][0]
    tell("credits of a manager explained", explained, f"{len(rows):,} rows of one, {'add up' if adds else 'NO SUM'}")
    told, _ = timed(lambda: explain(settlement, log.institution.currency, manager))
    tell("a manager explained", told, "(at most 2 s)")
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"memory at its highest            {highest:7,} MB (at most 2,048)")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Time settlements against a query written by hand.")
    parser.add_argument("--events", default="1M", help="size of the made bank, such as 1M or 10M")
    parser.add_argument("--log", type=Path, help="a log made before by this command, or where to keep it")
    asked = parser.parse_args()
    events = int(float(asked.events.removesuffix("M")) * 1_000_000)
    with tempfile.TemporaryDirectory() as directory:
        path = asked.log or Path(directory) / "log"
        log = Log.open(path) if (path / "log.json").exists() else make_log(path, events)
        measure(log, Bank.of(events, year=YEAR), Path(directory))


if __name__ == "__main__":
    main()
