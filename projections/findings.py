"""Findings: where the log contradicts itself, as data that a statement carries and a reader can look into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from projections.records import day
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


def findings(source: Source, start: date, end: date) -> list[Findings]:
    """What contradicts itself in the log as far as it bears on the days [start, end), by kind."""
    records = source.records
    records.facts()
    records.postings()
    records.run("findings", start=day(start), end=day(end))
    found = []
    for kind in sorted(MESSAGES):
        ((count,),) = records.rows(f"SELECT count(*) FROM contradictions WHERE kind = '{kind}'")
        if count:
            found.append(Findings(kind, count, _listed(source, kind)))
    return found


def _listed(source: Source, kind: str) -> list[Finding]:
    rows = source.records.rows(
        f"SELECT position, subject, said, stands FROM contradictions WHERE kind = '{kind}'"
        f" ORDER BY position, subject LIMIT {LISTED_MAX}"
    )
    events = dict(source.snapshot.events(sorted({position for position, *_ in rows})))
    listed = []
    for position, *codes in rows:
        named = zip(("subject", "said", "stands"), codes, strict=True)
        parameters = {name: source.records.text(code) for name, code in named if code is not None}
        listed.append(Finding(position, events[position].source, events[position].id, parameters))
    return listed
