"""What is wrong in a plan, found before any money is computed.

The document model has already refused what a part of a plan can get wrong by itself. Here the parts meet: names that
nothing bears, lines that wait for one another, rules without a clause. An error keeps the plan from running; a warning
does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine.measures import RATE
from engine.plan import formula
from engine.plan.formula import Node
from schemas.document import Document, Key, nearest
from schemas.payloads import TYPES, fields_of
from schemas.plan import (
    CreditDocument,
    InheritedDocument,
    Plan,
    RatingDocument,
    SettledDocument,
    TableKind,
)
from schemas.problems import Problem

Path = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """A problem of a plan, and whether the plan can run with it."""

    problem: Problem
    fatal: bool


def check(plan: Plan, document: Document) -> list[Complaint]:
    """Every complaint about ``plan``, in the order of its lines."""
    checker = _Checker(plan, document)
    found = [*checker.names(), *checker.measures(), *checker.lines(), *checker.tables(), *checker.notes()]
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
                case SettledDocument() if document.line not in self._line_ids:
                    yield self._unknown((*path, "line"), document.line, self._line_ids, "line")
                case _:
                    pass
            above.add(name)

    def _credit(self, path: Path, document: CreditDocument) -> Iterator[Complaint]:
        if document.of == "balance":
            fields: Collection[str] = {"product"}
        elif document.of in TYPES:
            fields = {field.name for field in fields_of(TYPES[document.of].model)}
            needed = {"sum": "amount", "product-days": "amount", "quantity": "quantity"}.get(document.aggregate)
            if needed is not None and needed not in fields:
                yield self._error((*path, "of"), f"An event {document.of!r} has no {needed}.", "Count such events.")
        else:
            yield self._unknown((*path, "of"), document.of, [*TYPES, "balance"], "event type")
            return
        for field in document.where:
            if field not in fields:
                yield self._unknown((*path, "where", field), field, fields, f"field of {document.of!r}")
        if document.times is not None and document.times != RATE:
            yield from self._parameter((*path, "times"), document.times)
        if document.until_class is not None:
            yield from self._parameter((*path, "until_class"), document.until_class)

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
            if line.rank is not None and line.rank.by not in above:
                yield self._unknown((*path, "rank", "by"), line.rank.by, above, "line above")
            if line.formula is not None:
                yield from self._formula((*path, "formula"), line.formula, above)
            above.add(line.id)
        if self._plan.board not in self._line_ids:
            yield self._unknown(("board",), self._plan.board, self._line_ids, "line")

    def _formula(self, path: Path, text: str, above: Collection[str]) -> Iterator[Complaint]:
        try:
            node = formula.parse(text)
        except formula.FormulaError as error:
            yield self._error(path, f"This formula cannot be read: {error}.")
            return
        for name, is_table in formula.names(node):
            self._used.add(name)
            if is_table and name not in self._plan.tables:
                yield self._unknown(path, name, self._plan.tables, "table")
            elif not is_table and name not in above:
                if name in self._line_ids:
                    what = f"The line {name!r} stands below this one, or waits for it."
                    yield self._error(path, what, "A line uses only lines above it; move it down.")
                else:
                    yield self._unknown(path, name, above, "parameter, measure or line")

    def tables(self) -> Iterator[Complaint]:
        """Rate tables leave no gap below their first row."""
        for name, table in self._plan.tables.items():
            first = table.rows[0].above if table.rows else None
            if table.kind in {TableKind.STEPS, TableKind.WHOLE} and first is not None:
                yield self._warning(
                    ("tables", name, "rows", 0),
                    f"The table {name!r} gives nothing below {first}.",
                    "Add a first row without 'from' if something holds there, if only 0.",
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
    if isinstance(plan.measures.get(name), CreditDocument):
        return 1
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
