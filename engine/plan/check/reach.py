"""Unreachable rules: conditions that never change, rows that nothing reaches, lines that can never have a value.

What a figure can be is followed through the plan as a range: a count is never negative, a curve stays between its
values, inside the second branch of ``if(a > 1, …, …)`` a is at most 1. Parameters are the adopter's: they may be
anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce

from engine.plan import formula
from engine.plan.check.draft import Complaint, Draft, Path
from engine.plan.check.presence import Presence, cycles
from engine.plan.check.tables import beside_words
from engine.plan.ranges import ANY, NOT_NEGATIVE, TRUTH, Range, compared, exactly, where
from engine.plan.spelling import spelled
from engine.plan.unset import waits_for
from schemas.exact import plain
from schemas.lines import Line
from schemas.measures import (
    AnyMeasure,
    CalendarDocument,
    CreditDocument,
    DecisionDocument,
    FigureDocument,
    LineDocument,
    ServiceDocument,
    StandingDocument,
)
from schemas.tables import Row, Table, TableKind

Facts = Mapping[formula.Node, Range]
"""What is known of some figures in a branch of a formula, beside what is known of them everywhere."""
NEVER = "Nothing comes of it: remove it, or correct the condition."
_OTHERWISE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def unreachable(draft: Draft) -> Iterator[Complaint]:
    """Every rule that nothing can come of."""
    presence = Presence(draft)
    reach = _Reach(draft, presence)
    yield from _without_value(draft, presence)
    for path, what, remedy in reach.found:
        yield draft.warning(path, what, remedy)
    yield from _rows(draft, reach)


def _without_value(draft: Draft, presence: Presence) -> Iterator[Complaint]:
    for place, line in enumerate(draft.plan.lines):
        path: Path = ("lines", place)
        if not line.cycles:
            yield draft.warning((*path, "in"), f"No period shows the line {line.id!r}.", "Name a cycle under 'in'.")
            continue
        if hidden := set(line.required) - set(line.cycles):
            what = f"The line {line.id!r} is required in periods that do not show it: {cycles(hidden)}."
            yield draft.warning((*path, "required"), what, "Name them under 'in', too, or not under 'required'.")
        if waits_for(draft.plan, line.id):
            continue  # told by what is still to be set
        if not presence.ever[line.id] and (cause := _absent(draft, presence, place, line)):
            what = f"The line {line.id!r} never has a value: in its periods ({cycles(line.cycles)}) {cause}."
            yield draft.warning(path, what, "Show both in the same periods, or say what stands instead: first(…, 0).")


def _absent(draft: Draft, presence: Presence, place: int, line: Line) -> str:
    """Which of the lines that it is made of has no value in any of the line's periods."""
    for name, is_table in draft.names[place]:
        if not is_table and name in presence.ever and not presence.ever[name] & set(line.cycles):
            return f"{name!r} has none"
    return ""


class _Reach:
    """The ranges of all names, line by line, and what in their formulas can never be reached."""

    def __init__(self, draft: Draft, presence: Presence) -> None:
        self._draft = draft
        self._presence = presence
        self.found: list[tuple[Path, str, str]] = []
        self.ranges: dict[str, Range] = dict.fromkeys(draft.plan.parameters, ANY)
        self.read: dict[str, list[Range]] = defaultdict(list)
        self.words: dict[str, list[set[str] | None]] = defaultdict(list)
        self._spoken: dict[str, set[str] | None] = {}
        for name, document in draft.plan.measures.items():
            self.ranges[name] = _measured(document)
        for place, line in enumerate(draft.plan.lines):
            self._place, self._cycles = place, frozenset(line.cycles)
            self.ranges[line.id] = self._made(line, draft.formulas.get(place))
            self._spoken[line.id] = self._words_of(line, draft.formulas.get(place))

    def _complain(self, what: str, remedy: str) -> None:
        self.found.append((("lines", self._place, "formula"), what, remedy))

    def _made(self, line: Line, node: formula.Node | None) -> Range:
        if line.rank is not None:
            return Range(Fraction(1))
        if line.group is not None:
            if line.group.take == "count":
                return NOT_NEGATIVE
            inside = self.ranges.get(line.group.of, ANY)
            return inside if line.group.take != "sum" else inside + NOT_NEGATIVE if inside.low == 0 else ANY
        return ANY if node is None else self._of(node, {})

    def _of(self, node: formula.Node, facts: Facts) -> Range:
        return self._range(node, facts).within(facts.get(node, ANY))

    def _range(self, node: formula.Node, facts: Facts) -> Range:
        match node:
            case formula.Number(value):
                return exactly(value)
            case formula.Name(name):
                return self.ranges.get(name, ANY)
            case formula.Negative(term):
                return -self._of(term, facts)
            case formula.Binary(sign, left, right):
                return self._of_binary(sign, left, right, facts)
            case formula.Call(function, arguments) if function in formula.TABLE_FUNCTIONS:
                return self._of_table(function, arguments, facts)
            case formula.Call(function, arguments):
                return self._called(node, function, arguments, facts)

    def _of_binary(self, sign: str, left: formula.Node, right: formula.Node, facts: Facts) -> Range:
        one, other = self._of(left, facts), self._of(right, facts)
        if sign == "+":
            return one + other
        if sign == "-":
            return one + -other
        if sign == "*":
            return one * other
        if sign == "/":
            return ANY if not other.only else one.times(1 / other.only)
        if sign in _OTHERWISE:
            holds = compared(sign, one, other)
            return TRUTH if holds is None else exactly(Fraction(int(holds)))
        holding = [_truth(one), _truth(other)]
        decided = (False in holding, None in holding) if sign == "and" else (True in holding, None in holding)
        if decided[0]:
            return exactly(Fraction(int(sign == "or")))
        return TRUTH if decided[1] else exactly(Fraction(int(sign == "and")))

    def _called(self, node: formula.Node, function: str, arguments: Sequence[formula.Node], facts: Facts) -> Range:
        if function == "if":
            return self._if(arguments, facts)
        if function == "when":
            self._condition(arguments[0], facts, [("holds", arguments[1], False)])
            return self._of(arguments[1], {**facts, **self._known(arguments[0], True, facts)})
        ranges = [self._of(argument, facts) for argument in arguments]
        if function == "has":
            return self._has(arguments[0])
        if function == "first":
            return self._first(arguments, ranges)
        if function in {"min", "max"}:
            return self._extreme(node, function, arguments, ranges)
        return ranges[0].whole() if len(arguments) == 1 else ANY

    def _if(self, arguments: Sequence[formula.Node], facts: Facts) -> Range:
        condition, then, otherwise = arguments
        holds = self._condition(condition, facts, [("holds", then, False), ("fails", otherwise, True)])
        first = self._of(then, {**facts, **self._known(condition, True, facts)}) if holds is not False else None
        second = self._of(otherwise, {**facts, **self._known(condition, False, facts)}) if holds is not True else None
        both = [one for one in (first, second) if one is not None]
        return reduce(Range.joined, both)

    def _condition(
        self, condition: formula.Node, facts: Facts, branches: Sequence[tuple[str, formula.Node, bool]]
    ) -> bool | None:
        """Whether the condition always holds; complained of with the branch that is never reached."""
        holds = _truth(self._of(condition, facts))
        for _, branch, when_it_holds in branches:
            if holds is when_it_holds:
                always = "always" if holds else "never"
                what = f"'{spelled(condition)}' {always} holds here, so '{spelled(branch)}' is never reached."
                self._complain(what, NEVER)
        if holds is not None and all(holds is not when_it_holds for *_, when_it_holds in branches):
            self._complain(f"'{spelled(condition)}' always holds here.", "Leave the condition out.")
        return holds

    def _known(self, condition: formula.Node, holds: bool, facts: Facts) -> dict[formula.Node, Range]:
        """What a condition tells of figures where it holds, or where it does not."""
        match condition:
            case formula.Binary("and", left, right) if holds:
                return {**self._known(left, True, facts), **self._known(right, True, facts)}
            case formula.Binary("or", left, right) if not holds:
                return {**self._known(left, False, facts), **self._known(right, False, facts)}
            case formula.Binary(sign, left, right) if sign in _OTHERWISE and _is_simple(left) and _is_simple(right):
                sign = sign if holds else _OTHERWISE[sign]
                one, other = self._quiet(left, facts), self._quiet(right, facts)
                known = {left: one.within(where(sign, other)), right: other.within(where(_TURNED[sign], one))}
                return {side: known[side] for side in known if not isinstance(side, formula.Number)}
            case formula.Name(_) if not holds:
                return {condition: exactly(Fraction(0))}
            case _:
                return {}

    def _quiet(self, node: formula.Node, facts: Facts) -> Range:
        """A range asked for once more, so that nothing is complained of twice."""
        told, read = len(self.found), {name: len(ranges) for name, ranges in self.read.items()}
        found = self._of(node, facts)
        del self.found[told:]
        for name, count in read.items():
            del self.read[name][count:]
        return found

    def _has(self, argument: formula.Node) -> Range:
        if self._presence.always_of(argument) >= self._cycles and self._cycles:
            self._complain(
                f"'{spelled(argument)}' always has a value, so asking 'has' decides nothing.", "Leave it out."
            )
        return TRUTH

    def _first(self, arguments: Sequence[formula.Node], ranges: Sequence[Range]) -> Range:
        for nth, argument in enumerate(arguments[:-1]):
            if self._cycles and self._presence.always_of(argument) >= self._cycles:
                rest = ", ".join(map(spelled, arguments[nth + 1 :]))
                what = f"'{spelled(argument)}' always has a value, so '{rest}' is never reached."
                self._complain(what, "Leave 'first' out.")
                return reduce(Range.joined, ranges[: nth + 1])
        return reduce(Range.joined, ranges)

    def _extreme(
        self, node: formula.Node, function: str, arguments: Sequence[formula.Node], ranges: Sequence[Range]
    ) -> Range:
        if all(isinstance(argument, formula.Number) for argument in arguments):
            self._complain(f"'{spelled(node)}' is always the same number.", "Write that number.")
        else:
            for argument, one in zip(arguments, ranges, strict=True):
                others = [other for other in ranges if other is not one]
                beaten = (other.below(one) if function == "min" else one.below(other) for other in others)
                if any(beaten):
                    what = f"In '{spelled(node)}' '{spelled(argument)}' is never the {_ADJECTIVE[function]} figure."
                    self._complain(what, "Leave it out, or correct the bound.")
        return reduce(Range.smaller if function == "min" else Range.larger, ranges)

    def _of_table(self, function: str, arguments: Sequence[formula.Node], facts: Facts) -> Range:
        name = arguments[0].name if isinstance(arguments[0], formula.Name) else ""
        argument = self._of(arguments[1], facts)
        for other in arguments[2:]:
            self._of(other, facts)
        self.read[name].append(argument)
        self.words[name].append(self._word(arguments[1]))
        table = self._draft.plan.tables.get(name)
        values = [] if table is None else [Fraction(row.value) for row in table.rows if row.value is not None]
        if function in {TableKind.STEPS, TableKind.CURVE, TableKind.WORDS} and values:
            return Range(min(values), max(values))
        return ANY

    def _words_of(self, line: Line, node: formula.Node | None) -> set[str] | None:
        """The words that a line can say, where its rule tells them all."""
        if line.quota is not None:
            return {*line.quota.levels, line.quota.otherwise}
        return None if node is None else self._word(node)

    def _word(self, node: formula.Node) -> set[str] | None:
        match node:
            case formula.Name(name):
                return self._spoken.get(name)
            case formula.Call("if", (_, *branches)) | formula.Call("first", (*branches,)):
                spoken = [self._word(branch) for branch in branches]
                return None if None in spoken else {word for words in spoken for word in words or ()}
            case formula.Call("steps" | "words", _):
                table = self._draft.plan.tables.get(next(formula.names(node))[0])
                names = [] if table is None else [row.name for row in table.rows]
                return {name for name in names if name is not None} if names and None not in names else None
            case _:
                return None


def _is_simple(node: formula.Node) -> bool:
    """Whether no condition lies inside ``node``, so that asking for its range again costs little."""
    match node:
        case formula.Call(function, arguments):
            return function not in {"if", "when"} and all(map(_is_simple, arguments))
        case formula.Binary(_, left, right):
            return _is_simple(left) and _is_simple(right)
        case formula.Negative(term):
            return _is_simple(term)
        case _:
            return True


_ADJECTIVE = {"min": "smaller", "max": "larger"}


def _truth(figure: Range) -> bool | None:
    """Whether a figure taken as a condition always holds (it is never 0) or never does (it is 0)."""
    if figure.only is not None:
        return figure.only != 0
    zero = exactly(Fraction(0))
    return True if zero.below(figure) or figure.below(zero) else None


def _measured(document: AnyMeasure) -> Range:
    match document:
        case CreditDocument(aggregate="count") | ServiceDocument():
            return NOT_NEGATIVE
        case StandingDocument():
            return TRUTH
        case CalendarDocument(field="months" | "number"):
            return Range(Fraction(1), Fraction(12))
        case CalendarDocument(field="year-days"):
            return Range(Fraction(365), Fraction(366))
        case CalendarDocument(field="days"):
            return NOT_NEGATIVE
        case DecisionDocument(take="count") | FigureDocument(take="count") | LineDocument(take="count"):
            return Range(Fraction(1))
        case _:
            return ANY


def _rows(draft: Draft, reach: _Reach) -> Iterator[Complaint]:
    """Rows that no formula's figure, or word, can reach."""
    for name, table in draft.plan.tables.items():
        if not reach.read[name] or table.kind in {TableKind.CURVE, TableKind.MARGINAL}:
            continue
        for place, row in enumerate(table.rows):
            if beside_words(table):
                reached = any(words is None or row.word in words for words in reach.words[name])
                said = f"is {row.word!r}"
            else:
                reached = any(_meets(_part(table, place), one) for one in reach.read[name])
                said = f"falls into the row {_told(row)}"
            if not reached:
                what = f"Nothing that {name!r} is read by ever {said}."
                yield draft.warning(("tables", name, "rows", place), what, "Remove the row, or correct its bound.")
        yield from _lacking(draft, reach, name, table)


def _lacking(draft: Draft, reach: _Reach, name: str, table: Table) -> Iterator[Complaint]:
    """Words that a table is read by, and has no row for."""
    if not beside_words(table) or not table.rows:
        return
    known = {row.word for row in table.rows}
    for word in sorted({word for words in reach.words[name] for word in words or ()} - known):
        what = f"The table {name!r} has no row for {word!r}, which it is read by."
        yield draft.warning(("tables", name), what, "Add a row for it.")


def _part(table: Table, place: int) -> Range:
    """The figures that fall into a row."""
    upper = table.boundary == "upper"
    start = table.rows[place].above
    end = table.rows[place + 1].above if place + 1 < len(table.rows) else None
    return Range(
        None if start is None else Fraction(start),
        None if end is None else Fraction(end),
        start is not None and not upper,
        end is not None and upper,
    )


def _meets(part: Range, figure: Range) -> bool:
    return not (part.below(figure) or figure.below(part))


def _told(row: Row) -> str:
    return "without 'from'" if row.above is None else f"from {plain(row.above)} on"
