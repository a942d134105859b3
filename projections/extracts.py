"""Extracts: the events of some businesses apart from all others, so that the same SQL runs over few of them.

A **business** is an account, or what a customer does without one. Its history is every event that names the account,
and every one but a posting that names the customer. An event may name a customer to whom its account does not belong;
so the accounts that a customer's events name come with theirs, and whoever those belong to comes with the teams that
decide who holds them.
"""

from __future__ import annotations

from collections.abc import Sequence

from projections.records import CALCULATED, Records
from projections.sealed import TABLES
from projections.source import Source
from schemas.payloads import TYPES

NAMING = (*TABLES["flows"], *TABLES["facts"])
"""Types whose customer counts: a posting, as most events are, is its account's, whatever customer it names."""

PRESENCE = ("manager.appointed", "manager.left")
"""Types that say on which days a manager's shares count; they matter of those who ever leave."""

FEW_EVENTS = 100_000
"""Of no more events than these, planning a query well takes longer than running it as it is written."""

EVENT_COLUMNS = ", ".join(f'said."{column}"' for column in CALCULATED)


def extract(source: Source) -> None:
    """Make ``extracted``: the histories of the businesses in ``served``, a customer, an account or both in each row."""
    code = source.names.code
    source.connection.execute(f"""
        CREATE OR REPLACE TABLE extracted AS SELECT {EVENT_COLUMNS} FROM said WHERE false;

        CREATE OR REPLACE TABLE served_customers AS
        SELECT customer_id FROM served WHERE customer_id IS NOT NULL
        UNION
        -- An account's customer is its opening's, whatever an event says.
        SELECT customer_id FROM said SEMI JOIN served USING (account_id) WHERE type = {code("account.opened")};
    """)
    add(source, "said SEMI JOIN served_customers USING (customer_id)", of=NAMING)
    source.connection.execute("""
        CREATE OR REPLACE TABLE served_accounts AS
        SELECT account_id FROM served WHERE account_id IS NOT NULL
        UNION
        SELECT account_id FROM extracted WHERE account_id IS NOT NULL
    """)
    add(source, "said SEMI JOIN served_accounts USING (account_id)")
    add_teams(source, "SELECT customer_id FROM extracted ANTI JOIN served_customers USING (customer_id)")
    add(source, "said", of=("fx.fixed",))
    if source.names.said(["manager.left"]):
        leavers = f"SELECT manager_id FROM said WHERE type = {code('manager.left')}"
        add(source, "said", f"manager_id IN ({leavers})", of=PRESENCE)


def add_teams(source: Source, customers: str) -> None:
    """Add to ``extracted`` the teams of these ``customers`` (a query), for whatever has no account."""
    source.connection.execute(f"CREATE OR REPLACE TABLE lenders AS {customers}")
    if has_rows(source, "lenders"):
        add(source, "said SEMI JOIN lenders USING (customer_id)", "account_id IS NULL", of=("customer.assigned",))


def add(source: Source, events: str, which: str = "true", of: Sequence[str] = ()) -> None:
    """Add to ``extracted`` those of ``events`` (a relation called ``said``) of which ``which`` is true, each once.

    Only events of the types ``of``, where some are given: the fewer columns they have, the faster it goes.
    """
    if of:
        if not source.names.said(of):
            return
        which = f"type IN ({source.names.codes(of)}) AND {which}"
    source.connection.execute(f"""
        INSERT INTO extracted BY NAME
        SELECT {columns_of(of)} FROM {events} ANTI JOIN extracted USING (position) WHERE {which}
    """)


def has_rows(source: Source, relation: str) -> bool:
    """Whether a relation has a row."""
    return bool(source.connection.execute(f"SELECT 1 FROM {relation} LIMIT 1").fetchall())


def columns_of(types: Sequence[str]) -> str:
    """The columns that events of these types have (of any type, where none is given), as SQL lists them."""
    if not types:
        return EVENT_COLUMNS
    stored = {"position", "day", "type"} | {field.column for of in types for field in TYPES[of].fields}
    return ", ".join(f'said."{column}"' for column in CALCULATED if column in stored)


def records_of(source: Source, schema: str, position: int) -> Records:
    """The events of ``extracted`` as they stood at a position, in a schema of their own, replacing one of that name."""
    source.connection.execute(f"""
        DROP SCHEMA IF EXISTS {schema} CASCADE;
        CREATE SCHEMA {schema};
        CREATE TABLE {schema}.events AS
        SELECT {EVENT_COLUMNS} FROM extracted said LEFT JOIN reversed USING (position)
        WHERE said.position <= {position} AND coalesce(since > {position}, true)
    """)
    connection = source.connection.cursor()
    connection.execute(f"SET schema = '{schema}'")
    records = Records(connection, source.names, source.snapshot.institution.currency)
    if not records.any(f"(SELECT 1 FROM events LIMIT 1 OFFSET {FEW_EVENTS})"):
        connection.execute("PRAGMA disable_optimizer")
    return records
