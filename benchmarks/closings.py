"""A plan that is closed month by month for years: what settling, explaining, auditing and the board cost then.

    python -m benchmarks.closings --events 300k

A made bank of three years and a month, `pay-commission` closed after each month. Beside each settlement stands the
yardstick: the same month settled by the same plan under another name, of which nothing is closed. Every month brings
what months bring: new managers, customers and accounts, targets, figures, a reversal of something of the month. At the
end come a few late events that concern a few of the closed months.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.bank import Bank, count_of
from benchmarks.settlement import Taken, tell, timed
from engine.admission import admit
from engine.log import Log
from engine.plan.library import LoadedPlan, load, text_of
from replay.audit import audit
from replay.close import close
from replay.closings import closing_of
from replay.explain import explain
from replay.live import LiveFold
from replay.settle import settle
from schemas.institution import Institution
from schemas.period import ONE_DAY, Cycle, Period

PLAN = "pay-commission"
YEARS = 3
FIRST_YEAR = 2025
TOLD = (0, 6, 12, 24, 36)
AT = datetime(2028, 2, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Months:
    """The events of a made bank, month by month; what comes before the first month is with it."""

    bank: Bank

    def __iter__(self) -> Iterator[tuple[Period, list[bytes]]]:
        month = Period.around(date(FIRST_YEAR, 1, 1), Cycle.MONTH)
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
        name, day, last = month.name, month.start.isoformat(), month.last.isoformat()
        manager, customer, account = f"M-{name}", f"C-{name}", f"A-{name}"
        team = [{"manager_id": manager, "share": "1"}]
        own = {"account_id": account, "customer_id": customer}
        events: list[tuple[str, str, dict[str, Any]]] = [
            ("manager.appointed", day, {"manager_id": manager, "org_unit": "U-0001", "grade": "assistant"}),
            ("customer.assigned", day, {"customer_id": customer, "team": team}),
            ("account.opened", day, {**own, "product": "loan.consumer", "rate": "0.0500"}),
            ("balance.changed", day, {**own, "amount": "100000"}),
            ("fee.earned", last, {"customer_id": customer, "service": "consulting", "amount": "1000"}),
            ("event.reversed", last, {"event_id": f"{name}-4", "event_source": "months", "reason": "entered twice"}),
            *(
                ("figure.reported", last, {"manager_id": f"M-{one:05d}", "measure": "points", "period": name, "value": 5})
                for one in range(1, self.bank.managers + 1)
            ),
        ]
        if month.start.month == 1:
            target = {"measure": "profit", "period": str(month.start.year), "value": 50_000}
            events += [
                ("target.set", day, {**target, "manager_id": f"M-{one:05d}"}) for one in range(1, self.bank.managers + 1)
            ]
        return [said(f"{name}-{nth}", on, type_, data) for nth, (type_, on, data) in enumerate(events)]


def said(number: str, on: str, type_: str, data: dict[str, Any]) -> bytes:
    """One event as a line."""
    event: dict[str, Any] = {"specversion": "1.0", "id": number, "source": "months", "type": type_}
    return json.dumps(event | {"time": f"{on}T18:00:00+08:00", "data": data | {"on": on}}).encode()


def late(today: date) -> list[bytes]:
    """A few events that concern a few closed months."""
    on = {"customer_id": "C-0000001"}
    return [
        said("late-1", "2025-05-20", "fee.earned", {**on, "service": "consulting", "amount": "500"}),
        said("late-2", "2026-11-03", "fee.earned", {**on, "service": "consulting", "amount": "700"}),
        said("late-3", "2027-12-15", "rate.changed", {**on, "account_id": "A-0000001", "rate": "0.0412"}),
        said("late-4", today.isoformat(), "event.reversed", {"event_id": "2027-10-0", "event_source": "months", "reason": "r"}),
    ]


def admitted(log: Log, lines: list[bytes]) -> None:
    """Admit lines."""
    with log.writer(holder="benchmark") as writer:
        writer.append(admit(lines, log.institution), AT)


def never_closed(directory: Path) -> LoadedPlan:
    """The plan under another name."""
    file = directory / "yardstick.yaml"
    file.write_text(text_of(PLAN).replace(f"plan: {PLAN}\n", "plan: yardstick\n", 1), "utf-8")
    return load(str(file))


def measure(log: Log, months: Months, directory: Path, told: tuple[int, ...]) -> None:
    """Close month after month, and print what it costs now and then."""
    plan, yardstick = load(PLAN), never_closed(directory)
    for closings, (month, lines) in enumerate(months):
        admitted(log, lines)
        if closings in told:
            print(f"{closings} closings, {log.position:,} events", flush=True)
            compared("settle", lambda one: settle(log, one, month), plan, yardstick)
        if closings == max(told):
            everything(log, plan, yardstick, month)
            admitted(log, late(month.last + ONE_DAY))
            print("a few late events", flush=True)
            compared("settle", lambda one: settle(log, one, month), plan, yardstick)
            everything(log, plan, yardstick, month)
            return
        close(log, plan, month, at=AT, holder="benchmark")


def everything(log: Log, plan: LoadedPlan, yardstick: LoadedPlan, month: Period) -> None:
    """What is asked of a settlement beside itself."""
    manager = "M-00001"
    compared("explain", lambda one: explain(settle(log, one, month), "CNY", manager, limit=10), plan, yardstick)
    closing = closing_of(log, f"{PLAN}/{FIRST_YEAR}-06")
    taken, _ = timed(lambda: audit(log, closing, plan))
    tell("audit of the 6th", taken)
    board(log, plan, yardstick, month)


def board(log: Log, plan: LoadedPlan, yardstick: LoadedPlan, month: Period) -> None:
    """The live board: the first, again, and after some events."""
    boards = []
    for one in (yardstick, plan):
        live = LiveFold(log)
        boards.append((one, live))
    first = [timed(lambda one=one, live=live: live.board(one, month))[0] for one, live in boards]
    tell("first board", first[1], f"{first[1].against(first[0])} of the yardstick")
    again = [timed(lambda one=one, live=live: live.board(one, month))[0] for one, live in boards]
    tell("again, nothing new", again[1], f"{again[1].against(again[0])} of the yardstick")
    lines = [
        said(f"live-{log.position}-{nth}", month.last.isoformat(), "fee.earned", {"customer_id": f"C-{nth + 1:07d}", "service": "consulting", "amount": "5"})
        for nth in range(400)
    ]
    admitted(log, lines)
    for _, live in boards:
        live.follow()
    after = [timed(lambda one=one, live=live: live.board(one, month))[0] for one, live in boards]
    tell("after 400 events", after[1], f"{after[1].against(after[0])} of the yardstick")


def compared(what: str, work: Callable[[LoadedPlan], object], plan: LoadedPlan, yardstick: LoadedPlan) -> Taken:
    """Time the same for both plans, and print what it costs with closings beside what it costs without."""
    without, _ = timed(lambda: work(yardstick))
    taken, _ = timed(lambda: work(plan))
    tell(what, taken, f"{taken.against(without)} of the yardstick ({without.cpu:.2f} s)")
    return taken


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Time a plan that was closed month by month for years.")
    parser.add_argument("--events", type=count_of, default=300_000, help="size of the made bank, such as 300k or 1M")
    parser.add_argument("--managers", type=count_of, default=1_000)
    parser.add_argument("--closings", type=int, default=36, help="how many months are closed before the last")
    asked = parser.parse_args()
    customers = asked.events // 15
    bank = Bank(asked.events, asked.managers, customers, customers + customers // 5, year=FIRST_YEAR, years=YEARS + 1)
    with tempfile.TemporaryDirectory() as directory:
        log = Log.create(Path(directory) / "log", Institution(), AT)
        told = (*(one for one in TOLD if one < asked.closings), asked.closings)
        measure(log, Months(bank), Path(directory), told)


if __name__ == "__main__":
    main()
