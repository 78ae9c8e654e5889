"""The folder that results go to: a new or an empty one, and one that can be replaced."""

from pathlib import Path

import pytest

from emulation.errors import InputError
from lava_sleep.base.files import choose_folder


def test_where_results_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert choose_folder(None, "tiny") == Path("runs/tiny-1")
    (tmp_path / "runs/tiny-1.partial").mkdir(parents=True)
    assert choose_folder(None, "tiny") == Path("runs/tiny-2")
    (tmp_path / "empty").mkdir()
    assert choose_folder(Path("empty"), "tiny") == Path("empty")
    with pytest.raises(InputError, match="already holds something"):
        choose_folder(Path("runs"), "tiny")


@pytest.mark.parametrize("place", ["", ".", "../empty"])
def test_the_folder_one_stands_in_is_not_replaced(tmp_path, monkeypatch, place):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(InputError, match="cannot be replaced"):
        choose_folder(Path(place), "tiny")


def test_a_mounted_folder_is_not_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "is_mount", lambda path: path == tmp_path)
    with pytest.raises(InputError) as error:
        choose_folder(tmp_path, "tiny")
    assert error.value.hint == f"write e.g. {tmp_path}/tiny"


def test_a_link_is_not_replaced(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="cannot be replaced"):
        choose_folder(tmp_path / "link", "tiny")
