"""Ablations of the paper's own network: each changes it, and one command runs them all."""

import json

import pytest
from typer.testing import CliRunner

from emulation.errors import InputError
from lava_sleep.cli import main as cli
from lava_sleep.protocols.protocol import Cycles
from lava_sleep.runs.run import run_networks
from lava_sleep.studies.ablate import ablations
from lava_sleep.studies.study import StudySettings

pytestmark = pytest.mark.slow

SETTINGS = StudySettings(command="ablate", protocol="tiny", networks=1, seed=3)


def test_every_ablation_changes_the_network():
    chosen = ablations(SETTINGS)
    assert chosen[0].name == "complete" and len(chosen) == 7
    cycles = {"unsupervised": 2000, "T1": 2500, "T2": 300, "interleaved": 400, "episode": 100, "test": 10}
    ends = []
    for ablation in chosen:
        protocol = ablation.configuration.protocol
        episode = {"episode": min(200, protocol.cycles.episode)}
        short = protocol.model_copy(
            update={"rows": ("T1>i(S,T2)",), "cycles": Cycles.model_validate({**cycles, **episode})}
        )
        results, _ = run_networks(ablation.configuration.model_copy(update={"protocol": short}))
        ends.append(results[0].stages["T1>i(S,T2)"].state.output_synapses.weights.tobytes())
    assert len(set(ends)) == len(ends)


def test_ablations_by_one_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.md").write_text("a\n<!-- ablate: begin -->\n<!-- ablate: end -->\nb\n")
    arguments = ["ablate", "--protocol", "tiny", "--networks", "1", "--out", "out", "--readme"]
    refused = CliRunner().invoke(cli.app, [*arguments, "none.md"])
    assert isinstance(refused.exception, InputError) and not (tmp_path / "out").exists()
    done = CliRunner().invoke(cli.app, [*arguments, "page.md"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out/ablate.md").read_text() in (tmp_path / "page.md").read_text()
    assert all(ablation.name in done.output for ablation in ablations(SETTINGS))
    made = json.loads((tmp_path / "out/ablate.json").read_text())
    assert len(made) == 7 and all(len(entry["rows"]) == 7 for entry in made)
    assert sum(line.startswith("| ") for line in (tmp_path / "out/ablate.md").read_text().splitlines()) == 1 + 7
    again = CliRunner().invoke(cli.app, ["ablate", "--protocol", "tiny", "--networks", "1", "--out", "out"])
    assert isinstance(again.exception, InputError)


def test_folders_of_ablations_have_names_of_their_own():
    chosen = ablations(SETTINGS)
    assert len({ablation.folder for ablation in chosen}) == len(chosen)
    assert chosen[-1].folder == "episodes-of-5000-cycles"
