"""Tables on a terminal."""

from rich.measure import Measurement
from rich.table import Column as TerminalColumn
from rich.table import Table as TerminalTable
from rich.text import Text

from lava_sleep.base.terminal import console
from lava_sleep.tables.table import Table

WIDEST = 10_000  # columns of a line


def show(table: Table) -> None:
    """Print a table with its title and note; names are never broken, and in a file or a pipe nothing is."""
    if table.title:
        console.print(table.title, soft_wrap=True, highlight=False, markup=False)
    made = drawn(table)
    if not console.is_terminal:
        made.width = Measurement.get(console, console.options.update(max_width=WIDEST), made).maximum
    console.print(made, markup=False, crop=False)
    if table.note:
        console.print(table.note, soft_wrap=not console.is_terminal, highlight=False, markup=False)


def drawn(table: Table) -> TerminalTable:
    """A table as rich draws it."""
    codes = {index for row in table.cells() for index, cell in enumerate(row) if cell.kind == "code"}
    heads = [
        TerminalColumn(
            f"{one.group} {one.heading}".strip(),
            justify=one.align,  # type: ignore[arg-type]
            no_wrap=index in codes,
            overflow="fold",
        )
        for index, one in enumerate(table.columns)
    ]
    made = TerminalTable(*heads)
    for index, row in enumerate(table.cells()):
        made.add_row(*(Text(cell.text) for cell in row), end_section=index in table.breaks)
    return made
