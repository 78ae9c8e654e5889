"""The page about networks of one's own: what it shows runs."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "networks.md"


@pytest.mark.lava
@pytest.mark.slow
def test_the_blocks_of_the_page_run(tmp_path, monkeypatch):
    pytest.importorskip("lava.magma")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(blocks) == 7
    names: dict = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    assert len(names["times"]) > 50 and names["weights"].std() > 0 and list(names["nodes"]) == ["input", "cells"]
    assert (names["outcomes"] == 1).any() and (names["moves"].weights("act") != 40).any()
