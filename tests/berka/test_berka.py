"""Berka, first 15 months of postings, declared managers: in by mappings alone, equal to aggregates made without us."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import zstandard

from engine.log.log import Log
from schemas.event import Event
from tests.berka.bundle import DATA, PRAGUE, TABLES, Posting, postings, quarter, reference, source_rows, taken_in

Berka = list[Event]


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Berka:
    log = made_log(tmp_path_factory.mktemp("berka"))
    done, problems = taken_in(log, *(DATA / f"{table}.asc.zst" for table in TABLES))
    assert problems == []
    assert (done.admitted, done.duplicates, done.rejected) == (68_305, 0, 0)
    return [event for _, event in log.snapshot().events()]


def made_log(folder: Path) -> Log:
    return Log.create(folder / "log", PRAGUE, datetime.now(UTC))


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, str]]:
    return {row["trans_id"]: row for row in source_rows("trans")}


def of_type(events: Berka, name: str, source: str | None = None) -> Berka:
    return [event for event in events if event.type == name and (source is None or event.source == source)]


def closing(found: list[Posting]) -> dict[tuple[str, date], Decimal]:
    """The balance of each account at the end of each day on which it has a posting."""
    changes: defaultdict[str, defaultdict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for posting in found:
        changes[posting.account_id][posting.on] += posting.amount
    balances: dict[tuple[str, date], Decimal] = {}
    for account, days in changes.items():
        balance = Decimal(0)
        for day, change in sorted(days.items()):
            balance += change
            balances[account, day] = balance
    return balances


@pytest.mark.parametrize("row", reference("deposit_adb_total_quarter"), ids=lambda row: f"{row['y']}Q{row['q']}")
def test_the_average_daily_balance_of_the_whole_bank_is_the_independent_one(events: Berka, row: dict[str, str]) -> None:
    start, days = date(int(row["y"]), 3 * int(row["q"]) - 2, 1), int(row["days"])
    end = start + timedelta(days=days)
    product_days = sum(
        (posting.amount * (end - max(posting.on, start)).days for posting in postings(events) if posting.on < end),
        Decimal(0),
    )
    assert round(product_days / days, 4) == Decimal(row["adb_ledger"])


def test_accounts_opened_by_district_and_quarter_are_the_independent_ones(events: Berka) -> None:
    opened = Counter(
        (event.data.org_unit, *quarter(event.data.on)) for event in of_type(events, "account.opened", "berka/account")
    )
    assert opened == {
        (f"district-{row['district_id']}", int(row["y"]), int(row["q"])): int(row["accounts_opened"])
        for row in reference("accounts_opened_by_district_quarter")
    }
    years = Counter(year for _, year, _ in opened.elements())
    assert years == {1993: 1139, 1994: 439, 1995: 661, 1996: 1363, 1997: 898}


def test_loans_paid_out_by_district_and_quarter_are_the_independent_ones(events: Berka) -> None:
    unit = {event.data.account_id: event.data.org_unit for event in of_type(events, "account.opened", "berka/loan")}
    loans: defaultdict[tuple[str, int, int], list[Decimal]] = defaultdict(list)
    for event in of_type(events, "balance.changed", "berka/loan"):
        loans[unit[event.data.account_id], *quarter(event.data.on)].append(event.data.amount)
    assert {place: (len(amounts), sum(amounts)) for place, amounts in loans.items()} == {
        (f"district-{row['district_id']}", int(row["y"]), int(row["q"])): (int(row["loans"]), Decimal(row["amount"]))
        for row in reference("loans_disbursed_by_district_quarter")
    }
    assert sum(map(len, loans.values())) == 682
    assert sum(sum(amounts) for amounts in loans.values()) == 103_261_740


def kind_of(row: dict[str, str]) -> str:
    """What the reference calls a posting."""
    named = {
        "UROK": "interest_credited",
        "SLUZBY": "fee",
        "SANKC. UROK": "penalty_interest",
        "UVER": "loan_payment",
        "POJISTNE": "insurance_premium",
    }
    if row["operation"] == "VYBER KARTOU":
        return "card_withdrawal"
    return named.get(row["k_symbol"], "customer_credit" if row["type"] == "PRIJEM" else "customer_debit")


def test_flows_by_district_quarter_and_kind_are_the_independent_ones(
    events: Berka, rows: dict[str, dict[str, str]]
) -> None:
    unit = {event.data.account_id: event.data.org_unit for event in of_type(events, "account.opened", "berka/account")}
    flows: defaultdict[tuple[str, int, int, str], list[Decimal]] = defaultdict(list)
    for posting in postings(events):
        kind = kind_of(rows[posting.trans_id])
        flows[unit[posting.account_id], *quarter(posting.on), kind].append(posting.amount)
    assert {place: (len(amounts), sum(amounts)) for place, amounts in flows.items()} == {
        (f"district-{row['district_id']}", int(row["y"]), int(row["q"]), row["event_kind"]): (
            int(row["n"]),
            Decimal(row["delta"]),
        )
        for row in reference("flows_by_district_quarter")
    }


def test_what_the_bank_charges_is_a_debit_and_a_fee(events: Berka) -> None:
    fees = of_type(events, "fee.earned")
    assert {event.data.service for event in fees} == {"settlement.domestic"}
    charged = [row for row in reference("flows_by_district_quarter") if row["event_kind"] == "fee"]
    assert len(fees) == sum(int(row["n"]) for row in charged)
    assert sum(event.data.amount for event in fees) == sum(Decimal(row["amount"]) for row in charged)


def test_the_third_value_of_type_is_a_debit_like_the_second(events: Berka, rows: dict[str, dict[str, str]]) -> None:
    signs = Counter((rows[posting.trans_id]["type"], posting.amount > 0) for posting in postings(events))
    assert dict(signs.keys()) == {"PRIJEM": True, "VYDAJ": False, "VYBER": False}
    assert len(signs) == 3
    assert signs["VYBER", False] > 500


def test_the_printed_balance_drifts_from_the_sum_of_amounts_and_the_sum_counts(
    events: Berka, rows: dict[str, dict[str, str]]
) -> None:
    found = postings(events)
    balances = closing(found)
    alone = Counter((posting.account_id, posting.on) for posting in found)
    drift = [
        abs(Decimal(rows[posting.trans_id]["balance"]) - balances[posting.account_id, posting.on])
        for posting in found
        if alone[posting.account_id, posting.on] == 1
    ]
    assert max(drift) == Decimal("0.70")
    assert sum(each > 0 for each in drift) > 10_000


def test_within_a_day_the_last_row_is_not_the_closing_balance(events: Berka, rows: dict[str, dict[str, str]]) -> None:
    found = postings(events)
    balances = closing(found)
    several = Counter((posting.account_id, posting.on) for posting in found)
    last = {(posting.account_id, posting.on): posting.trans_id for posting in found}
    wrong = [
        place
        for place, trans_id in last.items()
        if several[place] > 1 and abs(Decimal(rows[trans_id]["balance"]) - balances[place]) > Decimal("0.70")
    ]
    assert sum(count > 1 for count in several.values()) == 7_409
    assert len(wrong) > 3_000


def test_negative_balances_come_in_as_they_are(events: Berka) -> None:
    lowest = min(closing(postings(events)).values())
    assert Decimal(-5_447) < lowest < Decimal(-5_000)


def test_a_loan_gone_bad_is_classified_on_its_declared_day(events: Berka) -> None:
    classified = of_type(events, "loan.classified")
    assert Counter(event.data.class_ for event in classified) == {"loss": 31, "doubtful": 45}
    assert {event.data.on for event in classified if event.data.class_ == "doubtful"} == {date(1998, 12, 31)}
    loan = next(event for event in classified if event.data.account_id == "loan-5314")
    assert (loan.data.class_, loan.data.on) == ("loss", date(1994, 7, 5))  # granted 1993-07-05 for 12 months


def test_every_card_is_sold_on_its_day_to_the_owner_of_an_account(events: Berka) -> None:
    sold = of_type(events, "product.sold")
    owners = {event.data.customer_id for event in of_type(events, "account.opened", "berka/account")}
    assert len(sold) == 892
    assert {event.data.customer_id for event in sold} <= owners
    assert (min(event.data.on for event in sold), max(event.data.on for event in sold)) == (
        date(1993, 11, 7),
        date(1998, 12, 29),
    )


def test_what_is_declared_says_so_and_every_declared_manager_is_in_post(events: Berka) -> None:
    assert {event.type for event in events if event.source == "berka/declared"} == {
        "unit.opened",
        "manager.appointed",
        "customer.assigned",
        "rate.changed",
        "loan.classified",
    }
    posts = {event.data.manager_id for event in of_type(events, "manager.appointed")}
    assigned = of_type(events, "customer.assigned")
    assert {member.manager_id for event in assigned for member in event.data.team} <= posts
    assert len(assigned) == 4_500
    assert len(posts) == 154


def test_the_cut_last_line_is_refused_with_its_number_and_the_partial_day_is_left_out(tmp_path: Path) -> None:
    with (DATA / "trans.asc.zst").open("rb") as packed:
        head = zstandard.ZstdDecompressor().stream_reader(packed).read().splitlines(keepends=True)[:100]
    partial = [b'3530856;15;940331;"PRIJEM";"";226.70;48204.80;"UROK";;\r\n', b'3526882;11021;940331;"PRIJE']
    (tmp_path / "trans.asc").write_bytes(b"".join([*head, *partial]))
    for table in ("disp", "account"):
        (tmp_path / f"{table}.asc.zst").write_bytes((DATA / f"{table}.asc.zst").read_bytes())
    done, problems = taken_in(made_log(tmp_path), tmp_path / "trans.asc")
    assert (done.admitted, done.rejected) == (99, 1)
    assert done.skipped == {"the source is cut in the middle of 1994-03-31": 1}
    assert str(problems[0]) == (
        f"{tmp_path / 'trans.asc'}:102: A quote opens and does not close. "
        "The row is cut, or the quote belongs to its text."
    )


def test_the_bundle_is_small_and_names_its_source() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 1_200_000
    assert "mmarossi/Banco" in (DATA / "SOURCE.md").read_text()
