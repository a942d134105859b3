"""A made bank: a year of events of any size as JSONL, the same bytes for the same seed.

    python -m benchmarks.bank bank.jsonl --events 10M --managers 10000 --customers 1M --accounts 1200k

In the order of a core-banking system's own log: units, managers and teams; the openings of accounts (spread over the
last quarter of the year before, each with its first balance); then the year day by day: changes of balances, fees,
payments, card spending, and now and then a rate change or a customer handed over. Nothing in it is real.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

CHUNK = 65_536
PRODUCTS = (
    # catalogue path, share of the accounts, lowest and highest yearly rate in hundredths of a percent
    ("deposit.savings.demand", 0.34, 10, 40),
    ("deposit.savings.term", 0.14, 110, 260),
    ("deposit.corporate.demand", 0.12, 10, 40),
    ("deposit.corporate.term", 0.05, 110, 260),
    ("loan.consumer", 0.12, 350, 720),
    ("loan.mortgage", 0.08, 300, 410),
    ("loan.working-capital", 0.05, 310, 550),
    ("card.debit", 0.10, 10, 40),
)
SERVICES = ("settlement.domestic", "settlement.international", "guarantee", "agency", "consulting", "other")
CHANNELS = ("ebank.corporate", "ebank.personal", "phone", "securities-link")
# How the year's events divide; what is left over are changes of balances.
# Each name holds the upper end of its part of [0, 1); hand-overs take the last 0.2% before the balances' own.
PAYMENTS, FEES, SPENDING, RATE_CHANGES, HAND_OVERS = 0.14, 0.24, 0.30, 0.304, 0.306
MANAGERS_A_UNIT = 50


@dataclass(frozen=True, slots=True)
class Bank:
    """The size of a made bank. ``lines`` yields its events as chunks of JSONL bytes, ``write`` a file of them."""

    events: int = 1_000_000
    managers: int = 1_000
    customers: int = 100_000
    accounts: int = 120_000
    seed: int = 7
    year: int = 2025
    years: int = 1

    @classmethod
    def of(cls, events: int, *, seed: int = 7, year: int = 2025) -> Bank:
        """A bank of usual proportions: a manager for 100 customers, a customer for 10 events, 1.2 accounts each."""
        customers = max(events // 10, 1)
        return cls(events, max(customers // 100, 1), customers, customers + customers // 5, seed, year)

    @property
    def units(self) -> int:
        """How many organisational units the managers sit in."""
        return -(-self.managers // MANAGERS_A_UNIT)

    @property
    def setting_up(self) -> int:
        """How many events it takes before the year begins."""
        return self.units + self.managers + self.customers + 2 * self.accounts

    def lines(self) -> Iterator[bytes]:
        """Every event, in chunks of whole lines, each ending in a line feed."""
        if self.events < self.setting_up:
            raise ValueError(f"{self.events} events are too few: setting this bank up takes {self.setting_up}")
        chance = np.random.Generator(np.random.PCG64(self.seed))
        yield self._staff()
        number = self.units + self.managers
        book = _Accounts(self, chance)
        for chunk in self._teams(chance, number):
            yield chunk
        number += self.customers
        for chunk in book.openings(number):
            yield chunk
        number += 2 * self.accounts
        for chunk in self._year(book, chance, number):
            yield chunk

    def write(self, path: Path) -> None:
        """The events as a JSONL file."""
        with path.open("wb") as out:
            for chunk in self.lines():
                out.write(chunk)

    def _staff(self) -> bytes:
        first = f'"time":"{self.year - 1}-09-30T09:00:00+08:00"'
        on = f'"on":"{self.year - 1}-10-01"'
        rows = [
            f'{{"specversion":"1.0","id":"{unit + 1}","source":"staff","type":"unit.opened",{first},'
            f'"data":{{"org_unit":"U-{unit + 1:04d}",{on}}}}}\n'
            for unit in range(self.units)
        ]
        rows += [
            f'{{"specversion":"1.0","id":"{self.units + manager + 1}","source":"staff","type":"manager.appointed",'
            f'{first},"data":{{"manager_id":"M-{manager + 1:05d}","org_unit":"U-{manager // MANAGERS_A_UNIT + 1:04d}",'
            f'"grade":"assistant",{on}}}}}\n'
            for manager in range(self.managers)
        ]
        return "".join(rows).encode()

    def _teams(self, chance: np.random.Generator, number: int) -> Iterator[bytes]:
        when = f'"source":"crm","type":"customer.assigned","time":"{self.year - 1}-09-30T10:00:00+08:00","data":'
        on = f'"on":"{self.year - 1}-10-01"'
        for start in range(0, self.customers, CHUNK):
            stop = min(start + CHUNK, self.customers)
            main = chance.integers(self.managers, size=stop - start).tolist()
            second = chance.integers(self.managers, size=stop - start).tolist()
            shared = (chance.random(stop - start) < 0.1).tolist()
            yield "".join(
                f'{{"specversion":"1.0","id":"{number + customer + 1}",{when}{{"customer_id":"C-{customer + 1:07d}",'
                f'"team":{_team(first, other, both)},{on}}}}}\n'
                for customer, first, other, both in zip(range(start, stop), main, second, shared, strict=True)
            ).encode()

    def _year(self, book: _Accounts, chance: np.random.Generator, number: int) -> Iterator[bytes]:
        left = self.events - self.setting_up
        days = (date(self.year + self.years, 1, 1) - date(self.year, 1, 1)).days
        names = [(date(self.year, 1, 1) + timedelta(days=day)).isoformat() for day in range(days)]
        for start in range(0, left, CHUNK):
            count = min(CHUNK, left - start)
            day = (np.arange(start, start + count) * days // left).tolist()
            rows = _Postings(book, chance, count)
            yield rows.lines(number + start, [names[d] for d in day]).encode()


def _team(first: int, second: int, shared: bool) -> str:
    shares = [(first, "0.6"), (second, "0.4")] if shared and first != second else [(first, "1")]
    return "[" + ",".join(f'{{"manager_id":"M-{who + 1:05d}","share":"{share}"}}' for who, share in shares) + "]"


class _Accounts:
    """What each account is: its customer, product, rate and usual amount, as columns."""

    def __init__(self, bank: Bank, chance: np.random.Generator) -> None:
        count = bank.accounts
        self.bank = bank
        weights = np.array([share for _, share, _, _ in PRODUCTS])
        self.product = chance.choice(len(PRODUCTS), size=count, p=weights / weights.sum())
        low = np.array([low for *_, low, _ in PRODUCTS])[self.product]
        high = np.array([high for *_, high in PRODUCTS])[self.product]
        self.rate = low + chance.integers(0, 1_000_000, size=count) * (high - low) // 1_000_000
        self.customer = np.arange(count) % bank.customers
        # Amounts in fen: most accounts small, a few large; powers of two keep binary floats out of the bytes.
        self.fen = 10_000 << chance.integers(0, 12, size=count)
        self.fen += chance.integers(0, 10_000, size=count)
        self.opened = chance.integers(0, 92, size=count)

    def openings(self, number: int) -> Iterator[bytes]:
        """Each account's opening and first balance, by day."""
        first = date(self.bank.year - 1, 10, 1)
        order = np.argsort(self.opened, kind="stable")
        columns = (order, self.customer, self.product, self.rate, self.fen, self.opened)
        for start in range(0, len(order), CHUNK // 2):
            chosen = order[start : start + CHUNK // 2]
            rows: list[str] = []
            listed: list[list[int]] = [chosen.tolist(), *(column[chosen].tolist() for column in columns[1:])]
            for place, (account, customer, product, rate, fen, day) in enumerate(zip(*listed, strict=True), start):
                on = (first + timedelta(days=day)).isoformat()
                names = f'"account_id":"A-{account + 1:07d}","customer_id":"C-{customer + 1:07d}"'
                identity = number + 2 * place + 1
                rows.append(
                    f'{{"specversion":"1.0","id":"{identity}","source":"core","type":"account.opened",'
                    f'"time":"{on}T09:00:00+08:00","data":{{{names},"product":"{PRODUCTS[product][0]}",'
                    f'"rate":"0.{rate:04d}","on":"{on}"}}}}\n'
                    f'{{"specversion":"1.0","id":"{identity + 1}","source":"core","type":"balance.changed",'
                    f'"time":"{on}T09:00:01+08:00","data":{{{names},"amount":"{fen // 100}.{fen % 100:02d}",'
                    f'"on":"{on}"}}}}\n'
                )
            yield "".join(rows).encode()


class _Postings:
    """A chunk of the year's events, drawn as columns."""

    def __init__(self, book: _Accounts, chance: np.random.Generator, count: int) -> None:
        account = chance.integers(len(book.fen), size=count)
        part = chance.integers(1, 1001, size=count)
        sign = np.where(chance.random(count) < 0.52, 1, -1)
        self.bank = book.bank
        self.account = account.tolist()
        self.customer = book.customer[account].tolist()
        self.fen = (book.fen[account] * part // 1000 // 4 + 1).tolist()
        self.sign = ["" if s > 0 else "-" for s in sign.tolist()]
        self.second = chance.integers(28_800, 64_800, size=count).tolist()
        self.kind = chance.random(count).tolist()
        self.other = chance.integers(0, 1 << 30, size=count).tolist()

    def lines(self, number: int, days: list[str]) -> str:
        """The chunk as JSONL, its events numbered after ``number``."""
        rows: list[str] = []
        add = rows.append
        columns: Any = (self.kind, self.account, self.customer, self.fen, self.sign, self.second, self.other, days)
        for place, (kind, account, customer, fen, sign, second, other, on) in enumerate(
            zip(*columns, strict=True), number + 1
        ):
            time = f"{on}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}+08:00"
            if kind >= HAND_OVERS:
                add(
                    f'{{"specversion":"1.0","id":"{place}","source":"core","type":"balance.changed","time":"{time}",'
                    f'"data":{{"account_id":"A-{account + 1:07d}","customer_id":"C-{customer + 1:07d}",'
                    f'"amount":"{sign}{fen // 100}.{fen % 100:02d}","on":"{on}"}}}}\n'
                )
            else:
                source, type_, data = self._rarer(kind, account, fen, other)
                add(
                    f'{{"specversion":"1.0","id":"{place}","source":"{source}","type":"{type_}","time":"{time}",'
                    f'"data":{{"customer_id":"C-{customer + 1:07d}",{data},"on":"{on}"}}}}\n'
                )
        return "".join(rows)

    def _rarer(self, kind: float, account: int, fen: int, other: int) -> tuple[str, str, str]:
        amount = f'"amount":"{fen // 100}.{fen % 100:02d}"'
        if kind < PAYMENTS:
            return "channels", "payment.made", f'"channel":"{CHANNELS[other % len(CHANNELS)]}",{amount}'
        if kind < FEES:
            fee = f'"amount":"{fen // 10000}.{fen // 100 % 100:02d}"'
            return "fees", "fee.earned", f'"service":"{SERVICES[other % len(SERVICES)]}",{fee}'
        if kind < SPENDING:
            return "cards", "card.spent", f'"account_id":"A-{account + 1:07d}",{amount}'
        if kind < RATE_CHANGES:
            return "core", "rate.changed", f'"account_id":"A-{account + 1:07d}","rate":"0.0{100 + other % 400:03d}"'
        managers = self.bank.managers
        return "crm", "customer.assigned", f'"team":{_team(other % managers, other // 7 % managers, other % 10 == 0)}'


def count_of(text: str) -> int:
    """A count as people write it: ``1000000``, ``250k``, ``1M``."""
    factor = {"k": 1_000, "M": 1_000_000}.get(text[-1:], 1)
    return int(text[:-1] if factor > 1 else text) * factor


def main() -> None:
    """Write a made bank to a file."""
    parser = argparse.ArgumentParser(description="Write a made bank as JSONL.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--events", type=count_of, default=1_000_000)
    parser.add_argument("--managers", type=count_of)
    parser.add_argument("--customers", type=count_of)
    parser.add_argument("--accounts", type=count_of)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--year", type=int, default=2025)
    given = parser.parse_args()
    usual = Bank.of(given.events, seed=given.seed, year=given.year)
    bank = Bank(
        given.events,
        given.managers or usual.managers,
        given.customers or usual.customers,
        given.accounts or usual.accounts,
        given.seed,
        given.year,
    )
    if bank.events < bank.setting_up:
        parser.error(f"setting this bank up takes {bank.setting_up} events")
    bank.write(given.out)
    print(f"{bank.events} events to {given.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
