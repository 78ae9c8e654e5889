"""Tables in Markdown, and where they stand in a file: between two marker comments of the same name."""

from pathlib import Path

from emulation.errors import InputError
from lava_sleep.base.files import write_whole
from lava_sleep.tables.table import Cell, Table

RULES = {"left": "---|", "right": "---:|"}


def drawn(*tables: Table) -> str:
    """Tables one after the other, each with its title and note."""
    return "\n\n".join(part for table in tables for part in parts(table))


def parts(table: Table) -> list[str]:
    """Title, table and note, those that there are."""
    lines = [
        "| " + " | ".join(" ".join(f"{one.group} {one.heading}".split()) for one in table.columns) + " |",
        "|" + "".join(RULES[one.align] for one in table.columns),
        *(f"| {' | '.join(map(entry, row))} |" for row in table.cells()),
    ]
    return [part for part in (table.title, "\n".join(lines), table.note) if part]


def entry(cell: Cell) -> str:
    """One entry: names as code, what does not hold in bold."""
    text = cell.text.replace("|", "\\|")
    return {"code": f"`{text}`", "no": f"**{text}**"}.get(cell.kind, text)


def around(path: Path, name: str) -> tuple[str, str]:
    """What a file holds up to and with ``<!-- name: begin -->``, and from ``<!-- name: end -->`` on.

    Raises
    ------
    InputError
        If the file cannot be read, or does not have both markers once.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    try:
        whole = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError("file to put a table into", str(path), "a readable file", f"check it ({error})") from error
    if whole.count(begin) != 1 or whole.count(end) != 1:
        raise InputError("markers", str(path), f"{begin} and {end}, once each", "add them where the table belongs")
    before, rest = whole.split(begin)
    return before + begin, end + rest.split(end)[-1]


def insert_between(path: Path, name: str, text: str) -> None:
    """Replace what stands between the markers of a file, see `around`."""
    before, after = around(path, name)
    write_whole(path, f"{before}\n\n{text}\n\n{after}".encode())
