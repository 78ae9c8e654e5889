"""Studies of several runs go on where they were stopped, and end as undisturbed ones do."""

import json
import signal
from pathlib import Path

import numpy as np
import pytest
import tomli_w
import xarray as xr
from helpers.kills import digest, run, warm_up

from emulation.errors import InputError
from lava_sleep.runs.configuration import read_configuration
from lava_sleep.runs.lifecycle import Manner
from lava_sleep.runs.run import cycles_of
from lava_sleep.runs.signals import Interrupted
from lava_sleep.studies.precision import COLUMNS, COMBINATIONS, PRECISION, ROWS
from lava_sleep.studies.study import Made, Measurements, Study, StudySettings
from lava_sleep.tables import markdown
from lava_sleep.tables.table import Table, columns

SETTINGS = ("--protocol", "tiny", "--networks", "1", "--seed", "3")
OFTEN = ("--checkpoint-every", "0")
PRECISIONS = tuple(COMBINATIONS.values())
MANNER = Manner(every=0.0, command="drift")


class Parts(Study):
    """Four measurements, of which it can be stopped in one; notes what it is asked for."""

    name, settings = "found", StudySettings(command="drift", networks=2, seed=1)
    names = tuple(f"part-{number}" for number in range(4))

    def __init__(self, stop_at: int) -> None:
        self.asked: list[str] = []
        self.stop_at = stop_at

    def measurements(self, settings):
        return Measurements(self.names, self.measure, (1, 2), 5)

    def measure(self, name, progress):
        self.asked.append(name)
        progress(5)
        if len(self.asked) == self.stop_at:
            raise KeyboardInterrupt
        return np.array([[float(name[-1]), np.nan]])

    def numbers(self, settings, made):
        return [made.measured[name].tolist() for name in self.names]

    def tables(self, numbers):
        return [Table(columns("part"), [[str(one[0][0])] for one in numbers])]


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory):
    warm_up(tmp_path_factory.mktemp("warm"))


def total() -> int:
    """Cycles of one tiny network."""
    return cycles_of(read_configuration(None, {"protocol": "tiny"}))


def log(folder: Path) -> str:
    text = (folder / "log.txt").read_text()
    assert "Traceback" not in text
    return text


def test_reproduce_goes_on_where_it_was_stopped(tmp_path):
    assert run(tmp_path, *SETTINGS, "--out", "whole", command="reproduce") == 0
    start, again = (*SETTINGS, *OFTEN, "--out", "out"), ("--resume", "out", *OFTEN)
    assert run(tmp_path, *start, stop_at=total() // 3, command="reproduce") == -signal.SIGKILL
    assert run(tmp_path, *start, command="reproduce") == 2
    code = run(tmp_path, *again, stop_at=total() * 2 // 3, number=signal.SIGTERM, command="reproduce")
    assert code == 128 + signal.SIGTERM
    line = "interrupted: 0 of 1 networks were finished and kept; `lava-sleep reproduce --resume out` continues"
    assert line in log(tmp_path) and "done before" in log(tmp_path) and not (tmp_path / "out").exists()
    (tmp_path / "table.md").write_text("<!-- paper: begin -->\n<!-- paper: end -->\n")
    assert run(tmp_path, *again, "--readme", "table.md", command="reproduce") == 2
    assert not (tmp_path / "out").exists()  # refused before anything is run
    (tmp_path / "table.md").write_text("<!-- tiny: begin -->\n<!-- tiny: end -->\n")
    assert run(tmp_path, *again, "--readme", "table.md", command="reproduce") == 0
    assert (tmp_path / "table.md").read_text().count("| `T1") == 4
    assert not (tmp_path / "out.partial").exists()
    assert digest(tmp_path, "out") == digest(tmp_path, "whole")
    names = ("reproduction.json", "reproduction.md")
    assert all((tmp_path / "out" / name).read_text() == (tmp_path / "whole" / name).read_text() for name in names)
    assert xr.load_dataset(tmp_path / "out/results.nc").identical(xr.load_dataset(tmp_path / "whole/results.nc"))


def test_reproduce_of_a_finished_run_writes_what_is_missing(tmp_path):
    assert run(tmp_path, *SETTINGS, "--out", "out") == 0
    arrays = (tmp_path / "out/results.nc").stat()
    assert run(tmp_path, "--resume", "out", "--networks", "2", command="reproduce") == 2
    assert "another run is there" in log(tmp_path) and not (tmp_path / "out/reproduction.json").exists()
    assert run(tmp_path, "--resume", "out", command="reproduce") == 0
    assert "finished before: out" in log(tmp_path)
    assert len(json.loads((tmp_path / "out/reproduction.json").read_text())["rows"]) == 8
    assert (tmp_path / "out/results.nc").stat() == arrays


@pytest.mark.slow
def test_compare_goes_on_where_it_was_stopped(tmp_path):
    assert run(tmp_path, *SETTINGS, "--out", "whole", command="compare") == 0
    again = ("--resume", "out", *OFTEN)
    first = (*SETTINGS, *OFTEN, "--out", "out")
    assert run(tmp_path, *first, stop_at=total() // 2, command="compare") == -signal.SIGKILL
    for refused in (("--seed", "4", *again), (*SETTINGS, "--out", "out"), ("--resume", "out", "--out", "out")):
        assert run(tmp_path, *refused, command="compare") == 2
    code = run(tmp_path, *again, stop_at=total() * 3 // 2, number=signal.SIGINT, command="compare")
    assert code == 128 + signal.SIGINT
    line = "interrupted: 1 of 2 runs were finished and kept; `lava-sleep compare --resume out` continues"
    assert line in log(tmp_path) and not (tmp_path / "out").exists()
    (tmp_path / "table.md").write_text("Before.\n")
    assert run(tmp_path, *again, "--readme", "table.md", command="compare") == 2
    assert not (tmp_path / "out").exists()  # refused before anything is run
    (tmp_path / "table.md").write_text("Before.\n<!-- compare: begin -->\n<!-- compare: end -->\nAfter.\n")
    assert run(tmp_path, *again, "--readme", "table.md", command="compare") == 0
    table = (tmp_path / "table.md").read_text()
    assert table.startswith("Before.\n") and table.endswith("After.\n") and table.count("| `T1") == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.txt", "out", "table.md", "whole"]
    for name in ("emulation", "float"):
        assert digest(tmp_path / "out", name) == digest(tmp_path / "whole", name)
        arrays = (xr.load_dataset(tmp_path / where / name / "results.nc") for where in ("out", "whole"))
        assert next(arrays).identical(next(arrays))
    assert (tmp_path / "out/compare.json").read_bytes() == (tmp_path / "whole/compare.json").read_bytes()
    assert json.loads((tmp_path / "out/compare.json").read_text())["networks_needed"] is None  # one shows no spread
    names = ["compare.json", "compare.md", "compare.png", "emulation", "float", "study.toml"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    (tmp_path / "table.md").write_text("Before.\n<!-- compare: begin -->\n<!-- compare: end -->\nAfter.\n")
    assert run(tmp_path, "--resume", "out", "--readme", "table.md", command="compare") == 0
    assert "finished before: out" in log(tmp_path)
    assert (tmp_path / "table.md").read_text() == table


OF_BEFORE = {"command": "compare", "networks": 1, "seed": 1, "sweep_precision": True}
OF_NOW = {"command": "precision", "networks": 1, "seed": 1}


@pytest.mark.parametrize("settings", [OF_BEFORE, OF_NOW], ids=["of before", "of now"])
def test_a_finished_sweep_is_known_as_one_and_writes_its_own_table(tmp_path, settings):
    rows = [{"bits": bits, "rounding": rounding, "means": [0.75] * len(COLUMNS)} for bits, rounding in PRECISIONS]
    (tmp_path / "out").mkdir()
    (tmp_path / "out/precision.json").write_text(json.dumps({"networks": 1, "rows": rows}))
    (tmp_path / "out/study.toml").write_text(tomli_w.dumps(settings))
    (tmp_path / "table.md").write_text("<!-- compare: begin -->\n<!-- compare: end -->\n")
    assert run(tmp_path, "--resume", "out", "--readme", "table.md", command="compare") == 2
    (tmp_path / "table.md").write_text("<!-- precision: begin -->\n<!-- precision: end -->\n")
    assert run(tmp_path, "--resume", "out", "--readme", "table.md", command="compare") == 0
    assert (tmp_path / "table.md").read_text().count("0.750 / 0.750 / 0.750") == len(PRECISIONS)


def test_measurements_are_kept_one_by_one(tmp_path, capsys):
    """Stopped in the third of four, after which the second is damaged: two are left to do."""
    study, out = Parts(stop_at=3), tmp_path / "out"
    with pytest.raises(Interrupted) as stopped:
        study.start(study.settings, out, MANNER)
    assert stopped.value.exit_code == 130
    assert "interrupted: 2 of 4 measurements were finished and kept;" in " ".join(capsys.readouterr().err.split())
    with pytest.raises(InputError, match="unfinished"):
        study.start(study.settings, out, MANNER)
    (tmp_path / "out.partial/part-1.part").write_text("[[1.0")
    with pytest.raises(InputError, match="another study"):
        study.resume(out, {"seed": 2}, MANNER)
    study.resume(out, {}, MANNER)
    assert study.asked == ["part-0", "part-1", "part-2", "part-1", "part-2", "part-3"]
    assert [one[0][0] for one in json.loads((out / "found.json").read_text())] == [0, 1, 2, 3]
    assert sorted(path.name for path in out.iterdir()) == ["found.json", "found.md", "study.toml"]


def test_a_study_that_comes_to_nothing_leaves_nothing(tmp_path, capsys):
    study = Parts(stop_at=1)
    with pytest.raises(Interrupted):
        study.start(study.settings, tmp_path / "out", MANNER)
    assert "nothing written" in capsys.readouterr().err and not list(tmp_path.iterdir())
    with pytest.raises(InputError, match="no study is there"):
        study.resume(tmp_path / "out", {}, MANNER)


def test_every_combination_of_the_sweep_is_told(tmp_path):
    settings = StudySettings(command="precision", protocol="tiny", networks=3)
    runs = PRECISION.runs(settings)
    assert len({one.model_dump_json() for one in runs.values()}) == len(runs) == 24
    assert all(one.protocol.rows == ROWS and one.networks == 3 for one in runs.values())
    rows = [
        {"after": row, "tasks": {"T1": {"per_network": [0.1, 0.2, place]}, "T2": {"per_network": [0.3, None, 0.4]}}}
        for place, row in enumerate(ROWS)
    ]
    numbers = PRECISION.numbers(settings, Made(tmp_path, {name: {"rows": rows} for name in runs}, {}))
    assert [f"{one['rounding']}-{one['bits']}" for one in numbers["rows"]] == list(runs)
    assert numbers["networks"] == 3 and len(numbers["rows"]) == 24
    found = numbers["rows"][0]
    assert found["means"][:2] == pytest.approx([0.1, (0.1 + 0.2 + 1) / 3])
    assert all(np.isnan(found["means"][2:])) and len(found["means"]) == len(found["sds"]) == len(COLUMNS)
    assert found["sds"] == pytest.approx([np.std([0.1, 0.2, 0]), np.std([0.1, 0.2, 1]), 0.05, 0.05])
    lines = markdown.drawn(*PRECISION.tables(numbers)).splitlines()
    assert lines[-8].startswith("| 8 | 0.100 / ") and lines[-1].startswith("| 1 | ")
