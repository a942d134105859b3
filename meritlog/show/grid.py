"""Grids: tables on the terminal of which nothing is cut.

Where room is short, headings and texts take more lines, then ids do; where that is not enough, the last columns are
left out and named. Widths are reckoned here: a table that sets its own cuts figures to spare a heading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.table import Table
from rich.text import Text

from meritlog.words import Words

Cell = str | Text
NARROWEST = 8
"""A heading may be broken into lines as narrow as that."""
BROKEN = 12
"""So wide an id stays at least, of which the rest goes on below, and so wide a word."""
BETWEEN, AROUND = 3, 2
"""The room between two columns, and that of the table's edges together."""


class Kind(Enum):
    """What a column holds: figures, set flush right and never broken; ids; or texts, broken between words."""

    FIGURE = "figure"
    ID = "id"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, its heading in the reader's language."""

    heading: str
    cells: Sequence[Cell]
    kind: Kind = Kind.ID
    style: str = ""

    @property
    def least(self) -> int:
        """The least width in which nothing of it is broken that should not be."""
        if self.kind is Kind.TEXT:
            words = [word for cell in (self.heading, *self.cells) for word in str(cell).split()]
            return min(BROKEN, _widest(words))
        return max(min(NARROWEST, cell_len(self.heading)), _widest(self.cells))


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of these columns.

    ``yielding`` are the places of the columns in the order in which they are left out where there is no room: by
    default from the last one on; those that it does not name stay. ``styles`` are those of the rows.
    """

    columns: Sequence[Column]
    words: Words
    yielding: Sequence[int] | None = None
    styles: Sequence[str] = ()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        left = self.left_out(options.max_width)
        shown = [column for place, column in enumerate(self.columns) if place not in left]
        yield table(shown, options.max_width, self.styles)
        if left:
            names = ", ".join(self.columns[place].heading for place in sorted(left))
            yield Text(self.words("No room for: {columns}", columns=names), style="dim")

    def left_out(self, width: int) -> set[int]:
        """The places of the columns for which there is no room."""
        left: set[int] = set()
        for place in range(len(self.columns) - 1, 0, -1) if self.yielding is None else self.yielding:
            if needed([column for at, column in enumerate(self.columns) if at not in left], broken=True) <= width:
                break
            left.add(place)
        return left


def needed(columns: Sequence[Column], *, broken: bool = False) -> int:
    """The least room for these columns, with ids whole or ``broken``."""
    return sum(_least(one, broken=broken) for one in columns) + BETWEEN * (len(columns) - 1) + AROUND


def table(columns: Sequence[Column], width: int, styles: Sequence[str] = (), *, edge: bool = True) -> Table:
    """The columns beside each other, each as wide as it wants to be as far as there is room."""
    broken = needed(columns) > width
    widths = [_least(one, broken=broken) for one in columns]
    room = max(0, width - needed(columns, broken=broken))
    for wanted in (
        [_widest(one.cells) for one in columns],
        [_widest(one.heading.split()) for one in columns],
        [cell_len(one.heading) for one in columns],
    ):
        room = _widen(widths, wanted, room)
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=edge)
    for one, wide in zip(columns, widths, strict=True):
        justify: JustifyMethod = "right" if one.kind is Kind.FIGURE else "left"
        made.add_column(one.heading, justify=justify, width=wide, style=one.style, overflow="fold")
    for place, cells in enumerate(zip(*(one.cells for one in columns), strict=True)):
        style = styles[place] if place < len(styles) else None
        made.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in cells), style=style)
    return made


def _widen(widths: list[int], wanted: Sequence[int], room: int) -> int:
    """Give columns what they want, the narrowest first, as far as there is room; the room that is left."""
    while room and (short := [at for at, width in enumerate(widths) if width < wanted[at]]):
        widths[min(short, key=widths.__getitem__)] += 1
        room -= 1
    return room


def _least(column: Column, *, broken: bool) -> int:
    return min(BROKEN, column.least) if broken and column.kind is Kind.ID else column.least


def _widest(cells: Sequence[Cell]) -> int:
    return max((cell_len(str(cell)) for cell in cells), default=0)
