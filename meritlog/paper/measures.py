"""Measures in words: where a figure of a plan comes from, in a sentence for whoever is judged by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.measures import RATE
from meritlog.show.figures import Count
from meritlog.show.labels import Labels
from meritlog.words import Words
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
    StandingDocument,
    WhereDocument,
)


def described(measure: AnyMeasure, labels: Labels) -> str:
    """The measure in a sentence."""
    words = labels.words
    parts = [_what(measure, labels)]
    over: Sequence[str] = getattr(measure, "over", ())
    if over:
        parts.append(words("of other days: {days}", days=", ".join(words(step) for step in over)))
    if getattr(measure, "whose", "manager") == "unit":
        parts.append(words("of the manager's unit"))
    each = getattr(measure, "each", None)
    if each is not None and not isinstance(measure, CreditDocument):
        parts.append(
            words("each {cycle} of the period, taken together: {how}", cycle=words(each), how=_how(measure, words))
        )
    return "; ".join(parts)


def _what(measure: AnyMeasure, labels: Labels) -> str:
    words = labels.words
    match measure:
        case CreditDocument():
            return _credited(measure, labels)
        case RatingDocument():
            items, groups = ", ".join(map(labels, measure.items)), ", ".join(map(labels.rater, measure.groups))
            return words(
                "Weighted mean of ratings, of 100. Items: {items}. Raters: {groups}", items=items, groups=groups
            )
        case DecisionDocument():
            return words("Decision {kind}: {how}", kind=measure.decision, how=_how(measure, words))
        case StandingDocument():
            return words("1 from a decision {kind} on, until appointed again", kind=measure.decision)
        case PostDocument():
            return words("{field} held on the last day", field=words(measure.field))
        case ServiceDocument():
            unit, since = words(measure.unit), words(measure.since)
            return words("Full {unit} of service since the {since}", unit=unit, since=since)
        case FigureDocument():
            return _noted(measure, words)
        case CalendarDocument():
            return words("Calendar: {field}", field=words(measure.field))
        case InheritedDocument():
            return words("What the customers served now earned the year before: {line}", line=labels(measure.line))
        case SettledDocument() | CorrectionsDocument():
            return _settled(measure, labels)
        case LineDocument():
            return words("Line of another period: {line}", line=labels(measure.line))


def _noted(measure: FigureDocument, words: Words) -> str:
    if measure.of == "target":
        return words("Target set: {measure}", measure=measure.measure)
    return words("Reported figure: {measure}", measure=measure.measure)


def _how(measure: AnyMeasure, words: Words) -> str:
    return words(str(getattr(measure, "take", "last")))


def _settled(measure: SettledDocument | CorrectionsDocument, labels: Labels) -> str:
    if isinstance(measure, CorrectionsDocument):
        lines = " / ".join(map(labels, measure.lines))
        return labels.words("What later knowledge changes in closed settlements: {lines}", lines=lines)
    line = labels(measure.line)
    if measure.take == "paid-in-year":
        return labels.words("Paid by settlements of this year: {line}", line=line)
    assert measure.years_held is not None, "what is held and due says for how long"
    years = Count(measure.years_held)
    return labels.words("Held for {years:year/years} and now due: {line}", years=years, line=line)


def _credited(measure: CreditDocument, labels: Labels) -> str:
    words = labels.words
    told = {
        "product-days": words("Product-days: the end-of-day balance, added up over the days"),
        "closing-balance": words("Balance at the end of the last day"),
        "sum": words("Sum of the amounts"),
        "count": words("Number"),
        "quantity": words("Sum of the quantities"),
    }[measure.aggregate]
    parts = [told, words("event {type}", type=measure.of)] if measure.of != "balance" else [told]
    parts += _filters(measure.where, words)
    if measure.times == RATE:
        parts.append(words("times the account's rate of the day"))
    elif measure.times is not None:
        parts.append(words("times {factor} of the day", factor=labels(measure.times)))
    if measure.needs_rate:
        parts.append(words("only what has a known rate"))
    if measure.table is not None:
        parts.append(words("each transaction read in the table: {table}", table=labels(measure.table)))
    elif measure.each is not None:
        parts.append(words("transaction by transaction"))
    if measure.share == "full":
        parts.append(words("everybody of a team with all of it"))
    if measure.accrue == "calendar-year-end":
        parts.append(words("every day to the end of its calendar year"))
    elif measure.accrue is not None:
        parts.append(words("every day to the end of its year"))
    return ", ".join(parts)


def _filters(where: Mapping[str, WhereDocument], words: Words) -> list[str]:
    told = []
    for field, one in where.items():
        if one.only:
            told.append(f"{words(field)} {' / '.join(one.only)}")
        if one.never:
            told.append(words("{field} other than {values}", field=words(field), values=" / ".join(one.never)))
    return told
