"""The window of one request: pools, calendar, and the steps of every account on its days.

Built for credits (shares as the teams have them) or for inherited measures (the year before, shared by days served).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import product as combinations

from engine.crediting.classes import CLASSES
from engine.crediting.streams import BALANCE, covers, needs_rate
from engine.measures import CreditMeasure, Request
from projections.calendar import HOME, HOME_FIXINGS, NO_FIXINGS, UNFIXED, Calendar, Fixings, limb
from projections.records import Records, day
from projections.terms import AMOUNT_KINDS, Pool, Series, Slot, columns, pool_of
from schemas.exact import WHOLE_SHARE
from schemas.payloads import TYPES
from schemas.period import ONE_DAY

Words = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Serving:
    """The days whose shares split inherited measures."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.end - self.start).days


class Window:
    """Tables over ``records`` for one request: ``currencies``, ``calendar``, ``weights``, ``lives``, ``steps``."""

    def __init__(self, records: Records, request: Request, serving: Serving | None = None) -> None:
        self.records = records
        self.request = request
        self.serving = serving
        records.facts()
        records.postings()
        self._currencies()
        self._pools()

    @cached_property
    def first(self) -> date:
        """The first day that facts are looked at: a flow may accrue from the beginning of its year."""
        accruing = any(measure.accrue_to_year_end for measure in self.request.measures.values())
        return self.request.year.begin(self.request.start) if accruing else self.request.start

    @cached_property
    def balances(self) -> dict[str, CreditMeasure]:
        """The measures of balances."""
        return {name: one for name, one in self.request.measures.items() if one.of == BALANCE}

    @cached_property
    def flows(self) -> dict[str, dict[str, CreditMeasure]]:
        """The measures of flows, by type of event."""
        by_type: dict[str, dict[str, CreditMeasure]] = {}
        for name, measure in self.request.measures.items():
            if measure.of != BALANCE:
                by_type.setdefault(measure.of, {})[name] = measure
        return by_type

    @cached_property
    def flow_pools(self) -> dict[str, Pool]:
        """All measures of a type share its slots; what a row is counted by, its words say afterwards."""
        return {of: pool_of(measures.items()) for of, measures in self.flows.items()}

    @cached_property
    def parts(self) -> dict[str, object]:
        """What the statements of this window mention."""
        return {
            "first": day(self.first),
            "start": day(self.request.start),
            "end": day(self.request.end),
            "width": self.calendar.width,
            "currency_count": len(self.calendar.currencies),
            "unfixed": UNFIXED,
        }

    def counted(self, of: str, words: Words, currency: str) -> Iterator[tuple[str, CreditMeasure]]:
        """The measures that count business of these words."""
        for name, measure in self.balances.items() if of == BALANCE else self.flows[of].items():
            if covers(measure, of, words, currency):
                yield name, measure

    def _currencies(self) -> None:
        fixings: dict[int, list[tuple[date, int]]] = {}
        for code, on, exchange in self.records.rows("SELECT currency, day, exchange FROM fixings ORDER BY ALL"):
            fixings.setdefault(code, []).append((on, exchange))
        known = [Fixings([on for on, _ in steps], [rate for _, rate in steps]) for steps in fixings.values()]
        rows: list[tuple[object, ...]] = [(self.records.home, HOME, date.min)]
        rows += [(code, UNFIXED + 1 + nth, steps[0][0]) for nth, (code, steps) in enumerate(fixings.items())]
        self.records.table("currencies", {"currency": "INTEGER", "nth": "INTEGER", "known_from": "DATE"}, rows)
        request = self.request
        self.calendar = Calendar(
            self.first, request.start, request.end, [HOME_FIXINGS, NO_FIXINGS, *known], request.factors, request.year
        )

    def _pools(self) -> None:
        """Which measures count an account, by product, currency, class and whether its rate is known."""
        self.staged = any(
            one.until_class is not None or any(where.field == "class" for where in one.where)
            for one in self.balances.values()
        )
        text = self.records.names.text
        known: dict[tuple[str, ...], int] = {(): 0}
        self.pools: list[Pool] = [pool_of(())]
        rows = []
        accounts = self.records.rows("SELECT DISTINCT product, currency FROM accounts")
        self.records.names.learn(
            {code for codes in accounts for code in codes if code not in (None, self.records.home)}
        )
        stages = range(len(CLASSES) if self.staged else 1)
        for (product, currency), rated, stage in combinations(accounts, (True, False), stages):
            words = (None if product is None else text(product), CLASSES[stage])
            counted = list(self.counted(BALANCE, words, self.records.text(currency)))
            kept = [(name, one) for name, one in counted if rated or not needs_rate(one)]
            key = tuple(name for name, _ in kept)
            if key not in known:
                known[key] = len(self.pools)
                self.pools.append(pool_of(kept))
            rows.append((product, currency, rated, stage, known[key], len(kept) < len(counted), bool(counted)))
        kinds = {"product": "INTEGER", "currency": "INTEGER", "rated": "BOOLEAN", "stage": "INTEGER", "pool": "INTEGER"}
        self.records.table("pools", kinds | {"wants_rate": "BOOLEAN", "wants_exchange": "BOOLEAN"}, rows)

    def build(self, nth: int | None = None) -> None:
        """Make holds, calendar, weights and steps, with the days' worth whole or its ``nth`` limb."""
        serving = self.serving
        if serving is None:
            self.records.run("holds", **self.parts)
        else:
            self.records.run("inherited", **self.parts, serving_start=day(serving.start), serving_end=day(serving.end))
        if self.balances or any(on_account(of) for of in self.flows):
            self._calendar(nth)
            self._steps()
        if self.flows:
            self._weights(nth)

    def _calendar(self, nth: int | None) -> None:
        self.slots = columns(self.pools)
        self._cells("calendar", self.slots, self.pools, self.calendar.running, nth)

    def _weights(self, nth: int | None) -> None:
        self.flow_slots = columns(self.flow_pools.values())
        weighed = [slot for slot in self.flow_slots if slot.kind in AMOUNT_KINDS]
        self._cells("weights", weighed, self.flow_pools.values(), self.calendar.weights, nth)

    def _cells(
        self,
        name: str,
        slots: Sequence[Slot],
        pools: Collection[Pool],
        worth: Callable[[int, Series], list[int]],
        nth: int | None,
    ) -> None:
        """A cell a pool, currency and day: what ``worth`` says of each slot's series, 0 where the pool has none."""
        currencies, nothing = range(len(self.calendar.currencies)), [0] * self.calendar.width
        cells: list[Sequence[int]] = [range(len(pools) * len(currencies) * self.calendar.width)]
        kinds = {"cell": "INTEGER"}
        for slot in slots:
            column: list[int] = []
            for pool, currency in combinations(pools, currencies):
                days = worth(currency, pool.series[slot]) if slot in pool.series else nothing
                column += days if nth is None else [limb(day, nth) for day in days]
            fits = min(column, default=0) > -(2**62) and max(column, default=0) < 2**62
            kinds[slot.column] = "BIGINT" if fits else "HUGEINT"
            cells.append(column)
        self.records.columns(name, kinds, cells)

    def _steps(self) -> None:
        stages = {
            "stages": "LEFT JOIN stages t ON t.account_id = p.account_id AND t.from_day < p.to_day"
            " AND t.to_day > p.from_day",
            "stage": "coalesce(t.stage, 0)",
            "from_day": "greatest(p.from_day, coalesce(t.from_day, p.from_day))",
            "to_day": "least(p.to_day, coalesce(t.to_day, p.to_day))",
        }
        if self.staged:
            self.records.classes()
        else:
            stages = {"stages": "", "stage": "0", "from_day": "p.from_day", "to_day": "p.to_day"}
        narrow = self.records.any("narrow_spans")
        self.records.run(
            "steps",
            **self.parts,
            **stages,
            ordinary="ANTI JOIN narrow USING (account_id)" if narrow else "",
            unheld=self.unheld,
            ends=", ".join(f"c.{slot.column} AS end_{slot.column}" for slot in self.slots) or "NULL AS no_end",
        )

    @property
    def full_share(self) -> int:
        """What sums are to be taken times: inherited measures are those at full share, times shares and days."""
        return 1 if self.serving is None else WHOLE_SHARE

    @property
    def unheld(self) -> int:
        """What nobody holds of a business that never had a team: its whole, for inherited measures on every day."""
        return self.serving.days * int(WHOLE_SHARE) if self.serving is not None else WHOLE_SHARE


def inherited_window(records: Records, request: Request) -> Window:
    """The window of the year before the days of ``request``, served on those days."""
    begin = request.year.begin(request.start)
    before = replace(request, start=request.year.begin(begin - ONE_DAY), end=begin)
    return Window(records, before, Serving(request.start, request.end))


def on_account(of: str) -> bool:
    """Whether events of this type can name an account."""
    return any(field.name == "account_id" for field in TYPES[of].fields)
