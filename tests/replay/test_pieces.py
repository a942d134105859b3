"""The pieces of the plan language, each in a small plan: what it gives, in both books, and how it explains itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.admission import admit
from engine.log import Log
from engine.plan.evaluate import evaluate
from replay.cases import Case
from replay.explain import explain
from replay.live import LiveFold
from replay.settle import earlier_settlements, settle
from replay.trial import tried
from schemas.institution import Institution
from schemas.period import Period
from schemas.statement import Node
from tests.small import cases_of, examples, plan_of

AT = datetime(2030, 1, 5, 9, 0, tzinfo=UTC)
HERE = Path(__file__).parent
PIECES = examples(HERE / "pieces.yaml")
ALL = [*PIECES, *examples(HERE.parent / "golden" / "examples.yaml")]


@pytest.mark.parametrize("example", PIECES, ids=lambda example: example["example"])
def test_the_piece_gives_what_was_worked_on_paper(example: dict[str, Any], tmp_path: Path) -> None:
    cases = cases_of(example)
    assert [one.failures for one in tried(plan_of(example, tmp_path), cases, AT)] == [[] for _ in cases]


def log_of(case: Case, path: Path) -> Log:
    log = Log.create(path, Institution(), AT)
    with log.writer("test") as writer:
        writer.append(admit([json.dumps(event).encode() for event in case.events], log.institution), AT)
    return log


@pytest.mark.parametrize("example", ALL, ids=lambda example: example["example"])
def test_the_live_book_gives_the_same_and_every_figure_explains_itself(example: dict[str, Any], tmp_path: Path) -> None:
    loaded, case = plan_of(example, tmp_path), cases_of(example)[0]
    log = log_of(case, tmp_path / "log")
    live = LiveFold(log).book
    question = case.questions[-1]
    settlement = settle(log, loaded, Period.parse(question.settle))
    replayed = settlement.evaluation
    folded = evaluate(replayed.scope, live, earlier_settlements(log, loaded, live))
    assert folded.managers == replayed.managers
    for line, column in replayed.lines.items():
        rows = range(len(column.cells))
        assert [folded.lines[line].value(row) for row in rows] == [column.value(row) for row in rows]
    for manager in replayed.managers:
        for node in nodes(explain(settlement, "CNY", manager)):
            if node.credits:
                assert node.value is not None
                parts = sum(Fraction(one.contribution) for one in node.credits)
                assert abs(parts - Fraction(node.value)) <= Fraction(len(node.credits), 10**10)


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for one in node.inputs:
        yield from nodes(one)
