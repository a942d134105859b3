"""Roles: what each part of a team earned, a manager in a role, where wished for a customer.

A part stands in the place of the manager in every team, under a code of its own, and comes and goes with the manager.
Crediting then runs over the events as ever; so the parts of a manager add up to what the manager is credited with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from engine.book import Book, Fact, RatingSum
from engine.measures import MeasureTable, Request, Transactions
from projections.cache import Computed
from projections.credits import credit
from projections.database import script
from projections.extracts import EVENT_COLUMNS
from projections.missing import lacking
from projections.names import Names
from projections.records import Records
from projections.source import Source
from projections.tables import table_of
from projections.transactions import transactions
from projections.window import Window, inherited_window

BETWEEN = "\x1f"
"""What stands between the words of a part's name; no id holds it."""
FIRST_CODE = -1_000
"""The code of the first part; later ones go down from it. Names of the log have codes from 0 on."""


@dataclass(frozen=True, slots=True)
class Part:
    """A manager in a role (None: none was said) for a customer (None: for all)."""

    manager: str
    role: str | None = None
    customer: str | None = None

    @classmethod
    def read(cls, name: str) -> Part:
        """The part of a name; a manager's own id is the part in no role."""
        manager, role, customer = (*name.split(BETWEEN), "", "")[:3]
        return cls(manager, role or None, customer or None)

    @property
    def name(self) -> str:
        """What stands in the place of the manager's id."""
        return BETWEEN.join((self.manager, self.role or "", self.customer or ""))


class PartNames:
    """The names of a log and of parts."""

    def __init__(self, names: Names, parts: Sequence[Part]) -> None:
        self._names, self._parts = names, parts

    def code(self, text: str) -> int:
        """The code of a name of the log."""
        return self._names.code(text)

    def codes(self, texts: Iterable[str]) -> str:
        """Codes as SQL lists them; never empty."""
        return self._names.codes(texts)

    def said(self, texts: Iterable[str]) -> bool:
        """Whether the log holds any of these names."""
        return self._names.said(texts)

    def text(self, code: int) -> str:
        """The name that a code stands for."""
        return self._parts[FIRST_CODE - code].name if code <= FIRST_CODE else self._names.text(code)

    def learn(self, codes: Iterable[int]) -> None:
        """Look up many names at once."""
        self._names.learn(code for code in codes if code > FIRST_CODE)


class RoleBook:
    """A book in which the parts of managers are credited instead of managers."""

    def __init__(self, source: Source, book: Book, managers: Collection[str], customers: Collection[str]) -> None:
        """Of ``managers`` and of ``customers`` the parts are told customer by customer."""
        self._book = book
        connection = source.connection
        code = source.names.code
        told = source.names.codes
        assigned = code("customer.assigned")
        records, columns = source.records, EVENT_COLUMNS.replace("said.", "e.")
        told_apart = f"member.manager_id IN ({told(managers)}) OR customer_id IN ({told(customers)})"
        customer = f"CASE WHEN {told_apart} THEN customer_id ELSE -1 END"
        connection.execute(f"""
            CREATE OR REPLACE TABLE parts AS
            SELECT ({FIRST_CODE} + 1 - row_number() OVER (ORDER BY manager, role, customer))::INTEGER AS code, *
            FROM (
                SELECT DISTINCT member.manager_id AS manager, coalesce(member.role, -1) AS role,
                       {customer} AS customer
                FROM (SELECT customer_id, unnest(team) AS member FROM events WHERE type = {assigned})
            )
            WHERE role <> -1 OR customer <> -1
        """)
        rows = records.rows("SELECT manager, role, customer FROM parts ORDER BY code DESC")
        source.names.learn({code for row in rows for code in row if code >= 0})
        text = source.names.text
        parts = [Part(text(who), *(None if one < 0 else text(one) for one in more)) for who, *more in rows]
        connection.execute(
            script("roles").format(
                columns=columns,
                of_teams=columns.replace('e."team"', "t.team AS team"),
                of_staffing=columns.replace('e."manager_id"', "code AS manager_id"),
                assigned=assigned,
                customer=customer,
                staffing=told(("manager.appointed", "manager.left")),
            )
        )
        own = connection.cursor()
        own.execute("SET schema = 'roles'")
        self._names = PartNames(source.names, parts)
        self._records = Records(own, self._names, records.currency)

    @property
    def position(self) -> int:
        """The last position that counts."""
        return self._book.position

    def credits(self, request: Request) -> MeasureTable:
        """The measures of every part over the days of ``request``."""
        return self._table(Window(self._records, request))

    def inherited(self, request: Request) -> MeasureTable:
        """What the businesses served in ``request``'s days earned in the year before, by part."""
        return self._table(inherited_window(self._records, request))

    def transactions(self, request: Request) -> Transactions:
        """The single events that make up the flow measures of ``request``, by part."""
        return transactions(Window(self._records, request), self._names)

    def ratings(self, period: str) -> Sequence[RatingSum]:
        """The ratings of managers."""
        return self._book.ratings(period)

    def facts(self, types: Collection[str]) -> Iterator[Fact]:
        """The standing events of these types."""
        return self._book.facts(types)

    def transaction_days(self) -> tuple[date, date] | None:
        """The first and the last business date among the log's transactions."""
        return self._book.transaction_days()

    def _table(self, window: Window) -> MeasureTable:
        return table_of(self._names, Computed(credit(window), set(lacking(window))))
