"""How fast admission reads: events a second on one core, beside plain msgspec decoding and beside pydantic.

    python -m benchmarks.admission [--events N] [--rounds N]

Admission gives the canonical bytes of each checked event, its Merkle leaf and its identity key; judged, as the log or a
worker does, with nothing known yet, in batches of several sizes. The yardsticks give less:
msgspec only decodes the same structs, with no look at decimals, duplicates or rules; pydantic validates an
envelope whose fields are plain types.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel

from engine.admission import admit
from engine.log.judge import judge
from schemas.codec import STANDARD, decode
from schemas.event import Event
from schemas.institution import Institution

BATCHES = (1, 50, 500, 4096)
BANK = Institution()


class PlainData(BaseModel):
    """The payload of a balance change as a plain pydantic model."""

    account_id: str
    customer_id: str
    amount: Decimal
    on: date


class PlainEvent(BaseModel):
    """The envelope as a plain pydantic model."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type: Literal["balance.changed"]
    time: datetime
    data: PlainData


def made_lines(count: int) -> list[bytes]:
    """``count`` balance changes of a made bank, 242 bytes each."""
    dice = random.Random(1)
    return [_line(number, dice) for number in range(count)]


def _line(number: int, dice: random.Random) -> bytes:
    day = f"2025-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d}"
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"posting-{number:012d}",
        "source": "urn:bank:core-banking",
        "type": "balance.changed",
        "time": f"{day}T{dice.randrange(24):02d}:{dice.randrange(60):02d}:07+08:00",
        "data": {
            "account_id": f"A-{dice.randrange(10**8):09d}",
            "customer_id": f"C-{dice.randrange(10**6):07d}",
            "amount": f"{dice.choice('+-').strip('+')}{dice.randrange(10**5, 10**6)}.{dice.randrange(100):02d}",
            "on": day,
        },
    }
    return json.dumps(event, separators=(",", ":")).encode()


def _rate(work: Callable[[], object], count: int, rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return count / best


def _admit(lines: list[bytes], batch: int) -> None:
    for start in range(0, len(lines), batch):
        judge(admit(lines[start : start + batch], BANK), {}, _nothing_stored, 1)


def _nothing_stored(position: int) -> Event:
    raise AssertionError(f"nothing stands at {position}")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--events", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    lines = made_lines(chosen.events)
    bodies = admit(lines, BANK).bodies
    assert len(bodies) == len(lines)
    few = lines[: max(1, len(lines) // 10)]
    measured = {
        "msgspec decode alone": _rate(
            lambda: [STANDARD.decode_envelope(line) for line in lines], len(lines), chosen.rounds
        ),
        **{
            f"admission, batches of {size:,}": _rate(partial(_admit, lines, size), len(lines), chosen.rounds)
            for size in BATCHES
        },
        "reading the log's bytes": _rate(lambda: [decode(body) for body in bodies], len(bodies), chosen.rounds),
        "pydantic validate_json": _rate(
            lambda: [PlainEvent.model_validate_json(line) for line in lines], len(lines), chosen.rounds
        ),
        "the slow path": _rate(lambda: [STANDARD.parse(line, BANK) for line in few], len(few), chosen.rounds),
    }
    print(f"{len(lines)} events of {sum(map(len, lines)) / len(lines):.0f} bytes, one core, best of {chosen.rounds}")
    print(f"{'':28}{'events/s':>12}{'to msgspec':>12}{'to pydantic':>12}")
    for name, rate in measured.items():
        to_msgspec = rate / measured["msgspec decode alone"]
        to_pydantic = rate / measured["pydantic validate_json"]
        print(f"{name:28}{rate:12,.0f}{to_msgspec:12.2f}{to_pydantic:12.2f}")


if __name__ == "__main__":
    main()
