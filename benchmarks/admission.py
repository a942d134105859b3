"""How fast admission reads: events a second on one core, beside plain msgspec decoding and beside pydantic.

    python -m benchmarks.admission [--events N] [--rounds N]

Admission gives the checked event, its canonical bytes, its Merkle leaf and its identity key. The yardsticks give less:
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
from typing import Any, Literal

from pydantic import BaseModel

from engine.admission import admit
from schemas.codec import STANDARD, canonical, decode
from schemas.institution import Institution

BATCH = 4096


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
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return count / best


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--events", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    lines = made_lines(chosen.events)
    bank = Institution()
    batches = [lines[start : start + BATCH] for start in range(0, len(lines), BATCH)]
    events = [event for batch in batches for event in admit(batch, bank).events]
    bodies = [canonical(event) for event in events]
    assert len(events) == len(lines)
    few = lines[: max(1, len(lines) // 10)]
    measured = {
        "msgspec decode alone": _rate(
            lambda: [STANDARD.decode_envelope(line) for line in lines], len(lines), chosen.rounds
        ),
        "admission": _rate(lambda: [admit(batch, bank) for batch in batches], len(lines), chosen.rounds),
        "reading the log's bytes": _rate(lambda: [decode(body) for body in bodies], len(bodies), chosen.rounds),
        "pydantic validate_json": _rate(
            lambda: [PlainEvent.model_validate_json(line) for line in lines], len(lines), chosen.rounds
        ),
        "the slow path": _rate(lambda: [STANDARD.parse(line, bank) for line in few], len(few), chosen.rounds),
    }
    print(f"{len(lines)} events of {sum(map(len, lines)) / len(lines):.0f} bytes, one core, best of {chosen.rounds}")
    print(f"{'':26}{'events/s':>12}{'to msgspec':>12}{'to pydantic':>12}")
    for name, rate in measured.items():
        to_msgspec = rate / measured["msgspec decode alone"]
        to_pydantic = rate / measured["pydantic validate_json"]
        print(f"{name:26}{rate:12,.0f}{to_msgspec:12.2f}{to_pydantic:12.2f}")


if __name__ == "__main__":
    main()
