"""Formulas as a person writes them: fractions, ×, ≥, cases, and names by their labels.

if(a >= b, steps(rates, a) / 2, 0)   →   { rates(a) / 2   if a ≥ b
                                          { 0              otherwise
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.plan import formula
from engine.plan.formula import Binary, Call, Name, Negative, Node, Number
from engine.plan.spelling import needs_parentheses
from meritlog.paper.blocks import Brackets, Case, Cases, Figure, Over, Sign, Written, sequence, tight
from meritlog.paper.blocks import Words as Said
from meritlog.show.figures import Count, grouped, is_decimal
from meritlog.show.labels import Labels

SIGNS = {"*": "×", "-": "−", "+": "+", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠"}
TRUTHS = frozenset({"<", "<=", ">", ">=", "=", "!=", "and", "or"})
_ROUNDED = {"floor": ("⌊", "⌋"), "ceiling": ("⌈", "⌉")}


def written(node: Node, labels: Labels, values: Mapping[str, str | None] | None = None) -> Written:
    """The formula of a line; one that asks a question is 1 where it holds and 0 otherwise.

    With ``values`` each name is told by its value, and of a choice by what there is only what was taken; a name without
    value stays a name.
    """
    return _Writer(labels, values).value(node)


class _Writer:
    """Writes formulas in the language of its labels."""

    def __init__(self, labels: Labels, values: Mapping[str, str | None] | None) -> None:
        self._labels = labels
        self._words = labels.words
        self._values = values

    def value(self, node: Node) -> Written:
        """A figure."""
        match node:
            case Number(_, text):
                return Figure(grouped(text))
            case Name(name):
                return self._named(name)
            case Negative(term):
                return tight(Sign("−"), self._side(term, needs_parentheses(term, "*", right=False), self.value))
            case Binary(sign, _, _) | Call("has" as sign, _) if sign in TRUTHS or sign == "has":
                return self._cases([(Figure("1"), self.condition(node))], Figure("0"))
            case Binary("/", left, right):
                return Over(self.value(left), self.value(right))
            case Binary(sign, left, right):
                return self._joined(sign, left, right, self.value)
            case Call(function, arguments):
                return self._called(function, arguments)

    def _named(self, name: str) -> Written:
        value = (self._values or {}).get(name)
        if value is None:
            return Said(self._labels(name))
        if not is_decimal(value):
            return Said(self._labels.word(value))
        return Brackets(Figure(f"−{grouped(value[1:])}")) if value.startswith("-") else Figure(grouped(value))

    def _flag(self, condition: Node) -> bool | None:
        """Whether a condition holds that is a mere figure, such as a switch of the plan; None where that is unknown."""
        if self._values is None or not isinstance(condition, Name):
            return None
        value = self._values.get(condition.name)
        return None if value is None or not is_decimal(value) else value.strip("-0.") != ""

    def _is_there(self, node: Node) -> bool:
        return self._values is None or not isinstance(node, Name) or self._values.get(node.name) is not None

    def _called(self, function: str, arguments: Sequence[Node]) -> Written:
        if function == "if":
            return self._if(arguments)
        if function == "when":
            if self._flag(arguments[0]):
                return self.value(arguments[1])
            return self._cases([(self.value(arguments[1]), self.condition(arguments[0]))], None)
        if function == "first":
            return self._first(arguments)
        if function in formula.TABLE_FUNCTIONS and isinstance(arguments[0], Name):
            return self._applied(self._read(function, arguments[0].name), arguments[1:])
        if function in _ROUNDED:
            left, right = _ROUNDED[function]
            return Brackets(self.value(arguments[0]), left, right)
        if function == "round":
            return self._rounded(arguments)
        return self._applied(self._words("min") if function == "min" else self._words("max"), arguments)

    def _if(self, arguments: Sequence[Node]) -> Written:
        """Cases, one for each ``if`` that stands in the last branch of another."""
        rows: list[tuple[Written, Written]] = []
        condition, then, otherwise = arguments
        if (flag := self._flag(condition)) is not None:
            return self.value(then if flag else otherwise)
        rows.append((self.value(then), self.condition(condition)))
        while isinstance(otherwise, Call) and otherwise.function == "if":
            condition, then, otherwise = otherwise.arguments
            rows.append((self.value(then), self.condition(condition)))
        return self._cases(rows, self.value(otherwise))

    def _first(self, arguments: Sequence[Node]) -> Written:
        *before, last = [one for one in arguments if self._is_there(one)] or arguments[-1:]
        if self._values is not None and (not before or isinstance(before[0], Name)):
            return self.value((*before, last)[0])
        if len(before) == 1 and isinstance(last, Number):
            return sequence(self.value(before[0]), Said(self._words("({figure} if none)", figure=grouped(last.text))))
        rows = [Case(self.value(one), Said(self._words("if there is one"))) for one in before]
        return Cases([*rows, Case(self.value(last), Said(self._words("otherwise")))])

    def _cases(self, rows: Sequence[tuple[Written, Written]], otherwise: Written | None) -> Written:
        told = [Case(value, sequence(Said(self._words("if")), condition)) for value, condition in rows]
        last = [] if otherwise is None else [Case(otherwise, Said(self._words("otherwise")))]
        return Cases([*told, *last])

    def _read(self, function: str, table: str) -> str:
        name = self._labels(table)
        if function == "marginal":
            return self._words("{table}, each rate on its part", table=name)
        if function == "whole":
            return self._words("{table}, the rate on the whole", table=name)
        return name

    def _rounded(self, arguments: Sequence[Node]) -> Written:
        digits = int(arguments[1].value) if len(arguments) > 1 and isinstance(arguments[1], Number) else 0
        name = (
            self._words("rounded to {digits:digit/digits}", digits=Count(digits)) if digits else self._words("rounded")
        )
        return self._applied(name, arguments[:1])

    def _applied(self, name: str, arguments: Sequence[Node]) -> Written:
        parts: list[Written] = []
        for argument in arguments:
            parts += [Sign(", "), self.value(argument)] if parts else [self.value(argument)]
        return tight(Said(name), Brackets(tight(*parts)))

    def _joined(self, sign: str, left: Node, right: Node, side: Callable[[Node], Written]) -> Written:
        before = self._side(left, needs_parentheses(left, sign, right=False), side)
        after = self._side(right, needs_parentheses(right, sign, right=True), side)
        if sign in {"and", "or"}:
            return sequence(before, Said(self._words("and") if sign == "and" else self._words("or")), after)
        return sequence(before, Sign(SIGNS[sign]), after)

    def _side(self, node: Node, in_parentheses: bool, side: Callable[[Node], Written]) -> Written:
        # A fraction holds together by its stroke, a question by the brace around its cases.
        held = isinstance(node, Binary) and (node.operator == "/" or (side == self.value and node.operator in TRUTHS))
        return Brackets(side(node)) if in_parentheses and not held else side(node)

    def condition(self, node: Node) -> Written:
        """A question; a figure taken as one asks whether it is other than 0."""
        match node:
            case Binary("and" | "or" as sign, left, right):
                return self._joined(sign, left, right, self.condition)
            case Binary(sign, left, right) if sign in TRUTHS:
                return self._compared(sign, left, right)
            case Call("has", (argument,)):
                return sequence(self.value(argument), Said(self._words("is known")))
            case Call("first", (argument, Number(value, _))) if value == 0 and self._values is None:
                return self.condition(argument)
            case Name(name) if not self._labels.is_parameter(name) and self._values is None:
                return self.value(node)
            case _:
                return sequence(self.value(node), Sign("≠"), Figure("0"))

    def _compared(self, sign: str, left: Node, right: Node) -> Written:
        if isinstance(right, Number) and right.value == 0 and self._values is None:
            match left:
                case Call("first", (argument, Number(value, _))) if sign == ">" and value == 0:
                    left = argument  # what is not there is not above 0 either
                case Name(_) if sign == "=":
                    return sequence(Said(self._words("not:")), self.value(left))
                case _:
                    pass
        return self._joined(sign, left, right, self.value)
