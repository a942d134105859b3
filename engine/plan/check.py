"""What is wrong in a plan, found before any money is computed.

The document model has already refused what a part of a plan can get wrong by itself. Here the parts meet: names that
nothing bears, lines that wait for one another, rules without a clause. An error keeps the plan from running; a warning
does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.crediting.flows import FLOWS
from engine.crediting.streams import BALANCE, CURRENCY_WORD, words_of
from engine.measures import RATE
from engine.plan import formula
from engine.plan.formula import Node
from engine.plan.names import names_of
from engine.plan.scope import value_on
from engine.plan.tables import BANDS
from schemas.document import Document, Key, nearest
from schemas.exact import print_exact
from schemas.lines import Line, LineKind, Weighted
from schemas.measures import (
    CreditDocument,
    FigureDocument,
    InheritedDocument,
    LineDocument,
    RatingDocument,
    SettledDocument,
)
from schemas.payloads import TYPES, fields_of
from schemas.period import Cycle
from schemas.plan import Plan
from schemas.problems import Problem
from schemas.tables import TableKind

Path = tuple[Key, ...]

WAYS = ("formula", "rank", "weighted", "group", "quota", "allot")
CYCLES = "Write month, two-months, quarter, half-year or year."
JUDGED = frozenset(LineKind) - {LineKind.MEASURE}
"""The kinds of line that judge or pay somebody; measures are only shown."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A problem of a plan, and whether the plan can run with it."""

    problem: Problem
    fatal: bool


def check(plan: Plan, document: Document) -> list[Complaint]:
    """Every complaint about ``plan``, in the order of its lines."""
    checker = _Checker(plan, document)
    found = [
        *checker.names(),
        *checker.measures(),
        *checker.lines(),
        *checker.tables(),
        *checker.closing_balances(),
        *checker.notes(),
    ]
    return sorted(found, key=lambda one: one.problem.place.line or 0)


class _Checker:
    """The checks over one plan; each yields what it finds."""

    def __init__(self, plan: Plan, document: Document) -> None:
        self._plan = plan
        self._document = document
        self._line_ids = {line.id for line in plan.lines}
        self._used: set[str] = {plan.board}

    def _error(self, path: Path, what: str, remedy: str = "") -> Complaint:
        return Complaint(Problem(what, place=self._document.place(path), remedy=remedy), fatal=True)

    def _warning(self, path: Path, what: str, remedy: str = "") -> Complaint:
        return Complaint(Problem(what, place=self._document.place(path), remedy=remedy), fatal=False)

    def names(self) -> Iterator[Complaint]:
        """A name means one thing."""
        borne: dict[str, str] = {}
        places: list[tuple[Path, str]] = []
        for part in ("parameters", "tables", "measures"):
            places += [((part, name), name) for name in getattr(self._plan, part)]
        places += [(("lines", index, "id"), line.id) for index, line in enumerate(self._plan.lines)]
        for path, name in places:
            if name in borne:
                yield self._error(path, f"{name!r} already names one of the {borne[name]}.", "Give it another name.")
            if name in formula.FUNCTIONS or name in {"and", "or"}:
                yield self._error(path, f"{name!r} is a word of the formula language.", "Give it another name.")
            borne[name] = str(path[0])

    def measures(self) -> Iterator[Complaint]:
        """Measures ask for events, fields and parameters that exist."""
        above: set[str] = set()
        for name, document in self._plan.measures.items():
            path: Path = ("measures", name)
            match document:
                case CreditDocument():
                    yield from self._credit(path, document)
                case RatingDocument():
                    for part in ("items", "groups"):
                        for key, parameter in getattr(document, part).items():
                            yield from self._parameter((*path, part, key), parameter)
                    if document.unless is not None and document.unless not in above:
                        yield self._unknown((*path, "unless"), document.unless, above, "measure above")
                case InheritedDocument():
                    yield from self._inherited(path, document)
                case SettledDocument() | LineDocument() if document.line not in self._line_ids:
                    yield self._unknown((*path, "line"), document.line, self._line_ids, "line")
                case FigureDocument() if document.each is Cycle.RANGE:
                    yield self._error((*path, "each"), "A range is no cycle that a period is made of.", CYCLES)
                case _:
                    pass
            if isinstance(document, LineDocument) and document.each is Cycle.RANGE:
                yield self._error((*path, "each"), "A range is no cycle that a period is made of.", CYCLES)
            above.add(name)

    def _credit(self, path: Path, document: CreditDocument) -> Iterator[Complaint]:
        if document.of != BALANCE and document.of not in FLOWS:
            yield self._unknown((*path, "of"), document.of, [*FLOWS, BALANCE], "event type to measure")
            return
        if document.of in FLOWS:
            quantity = FLOWS[document.of].quantity or "quantity"
            needed = {"sum": "amount", "product-days": "amount", "quantity": quantity}.get(document.aggregate)
            if needed is not None and needed not in {one.name for one in fields_of(TYPES[document.of].model)}:
                yield self._error((*path, "of"), f"An event {document.of!r} has no {needed}.", "Count such events.")
        fields = (*words_of(document.of), CURRENCY_WORD)
        for field in document.where:
            if field not in fields:
                yield self._unknown((*path, "where", field), field, fields, f"field of {document.of!r}")
        if document.times is not None and document.times != RATE:
            yield from self._parameter((*path, "times"), document.times)
        if document.until_class is not None:
            yield from self._parameter((*path, "until_class"), document.until_class)
        if document.table is not None:
            yield from self._table_of_each((*path, "table"), document.table)

    def _table_of_each(self, path: Path, name: str) -> Iterator[Complaint]:
        self._used.add(name)
        table = self._plan.tables.get(name)
        if table is None:
            yield self._unknown(path, name, self._plan.tables, "table")
        elif table.kind in {TableKind.WORDS, TableKind.GRID} or any(row.name for row in table.rows):
            what = f"The table {name!r} gives no figure for an amount, so it cannot be read for each transaction."
            yield self._error(path, what, "Name a table of kind steps, marginal, whole or curve, with values.")

    def _inherited(self, path: Path, document: InheritedDocument) -> Iterator[Complaint]:
        if document.line not in self._line_ids:
            yield self._unknown((*path, "line"), document.line, self._line_ids, "line")
        elif _degree(formula.Name(document.line), self._plan, frozenset()) != 1:
            what = f"The line {document.line!r} is no plain sum of credited measures, so customers cannot hand it on."
            yield self._error((*path, "line"), what, "Inherit a line made by +, - and by parameters as factors.")

    def _parameter(self, path: Path, name: str) -> Iterator[Complaint]:
        self._used.add(name)
        if name not in self._plan.parameters:
            yield self._unknown(path, name, self._plan.parameters, "parameter")

    def lines(self) -> Iterator[Complaint]:
        """Lines use what stands above them."""
        above: set[str] = {*self._plan.parameters, *self._plan.measures}
        for index, line in enumerate(self._plan.lines):
            path: Path = ("lines", index)
            try:
                names = names_of(line)
            except formula.FormulaError as error:
                yield self._error((*path, "formula"), f"This formula cannot be read: {error}.")
                names = []
            way = next(way for way in WAYS if getattr(line, way) is not None)
            yield from self._names((*path, way), names, above)
            if line.formula is not None and names:
                yield from self._read_tables((*path, way), formula.parse(line.formula))
            if line.kind is LineKind.ITEM:
                yield from self._adds_up((*path, way), names)
            if line.weighted is not None and line.weighted.total is not None:
                yield from self._weights((*path, way), line.weighted, Fraction(line.weighted.total))
            above.add(line.id)
        if self._plan.board not in self._line_ids:
            yield self._unknown(("board",), self._plan.board, self._line_ids, "line")

    def _names(self, path: Path, names: Sequence[tuple[str, bool]], above: Collection[str]) -> Iterator[Complaint]:
        for name, is_table in names:
            self._used.add(name)
            if is_table and name not in self._plan.tables:
                yield self._unknown(path, name, self._plan.tables, "table")
            elif not is_table and name not in above:
                if name in self._line_ids:
                    what = f"The line {name!r} stands below this one, or waits for it."
                    yield self._error(path, what, "A line uses only lines above it; move it down.")
                else:
                    yield self._unknown(path, name, above, "parameter, measure or line")

    def _adds_up(self, path: Path, names: Sequence[tuple[str, bool]]) -> Iterator[Complaint]:
        """The items of all managers, with what is uncredited, add up to the bank's own figure."""
        for name, _ in names:
            measure = self._plan.measures.get(name)
            if isinstance(measure, CreditDocument) and measure.share == "full":
                what = f"{name!r} credits everybody of a team in full, so this item would not add up to the bank's."
                yield self._error(path, what, "Make the line one of kind measure, score or pay.")

    def _read_tables(self, path: Path, node: Node) -> Iterator[Complaint]:
        """A table is read as what it is: the function says how, and so does the table's kind."""
        for call in formula.table_calls(node):
            name = next(formula.names(call))[0]
            table = self._plan.tables.get(name)
            if table is None:
                continue
            if table.kind != call.function and not (table.kind in BANDS and call.function in BANDS):
                what = f"{name!r} is a table of kind {table.kind}, but is read by '{call.function}'."
                yield self._error(path, what, f"Write {table.kind}({name}, …), or change the table's kind.")
            elif call.function in {TableKind.MARGINAL, TableKind.WHOLE} and any(row.name for row in table.rows):
                yield self._error(path, f"The rows of {name!r} have names, not rates.", f"Write steps({name}, …).")

    def _weights(self, path: Path, weighted: Weighted, total: Fraction) -> Iterator[Complaint]:
        """Weights that are all parameters add up to what they are said to, on every day on which one changes."""
        parameters = [self._plan.parameters.get(name) for name in weighted.parts.values()]
        known = [parameter for parameter in parameters if parameter is not None]
        if len(known) < len(parameters):
            return
        for day in sorted({day for parameter in known for day in parameter.values}):
            found = sum((value_on(parameter, day)[1] for parameter in known), Fraction(0))
            if found != total:
                what = f"From {day} the weights add up to {print_exact(found)}, not to {print_exact(total)}."
                yield self._error(path, what, "Change the weights of that day, or what they have to add up to.")

    def tables(self) -> Iterator[Complaint]:
        """Rate tables leave no gap below their first row."""
        for name, table in self._plan.tables.items():
            first = table.rows[0].above if table.rows else None
            if table.kind in {TableKind.STEPS, TableKind.WHOLE, TableKind.GRID} and first is not None:
                yield self._warning(
                    ("tables", name, "rows", 0),
                    f"The table {name!r} gives nothing below {first}.",
                    "Add a first row without 'from' if something holds there, if only 0.",
                )

    def closing_balances(self) -> Iterator[Complaint]:
        """Supervisors forbid judging deposits by a day's balance: such a balance may be shown, but not counted."""
        judged = {name for line in self._plan.lines if line.kind in JUDGED for name, _ in _safe_names(line)}
        for line in reversed(self._plan.lines):
            if line.id in judged:
                judged |= {name for name, _ in _safe_names(line)}
        for name, document in self._plan.measures.items():
            if (
                isinstance(document, CreditDocument)
                and document.aggregate == "closing-balance"
                and name in judged
                and _may_hold_deposits(document)
            ):
                yield self._warning(
                    ("measures", name, "aggregate"),
                    f"The closing balance {name!r} of deposits reaches a score, a rank or pay.",
                    "Supervisors forbid judging deposits by a day's balance; use product-days over the days.",
                )

    def notes(self) -> Iterator[Complaint]:
        """Rules name their clause; what is written is used."""
        for part in ("parameters", "tables", "measures"):
            for name, rule in getattr(self._plan, part).items():
                if rule.clause is None:
                    yield self._warning((part, name), f"{name!r} names no clause.", "Add 'clause'.")
                if name not in self._used:
                    yield self._warning((part, name), f"Nothing uses {name!r}.", "Remove it, or use it in a line.")
        for index, line in enumerate(self._plan.lines):
            if line.clause is None:
                yield self._warning(("lines", index), f"The line {line.id!r} names no clause.", "Add 'clause'.")

    def _unknown(self, path: Path, name: str, known: Collection[str], kind: str) -> Complaint:
        return self._error(path, f"There is no {kind} {name!r}.", nearest(name, set(known)))


def _safe_names(line: Line) -> list[tuple[str, bool]]:
    try:
        return names_of(line)
    except formula.FormulaError:
        return []


def _may_hold_deposits(document: CreditDocument) -> bool:
    """Whether the filter on products lets deposits, or cards, which hold some, through."""
    where = document.where.get("product")
    if where is None or not where.only:
        return True
    return any(path.split(".")[0] in {"deposit", "card"} for path in where.only)


def _degree(node: Node, plan: Plan, within: frozenset[str]) -> int | None:
    """0 for what is the same for every event, 1 for a plain sum of credits, None for everything else."""
    match node:
        case formula.Number(_):
            return 0
        case formula.Name(name):
            return _degree_of_name(name, plan, within)
        case formula.Negative(term):
            return _degree(term, plan, within)
        case formula.Binary(sign, left, right):
            return _degree_of_binary(sign, _degree(left, plan, within), _degree(right, plan, within))
        case formula.Call("if", (condition, then, otherwise)) if _degree(condition, plan, within) == 0:
            branches = {_degree(branch, plan, within) for branch in (then, otherwise) if not _is_zero(branch)}
            return branches.pop() if len(branches) == 1 else 0 if not branches else None
        case formula.Call(_, arguments):
            return 0 if all(_degree(one, plan, within) == 0 for one in arguments) else None
    return None


def _degree_of_name(name: str, plan: Plan, within: frozenset[str]) -> int | None:
    if name in plan.parameters or name in plan.tables:
        return 0
    measure = plan.measures.get(name)
    if isinstance(measure, CreditDocument) and not measure.over:
        return 1 if measure.each is None and measure.aggregate != "closing-balance" else None
    line = plan.line(name)
    if line is None or line.formula is None or name in within:
        return None
    try:
        return _degree(formula.parse(line.formula), plan, within | {name})
    except formula.FormulaError:
        return None


def _degree_of_binary(sign: str, left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return None
    if sign in "+-":
        return left if left == right else None
    if sign == "*":
        return left + right if left + right <= 1 else None
    if sign == "/":
        return left if right == 0 else None
    return 0 if left == right == 0 else None


def _is_zero(node: Node) -> bool:
    return isinstance(node, formula.Number) and node.value == 0
