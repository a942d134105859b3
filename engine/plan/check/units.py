"""Units mixed up: money added to a count, product-days compared with money, a word computed with.

What each name stands for is inferred from the measures on (``engine.plan.units``). Lines carried from other periods may
stand below what carries them, so the inference goes round until it learns nothing more; then it complains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.measures import RATE
from engine.plan import formula
from engine.plan.check.draft import Complaint, Draft, Path
from engine.plan.check.tables import beside_words
from engine.plan.spelling import spelled
from engine.plan.units import DECLARED, Known, Unit, clash, is_literal, product, quotient, scaled, together
from schemas.lines import ROUNDED, Line, LineKind
from schemas.measures import (
    AnyMeasure,
    CalendarDocument,
    CorrectionsDocument,
    CreditDocument,
    DecisionDocument,
    FigureDocument,
    InheritedDocument,
    LineDocument,
    PostDocument,
    RatingDocument,
    ServiceDocument,
    SettledDocument,
)
from schemas.plan import Plan
from schemas.tables import TableKind

CONVERT = (
    "Convert one of them first: multiply a count or points by a parameter that says what one is worth, divide "
    "product-days by days."
)
READ = "Read it in a table of words first: words(TABLE, …)."
_CREDITED = {"sum": Unit.MONEY, "product-days": Unit.PRODUCT_DAYS, "closing-balance": Unit.MONEY, "count": Unit.COUNT}


def units(draft: Draft) -> Iterator[Complaint]:
    """Every place where figures of different units meet."""
    known: dict[str, Known] = {}
    for _ in range(len(draft.plan.lines) + 2):
        inference = _Inference(draft, known)
        if inference.units == known:
            break
        known = inference.units
    for path, what, remedy in inference.found:
        yield draft.error(path, what, remedy)


class _Inference:
    """One round over the plan: the unit of each name, given what was known of carried lines before."""

    def __init__(self, draft: Draft, before: dict[str, Known]) -> None:
        self._plan: Plan = draft.plan
        self._path: Path = ()
        self.found: list[tuple[Path, str, str]] = []
        self.units: dict[str, Known] = {
            name: DECLARED.get(parameter.unit or "", Unit.NUMBER) for name, parameter in self._plan.parameters.items()
        }
        for name, document in self._plan.measures.items():
            self.units[name] = self._measured(document, before)
        for place, (path, line) in enumerate(draft.rules()):
            self._path = path
            self.units[line.id] = self._declared(line, self._made(line, draft.formulas.get(place)))

    def _complain(self, what: str, remedy: str) -> None:
        self.found.append((self._path, what, remedy))

    def _measured(self, document: AnyMeasure, before: dict[str, Known]) -> Known:
        match document:
            case CreditDocument():
                return self._credited(document)
            case RatingDocument():
                return Unit.POINTS
            case PostDocument():
                return Unit.WORD
            case ServiceDocument():
                return Unit.COUNT
            case CalendarDocument():
                return Unit.DAYS if document.field in {"days", "year-days"} else Unit.COUNT
            case DecisionDocument() | FigureDocument() | LineDocument() if document.take == "count":
                return Unit.COUNT
            case InheritedDocument() | SettledDocument() | LineDocument():
                return before.get(document.line)
            case CorrectionsDocument():
                return Unit.MONEY
            case _:
                return Unit.NUMBER

    def _credited(self, document: CreditDocument) -> Known:
        unit = _CREDITED.get(document.aggregate, Unit.NUMBER)
        table = self._plan.tables.get(document.table or "")
        if table is not None and table.kind not in {TableKind.MARGINAL, TableKind.WHOLE}:
            unit = Unit.NUMBER
        if document.times is None or document.times == RATE:
            return unit
        return product(unit, self.units.get(document.times))

    def _declared(self, line: Line, unit: Known) -> Known:
        """The line's unit as it declares it; where its rule gives another, that is a complaint."""
        if line.kind is LineKind.GRADE:
            if unit not in {Unit.WORD, None}:
                self._complain(f"A grade is a word, but {line.id!r} gives {unit}.", "Name the rows of its table.")
            return Unit.WORD
        if unit is Unit.WORD:
            if line.kind is not LineKind.MEASURE or line.unit is not None:
                what = f"The line {line.id!r} of kind {line.kind} is a figure, but its rule gives a word."
                self._complain(what, "Make it a grade or a measure without unit, or read the word in a table.")
            return unit
        declared = DECLARED.get(line.unit or "", Unit.MONEY if line.kind in ROUNDED else unit)
        if clash(declared, unit):
            what = f"The line {line.id!r} is {declared}, but its rule gives {unit}."
            self._complain(what, "Correct its unit, or convert what it is made of.")
        return declared

    def _made(self, line: Line, node: formula.Node | None) -> Known:
        if line.rank is not None:
            self._figures([line.rank.by], "ranks by")
            return Unit.PLACE
        if line.weighted is not None:
            self._figures(line.weighted.parts.values(), "weighs by")
            return self._mean(list(line.weighted.parts))
        if line.group is not None:
            if line.group.take == "count":
                return Unit.COUNT
            self._figures([line.group.of], f"takes the {line.group.take} of")
            return self.units.get(line.group.of)
        if line.quota is not None:
            self._figures([line.quota.by, *([line.quota.then] if line.quota.then else [])], "orders by")
            self._figures(line.quota.levels.values(), "has the share")
            return Unit.WORD
        if line.allot is not None:
            self._figures([line.allot.pool, line.allot.by], "shares out by")
            return self.units.get(line.allot.pool)
        return None if node is None else self._of(node)

    def _figures(self, names: Iterable[str], doing: str) -> None:
        for name in names:
            if self.units.get(name) is Unit.WORD:
                self._complain(f"It {doing} {name!r}, which is a word.", READ)

    def _mean(self, parts: list[str]) -> Known:
        self._figures(parts, "takes the mean of")
        units = {name: unit for name in parts if (unit := self.units.get(name)) is not Unit.WORD}
        first = next(iter(units), "")
        other = next((name for name in units if clash(units[first], units[name])), None)
        if other is not None:
            self._complain(f"It takes the mean of {units[first]} ({first}) and {units[other]} ({other}).", CONVERT)
        return together(*units.values())

    def _of(self, node: formula.Node) -> Known:
        match node:
            case formula.Number(_):
                return Unit.NUMBER
            case formula.Name(name):
                return self.units.get(name)
            case formula.Negative(term):
                return self._figure(term, node)
            case formula.Binary(sign, left, right):
                return self._of_binary(node, sign, left, right)
            case formula.Call(function, arguments) if function in formula.TABLE_FUNCTIONS:
                return self._read(node, function, arguments)
            case formula.Call(function, arguments):
                return self._called(node, function, arguments)

    def _figure(self, node: formula.Node, around: formula.Node) -> Known:
        """The unit of a figure that ``around`` computes with, which a word is not."""
        unit = self._of(node)
        if unit is not Unit.WORD:
            return unit
        self._complain(f"'{spelled(around)}' computes with '{spelled(node)}', which is a word.", READ)
        return None

    def _of_binary(self, node: formula.Node, sign: str, left: formula.Node, right: formula.Node) -> Known:
        if sign in {"=", "!="}:
            return self._alike(node, "compares", (left, right), Unit.NUMBER)
        one, other = self._figure(left, node), self._figure(right, node)
        if sign in {"and", "or"}:
            return Unit.NUMBER
        if sign == "*":
            return scaled(other) if is_literal(left) else scaled(one) if is_literal(right) else product(one, other)
        if sign == "/":
            return Unit.NUMBER if is_literal(left) else scaled(one) if is_literal(right) else quotient(one, other)
        if clash(one, other):
            verb = {"+": "adds", "-": "subtracts"}.get(sign, "compares")
            self._complain(f"'{spelled(node)}' {verb} {one} and {other}.", CONVERT)
        return together(one, other) if sign in {"+", "-"} else Unit.NUMBER

    def _alike(self, node: formula.Node, verb: str, sides: Sequence[formula.Node], result: Known = None) -> Known:
        """The unit of what is chosen from ``sides``, or compared, which have to be of one unit."""
        units = [self._of(side) for side in sides]
        clashing = next((other for other in units[1:] if clash(units[0], other)), None)
        if clashing is not None:
            remedy = READ if Unit.WORD in {units[0], clashing} else CONVERT
            self._complain(f"'{spelled(node)}' {verb} {units[0]} and {clashing}.", remedy)
        return result or together(*units)

    def _called(self, node: formula.Node, function: str, arguments: Sequence[formula.Node]) -> Known:
        if function == "has":
            self._of(arguments[0])
            return Unit.NUMBER
        if function in {"if", "when"}:
            self._figure(arguments[0], node)
            return self._alike(node, "chooses between", arguments[1:])
        if function == "first":
            return self._alike(node, "chooses between", arguments)
        if function in {"min", "max"}:
            for argument in arguments:
                if self._of(argument) is Unit.WORD:
                    return self._figure(argument, node)
            return self._alike(node, "compares", arguments)
        return self._figure(arguments[0], node)

    def _read(self, node: formula.Node, function: str, arguments: Sequence[formula.Node]) -> Known:
        name = arguments[0].name if isinstance(arguments[0], formula.Name) else ""
        table = self._plan.tables.get(name)
        by_word = table is not None and bool(table.rows) and beside_words(table)
        unit = self._of(arguments[1])
        if table is not None and table.rows and by_word != (unit is Unit.WORD) and unit is not None:
            stands = "stand beside words" if by_word else "begin at figures"
            what = f"The rows of {name!r} {stands}, but '{spelled(arguments[1])}' is {unit}."
            self._complain(what, "Give it a word, such as a grade held." if by_word else READ)
        for other in arguments[2:]:
            self._figure(other, node)
        if table is not None and any(row.name is not None for row in table.rows):
            return Unit.WORD
        if function in {TableKind.MARGINAL, TableKind.WHOLE} and unit is Unit.MONEY:
            return Unit.MONEY
        return None if table is None else Unit.NUMBER
