"""DuckDB as the projections use it: private databases in memory, bounded, spilling aside, and SQL kept in files.

Two habits keep figures exact: results leave DuckDB as Python integers (HUGEINT has no exact Arrow type), and no
statement here divides or averages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb

from engine.log.digest import RESTORE, Damage
from schemas.problems import EnvironmentProblem

MEMORY_LIMIT = "1200MB"


def open_database(
    spill: Path | None = None, threads: int | None = None, path: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """A database, in memory or at ``path``, which spills to ``spill`` (nowhere where None) beyond the memory limit."""
    connection = duckdb.connect(":memory:" if path is None else str(path))
    connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET autoinstall_known_extensions = false")
    if threads is not None:
        connection.execute(f"SET threads = {threads:d}")
    connection.execute("SET temp_directory = ?", [str(spill) if spill is not None else ""])
    return connection


def quoted(text: object) -> str:
    """A text as SQL spells it."""
    return "'" + str(text).replace("'", "''") + "'"


def parquet(paths: Iterable[Path]) -> str:
    """The rows of some Parquet files, as SQL reads them."""
    return f"read_parquet([{', '.join(map(quoted, paths))}])"


@contextmanager
def answering() -> Iterator[None]:
    """Tells what fails between DuckDB and the machine as what it is: no memory, no disk, a damaged segment."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise EnvironmentProblem(
            f"The calculation does not fit into {MEMORY_LIMIT} of memory and the free disk: {_first_line(error)}.",
            remedy="Free space beside the log's cache.",
        ) from None
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise Damage(f"A segment cannot be read: {_first_line(error)}.", remedy=RESTORE) from None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")


@cache
def script(name: str) -> str:
    """The text of ``projections/NAME.sql``, with ``{placeholders}`` for codes, days and generated columns."""
    return resources.files("projections").joinpath(f"{name}.sql").read_text(encoding="utf-8")
