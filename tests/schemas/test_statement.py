"""The digest of a document is taken over its canonical JSON, however long it is."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest

from schemas.canonical import canonical_json
from schemas.statement import (
    PART_ENTRIES,
    Amount,
    Board,
    BoardRow,
    ManagerStatement,
    Statement,
    StatementLine,
    digest_of,
    sealed,
)


def statement(managers: int) -> Statement:
    lines = [StatementLine("fees", "item", "12.5", "CNY", '3"managers":[]', ["earned"]), StatementLine("b", "pay", "0")]
    told = [ManagerStatement(f"M-{nth}", None, True, [], ["评分"], lines) for nth in range(managers)]
    days = ("2025Q1", "2025-01-01", "2025-04-01", "2025-03-31")
    return Statement("p", "sha256:1", *days, "0:3,1:4", "sha256:2", "open", [], told, [Amount("fees", "0")])


@pytest.mark.parametrize("managers", [0, 1, PART_ENTRIES, 3 * PART_ENTRIES + 1])
def test_a_statements_digest_is_that_of_its_canonical_json(managers: int) -> None:
    document = statement(managers)
    assert digest_of(sealed(document)) == f"sha256:{sha256(canonical_json(msgspec.to_builtins(document))).hexdigest()}"


def test_a_boards_digest_is_that_of_its_canonical_json() -> None:
    rows = [BoardRow(nth, f"M-{nth}", '"rows":[]', "1", 0, {"b": "2", "a": "1"}, {"id": "e"}) for nth in range(300)]
    board = Board("p", "sha256:1", "2025Q1", "2025-03-31", 7, rows, [], org_unit='"rows":[],')
    assert digest_of(board) == f"sha256:{sha256(canonical_json(msgspec.to_builtins(board))).hexdigest()}"
