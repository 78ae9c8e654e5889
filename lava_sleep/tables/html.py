"""Tables and other pieces of HTML."""

from html import escape
from itertools import groupby

from lava_sleep.tables.table import Cell, Table

MARKS = {"yes": ("✓", "holds"), "no": ("✗", "does not hold")}


def drawn(table: Table) -> str:
    """A table; its first column stays in view where the rest has to scroll. Empty without rows."""
    if not table.rows:
        return ""
    lines = []
    if any(one.group for one in table.columns):
        groups = [(name, len(list(members))) for name, members in groupby(one.group for one in table.columns)]
        over = (f"<th colspan='{width}'{' class=group' if name else ''}>{escape(name)}</th>" for name, width in groups)
        lines.append(f"<tr>{''.join(over)}</tr>")
    lines.append("<tr>" + "".join(f"<th>{escape(one.heading)}</th>" for one in table.columns) + "</tr>")
    body = "\n".join(
        f"<tr><th scope='row'>{entry(row[0])}</th>" + "".join(f"<td>{entry(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in table.cells()
    )
    title = f"<p class='note'>{escape(table.title)}</p>\n" if table.title else ""
    note = f"\n<p class='note'>{escape(table.note)}</p>" if table.note else ""
    whole = f"<table>\n<thead>{''.join(lines)}</thead>\n<tbody>\n{body}\n</tbody></table>"
    return f"{title}<div class='scroll'>{whole}</div>{note}"


def entry(cell: Cell) -> str:
    """One entry; a verdict with its mark."""
    text = f"<code>{escape(cell.text)}</code>" if cell.kind == "code" else escape(cell.text)
    if cell.kind in MARKS:
        text = f"{mark(cell.kind)} {text}"
    return text + (f"<br><small>{escape(cell.below)}</small>" if cell.below else "")


def mark(kind: str) -> str:
    """A verdict by a sign and a colour."""
    sign, meaning = MARKS[kind]
    return f"<span class='{kind}' title='{meaning}'>{sign}</span>"


def section(heading: str, body: str) -> str:
    """A section with its heading, which can be linked to."""
    return f"<section id='{anchor(heading)}'>\n<h2>{escape(heading)}</h2>\n{body}\n</section>"


def anchor(heading: str) -> str:
    """The name of a section in a link."""
    return "".join(letter if letter.isalnum() else "-" for letter in heading.lower())


def folded(summary: str, body: str) -> str:
    """What is shown when it is asked for."""
    return f"<details><summary>{escape(summary)}</summary>\n{body}\n</details>"
