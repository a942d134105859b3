"""Grids: on however narrow a terminal, a figure stands whole or its column is named as left out; ids lose nothing."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from meritlog.show.explanation import explanation
from meritlog.show.grid import Column, Grid, Kind
from meritlog.show.labels import Labels
from meritlog.words import Language, Words
from schemas.statement import CreditRow, Node
from tests.meritlog import made

EN, ZH = Words(Language.EN), Words(Language.ZH)
LEFT_OUT = "No room for: "


def seen(renderable: RenderableType, width: int) -> str:
    console = Console(width=width, markup=False, highlight=False, emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(renderable)
    return captured.get()


IDS = st.text(alphabet="ABC-0123456789", min_size=1, max_size=40)
FIGURES = st.integers(-(10**15), 10**15).map(lambda number: f"{number:,}")
TEXTS = st.lists(st.text(alphabet="abc 银行客户经理", min_size=1, max_size=30), min_size=3, max_size=3)


@given(
    ids=st.lists(IDS, min_size=3, max_size=3),
    figures=st.lists(st.lists(FIGURES, min_size=3, max_size=3), min_size=1, max_size=6),
    texts=TEXTS,
    width=st.integers(30, 140),
)
def test_a_figure_stands_whole_or_its_column_is_named(
    ids: list[str], figures: list[list[str]], texts: list[str], width: int
) -> None:
    columns = [Column("Account", ids), Column("名称", texts, Kind.TEXT)]
    columns += [Column(f"Figure{place}", cells, Kind.FIGURE) for place, cells in enumerate(figures)]
    text = seen(Grid(columns, EN), width)
    table, _, left_out = text.partition(LEFT_OUT)
    assert max(map(cell_len, table.splitlines())) <= width
    for one in columns[2:]:
        named = one.heading in left_out.replace("\n", " ")
        assert named or all(cell in table.split() for cell in one.cells), one.heading
    first = "".join(line[1:].split(" ")[0] for line in table.splitlines())
    assert "".join(ids) in first


def test_columns_give_way_from_the_last_one_on_or_as_they_are_told() -> None:
    columns = [Column("Manager", ["M-1"])]
    columns += [Column(name, ["1,234,567.89"], Kind.FIGURE) for name in ("Before", "After", "Difference")]
    assert seen(Grid(columns, EN), 40).splitlines()[-1] == f"{LEFT_OUT}Difference"
    assert seen(Grid(columns, EN, yielding=(2, 1)), 40).splitlines()[-1] == f"{LEFT_OUT}After"
    assert LEFT_OUT not in seen(Grid(columns, EN), 60)


def test_what_wants_little_gets_it_and_long_texts_share_the_rest() -> None:
    long = "一二三四五六七八九十" * 4
    columns = [Column("Plan", ["bank-kpi"]), Column("Title", [long], Kind.TEXT), Column("Source", [long], Kind.TEXT)]
    first = next(line for line in seen(Grid(columns, EN, yielding=()), 70).splitlines() if "bank-kpi" in line)
    _, title, source = first.split()
    assert abs(cell_len(title) - cell_len(source)) <= 2


@pytest.mark.parametrize("width", [36, 50, 70, 100, 140])
@pytest.mark.parametrize("words", [EN, ZH])
def test_the_events_of_an_explanation_lose_nothing_however_deep_they_stand(width: int, words: Words) -> None:
    rows = [
        CreditRow(f"{place}69,696", f"core-banking-{place:04d}", "core", 100 + place, "2025-09-02", "0.35", "2400000")
        for place in range(1, 4)
    ]
    document = made.explanation()
    deep = Node(id="loan_interest", kind="measure", value="418176", inputs=[], credits=rows)
    for _ in range(4):
        deep = Node(id="loan_spread", kind="item", value="418176", inputs=[deep])
    text = seen(explanation(msgspec.structs.replace(document, inputs=[deep]), Labels(None, words)), width)
    told = "".join(text.replace("│", "").split())
    for row in rows:
        assert str(row.event_id) in told or all(part in told for part in ("core-banking", str(row.event_id)[12:]))
        assert row.contribution in told
    assert told.count("2,400,000") >= len(rows)
    assert "…" not in told
