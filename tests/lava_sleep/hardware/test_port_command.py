"""`lava-sleep port` and `lava-sleep export`: once through the real entry point, else in this process, for speed."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.handover import results_folder

from lava_sleep.exchange.nir import read_nir
from lava_sleep.exchange.registers import read_weights


def test_through_the_real_entry_point(tmp_path):
    command = [str(Path(sys.executable).parent / "lava-sleep"), "port", "--target", "loihi2", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0 and json.loads(done.stdout)["target"] == "loihi2" and done.stderr == ""


@pytest.mark.parametrize(("target", "code"), [("loihi2", 0), ("spinnaker2", 0), ("loihi1", 1), ("xylo", 1)])
def test_json_stands_alone_and_the_exit_code_says_whether_a_rule_fails(lava_sleep, target, code):
    done = lava_sleep("port", "--target", target, "--json")
    assert done.returncode == code and done.stderr == ""
    made = json.loads(done.stdout)
    assert set(made) == {"target", "verdict", "rules"} and made["target"] == target
    verdicts = {one["verdict"] for one in made["rules"]}
    assert verdicts <= {"pass", "warn", "fail", "unknown"} and ("fail" in verdicts) == (code == 1)
    assert made["verdict"] == ("fail" if code else "unknown")
    assert {"rule", "used", "maximum", "verdict", "object", "remedy"} <= set(made["rules"][0])


def test_the_last_line_says_that_nothing_fails_and_what_has_no_public_figure(lava_sleep):
    last = lava_sleep("port", "--target", "loihi2").stdout.splitlines()[-1]
    assert last.startswith(
        "verdict: unknown: nothing fails; 9 without public figure (inputs, fan_in, fan_out, input_axons, output_axons, "
        "synapse_memory, noise_placement, accumulator, products); 1 not to be judged from what is known (cores); "
    )


def test_the_last_line_says_what_fails(lava_sleep):
    last = lava_sleep("port", "--target", "xylo").stdout.splitlines()[-1]
    assert last.startswith("verdict: fail: 4 fail (inputs, fan_in, learning); ")


def test_the_folder_holds_report_placement_map_and_cost(tmp_path, lava_sleep):
    done = lava_sleep("port", "--target", "loihi1", "--out", "p")
    assert done.returncode == 1 and "verdict: fail" in done.stdout and "784 of 1,024" in done.stdout
    names = ["cost.json", "map.png", "placement.json", "report.json", "report.txt"]
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == names
    assert (tmp_path / "p/map.png").read_bytes().startswith(b"\x89PNG")
    cost = json.loads((tmp_path / "p/cost.json").read_text())
    assert [one["phase"] for one in cost] == ["awake", "asleep"] and cost[0]["energy_pJ"] > 9e5
    placement = json.loads((tmp_path / "p/placement.json").read_text())
    assert [core["neurons"] for core in placement["cores"]] == [784, 8]
    assert "awake: spikes" in (tmp_path / "p/report.txt").read_text()
    again = lava_sleep("port", "--target", "loihi1", "--out", "p")
    assert again.returncode == 2 and again.stderr.count("\n") == 1


def test_a_network_file_of_the_user(tmp_path, lava_sleep):
    (tmp_path / "n.toml").write_text("[network.hidden]\nneurons = 2000\n[network.output]\nnoise_exponent = -1\n")
    done = lava_sleep("port", "--target", "loihi2", "n.toml", "--json")
    rules = {one["rule"]: one for one in json.loads(done.stdout)["rules"]}
    assert rules["neurons"]["used"] == 2008 and rules["noise_placement"]["used"] == 0


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("", ["--target", "tpu"], "(allowed: akida"),
        ("", [], "target"),
        ("colour = 3", ["--target", "loihi2", "n.toml"], "colour: unknown key"),
        ("", ["--target", "loihi2", "missing.toml"], "missing.toml"),
        ("[network.hidden_synapses]\ndw = 'x1*y9'", ["--target", "loihi2", "n.toml"], "unknown name"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(tmp_path, lava_sleep, text, arguments, message):
    (tmp_path / "n.toml").write_text(text)
    done = lava_sleep("port", *arguments, "--json")
    assert done.returncode == 2 and done.stdout == ""
    assert message in done.stderr and done.stderr.strip().count("\n") == 0 and "Traceback" not in done.stderr


def test_export_writes_what_is_read_back(tmp_path, lava_sleep):
    weights = np.arange(2 * 2 * 8 * 5).reshape(2, 2, 8, 5)
    results_folder(tmp_path / "run", weights)
    for form, name, read in (("nir", "network.nir", read_nir), ("netcdf", "network.nc", read_weights)):
        done = lava_sleep("export", "run", "--format", form)
        assert done.returncode == 0, done.stderr
        assert np.array_equal(read(tmp_path / "run" / name).output_weights, weights[0, 1])
        again = lava_sleep("export", "run", "--format", form)
        assert again.returncode == 2 and "already exists" in again.stderr
    other = lava_sleep("export", "run", "--format", "nir", "--row", "T1", "--network", 41, "--out", "o.nir")
    assert other.returncode == 0 and read_nir(tmp_path / "o.nir").seed == 41


@pytest.mark.parametrize(
    "arguments", [["nowhere", "--format", "nir"], [".", "--format", "onnx"], [".", "--format", "nir", "--row", "T9"]]
)
def test_export_refuses_what_it_cannot_do(lava_sleep, arguments):
    done = lava_sleep("export", *arguments)
    assert done.returncode == 2 and done.stderr.strip().count("\n") == 0 and "Traceback" not in done.stderr
