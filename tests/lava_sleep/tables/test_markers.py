"""Tables in a document, between their markers."""

import pytest

from emulation.errors import InputError
from lava_sleep.tables.markdown import insert_between


def test_a_table_goes_between_its_markers(tmp_path):
    path = tmp_path / "README.md"
    path.write_text("a\n<!-- paper: begin -->\nold\n<!-- paper: end -->\nb\n")
    insert_between(path, "paper", "new")
    insert_between(path, "paper", "new")
    assert path.read_text() == "a\n<!-- paper: begin -->\n\nnew\n\n<!-- paper: end -->\nb\n"
    with pytest.raises(InputError, match="markers"):
        insert_between(path, "speed", "new")
