"""One table, drawn on a terminal, in Markdown and in HTML: the same entries and the same verdicts in all three."""

import io
import re
from html.parser import HTMLParser

import pytest
from helpers.summaries import good_summary
from rich.console import Console

from lava_sleep.analysis.reproduction import as_json, reproduce
from lava_sleep.runs.meaning import meaning
from lava_sleep.studies.verify import Comparison, Verification
from lava_sleep.tables import html, markdown, terminal
from lava_sleep.tables.costs import costs_table, timings_table
from lava_sleep.tables.reproduction import (
    Reproduced,
    claims_table,
    measures_table,
    reproduction_tables,
    rows_of_one,
    rows_table,
)
from lava_sleep.tables.summary import summary_remarks, summary_table
from lava_sleep.tables.table import DASH, Cell, Column, Table, code

ODD = Table(
    [Column("a"), Column("b", "right", "of two"), Column("c", "right", "of two"), Column("two\nlines")],
    [
        [code("T1>T2>i(S,T1)^2"), "0.5 ± 0.1 [0.4, 0.6]", Cell("yes", "yes"), "[bold]x[/bold]"],
        [code("T1"), DASH, Cell("no", "no"), "a | b"],
        ["<b>&amp;", "", Cell("too few networks (7 needed)", "open", "p = 0.1"), "c\\d"],
    ],
    title="A title with [brackets] & more.",
    note="A note <that> says | how to read it.",
)


class Cells(HTMLParser):
    """The entries of the body of a table, without marks and small lines; its headings; all that is told."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows, self.headings, self.told, self.marks = [], [], "", []
        self._in_table, self._in_body, self._skipped = False, False, 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self._in_table |= tag == "table"
        self._in_body |= tag == "tbody"
        if tag == "tr":
            (self.rows if self._in_body else self.headings).append([])
        if tag in ("td", "th"):
            (self.rows if self._in_body else self.headings)[-1].append("")
        if tag in ("small", "span"):
            self._skipped += 1
            self.marks += [dict(attributes)["class"]] if tag == "span" else []

    def handle_endtag(self, tag):
        self._skipped -= tag in ("small", "span")
        self._in_table &= tag != "table"
        self._in_body &= tag != "tbody"

    def handle_data(self, data):
        self.told += data
        rows = self.rows if self._in_body else self.headings
        if self._in_table and rows and rows[-1] and not self._skipped:
            rows[-1][-1] += data.strip()


def of_html(table: Table) -> list[list[str]]:
    return Cells(html.drawn(table)).rows


def of_markdown(table: Table) -> list[list[str]]:
    """Entries of the lines after the heading and the ruler, without code, bold and escapes."""
    (block,) = (part for part in markdown.drawn(table).split("\n\n") if part.startswith("|"))
    heading, ruler, *lines = block.splitlines()
    assert re.fullmatch(r"\|(---:?\|)+", ruler) and ruler.count("|") == len(table.columns) + 1
    assert heading.startswith("| ") and heading.endswith(" |")
    rows = [re.split(r"(?<!\\)\|", line[1:-1]) for line in lines]
    return [[re.sub(r"^(`|\*\*)(.*)\1$", r"\2", cell.strip()).replace("\\|", "|") for cell in row] for row in rows]


def printed(table: Table, monkeypatch, **options) -> str:
    """What `show` writes."""
    file = io.StringIO()
    monkeypatch.setattr(terminal, "console", Console(file=file, **options))
    terminal.show(table)
    return file.getvalue()


def of_terminal(text: str) -> list[list[str]]:
    """Entries of a printed table, whose heading stands between heavy lines."""
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in text.splitlines() if line.startswith("│")]


def good_tables(networks: int) -> dict[str, Table]:
    """All tables of a reproduction, of a summary and of costs."""
    summary = good_summary(networks)
    made = Reproduced("one", reproduce(summary))
    other = Reproduced("other", reproduce({**summary, "executor": "float"}))
    names = ("rows", "claims", "measures")
    tables = dict(zip(names, reproduction_tables(made.found)))
    tables |= {
        f"{name} of two": draw([made, other]) for name, draw in zip(names, (rows_table, claims_table, measures_table))
    }
    labels, summaries = ["one", "other"], [summary, summary]
    tables |= {"costs": costs_table(labels, summaries), "timings": timings_table(labels, summaries)}
    return {**tables, "summary": summary_table(summary), "verification": verification().table("a title")}


def verification() -> Verification:
    """Two comparisons as `verify` makes them."""
    made = []
    for name in ("lava-cycle", "lava"):
        one = Comparison(name, "emulation")
        for quantity in ("spikes", "moves", "rewards", "weights", "tags", "traces", "other state"):
            one.values[quantity], one.differences[quantity] = 12_000, 0
        made.append(one)
    return Verification(made, "float departs")


TABLES = {"odd": ODD, **good_tables(5)}


@pytest.mark.parametrize("name", TABLES)
def test_the_three_hold_the_same_entries(monkeypatch, name):
    table = TABLES[name]
    entries = [[cell.text for cell in row] for row in table.cells()]
    assert entries and all(len(row) == len(table.columns) for row in entries)
    assert of_html(table) == entries
    assert of_markdown(table) == entries
    assert of_terminal(printed(table, monkeypatch, width=80)) == entries  # no terminal: nothing is broken
    assert of_terminal(printed(table, monkeypatch, width=400, force_terminal=True, color_system=None)) == entries


@pytest.mark.parametrize("name", TABLES)
def test_the_three_hold_the_same_words_beside_them(monkeypatch, name):
    table = TABLES[name]
    told = {
        "html": Cells(html.drawn(table)).told,
        "markdown": markdown.drawn(table),
        "terminal": printed(table, monkeypatch, width=80),
    }
    for where, text in told.items():
        for part in (table.title, table.note, *(word for one in table.columns for word in one.heading.split("\n"))):
            assert part in text, where
        for group in {one.group for one in table.columns}:
            assert group in text, where


def test_a_narrow_terminal_breaks_lines_and_loses_nothing(monkeypatch):
    table = Table([Column("row"), Column("found")], [[code("T1>T2>i(S,T1)"), "0.5 ± 0.1 and many more words"] * 1])
    text = printed(table, monkeypatch, width=30, force_terminal=True, color_system=None)
    assert "…" not in text and max(map(len, text.splitlines())) <= 30
    assert "T1>T2>i(S,T1)" in text  # names are not broken
    assert " ".join(row[1] for row in of_terminal(text)) == "0.5 ± 0.1 and many more words"


def test_groups_stand_over_their_columns_in_html():
    found = Cells(html.drawn(ODD)).headings
    assert found == [["", "of two", ""], ["a", "b", "c", "two\nlines"]]
    assert "colspan='2' class=group" in html.drawn(ODD)


def test_verdicts_have_their_marks():
    page = Cells(html.drawn(ODD))
    assert page.marks == ["yes", "no"]  # what is open has none
    assert "**no**" in markdown.drawn(ODD) and "**yes**" not in markdown.drawn(ODD)
    assert "`T1`" in markdown.drawn(ODD) and "<code>T1</code>" in html.drawn(ODD)
    assert "p = 0.1" in page.told


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({}, "96.0% of the neurons fire for exactly one particle, 2.0% for a single pixel; 140 of 148 particles"),
        ({"particles": 150}, "2.0% for a single pixel; 140 of 150 particles have neurons of their own"),
        ({"particles": 0}, "hidden layer: 2.0% for a single pixel"),
    ],
)
def test_what_the_hidden_layer_has_learnt(told, text):
    """Summaries of before do not tell how many particles there are."""
    hidden = {"one": 0.96, "single_pixel": 0.02, "covered": 140, **told}
    recording = {"seconds": 1.0, "share": 0.1, "megabytes": 2.0}
    (first, *_) = summary_remarks({**good_summary(2), "hidden": hidden, "recording": recording})
    assert text in first and first.startswith("hidden layer: ")


@pytest.mark.parametrize("networks", [1, 2, 5, 6, 7, 8])
def test_verdicts_are_the_same_everywhere(monkeypatch, networks):
    made = reproduce(good_summary(networks))
    plain, table = as_json(made), claims_table([Reproduced("found", made)])
    told = {one["text"]: one["verdict"] for one in plain["claims"]}
    assert told and set(told.values()) <= {"yes", "no", "too few networks (7 needed)", "too few networks (2 needed)"}
    for drawn in (of_html(table), of_markdown(table), of_terminal(printed(table, monkeypatch, width=80))):
        assert {row[0]: row[-1] for row in drawn} == told
    rows = {entry["after"]: [] for entry in plain["rows"]}
    for entry in plain["rows"]:
        rows[entry["after"]].append(entry["verdict"])
    for drawn in (of_html(rows_of_one(made)), of_markdown(rows_of_one(made))):
        for after, *_, target in drawn:
            known = [one for one in rows[after] if one]
            assert target == ("" if not known else "no" if "no" in known else "yes")
    assert plain["verdict"] == made.verdict.text


def test_five_networks_are_too_few_where_p_cannot_reach_its_level(monkeypatch):
    """A paired test of five networks gives 1/32 at the least, and claims ask for p < .01."""
    made = reproduce(good_summary(5))
    strict = [one for one in made.claims if one.claim.kind == "more" and one.claim.p == 0.01]
    assert strict and {one.verdict.text for one in strict} == {"too few networks (7 needed)"}
    assert min(one.contrast.p for one in strict) == pytest.approx(1 / 32)
    assert made.verdict.text == "too few networks (7 needed)"
    for table in (claims_table([Reproduced("x", made)]), claims_table([Reproduced("x", made), Reproduced("y", made)])):
        for text in (html.drawn(table), markdown.drawn(table), printed(table, monkeypatch, width=80)):
            assert "too few networks (7 needed)" in text
    assert {one.verdict.text for one in reproduce(good_summary(7)).claims} == {"yes"}


@pytest.mark.parametrize(
    ("networks", "answer"), [(1, "too few networks (7 needed)"), (6, "too few networks (7 needed)"), (7, "yes")]
)
def test_what_a_run_means_is_told_with_the_same_words(networks, answer):
    found = meaning(good_summary(networks))
    assert found.verdict.text == answer and answer in found.text
