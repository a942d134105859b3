"""The formula language of plans: arithmetic over named figures. Small, total and safe.

    expression := comparison {("and" | "or") comparison}
    comparison := sum [("<" | "<=" | ">" | ">=" | "=" | "!=") sum]
    sum        := product {("+" | "-") product}
    product    := factor {("*" | "/") factor}
    factor     := number | name | "name" "(" expression {"," expression} ")" | "(" expression ")" | "-" factor

There are no loops, no attributes, no assignment and no input: a formula ends, and reaches nothing but its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

MAX_LENGTH = 2000
MAX_TOKENS = 400
MAX_DEPTH = 50
MAX_ROUNDED = 6


class FormulaError(ValueError):
    """A formula that cannot be read; says where in its text."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter, measure, line or table."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus a term."""

    term: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two terms and the operator between them."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function of terms."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Name | Negative | Binary | Call

FUNCTIONS = {
    "min": (2, 8),
    "max": (2, 8),
    "if": (3, 3),
    "first": (2, 8),
    "has": (1, 1),
    "when": (2, 2),
    "round": (1, 2),
    "floor": (1, 1),
    "ceiling": (1, 1),
    "steps": (2, 2),
    "marginal": (2, 2),
    "whole": (2, 2),
    "curve": (2, 2),
    "words": (2, 2),
    "grid": (3, 3),
}
"""Each function and how many arguments it takes, at least and at most. The last six read a table, named first."""
TABLE_FUNCTIONS = frozenset({"steps", "marginal", "whole", "curve", "words", "grid"})
PRECEDENCE = {"or": 1, "and": 2, "<": 3, "<=": 3, ">": 3, ">=": 3, "=": 3, "!=": 3, "+": 4, "-": 4, "*": 5, "/": 5}
_COMPARISON = 3
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([a-z][a-z0-9_]*)|(<=|>=|!=|[-+*/<>=(),]))", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The formula written in ``text``; each text is read once, however many ask for it.

    Raises:
        FormulaError: what is wrong, and at which character.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula is longer than {MAX_LENGTH} characters; split it into lines")
    tokens = list(_tokens(text))
    if len(tokens) > MAX_TOKENS:
        raise FormulaError(f"the formula has more than {MAX_TOKENS} numbers, names and signs; split it into lines")
    reader = _Reader(tokens)
    node = reader.expression(1, 0)
    reader.expect_end()
    return node


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    stripped = text.rstrip()
    while place < len(stripped):
        match = _TOKEN.match(stripped, place)
        if match is not None and stripped.startswith("==", match.start(3)):
            raise FormulaError(f"'==' at character {match.start(3) + 1} is written '='")
        if match is None:
            odd = stripped[place:].lstrip()[0]
            raise FormulaError(f"{odd!r} at character {stripped.index(odd, place) + 1} has no meaning in a formula")
        number, word, sign = match.groups()
        kind = "number" if number else "word" if word else "sign"
        yield _Token(kind, number or word or sign, match.end() - len(number or word or sign) + 1)
        place = match.end()
    yield _Token("end", "the end", len(stripped) + 1)


class _Reader:
    """A reader of tokens by precedence (Pratt 1973)."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def expression(self, precedence: int, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise FormulaError(f"the formula nests deeper than {MAX_DEPTH}; split it into lines")
        left = self._factor(depth)
        while True:
            operator = self._peek().text
            binding = PRECEDENCE.get(operator, 0)
            if self._peek().kind == "number" or binding < precedence:
                return left
            self._take()
            right = self.expression(binding + 1, depth + 1)
            left = Binary(operator, left, right)
            if binding == _COMPARISON and PRECEDENCE.get(self._peek().text) == _COMPARISON:
                raise FormulaError(f"two comparisons in a row at character {self._peek().column}; join them by 'and'")

    def expect_end(self) -> None:
        if self._peek().kind != "end":
            raise FormulaError(f"{self._peek().text!r} at character {self._peek().column} is not expected there")

    def _factor(self, depth: int) -> Node:
        token = self._take()
        if token.kind == "number":
            return Number(Fraction(token.text), token.text)
        if token.text == "not" and self._peek().kind != "sign":
            raise FormulaError(f"'not' at character {token.column} is no word here; write 'a = 0' for 'not a'")
        if token.kind == "word" and token.text not in PRECEDENCE:
            return self._call(token, depth) if self._peek().text == "(" else Name(token.text)
        if token.text == "-":
            return Negative(self.expression(PRECEDENCE["*"], depth + 1))
        if token.text == "(":
            node = self.expression(1, depth + 1)
            self._expect(")")
            return node
        raise FormulaError(f"a figure is expected at character {token.column}, not {token.text!r}")

    def _call(self, token: _Token, depth: int) -> Node:
        if token.text not in FUNCTIONS:
            raise FormulaError(
                f"{token.text!r} at character {token.column} is no function; there are {', '.join(sorted(FUNCTIONS))}"
            )
        self._expect("(")
        arguments = [self.expression(1, depth + 1)]
        while self._peek().text == ",":
            self._take()
            arguments.append(self.expression(1, depth + 1))
        self._expect(")")
        least, most = FUNCTIONS[token.text]
        if not least <= len(arguments) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise FormulaError(f"the number of arguments of {token.text!r} is {wanted}, not {len(arguments)}")
        if token.text in TABLE_FUNCTIONS and not isinstance(arguments[0], Name):
            raise FormulaError(f"{token.text!r} takes the name of a table first")
        if token.text == "round" and len(arguments) > 1 and not _is_digits(arguments[1]):
            raise FormulaError("'round' takes the number of digits, 0 to 6, second")
        return Call(token.text, tuple(arguments))

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _expect(self, sign: str) -> None:
        token = self._take()
        if token.text != sign:
            raise FormulaError(f"{sign!r} is expected at character {token.column}, not {token.text!r}")


def _is_digits(node: Node) -> bool:
    return isinstance(node, Number) and node.value.denominator == 1 and node.value <= MAX_ROUNDED


def is_zero(node: Node) -> bool:
    """Whether ``node`` is a written 0."""
    return isinstance(node, Number) and node.value == 0


def names(node: Node) -> Iterator[tuple[str, bool]]:
    """Every name in ``node`` in reading order, and whether it names a table. A name may come more than once."""
    match node:
        case Name(name):
            yield name, False
        case Negative(term):
            yield from names(term)
        case Binary(_, left, right):
            yield from names(left)
            yield from names(right)
        case Call(function, arguments):
            for index, argument in enumerate(arguments):
                if index == 0 and function in TABLE_FUNCTIONS and isinstance(argument, Name):
                    yield argument.name, True
                else:
                    yield from names(argument)


def table_calls(node: Node) -> Iterator[Call]:
    """Every reading of a table in ``node``, from the outside in."""
    match node:
        case Call(function, arguments):
            if function in TABLE_FUNCTIONS:
                yield node
            for argument in arguments:
                yield from table_calls(argument)
        case Binary(_, left, right):
            yield from table_calls(left)
            yield from table_calls(right)
        case Negative(term):
            yield from table_calls(term)
