"""Findings: where the log contradicts itself, as data that a statement carries and a reader can look into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from projections.database import script
from projections.records import Records, day
from projections.source import Source

LISTED_MAX = 1_000

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "account.customer": {
        "en": "Account {subject} belongs to customer {stands} by its opening; the event says {said}.",
        "zh": "账户 {subject} 按开户事件属于客户 {stands}，此事件却写 {said}。",
    },
    "account.currency": {
        "en": "Account {subject} is in {stands} by its opening; the event says {said}.",
        "zh": "账户 {subject} 按开户事件的币种为 {stands}，此事件却写 {said}。",
    },
    "account.closed": {
        "en": "Account {subject} was closed with a balance left; it still counts.",
        "zh": "账户 {subject} 销户时仍有余额，该余额继续计算。",
    },
    "account.never-opened": {
        "en": "Account {subject} has a balance but was never opened; it belongs to no product.",
        "zh": "账户 {subject} 有余额但从未开户，不属于任何产品。",
    },
    "account.opened-twice": {
        "en": "Account {subject} was opened more than once; the earliest opening stands.",
        "zh": "账户 {subject} 多次开户，以最早的开户事件为准。",
    },
    "fx.missing": {
        "en": "No exchange rate of {subject} is known on some days; its amounts of those days are left out.",
        "zh": "某些日期没有 {subject} 的汇率，这些日期的金额未计入。",
    },
}
"""What each kind of finding says, with its parameters in braces."""


class Contradiction(NamedTuple):
    """One finding by codes: its event, the account or currency, what the event says and what stands against it."""

    kind: str
    position: int
    subject: int
    said: int | None
    stands: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, with the event that shows it. ``parameters`` fill the message of its kind."""

    position: int
    event_source: str
    event_id: str
    parameters: Mapping[str, str]

    def message(self, kind: str, language: str) -> str:
        """The finding as a sentence."""
        return MESSAGES[kind][language].format(**self.parameters)


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings of one kind: how many there are, and the first of them."""

    id: str
    count: int
    listed: Sequence[Finding]


def contradicting(records: Records, start: date, end: date) -> set[Contradiction]:
    """The contradictions about accounts, as far as they bear on the days [start, end)."""
    records.facts()
    records.postings()
    records.run("findings", start=day(start), end=day(end))
    return {Contradiction(*row) for row in records.rows("SELECT * FROM contradictions")}


def findings(source: Source, about_accounts: set[Contradiction], start: date, end: date) -> list[Findings]:
    """These contradictions, and the currencies without an exchange rate, by kind."""
    records = source.records
    unfixed = records.rows(script("unfixed").format(**records.parts, start=day(start), end=day(end)))
    by_kind: dict[str, list[Contradiction]] = {}
    for one in (*about_accounts, *(Contradiction(*row) for row in unfixed)):
        by_kind.setdefault(one.kind, []).append(one)
    return [Findings(kind, len(found), _listed(source, found)) for kind, found in sorted(by_kind.items())]


def _listed(source: Source, found: list[Contradiction]) -> list[Finding]:
    first = sorted(found, key=lambda one: (one.position, one.subject))[:LISTED_MAX]
    events = dict(source.snapshot.events({one.position for one in first}))
    source.names.learn(code for one in first for code in one[2:] if code is not None)
    listed = []
    for one in first:
        named = zip(("subject", "said", "stands"), one[2:], strict=True)
        parameters = {name: source.records.text(code) for name, code in named if code is not None}
        event = events[one.position]
        listed.append(Finding(one.position, event.source, event.id, parameters))
    return listed
