"""Business: what customers' business did on some days, summed by whatever it is asked by.

The same steps and routes that credit managers (``queries``) are summed by other keys here: product, customer, account,
class, single events, and managers or products rolled up into trees. So the rows of any keys add up to the measures of
a settlement, to the last digit, and what no manager is credited with is among them.

An amount is E14: amount E4 x exchange rate E6 x share E4, a balance's times the days of its range.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from engine.crediting.classes import CLASSES
from engine.crediting.flows import FLOWS
from engine.crediting.streams import BALANCE
from engine.measures import Aggregate, CreditMeasure, DailyFactor, Request, Where
from projections.asked import Asked, Key, Node, Sums, Word
from projections.credits import Row, limbs, whole
from projections.database import script
from projections.missing import lacking
from projections.queries import balance_query, flow_queries
from projections.records import Records, day
from projections.window import Window
from schemas.catalogue import carries
from schemas.payloads import TYPES, family_types

FLOW_TYPES = tuple(of for of in FLOWS if of in family_types("transactions"))
"""The flows that are business; those of service are no amounts of any product."""

IMPLIED = {"loan.recovered": "loan", "loan.moved": "loan", "loan.exited": "loan", "card.spent": "card"}
"""The path of a flow that names neither a product nor an account that was opened."""

NONE = -1
"""The code of no word: no path, nobody."""
KEYS_FROM = 2
"""Where the keys of a row begin: behind what it is of, and its pool or type."""
COUNT, QUANTITY = "count", "quantity"


class Business:
    """One question put to some records."""

    def __init__(self, records: Records, asked: Asked) -> None:
        self._records = records
        self._asked = asked
        days = [edge for span in (*asked.balances.values(), *filter(None, (asked.flows,))) for edge in span]
        request = Request(self._measures(), min(days), max(days), self._factors())
        self._window = Window(records, request)
        self._paths = self._leaves()

    def sums(self) -> list[Sums]:
        """The rows, in no particular order."""
        found: dict[tuple[str, tuple[Word, ...]], Sums] = {}
        self._roll()
        counted = self._asked.balances and Key.POSITION not in self._asked.keys
        rows = [(amount, worth, row) for amount, worth, row in limbs(self._window, self._queries)]
        counts = self._records.rows(self._counting()) if counted else []
        words = _Words(self._records, self._window, self._asked, self._paths, self._nodes)
        words.learn([*(row for _, _, row in rows), *counts])
        for amount, worth, row in rows:
            of, key, values = words.read(row)
            self._add(found.setdefault((of, key), Sums(of, key)), row[1], values, amount, worth)
        for row in counts:
            of, key, (customers, accounts) = words.read(row)
            if (of, key) in found:
                found[of, key].customers, found[of, key].accounts = customers or 0, accounts or 0
        return list(found.values())

    def lacks(self) -> set[str]:
        """What had to be left out for want of an exchange rate: ``fx:USD``; to be asked after ``sums``."""
        return {f"{what}:{self._records.text(word)}" for _, what, word, _ in lacking(self._window)}

    # -- the request ---------------------------------------------------------------------------------------------

    def _measures(self) -> dict[str, CreditMeasure]:
        only = self._asked.only
        of_path = () if only.path is None else (Where("product", (only.path,)),)
        classes: Sequence[str | None] = CLASSES if Key.CLASS in self._asked.keys else (None,)
        measures = {}
        for name in self._asked.balances:
            for class_ in classes:
                of_class = () if class_ is None else (Where("class", (class_,)),)
                measures[f"{name}/{class_ or ''}"] = CreditMeasure(
                    BALANCE, Aggregate.PRODUCT_DAYS, (*of_path, *of_class), times=name
                )
        for of in FLOW_TYPES if self._asked.flows is not None else ():
            if TYPES[of].amounts:
                measures[of] = CreditMeasure(of, Aggregate.SUM)
            measures[f"{of}/{COUNT}"] = CreditMeasure(of, Aggregate.COUNT)
            if FLOWS[of].quantity is not None:
                measures[f"{of}/{QUANTITY}"] = CreditMeasure(of, Aggregate.QUANTITY)
        return measures

    def _factors(self) -> dict[str, DailyFactor]:
        """A range of days as a factor: 1 on its days and 0 on all others, so that one pass serves all ranges."""
        ranges = self._asked.balances.items()
        return {name: DailyFactor(((date.min, 0), (start, 1), (end, 0))) for name, (start, end) in ranges}

    def _leaves(self) -> dict[int, str | None]:
        """Every path of the records by its code; a flow that carries none stands under a code of its own."""
        codes = ", ".join(str(self._records.names.code(of)) for of in FLOW_TYPES)
        found = self._records.rows(
            "SELECT DISTINCT product FROM accounts WHERE product IS NOT NULL UNION"
            f" SELECT DISTINCT coalesce(product, service, channel) AS path FROM events WHERE type IN ({codes})"
        )
        known = [code for (code,) in found if code is not None]
        self._records.names.learn(known)
        leaves: dict[int, str | None] = {code: self._records.names.text(code) for code in known}
        leaves[NONE] = None
        return leaves | {NONE - 1 - nth: IMPLIED.get(of) for nth, of in enumerate(self._window.flow_pools)}

    # -- the queries ---------------------------------------------------------------------------------------------

    def _queries(self, nth: int | None) -> Iterator[str]:
        by_event = Key.POSITION in self._asked.keys
        if self._asked.balances:
            keys = ["s.account_id", "s.manager_id", "s.pool", "p.position" if by_event else "NULL AS position"]
            values = [f"v{at}" for at, _ in enumerate(self._window.slots)]
            yield script("business_balances").format(
                columns=self._columns("t.pool", _summed(values)),
                inner=balance_query(self._window, keys, self._held("s.manager_id", "s.account_id"), nth),
                names=", ".join(("account_id", "manager_id", "pool", "position", *values)),
                joins=self._joins(),
                none=NONE,
            )
        if self._asked.flows is not None:
            yield from self._flow_queries(self._asked.flows, by_event, nth)

    def _flow_queries(self, days: tuple[date, date], by_event: bool, nth: int | None) -> Iterator[str]:
        keys = ["f.account_id", "f.customer_id", "f.path", "{manager} AS manager_id", "f.kind"]
        keys.append("f.position" if by_event else "NULL AS position")
        within = f" AND f.day >= {day(days[0])} AND f.day < {day(days[1])}"
        values = [f"v{at}" for at, _ in enumerate(self._window.flow_slots)]
        whose = self._asked.only.customers
        for inner in flow_queries(
            self._window, keys, within + self._held("{manager}", "f.account_id", flows=True), nth
        ):
            yield script("business_flows").format(
                columns=self._columns("t.kind", _summed(values)),
                inner=inner,
                names=", ".join(("account_id", "customer_id", "own_path", "manager_id", "kind", "position", *values)),
                joins=self._joins(),
                paths=", ".join(map(str, self._asked_paths())),
                only="" if whose is None else f"AND t.customer_id IN ({self._records.names.codes(whose)})",
                none=NONE,
            )

    def _counting(self) -> str:
        """How many customers and accounts had a balance on the evening of the last day; single events have none."""
        counts = ["count(DISTINCT t.customer_id)", "count(DISTINCT t.account_id)"]
        return script("business_counts").format(
            columns=self._columns("t.pool", counts),
            until=day(max(end for _, end in self._asked.balances.values())),
            only=self._held("s.manager_id", "s.account_id"),
            joins=self._joins(),
            none=NONE,
        )

    def _held(self, manager: str, account: str, *, flows: bool = False) -> str:
        """The conditions on who holds business, and on whose it is."""
        only, code = self._asked.only, self._records.names.code
        conditions = ""
        if only.managers is not None:
            listed = self._records.names.codes(one for one in only.managers if one is not None)
            nobody = f" OR {manager} IS NULL" if None in only.managers else ""
            conditions += f" AND ({manager} IN ({listed}){nobody})"
        if only.account is not None:
            conditions += f" AND {account} = {code(only.account)}"
        if only.customers is not None and not flows:
            listed = self._records.names.codes(only.customers)
            conditions += f" AND {account} IN (SELECT account_id FROM accounts WHERE customer_id IN ({listed}))"
        return conditions

    def _asked_paths(self) -> list[int]:
        path = self._asked.only.path
        if path is None:
            return list(self._paths)
        return [code for code, text in self._paths.items() if text is not None and carries(path, text)]

    def _columns(self, kind: str, values: Sequence[str]) -> str:
        """The columns of an answer: what it is of, its keys and its values."""
        return ", ".join((kind, *map(self._key, self._asked.keys), *values))

    def _key(self, key: Key) -> str:
        if key in self._asked.rolled:
            return f"{key.name}_nodes.node"
        return "t.pool AS class" if key is Key.CLASS else f"t.{key}"

    def _joins(self) -> str:
        return " ".join(
            f"JOIN {key.name}_nodes ON {key.name}_nodes.leaf = coalesce(t.{key}, {NONE})" for key in self._asked.rolled
        )

    def _roll(self) -> None:
        """A table a rolled key: the nodes that each of its words counts for."""
        self._nodes: dict[Key, list[Node]] = {}
        for key, nodes_of in self._asked.rolled.items():
            leaves = self._paths if key is Key.PATH else self._managers()
            counting = {leaf: nodes_of(word) for leaf, word in leaves.items()}
            places = {
                node: at for at, node in enumerate(dict.fromkeys(one for nodes in counting.values() for one in nodes))
            }
            rows = [(leaf, places[node]) for leaf, nodes in counting.items() for node in nodes]
            self._records.table(f"{key.name}_nodes", {"leaf": "INTEGER", "node": "INTEGER"}, rows)
            self._nodes[key] = list(places)

    def _managers(self) -> dict[int, str | None]:
        """Everybody who may hold business, and nobody."""
        found = self._records.rows(
            "SELECT DISTINCT manager_id FROM spans WHERE manager_id IS NOT NULL"
            " UNION SELECT DISTINCT manager_id FROM events WHERE manager_id IS NOT NULL"
        )
        self._records.names.learn(code for (code,) in found)
        return {NONE: None} | {code: self._records.names.text(code) for (code,) in found}

    # -- reading the answers -------------------------------------------------------------------------------------

    def _add(self, sums: Sums, kind: int, values: Sequence[int | None], amount: int, worth: int) -> None:
        """Add a row's values: what each slot is, its pool (of a balance) or its type says."""
        slots = self._window.slots if sums.of == BALANCE else self._window.flow_slots
        at = dict(zip(slots, values, strict=True))
        pool = self._window.pools[kind] if sums.of == BALANCE else self._window.flow_pools[sums.of]
        for name, slot in pool.slots.items():
            value = whole(slot, at[slot], amount, worth)
            name, _, aspect = name.partition("/")
            if aspect == COUNT:
                sums.count += value
            elif aspect == QUANTITY:
                sums.quantity += value
            else:
                sums.amounts[name] = sums.amounts.get(name, 0) + value


def _summed(values: Sequence[str]) -> list[str]:
    return [f"sum({value})" for value in values]


class _Words:
    """What a row's codes stand for."""

    def __init__(
        self,
        records: Records,
        window: Window,
        asked: Asked,
        paths: Mapping[int, str | None],
        nodes: Mapping[Key, Sequence[Node]],
    ) -> None:
        self._names = records.names
        self._asked, self._paths, self._nodes = asked, paths, nodes
        self._types = tuple(window.flow_pools)
        self._classes = [next((name.partition("/")[2] for name in pool.slots), "") for pool in window.pools]

    def learn(self, rows: Sequence[Row]) -> None:
        """Look up all names of these rows at once."""
        named = [
            at
            for at, key in enumerate(self._asked.keys, KEYS_FROM)
            if key in {Key.MANAGER, Key.CUSTOMER, Key.ACCOUNT} and key not in self._asked.rolled
        ]
        self._names.learn({row[at] for row in rows for at in named if row[at] is not None})

    def read(self, row: Row) -> tuple[str, tuple[Word, ...], Sequence[int | None]]:
        """What a row is of, its words, and its values."""
        until = KEYS_FROM + len(self._asked.keys)
        words = tuple(map(self._word, self._asked.keys, row[KEYS_FROM:until]))
        return (BALANCE if row[0] == BALANCE else self._types[row[1]]), words, row[until:]

    def _word(self, key: Key, code: int | None) -> Word:
        if code is None or key is Key.POSITION:
            return code
        if key in self._nodes:
            return self._nodes[key][code]
        if key is Key.PATH:
            return self._paths[code]
        return self._classes[code] if key is Key.CLASS else self._names.text(code)
