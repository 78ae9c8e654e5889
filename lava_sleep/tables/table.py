"""A table as it is before it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

DASH = "–"  # an entry that is not known


class Cell(NamedTuple):
    """An entry.

    Attributes
    ----------
    text : str
    kind : {"", "code", "yes", "no", "open"}
        A name of the program, or a verdict; what has none is plain text.
    below : str
        A second line in small letters, where there is room for it.
    """

    text: str
    kind: str = ""
    below: str = ""


class Column(NamedTuple):
    """A column; neighbours of the same group (not empty) have its name over them."""

    heading: str
    align: str = "left"
    group: str = ""


Rows = list[Sequence[Cell | str]]


@dataclass(frozen=True)
class Table:
    """Columns, rows of entries, and a note that says how to read them.

    Attributes
    ----------
    columns : sequence of Column
    rows : list of sequence of Cell or str
    title : str
        A line before the table, empty for none.
    note : str
        A line after it, empty for none.
    breaks : frozenset of int
        Rows after which a line is drawn, where that can be.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str]]
    title: str = ""
    note: str = ""
    breaks: frozenset[int] = frozenset()

    def cells(self) -> list[list[Cell]]:
        """All entries."""
        return [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in self.rows]


def code(name: str) -> Cell:
    """A name of the program, e.g. a row."""
    return Cell(name, "code")


def columns(*headings: str, align: str = "left", first: str = "left") -> list[Column]:
    """Columns of one alignment; the first may have another one."""
    return [Column(heading, align if index else first) for index, heading in enumerate(headings)]
