"""Certification: which part of a unit's managers is certified, new ones left out; they are judged by their skills.

Who is certified is reported for exactly the period (``figure.reported``), and so is each skill. Reading of "new staff
need two of three skills": who has served fewer than twelve full months by the last day counts in no rate of
certification, and is skilled with two of the skills that are asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.posts import full_months
from replay.queries.question import Question, ratio
from schemas.exact import print_exact
from schemas.reports import CertificationReport, CertificationRow


@dataclass(frozen=True, slots=True)
class Terms:
    """What certifies: the figure, and how high it is; how long one is new, which skills count, how many are needed."""

    measure: str = "certified"
    least: Fraction = Fraction(1)
    new_months: int = 12
    skills: Sequence[str] = ()
    needed: int = 2


def certification(question: Question, terms: Terms | None = None, *, unit: str | None = None) -> CertificationReport:
    """The rates of all units, or of one and those below it; of the managers in post on the last day.

    Raises:
        Problem: there is no such unit.
    """
    terms = terms or Terms()
    posts, after = question.facts.posts, question.end
    in_post = sorted(posts.managers_in_post(question.last, after))
    new = {
        manager
        for manager in in_post
        if (span := posts.served(manager, None, question.last)) and full_months(span[0], after) < terms.new_months
    }
    certified = _reaching(question, terms.measure, terms.least)
    held = [_reaching(question, skill, Fraction(1)) for skill in terms.skills]
    skilled = {manager for manager in new if sum(manager in skill for skill in held) >= terms.needed}
    counted = _Counted(in_post, new, certified, skilled)
    shown = question.units.in_order()
    if unit is not None:
        below = question.units.below(question.units.known(unit))
        shown = [(one, depth) for one, depth in shown if one in below]
    rows = [
        counted.row(
            one, depth, [manager for manager in in_post if one in question.units.above(question.unit_of[manager])]
        )
        for one, depth in shown
    ]
    return CertificationReport(
        **question.about("certification"),
        measure=terms.measure,
        least=print_exact(terms.least),
        new_months=terms.new_months,
        skills=list(terms.skills),
        needed=terms.needed,
        rows=[*rows, *([counted.row(None, 0, in_post)] if unit is None else [])],
    )


def _reaching(question: Question, measure: str, least: Fraction) -> set[str]:
    """The managers of whom at least so high a figure was reported for exactly the period."""
    noted, period = question.facts.noted("figure", measure, "manager"), question.period.name
    values = {manager: told[period].event.data.value for manager, told in noted.items() if period in told}
    return {manager for manager, value in values.items() if Fraction(value) >= least}


@dataclass(frozen=True, slots=True)
class _Counted:
    in_post: Collection[str]
    new: Collection[str]
    certified: Collection[str]
    skilled: Collection[str]

    def row(self, unit: str | None, depth: int, managers: Sequence[str]) -> CertificationRow:
        experienced = [one for one in managers if one not in self.new]
        fresh = [one for one in managers if one in self.new]
        certified = [one for one in experienced if one in self.certified]
        skilled = [one for one in fresh if one in self.skilled]
        return CertificationRow(
            org_unit=unit,
            depth=depth,
            managers=len(managers),
            experienced=len(experienced),
            certified=len(certified),
            rate=ratio(len(certified), len(experienced)),
            new=len(fresh),
            skilled=len(skilled),
            new_rate=ratio(len(skilled), len(fresh)),
            lacking=[one for one in managers if one not in {*certified, *skilled}],
        )
