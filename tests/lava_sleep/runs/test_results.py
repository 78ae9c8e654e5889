"""The summary of a run against the states that it is made of, and the folder that it goes to."""

from pathlib import Path

import pytest

from emulation.errors import InputError
from emulation.neurons import REPORT_VOLTAGE
from lava_sleep.base.files import choose_folder
from lava_sleep.runs.configuration import read_configuration
from lava_sleep.runs.run import run_networks
from lava_sleep.runs.summary import overflows

TOML = """
[protocol]
name = "tiny"
rows = ["T1", "T1>i(R,T2)", "T2"]
[protocol.cycles]
T1 = 40
T2 = 40
interleaved = 40
episode = 10
test = 10
[network.hidden_synapses]
wiring = "constructed"
[network.output]
threshold = 131071
current_decay = 0
voltage_decay = 0
drive = 255
"""


def test_overflows_of_every_stage_are_counted_once(tmp_path):
    (tmp_path / "c.toml").write_text(TOML)
    configuration = read_configuration(tmp_path / "c.toml", {})
    results, _ = run_networks(configuration)
    stages = results[0].stages
    after = {name: int(stage.state.overflow[REPORT_VOLTAGE]) for name, stage in stages.items()}
    assert 0 < after["T1"] < after["T1>i(R,T2)"] and after["T2"] > 0
    assert overflows(results)["v"] == after["T1>i(R,T2)"] + after["T2"]


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
    with pytest.raises(InputError, match=f"write e.g. {tmp_path}/tiny"):
        choose_folder(tmp_path, "tiny")


def test_a_link_is_not_replaced(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="cannot be replaced"):
        choose_folder(tmp_path / "link", "tiny")
