"""Laws that hold for every bank: of what events mean, and, through the command line, of what may not show."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.banks import random_bank
from tests.command_line import ingest, run, run_all, settle, write_events
from tests.oracle.days import read as days_of
from tests.oracle.rules import ITEMS
from tests.oracle.statement import settle as oracle_settles
from tests.product import logged, settled

Json = dict[str, Any]
Bank = list[Json]
PERIODS = ("2025", "2024-12-20..2025-01-10")
SEEDS = range(4)


def statements(folder: Path, bank: Bank) -> dict[str, Json]:
    """By period, what the product settles for a bank."""
    log = logged(folder, bank)
    return {period: settled(log, period) for period in PERIODS}


def results(statement: Json) -> Json:
    """What a statement says of people, without what names the log it was made from."""
    return {name: statement[name] for name in ("managers", "uncredited")}


def changed(folder: Path, change: Callable[[Bank, Random], Bank], prepare: Callable[[Bank], Bank]) -> None:
    """Hold that a change of the events changes nothing in any statement."""
    differ = 0
    for seed in SEEDS:
        bank = prepare(random_bank(Random(seed)))
        other = change(bank, Random(seed))
        differ += bank != other
        before, after = statements(folder / f"{seed}", bank), statements(folder / f"{seed}-changed", other)
        for period in PERIODS:
            assert results(before[period]) == results(after[period]), (seed, period)
    assert differ, "nothing was changed"


def as_it_is(bank: Bank) -> Bank:
    """A bank as it came."""
    return bank


def identity(event: Json) -> tuple[str, str]:
    """What a reversal names."""
    return event["source"], event["id"]


def reversed_by(bank: Bank) -> set[tuple[str, str]]:
    """The identities of all events that a reversal names."""
    return {
        (event["data"]["event_source"], event["data"]["event_id"])
        for event in bank
        if event["type"] == "event.reversed"
    }


def test_managers_and_uncredited_add_up_to_the_whole_bank(tmp_path: Path) -> None:
    for seed in SEEDS:
        bank = random_bank(Random(seed))
        said = statements(tmp_path / f"{seed}", bank)
        for period in PERIODS:
            whole = oracle_settles(bank, period).whole_bank
            statement = said[period]
            parts = [line for result in statement["managers"] for line in result["lines"]] + statement["uncredited"]
            for item in ITEMS:
                printed = [Fraction(line["value"]) for line in parts if line["id"] == item]
                rounding = len(printed) * Fraction(1, 2 * 10**10)
                assert abs(sum(printed) - whole[item]) <= rounding, (seed, period, item)


def test_a_reversed_event_never_happened(tmp_path: Path) -> None:
    def without_what_was_reversed(bank: Bank, _: Random) -> Bank:
        undone = reversed_by(bank)
        return [event for event in bank if event["type"] != "event.reversed" and identity(event) not in undone]

    changed(tmp_path, without_what_was_reversed, as_it_is)


def test_an_amount_in_two_parts_is_the_same_amount(tmp_path: Path) -> None:
    divisible = {
        "balance.changed",
        "fee.earned",
        "payment.made",
        "card.spent",
        "loan.recovered",
        "loan.moved",
        "loan.exited",
    }

    def in_two_parts(bank: Bank, random: Random) -> Bank:
        undone, parts = reversed_by(bank), []
        for event in bank:
            if event["type"] not in divisible or identity(event) in undone:
                parts.append(event)
                continue
            whole = int(event["data"]["amount"].split(".")[0])
            part = random.randrange(-abs(whole), abs(whole) + 1) if event["type"] == "balance.changed" else whole // 3
            rest = _minus(event["data"]["amount"], part)
            for name, amount in (("a", str(part)), ("b", rest)):
                parts.append({**event, "id": event["id"] + name, "data": {**event["data"], "amount": amount}})
        return parts

    changed(tmp_path, in_two_parts, as_it_is)


def _minus(amount: str, part: int) -> str:
    """A decimal less a whole number, in plain digits."""
    cents = Fraction(amount) * 100 - part * 100
    sign, (whole, rest) = "-" if cents < 0 else "", divmod(abs(int(cents)), 100)
    return f"{sign}{whole}" + (f".{rest:02d}" if rest else "")


def test_the_order_of_different_subjects_does_not_matter(tmp_path: Path) -> None:
    changed(tmp_path, interleaved, one_customer_an_account)


def one_customer_an_account(bank: Bank) -> Bank:
    """The bank without contradictions about whose an account is, and without reversals of nothing.

    Two customers who both claim an account would be two subjects that speak of one thing.
    """
    holder: dict[str, str] = {}
    identities = {identity(event) for event in bank}
    cleared = []
    for event in bank:
        data = dict(event["data"])
        if data.get("account_id"):
            data["customer_id"] = holder.setdefault(data["account_id"], data["customer_id"])
        if event["type"] != "event.reversed" or (data["event_source"], data["event_id"]) in identities:
            cleared.append({**event, "data": data})
    return cleared


def interleaved(bank: Bank, random: Random) -> Bank:
    """The events of every subject in their order, the subjects in any."""
    subject_of = {identity(event): subject(event["data"]) for event in bank}
    queues: dict[str, Bank] = {}
    for event in bank:
        data = event["data"]
        told = (data["event_source"], data["event_id"]) if event["type"] == "event.reversed" else identity(event)
        queues.setdefault(subject_of[told], []).append(event)
    turns = [name for name, queue in queues.items() for _ in queue]
    random.shuffle(turns)
    return [queues[name].pop(0) for name in turns]


def subject(data: Json) -> str:
    """Contract §1: the customer, else the manager, else the unit, else the currency."""
    names = ("customer_id", "manager_id", "org_unit", "currency")
    return next((f"{name} {data[name]}" for name in names if name in data), "institution")


@pytest.mark.parametrize("size", [1, 7])
def test_batches_do_not_show(tmp_path: Path, size: int) -> None:
    bank = random_bank(Random(1))
    parts = [bank[start : start + size] for start in range(0, len(bank), size)]
    files = [write_events(tmp_path / f"part-{index:02d}.jsonl", part) for index, part in enumerate(parts)]
    at_once, in_parts = tmp_path / "at-once", tmp_path / "in-parts"
    commands = [ingest(at_once, write_events(tmp_path / "whole.jsonl", bank))]
    commands += [ingest(in_parts, file) for file in files]
    asked = [settle(log, period) for period in PERIODS for log in (at_once, in_parts)]
    ended = run_all(commands + asked)[len(commands) :]
    for once, parted in zip(ended[::2], ended[1::2], strict=True):
        assert once.code == 0, once
        assert once.out == parted.out


def test_what_was_admitted_before_changes_nothing_when_it_comes_again(tmp_path: Path) -> None:
    bank = random_bank(Random(2))
    file, log = write_events(tmp_path / "bank.jsonl", bank), tmp_path / "log"
    first, before, again, after = run_all(
        [ingest(log, file), settle(log, "2025"), ingest(log, file), settle(log, "2025")]
    )
    assert first.document()["admitted"] == again.document()["duplicates"] == len(bank)
    assert again.document()["admitted"] == 0
    assert before.code == 0, before
    assert before.out == after.out


def test_hash_seed_time_zone_and_locale_do_not_show(tmp_path: Path) -> None:
    file = write_events(tmp_path / "bank.jsonl", random_bank(Random(3)))
    surroundings = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "America/Los_Angeles", "LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"},
        {"PYTHONHASHSEED": "4711", "TZ": "Asia/Kathmandu", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"},
    ]
    said = []
    for index, environment in enumerate(surroundings):
        log = tmp_path / f"log-{index}"
        assert run(*ingest(log, file), environment=environment).code == 0
        ended = run_all([settle(log, period) for period in PERIODS], environment)
        assert all(settled.code == 0 for settled in ended), ended
        said.append([settled.out for settled in ended])
    assert said[0] == said[1] == said[2]
    assert [json.loads(text)["to"] for text in said[0]] == [days_of(period).end.isoformat() for period in PERIODS]
