"""What a person adds without touching this project: by a file's path, by an entry point, and by a registry."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import lava_sleep as ls
from lava_sleep.base.data import read_data
from lava_sleep.testing import check_backend

HERE = Path(__file__).parent
TESTED = Path(ls.__file__).parents[1]  # where the packages under test are
ENTRY_POINTS = """
    [lava_sleep.backends]
    one-by-one = outsider.backend:BACKEND

    [lava_sleep.figures]
    strength = outsider.figure:STRENGTH

    [lava_sleep.studies]
    gain = outsider.study:GAIN
"""


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """The command line beside an installed package of someone else; a run of it lies in the folder `run`."""
    folder = tmp_path_factory.mktemp("outside")
    installed = folder / "installed"
    information = installed / "outsider-1.0.dist-info"
    information.mkdir(parents=True)
    (installed / "outsider").symlink_to(HERE / "outsider")
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: outsider\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(textwrap.dedent(ENTRY_POINTS))
    environment = {**os.environ, "PYTHONPATH": f"{installed}{os.pathsep}{TESTED}"}

    def call(*arguments):
        program = [sys.executable, "-m", "lava_sleep", *arguments]
        done = subprocess.run(
            program, capture_output=True, text=True, cwd=folder, env=environment, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    call.folder = folder
    call("run", "--protocol", "tiny", "--networks", "1", "--backend", "one-by-one", "--out", "run")
    return call


def test_a_backend_of_another_package_runs_a_protocol(command):
    command("run", "--protocol", "tiny", "--networks", "1", "--out", "ours")
    theirs, ours = ls.open_run(command.folder / "run"), ls.open_run(command.folder / "ours")
    assert theirs.configuration.backend == "one-by-one"
    for name in ("outcomes", "output_weights", "performance"):
        np.testing.assert_array_equal(theirs.data[name], ours.data[name])


def test_the_backend_of_another_package_conforms(monkeypatch):
    monkeypatch.syspath_prepend(str(HERE))
    from outsider.backend import OneByOneBackend

    check_backend(OneByOneBackend())
    check_backend(OneByOneBackend(), ls.network("golden2022"), "float")


def test_a_figure_of_another_package_is_drawn(command):
    command("figures", "run", "--only", "strength")
    assert (command.folder / "run" / "figures" / "strength.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_a_study_of_another_package_is_made(command):
    printed = command("study", "gain", "--networks", "1", "--out", "gain")
    numbers = json.loads((command.folder / "gain" / "gain.json").read_text())
    assert set(numbers) == {"slow", "fast"}
    assert "verdict: the outsider's study was made" in printed
    assert f"| fast | {numbers['fast']:.3f} |" in (command.folder / "gain" / "gain.md").read_text()


def test_a_chip_by_the_path_of_its_profile(tmp_path):
    text = Path(ls.__file__).with_name("data").joinpath("profiles", "loihi2.toml").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('title = "', 'title = "Mine, beside '))
    report = ls.check(ls.network(), str(path))
    assert report.profile.title.startswith("Mine, beside ")
    assert [finding.rule for finding in report.findings] == [
        finding.rule for finding in ls.check(ls.network(), "loihi2").findings
    ]


def test_a_set_of_plasticity_parameters_by_its_path(tmp_path):
    path = tmp_path / "mine.toml"
    ours = read_data("plasticity/bistable.toml")
    path.write_text("\n".join(f"{key} = {json.dumps(value)}" for key, value in {**ours, "reward": 31}.items()))
    network = ls.network(output_synapses={"plasticity": {"preset": str(path)}})
    assert network.output_synapses.plasticity.reward == 31
    assert ls.run(protocol="tiny", seeds=[1], network=network).performance.shape[0] == 1


def test_a_compliance_rule_by_its_decorator():
    from lava_sleep.hardware.finding import RULES, Finding, Verdict, compliance_rule

    @compliance_rule
    def is_red(question):
        """Whether the chip is red."""
        yield Finding("is_red", "chip", "grey", "red", "", Verdict.FAIL, "paint it", "measured here")

    try:
        assert [finding.object for finding in ls.check(ls.network(), "loihi2").findings if finding.rule == "is_red"]
    finally:
        RULES.remove(is_red)


def test_a_name_that_is_taken_is_refused(monkeypatch):
    monkeypatch.syspath_prepend(str(HERE))
    from outsider.backend import BACKEND

    from emulation.errors import InputError

    with pytest.raises(InputError, match="backend: the name is taken, got 'compiled'"):
        ls.BACKENDS.register("compiled", BACKEND)
