"""Pieces of HTML."""

from collections.abc import Sequence
from html import escape


def section(heading: str, body: str) -> str:
    """A section with its heading, which can be linked to."""
    return f"<section id='{anchor(heading)}'>\n<h2>{escape(heading)}</h2>\n{body}\n</section>"


def anchor(heading: str) -> str:
    """The name of a section in a link."""
    return "".join(letter if letter.isalnum() else "-" for letter in heading.lower())


def code(text: str) -> str:
    """A name of the program, e.g. a row."""
    return f"<code>{escape(text)}</code>"


def mark(holds: bool | None) -> str:
    """Whether something holds, by a sign and a colour; nothing where it is not judged."""
    if holds is None:
        return ""
    return "<span class='yes' title='holds'>✓</span>" if holds else "<span class='no' title='does not hold'>✗</span>"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], groups: Sequence[tuple[str, int]] = ()) -> str:
    """A table of cells in HTML; its first column stays in view where the rest has to scroll. Empty without rows.

    Parameters
    ----------
    head : sequence of str
        Headings of the columns.
    rows : sequence of sequence of str
    groups : sequence of (str, int)
        Headings over several columns, in a line of their own, and how many columns each is over.
    """
    if not rows:
        return ""
    over = "".join(f"<th colspan='{width}'{' class=group' if name else ''}>{name}</th>" for name, width in groups)
    lines = [f"<tr>{over}</tr>"] if groups else []
    lines.append("<tr>" + "".join(f"<th>{cell}</th>" for cell in head) + "</tr>")
    body = "\n".join(
        f"<tr><th scope='row'>{row[0]}</th>" + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>" for row in rows
    )
    return f"<div class='scroll'><table>\n<thead>{''.join(lines)}</thead>\n<tbody>\n{body}\n</tbody></table></div>"


def folded(summary: str, body: str) -> str:
    """What is shown when it is asked for."""
    return f"<details><summary>{escape(summary)}</summary>\n{body}\n</details>"
