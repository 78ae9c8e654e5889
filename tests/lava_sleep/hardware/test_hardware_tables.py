"""The tables of docs/hardware.md are those that the command writes, and tell unknown from known."""

import shutil
from pathlib import Path

import pytest

from lava_sleep.hardware.profiles import profile_names
from lava_sleep.hardware.rules import RULES
from lava_sleep.hardware.tables import tables

DOCUMENT = Path(__file__).parents[3] / "docs" / "hardware.md"


@pytest.fixture(scope="module")
def made():
    return tables()


def test_the_committed_tables_are_current(made):
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, table in made.items():
        begin, end = f"<!-- {name}: begin -->\n\n", f"\n\n<!-- {name}: end -->"
        assert text.split(begin)[1].split(end)[0] == table, "write them again: lava-sleep chips --into docs/hardware.md"
    assert f"asks {len(RULES)} rules" in text


def test_every_row_has_a_cell_for_every_chip(made):
    lines = made["limits"].splitlines()
    assert {line.count("|") for line in lines} == {len(profile_names()) + 3}
    rows = {line.split("`")[1]: [cell.strip() for cell in line.split("|")[3:-1]] for line in lines[2:]}
    assert rows["products"] == ["unknown"] * 7
    assert rows["neurons_per_core"][2:4] == ["1,024 A", "8,192 B"]
    assert rows["weight_formats"][:3] == ["1, 2, 4 B", "unknown", "0, 1, 2, 3, 4, 5, 6, 8 A"]


def test_the_command_writes_them_between_the_markers(tmp_path, lava_sleep):
    shutil.copy(DOCUMENT, tmp_path / "d.md")
    (tmp_path / "d.md").write_text(DOCUMENT.read_text().replace("| loihi1 | fail |", "| loihi1 | pass |"))
    done = lava_sleep("chips", "--into", "d.md")
    assert done.returncode == 0 and (tmp_path / "d.md").read_text() == DOCUMENT.read_text()
    (tmp_path / "d.md").write_text("no markers")
    assert lava_sleep("chips", "--into", "d.md").returncode == 2
