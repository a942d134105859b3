"""Names: each means one thing, is borne by something, and stands above what uses it; no line waits for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.plan import formula
from engine.plan.check.draft import Complaint, Draft, Path
from schemas.measures import CorrectionsDocument, CreditDocument, LineDocument, RatingDocument, SettledDocument


def meanings(draft: Draft) -> Iterator[Complaint]:
    """A name means one thing."""
    borne: dict[str, str] = {}
    places: list[tuple[Path, str]] = []
    for part in ("parameters", "tables", "measures"):
        places += [((part, name), name) for name in getattr(draft.plan, part)]
    places += [(("lines", index, "id"), line.id) for index, line in enumerate(draft.plan.lines)]
    for path, name in places:
        if name in borne:
            yield draft.error(path, f"{name!r} already names one of the {borne[name]}.", "Give it another name.")
        if name in formula.FUNCTIONS or name in {"and", "or"}:
            yield draft.error(path, f"{name!r} is a word of the formula language.", "Give it another name.")
        borne[name] = str(path[0])


def order(draft: Draft) -> Iterator[Complaint]:
    """Lines use what stands above them, and never themselves."""
    above: set[str] = {*draft.plan.parameters, *draft.plan.measures}
    told: set[frozenset[str]] = set()
    for place, (path, line) in enumerate(draft.rules()):
        for name, is_table in dict.fromkeys(draft.names[place]):
            if is_table and name not in draft.plan.tables:
                yield draft.unknown(path, name, draft.plan.tables, "table")
            elif not is_table and name not in above:
                yield from _not_above(draft, path, line.id, name, above, told)
        above.add(line.id)
    if draft.plan.board not in draft.places:
        yield draft.unknown(("board",), draft.plan.board, draft.places, "line")


def _not_above(
    draft: Draft, path: Path, line: str, name: str, above: set[str], told: set[frozenset[str]]
) -> Iterator[Complaint]:
    if name not in draft.places:
        yield draft.unknown(path, name, above, "parameter, measure or line")
        return
    circle = _way(_uses(draft), name, line)
    if circle is None:
        what = f"The line {name!r} stands below this one."
        yield draft.error(path, what, "A line uses only lines above it; move this one down.")
    elif frozenset(circle) not in told:
        told.add(frozenset(circle))
        what = f"Lines wait for one another in a circle: {' → '.join([line, *circle])}."
        yield draft.error(
            path, what, "Make one of them without the next; the cycle before is 'of: line, over: previous'."
        )


def _uses(draft: Draft) -> Mapping[str, list[str]]:
    """By line the lines that its rule speaks of."""
    return {
        line.id: [name for name, _ in draft.names[place] if name in draft.places]
        for place, line in enumerate(draft.plan.lines)
    }


def _way(uses: Mapping[str, list[str]], start: str, end: str) -> list[str] | None:
    """The shortest way from ``start`` to ``end`` along what lines use."""
    ways, seen = [[start]], {start}
    for way in ways:
        if way[-1] == end:
            return way
        for name in uses[way[-1]]:
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return None


def notes(draft: Draft) -> Iterator[Complaint]:
    """Rules name their clause; what is written is used."""
    used = _used(draft)
    for part in ("parameters", "tables", "measures"):
        for name, rule in getattr(draft.plan, part).items():
            if rule.clause is None:
                yield draft.warning((part, name), f"{name!r} names no clause.", "Add 'clause'.")
            if name not in used and draft.readable:  # a formula that cannot be read may use it
                yield draft.warning((part, name), f"Nothing uses {name!r}.", "Remove it, or use it in a line.")
    for index, line in enumerate(draft.plan.lines):
        if line.clause is None:
            yield draft.warning(("lines", index), f"The line {line.id!r} names no clause.", "Add 'clause'.")


def _used(draft: Draft) -> set[str]:
    used = {draft.plan.board} | {name for names in draft.names for name, _ in names}
    for document in draft.plan.measures.values():
        match document:
            case CreditDocument():
                used |= {name for name in (document.times, document.until_class, document.table) if name is not None}
            case RatingDocument():
                used |= {*document.items.values(), *document.groups.values()}
                used |= {document.unless} if document.unless is not None else set()
            case SettledDocument() | LineDocument():
                used.add(document.line)
            case CorrectionsDocument():
                used |= {*document.lines}
            case _:
                continue
    return used
