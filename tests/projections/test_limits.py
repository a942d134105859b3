"""At the contract's limits sums exceed 128 bits: figures stay exact, and there is no traceback."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.measures import Aggregate, DailyFactor, Request
from projections import queries
from projections.database import open_database
from tests.projections.logs import INTEREST, assigned, book_of, changed, event, flow, opened

LARGEST = 10**13 - 1
SMALLEST_STEP = 10**6
RATE, EXCHANGE = 9_999_999, 9_999_999_999


@pytest.mark.parametrize("factor", [10**18, -(10**18)])
def test_the_largest_amount_rate_and_exchange_rate_give_exact_figures(tmp_path: Path, factor: int) -> None:
    postings = [changed(str(sign * LARGEST), f"2025-01-{nth + 1:02d}") for nth, sign in enumerate((1, 1, 1, -1, 1))]
    book = book_of(
        tmp_path,
        [
            opened(currency="USD", rate="9.999999"),
            assigned("2024-01-01", M_1="0.3333", M_2="0.6667"),
            event("fx.fixed", "2024-01-01", currency="USD", rate="9999.999999"),
            *postings,
            event("card.spent", "2025-02-01", account_id="A", customer_id="C", amount=f"{LARGEST}"),
            event("product.sold", "2025-02-01", customer_id="C", product="fund", quantity="999999999999.5"),
        ],
    )
    measures = {"interest": INTEREST, "spending": flow("card.spent", times="fee")}
    measures["times_spent"] = flow("card.spent", aggregate=Aggregate.COUNT)
    measures["funds"] = flow("product.sold", aggregate=Aggregate.QUANTITY)
    factors = {"fee": DailyFactor(((date(2024, 1, 1), factor),))}
    asked = Request(measures, date(2025, 1, 1), date(2026, 1, 1), factors)
    table = book.credits(asked)
    days = 365 + 364 + 363 - 362 + 361
    interest = LARGEST * 10**4 * EXCHANGE * RATE * days
    assert table.managers == ["M-1", "M-2"]
    assert table.values["interest"] == [interest * 3333, interest * 6667]
    assert table.values["spending"] == [LARGEST * 10**4 * EXCHANGE * factor * share for share in (3333, 6667)]
    assert table.values["times_spent"] == [3333, 6667]
    assert table.values["funds"] == [9999999999995 * 10**5 * share for share in (3333, 6667)]
    rows = book.credit_rows("interest", asked, "M-1")
    assert len(rows) == 5
    assert sum(row.contribution for row in rows) == interest * 3333


def test_what_exceeds_the_memory_goes_beside_the_cache_or_nowhere(tmp_path: Path) -> None:
    for spill, told in ((tmp_path / "spill", str(tmp_path / "spill")), (None, "")):
        asked = "SELECT current_setting('temp_directory')"
        assert open_database(spill).execute(asked).fetchall() == [(told,)]


def test_no_query_yields_a_binary_float() -> None:
    files = sorted(Path(queries.__file__).parent.glob("*.sql"))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    code = "\n".join(line for line in text.splitlines() if not line.strip().startswith("--")).lower()
    for forbidden in ("avg(", "double", "float", "decimal", " / "):
        assert forbidden not in code
    assert " / " not in Path(queries.__file__).read_text(encoding="utf-8")
