"""The command line: runs, a refusal and help through the real entry point, all else in this process, for speed."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import tomli
import xarray as xr

pytestmark = pytest.mark.slow

TINY = """
[protocol]
name = "tiny"
[network.hidden_synapses]
wiring = "constructed"
"""


def real(*arguments, cwd, timeout=240):
    """Through the real entry point."""
    command = [str(Path(sys.executable).parent / "lava-sleep"), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=timeout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("run")
    (where / "tiny.toml").write_text(TINY)
    done = real("run", "tiny.toml", "--networks", 2, "--seed", 40, "--out", "out", cwd=where)
    assert done.returncode == 0, done.stderr
    return where, done


def test_run_writes_a_whole_folder(folder):
    where, done = folder
    assert sorted(path.name for path in (where / "out").iterdir()) == [
        "config.toml", "figures", "results.nc", "summary.json",
    ]  # fmt: skip
    made = json.loads((where / "out/summary.json").read_text())
    assert (made["protocol"], made["executor"], made["networks"]) == ("tiny", "emulation", 2)
    assert (made["network"], made["arithmetic"], made["backend"]) == ("integer", "fixed", "compiled")
    assert [row["after"] for row in made["rows"]] == ["T1", "T1>T2", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)"]
    assert all(set(row) == {"after", "tasks"} and list(row["tasks"]) == ["T1", "T2"] for row in made["rows"])
    assert "T1>T2>i(S,T1)" in done.stdout and "chance" in done.stdout
    with xr.open_dataset(where / "out/results.nc") as data:
        assert data.output_weights.shape == (2, 4, 8, 784)
        assert list(data.network.values) == [40, 41]
    for name in ("performance", "bars"):
        assert (where / f"out/figures/{name}.png").read_bytes().startswith(b"\x89PNG")


def test_a_run_is_repeated_by_its_own_configuration(folder, lava_sleep):
    where, _ = folder
    again = lava_sleep("run", where / "out/config.toml", "--out", where / "again")
    assert again.returncode == 0, again.stderr
    first, second = (json.loads((where / name / "summary.json").read_text()) for name in ("out", "again"))
    assert first["digest"] == second["digest"] and first["rows"] == second["rows"]


SHORTER = """
[protocol]
name = "tiny"
rows = ["T1>i(R,T2)>i(S,T1)"]
[protocol.cycles]
unsupervised = 20
T1 = 30
interleaved = 20
episode = 5
test = 5
"""


@pytest.mark.lava
def test_executors_of_one_arithmetic_give_the_same_rows_and_digest(tmp_path, lava_sleep):
    (tmp_path / "shorter.toml").write_text(SHORTER)
    made = {}
    for executor in ("emulation", "lava-cycle", "lava"):
        done = lava_sleep("run", "shorter.toml", "--executor", executor, "--out", executor)
        assert done.returncode == 0, done.stderr
        made[executor] = json.loads((tmp_path / executor / "summary.json").read_text())
        assert made[executor]["executor"] == executor
    assert made["emulation"]["rows"] == made["lava-cycle"]["rows"] == made["lava"]["rows"]
    assert made["emulation"]["digest"] == made["lava-cycle"]["digest"] == made["lava"]["digest"]


def test_a_folder_with_results_is_not_touched(folder):
    where, _ = folder
    before = (where / "out/summary.json").read_bytes()
    refused = real("run", "tiny.toml", "--out", "out", cwd=where)
    assert refused.returncode == 2 and refused.stderr.count("\n") == 1
    assert (where / "out/summary.json").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("", ["--protocol", "slow"], "unknown name"),
        ("", ["--networks", "0"], "networks"),
        ("", ["--executor", "gpu"], "executor"),
        ("", ["--speed", "9"], "--speed"),
        ("[protocol]\nrows = ['T3']", [], "unknown step"),
        ("colour = 3", [], "colour: unknown key"),
        ("[network.output_synapses]\ninitial_mean = 300", [], "initial_mean"),
        ("[network.sleep]\nrate_gain = -1", [], "rate_gain"),
        ("[network.hidden_synapses]\ndw = 'x1*y9'", [], "unknown name"),
        ("[network.hidden_synapses]\ndw = '0.5*x0'", [], "2^-1"),
        ("seed = [", [], "TOML"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(tmp_path, lava_sleep, text, arguments, message):
    (tmp_path / "c.toml").write_text(text)
    done = lava_sleep("run", "c.toml", "--out", "out", *arguments)
    assert done.returncode == 2
    assert message in done.stderr and done.stderr.strip().count("\n") == 0 and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_without_arguments_it_helps(tmp_path, lava_sleep):
    done = real(cwd=tmp_path)
    assert done.returncode == 2 and "reproduce" in done.stdout + done.stderr and "error" not in done.stderr
    assert lava_sleep("--version").stdout.strip() == version("lava-sleep")


def test_config_prints_what_run_reads(lava_sleep):
    done = lava_sleep("config")
    assert done.returncode == 0
    assert tomli.loads(done.stdout)["protocol"]["name"] == "quick"


def test_compare_writes_its_verdict(tmp_path, lava_sleep):
    done = lava_sleep("compare", "--protocol", "tiny", "--networks", 2, "--out", "both")
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "both/compare.json").read_text())
    assert len(report["rows"]) == 8 and len(report["weights"]) == 4
    assert report["departure"]["first_cycle"]["tags"] == 0
    assert report["departure"]["growth"]["output weights"][-1] > 0
    for row in report["rows"]:
        assert row["difference"]["mean"] == pytest.approx(row["fixed"] - row["float"], abs=1e-6)
    assert (tmp_path / "both/compare.png").read_bytes().startswith(b"\x89PNG")
    assert "at margin 0.05" in done.stdout
