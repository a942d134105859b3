"""A plan that is closed month by month for years: what settling, explaining, auditing and the board cost then.

    python -m benchmarks.closings --events 300k

A made bank of four years, `pay-commission` closed after each month of the first three. Beside each figure stands the
yardstick: the same asked of the same plan under another name, of which nothing is closed. Every month brings what
months bring: a new manager, customer and account, targets, figures, a reversal of something of the month. At the end
come a few late events that concern the last four closed months.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.bank import Bank, count_of
from benchmarks.settlement import tell, timed
from engine.admission import admit
from engine.log import Log
from engine.plan.library import LoadedPlan, load, text_of
from projections.book import ProjectedBook
from replay.audit import audit
from replay.close import close
from replay.closings import closings
from replay.explain import explain
from replay.live import LiveFold
from replay.settle import settle
from schemas.business_year import CALENDAR as YEAR
from schemas.institution import Institution
from schemas.period import ONE_DAY, Cycle, Period

PLAN = "pay-commission"
TOLD = (0, 6, 12, 24, 36)
NEW_EVENTS = 400
SOURCE = "months"
AT = datetime(2029, 1, 2, tzinfo=UTC)
Told = tuple[str, date, dict[str, Any]]
"""Type, business date and data of an event."""


@dataclass(frozen=True, slots=True)
class Months:
    """The events of a made bank, month by month; what comes before the first month is with it."""

    bank: Bank

    def __iter__(self) -> Iterator[tuple[Period, list[bytes]]]:
        month = Period.around(date(self.bank.year, 1, 1), Cycle.MONTH)
        lines: list[bytes] = []
        for line in (line for chunk in self.bank.lines() for line in chunk.splitlines()):
            on = line[line.rindex(b'"on":"') + 6 :][:10]
            if on.decode() >= month.end.isoformat():
                yield month, lines + self._others(month)
                month, lines = Period.around(month.end, Cycle.MONTH), []
            lines.append(line)
        yield month, lines + self._others(month)

    def _others(self, month: Period) -> list[bytes]:
        """What a month brings beside business."""
        name, day, last = month.name, month.start, month.last
        customer, own = f"C-{name}", {"account_id": f"A-{name}", "customer_id": f"C-{name}"}
        managers = [f"M-{one:05d}" for one in range(1, self.bank.managers + 1)]
        points, target = {"measure": "points", "period": name, "value": 5}, {"measure": "profit", "value": 50_000}
        events: list[Told] = [
            ("manager.appointed", day, {"manager_id": f"M-{name}", "org_unit": "U-0001", "grade": "assistant"}),
            ("customer.assigned", day, {"customer_id": customer, "team": [{"manager_id": f"M-{name}", "share": "1"}]}),
            ("account.opened", day, {**own, "product": "loan.consumer", "rate": "0.0500"}),
            ("balance.changed", day, {**own, "amount": "100000"}),
            ("fee.earned", last, {"customer_id": customer, "service": "consulting", "amount": "1000"}),
            ("event.reversed", last, {"event_id": f"{name}-4", "event_source": SOURCE, "reason": "entered twice"}),
            *(("figure.reported", last, {**points, "manager_id": one}) for one in managers),
        ]
        if month.start.month == 1:
            year = str(month.start.year)
            events += [("target.set", day, {**target, "manager_id": one, "period": year}) for one in managers]
        return lines_of(name, events)


def lines_of(prefix: str, events: Iterable[Told]) -> list[bytes]:
    """Events as lines, their ids ``PREFIX-0`` and so on."""
    envelope = {"specversion": "1.0", "source": SOURCE}
    return [
        json.dumps(
            {
                **envelope,
                "id": f"{prefix}-{nth}",
                "type": type_,
                "time": f"{on}T18:00:00+08:00",
                "data": {**data, "on": on.isoformat()},
            }
        ).encode()
        for nth, (type_, on, data) in enumerate(events)
    ]


def late(month: Period) -> list[bytes]:
    """Events that concern the last four closed months: fees of three of them, and a reversal."""
    last, *others = (month.start - days * ONE_DAY for days in (1, 32, 100))
    fee = {"customer_id": "C-0000001", "service": "consulting", "amount": "500"}
    undone = {
        "event_id": f"{YEAR.around(last, Cycle.MONTH)}-3",
        "event_source": SOURCE,
        "reason": "of another customer",
    }
    fees: list[Told] = [("fee.earned", day, fee) for day in (last, *others)]
    return lines_of("late", [*fees, ("event.reversed", month.start, undone)])


def admitted(log: Log, lines: list[bytes]) -> None:
    """Admit lines."""
    with log.writer(holder="benchmark") as writer:
        writer.append(admit(lines, log.institution), AT)


def never_closed(directory: Path) -> LoadedPlan:
    """The plan under another name."""
    file = directory / "yardstick.yaml"
    file.write_text(text_of(PLAN).replace(f"plan: {PLAN}\n", "plan: yardstick\n", 1), "utf-8")
    return load(str(file))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a month: by the plan that was closed month by month, and by the same plan never closed."""

    log: Log
    plan: LoadedPlan
    yardstick: LoadedPlan
    month: Period

    def compare(self, what: str, work: Callable[[LoadedPlan], object]) -> None:
        """Print what the same costs with closings and without; measures are in the cache for both."""
        without, _ = timed(lambda: work(self.yardstick))
        taken, _ = timed(lambda: work(self.plan))
        tell(what, taken, f"{taken.against(without)} of the yardstick ({without.cpu:.2f} s)")

    def settlement(self) -> None:
        """The next month's settlement."""
        settle(self.log, self.yardstick, self.month)  # brings the measures into the cache
        self.compare("settle", lambda one: settle(self.log, one, self.month))

    def everything(self) -> None:
        """The settlement, a manager explained, an earlier settlement audited, and the board."""
        self.settlement()
        self.compare(
            "settle and explain", lambda one: explain(settle(self.log, one, self.month), "CNY", "M-00001", limit=10)
        )
        middle = list(closings(ProjectedBook.of(self.log)))
        closing = middle[len(middle) // 2]
        taken, _ = timed(lambda: audit(self.log, closing, self.plan))
        tell(f"audit of {closing.settlement_id}", taken)
        self.boards()

    def boards(self) -> None:
        """The live board: the first, once more, and after some fees of the month and an account opened."""
        live = {one.digest: LiveFold(self.log) for one in (self.yardstick, self.plan)}

        def board(one: LoadedPlan) -> object:
            return live[one.digest].board(one, self.month)

        self.compare("first board", board)
        self.compare("again, nothing new", board)
        fee = {"service": "consulting", "amount": "5"}
        events: list[Told] = [
            ("fee.earned", self.month.last, {**fee, "customer_id": f"C-{nth:07d}"}) for nth in range(1, NEW_EVENTS)
        ]
        account = {"account_id": f"A-{self.log.position}", "customer_id": "C-0000001", "product": "loan.consumer"}
        events.append(("account.opened", self.month.last, {**account, "rate": "0.05"}))
        admitted(self.log, lines_of(f"live-{self.log.position}", events))
        for one in live.values():
            one.follow()
        self.compare(f"after {NEW_EVENTS} events", board)


def measure(log: Log, months: Months, directory: Path, told: Sequence[int]) -> None:
    """Close month after month, and print what it costs now and then."""
    plan, yardstick = load(PLAN), never_closed(directory)
    for closed, (month, lines) in enumerate(months):
        admitted(log, lines)
        asked = Asked(log, plan, yardstick, month)
        if closed == max(told):
            print(f"{closed} closings, {log.position:,} events", flush=True)
            asked.everything()
            admitted(log, late(month))
            print("a few late events", flush=True)
            asked.everything()
            break
        if closed in told:
            print(f"{closed} closings, {log.position:,} events", flush=True)
            asked.settlement()
        close(log, plan, month, at=AT, holder="benchmark")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Time a plan that was closed month by month for years.")
    parser.add_argument("--events", type=count_of, default=300_000, help="size of the made bank, such as 300k or 1M")
    parser.add_argument("--managers", type=count_of, default=1_000)
    parser.add_argument("--closings", type=int, default=36, help="how many months are closed before the last")
    asked = parser.parse_args()
    customers = asked.events // 15
    bank = Bank(asked.events, asked.managers, customers, customers + customers // 5, years=4)
    with tempfile.TemporaryDirectory() as directory:
        log = Log.create(Path(directory) / "log", Institution(), AT)
        told = (*(one for one in TOLD if one < asked.closings), asked.closings)
        measure(log, Months(bank), Path(directory), told)


if __name__ == "__main__":
    main()
