"""The bundled Berka data as the tests see them: ingested by the mappings alone, and read again with nothing of ours."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import zstandard

from engine.ingest import Ingested, ingest
from engine.log.log import Log
from engine.sources.choice import source_at
from schemas.event import Event
from schemas.institution import Institution
from schemas.mapping_file import load
from schemas.problems import Problem

DATA = Path(__file__).parents[2] / "meritlog" / "demo" / "data" / "berka"
REFERENCE = Path(__file__).parents[1] / "data" / "berka"
TABLES = ("district", "account", "loan", "card", "trans")
PRAGUE = Institution("Europe/Prague", "CZK")


class Silent:
    """A watcher who keeps the complaints."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def rejected(self, problem: Problem) -> None:
        self.problems.append(problem)

    def progress(self, source: str, so_far: Ingested) -> None:
        """Say nothing."""


def taken_in(log: Log, *files: Path) -> tuple[Ingested, list[Problem]]:
    """Ingest Berka tables, each by the bundled mapping of its name."""
    sources = [source_at(file, load(DATA / f"{file.name.partition('.')[0]}.yaml"), PRAGUE.zone) for file in files]
    watcher = Silent()
    return ingest(log, sources, now=lambda: datetime.now(UTC), holder="test", watcher=watcher), watcher.problems


def source_rows(table: str) -> list[dict[str, str]]:
    """A table as the csv module reads it."""
    with (DATA / f"{table}.asc.zst").open("rb") as packed:
        text = zstandard.ZstdDecompressor().stream_reader(packed).read().decode()
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def reference(name: str) -> list[dict[str, str]]:
    """An independent aggregate."""
    with (REFERENCE / f"berka_{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def quarter(day: date) -> tuple[int, int]:
    """The year and quarter of a day."""
    return day.year, (day.month + 2) // 3


class Posting(NamedTuple):
    """A posting of a deposit account, as the log holds it."""

    trans_id: str
    account_id: str
    on: date
    amount: Decimal


def postings(events: list[Event]) -> list[Posting]:
    """The deposit postings among ``events``."""
    return [
        Posting(event.id.removeprefix("trans-"), event.data.account_id, event.data.on, event.data.amount)
        for event in events
        if event.type == "balance.changed" and event.source == "berka/trans"
    ]
