"""The demonstration's two banks: their events come in, a period is settled, and the log is verified.

It calls what the commands call, on two logs that it leaves behind for the user to go on with. Running it again admits
nothing twice and gives the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from engine.ingest import Ingested, ingest
from engine.log import Log, Verification, verify
from engine.plan.library import LoadedPlan
from engine.sources.batch import Source
from engine.sources.choice import source_at
from meritlog.demo.bank import lines
from replay.live import LiveFold
from replay.reconcile import lines_of_board, lines_of_statement
from replay.settle import Settlement, settle
from schemas.institution import Institution
from schemas.mapping_file import load as load_mapping
from schemas.period import Period
from schemas.problems import Problem
from schemas.statement import Board

BERKA_TABLES = ("district", "account", "loan", "card", "trans")


@dataclass(frozen=True, slots=True)
class Bank:
    """One of the demonstration's banks: the name of its log, whose it is, and the period to settle."""

    name: str
    institution: Institution
    period: str


MADE = Bank("made-bank", Institution("Asia/Shanghai", "CNY"), "2025")
BERKA = Bank("berka", Institution("Europe/Prague", "CZK"), "1993")


class _Strict:
    """Watches an ingest of our own data, of which nothing may be rejected."""

    def rejected(self, problem: Problem) -> None:
        raise problem

    def progress(self, source: str, so_far: Ingested) -> None:
        """Nothing to tell: it takes a moment."""


def made_events(folder: Path) -> Path:
    """The made bank's events as a file, for the user to look into."""
    file = folder / "made-bank.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
    return file


def berka_tables() -> Iterator[tuple[Path, Path]]:
    """The bundled tables of the Berka data, each with the mapping that reads it."""
    data = Path(str(resources.files("meritlog"))) / "demo" / "data" / "berka"
    for name in BERKA_TABLES:
        yield data / f"{name}.asc.zst", data / f"{name}.yaml"


def sources(bank: Bank, folder: Path) -> Sequence[Source]:
    """Where a bank's events come from."""
    zone = bank.institution.zone
    if bank is MADE:
        return [source_at(made_events(folder), None, zone)]
    return [source_at(table, load_mapping(mapping), zone) for table, mapping in berka_tables()]


def brought_in(bank: Bank, folder: Path) -> tuple[Log, Ingested]:
    """The bank's log under ``folder``, with its events in it."""
    path = folder / bank.name
    log = Log.open(path) if (path / "log.json").exists() else Log.create(path, bank.institution, datetime.now(UTC))
    done = ingest(log, sources(bank, folder), now=lambda: datetime.now(UTC), holder="meritlog demo", watcher=_Strict())
    return log, done


@dataclass(frozen=True, slots=True)
class Shown:
    """What the demonstration shows of a bank; ``equal`` says whether the live fold gives the settlement's figures."""

    bank: Bank
    path: Path
    ingested: Ingested
    settlement: Settlement
    board: Board
    equal: bool
    verification: Verification


def shown(bank: Bank, folder: Path, loaded: LoadedPlan) -> Shown:
    """A bank from its events to its verified log."""
    log, ingested = brought_in(bank, folder)
    period = Period.parse(bank.period)
    settlement = settle(log, loaded, period)
    board = LiveFold(log).board(loaded, period, through=period.last)
    equal = lines_of_board(board) == lines_of_statement(settlement.statement)
    return Shown(bank, log.path, ingested, settlement, board, equal, verify(log.path))
