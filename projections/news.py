"""News: what came to the log since a position, as the few events from which the change of every measure follows.

Two kinds of news differ in what they cost. What adds something (a balance changed, a fee, a payment) adds the same
whatever was there before: with the teams, rates and product of its business, it is enough. What moves a border (a team,
a rate, a class, a statement, a reversal, an opening or closing) changes what earlier events are worth: all that the
business ever did is looked at, as it stood before and as it stands now.

What makes an addition depend on what was there before, ``_depending`` tells; in doubt a business is looked at whole.
"""

from __future__ import annotations

from engine.crediting.flows import FLOWS
from projections.extracts import PRESENCE, add, add_teams, columns_of, extract, has_rows, records_of
from projections.records import Records
from projections.source import Source

ADDING = ("balance.changed", *FLOWS)
ACCOUNT_FACTS = (
    *("account.opened", "rate.changed", "loan.classified", "account.closed"),
    *("customer.assigned", "balance.stated"),
)

NEWS_MAX = 200_000
LOOKED_AT_MAX = 1_000_000
CUSTOMERS_PART = 20
"""Worth it only where no more than one customer in so many events is looked at whole."""


def news(source: Source, position: int) -> tuple[Records, Records] | None:
    """The businesses of which events after ``position`` speak, as they stood then and as they stand now.

    What both have in common may be left out of both: only their difference counts. None where they are too many.
    """
    if source.snapshot.position - position > NEWS_MAX:
        return None
    columns = "position, type, customer_id, account_id, manager_id, currency"
    source.connection.execute(f"""
        CREATE OR REPLACE TABLE news AS
        WITH undone AS (SELECT position FROM reversed WHERE since > {position})
        SELECT {columns} FROM said WHERE position > {position}
        UNION ALL
        SELECT {columns} FROM said SEMI JOIN undone USING (position) WHERE position <= {position};

        CREATE OR REPLACE TABLE served AS
        SELECT customer_id, account_id FROM news
        WHERE type NOT IN ({source.names.codes(ADDING)}) OR position <= {position};
    """)
    _turnover(source)
    _fixings(source)
    _depending(source, position)
    ((customers,),) = source.connection.execute("SELECT count(DISTINCT customer_id) FROM served").fetchall()
    if customers * CUSTOMERS_PART > source.snapshot.position:
        return None
    extract(source)
    if has_rows(source, "turnover"):
        add(source, "said SEMI JOIN turnover USING (manager_id)")
    if has_rows(source, "reversed"):
        add(source, "said SEMI JOIN news USING (position)")
    if not has_rows(source, f"(SELECT 1 FROM extracted LIMIT 1 OFFSET {LOOKED_AT_MAX})"):
        before = records_of(source, f"before_{position}", position)
        _add_additions(source, position)
        return before, records_of(source, f"after_{position}", source.snapshot.position)
    return None


def _turnover(source: Source) -> None:
    """Who leaves or comes back concerns all that has a team with that manager, and the manager's own doings."""
    code = source.names.code
    source.connection.execute(f"""
        CREATE OR REPLACE TABLE turnover AS
        SELECT DISTINCT manager_id FROM news WHERE type IN ({source.names.codes(PRESENCE)})
    """)
    if has_rows(source, "turnover"):
        source.connection.execute(f"""
            DELETE FROM turnover WHERE manager_id NOT IN
                (SELECT manager_id FROM said WHERE type = {code("manager.left")});

            INSERT INTO served SELECT customer_id, account_id FROM said
            WHERE type = {code("customer.assigned")}
              AND list_has_any(list_transform(team, lambda member: member.manager_id),
                               (SELECT list(manager_id) FROM turnover))
        """)


def _fixings(source: Source) -> None:
    """A new exchange rate concerns all that is in its currency."""
    fixed = source.names.code("fx.fixed")
    if has_rows(source, f"news WHERE type = {fixed}"):
        source.connection.execute(f"""
            INSERT INTO served SELECT customer_id, account_id FROM said
            WHERE type <> {fixed} AND currency IN (SELECT currency FROM news WHERE type = {fixed})
        """)


def _depending(source: Source, position: int) -> None:
    """Accounts with news that depend on what was there before: all but those of which everything is plain.

    That is: opened, in the institution's currency, with a rate, neither closed nor ever stated. On any other, what is
    missing, a finding or the next statement follows from the balance, not from the change of it alone.
    """
    code, home = source.names.code, source.names.code(source.snapshot.institution.currency)
    source.connection.execute(f"""
        CREATE OR REPLACE TABLE known AS
        SELECT {columns_of(ACCOUNT_FACTS)}
        FROM said SEMI JOIN news USING (account_id) ANTI JOIN reversed USING (position)
        WHERE type IN ({source.names.codes(ACCOUNT_FACTS)}) AND position <= {position};

        INSERT INTO served
        SELECT customer_id, account_id FROM news WHERE account_id IS NOT NULL AND account_id NOT IN (
            SELECT account_id FROM known GROUP BY account_id
            HAVING bool_or(type = {code("account.opened")})
               AND bool_and(type <> {code("account.opened")} OR coalesce(currency, {home}) = {home})
               AND bool_and(type NOT IN ({source.names.codes(("account.closed", "balance.stated"))}))
               AND count(rate) > 0
        );
    """)


def _add_additions(source: Source, position: int) -> None:
    """Add the news itself to what is looked at, and who holds its businesses at which rate."""
    add(source, "known said", of=ACCOUNT_FACTS)
    add_teams(source, "SELECT customer_id FROM news UNION SELECT customer_id FROM known")
    add(source, "said", f"position > {position}")
