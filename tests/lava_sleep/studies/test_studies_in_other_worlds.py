"""Studies, `verify` and conformance in a world with four tasks; numbers of studies of before are still told."""

import numpy as np
import pytest
from helpers.worlds import FOUR, FOUR_TASKS, SMALL

from emulation.engine.phase import Mode
from emulation.errors import InputError
from lava_sleep.analysis.agreement import agreement_json, row_agreement
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.golden2022.description import GoldenNetwork
from lava_sleep.networks.integer.description import Hidden, HiddenSynapses, IntegerNetwork
from lava_sleep.protocols.protocol import Cycles
from lava_sleep.runs.configuration import configuration_of
from lava_sleep.studies.ablate import ABLATE
from lava_sleep.studies.compare import COMPARE
from lava_sleep.studies.drift import SHAPE, cycles_of_drift, measure_drift
from lava_sleep.studies.precision import PRECISION
from lava_sleep.studies.reproduce import REPRODUCE
from lava_sleep.studies.side_by_side import schedule
from lava_sleep.studies.study import StudySettings
from lava_sleep.studies.verify import verify
from lava_sleep.tables.markdown import drawn
from lava_sleep.testing import check_backend, check_network
from lava_sleep.testing.equality import row_of

NETWORK = IntegerNetwork(hidden=Hidden(neurons=60), hidden_synapses=HiddenSynapses(wiring="constructed"))
GOLDEN = GoldenNetwork().with_constructed_hidden_layer()


@pytest.mark.lava
def test_verify_finds_no_difference():
    network = NETWORK.model_copy(update={"hidden_synapses": HiddenSynapses()})
    verification = verify(14, 3, network, FOUR)
    assert verification.differences == 0 and verification.verdict.text == "yes"
    assert verification.comparisons[0].values["weights"] == 14 * 60 * (9 + 8)


@pytest.mark.parametrize("cycles", [10, 21, 300, 1001])
def test_every_task_is_learnt_side_by_side(cycles):
    network = IntegerNetwork()
    segments = schedule(network, cycles, FOUR)
    lengths = [segment.cycles for segment in segments]
    assert [segment.name for segment in segments][:7] == ["U", "T1", "T2", "T3", "T4", "S", "T1"]
    assert lengths[:5] == [max(1, cycles // 7)] * 5 and (sum(lengths) == cycles or cycles < 14)
    assert {segment.phase.task for segment in segments} == {-1, 0, 1, 2, 3}


def test_the_papers_world_is_laid_out_as_ever():
    segments = schedule(IntegerNetwork(), 100, configuration_of({}).world)
    assert [(one.name, one.cycles) for one in segments[:5]] == [
        ("U", 20),
        ("T1", 20),
        ("T2", 20),
        ("S", 10),
        ("T1", 10),
    ]


@pytest.mark.parametrize(
    ("backend", "arithmetic"),
    [
        ("compiled", Arithmetic.FIXED),
        ("compiled", Arithmetic.FLOAT),
        pytest.param("lava-cycle", Arithmetic.FIXED, marks=pytest.mark.lava),
        pytest.param("lava", Arithmetic.FLOAT, marks=pytest.mark.lava),
    ],
)
def test_a_backend_holds_what_it_has_to_with_four_tasks(backend, arithmetic):
    check_backend(backend, NETWORK, arithmetic, cycles=3, world=FOUR)


@pytest.mark.parametrize("network", [NETWORK, GOLDEN], ids=["integer", "golden2022"])
def test_a_network_holds_what_it_has_to_with_four_tasks(network):
    check_network(network, cycles=12, world=FOUR)


def test_all_tasks_are_among_the_phases():
    phases = [segment.phase for segment in row_of(IntegerNetwork(), 4, FOUR)]
    modes = [Mode(phase.mode).name for phase in phases]
    assert modes == ["UNSUPERVISED", "WAKE", "SLEEP", "WAKE", "WAKE", "WAKE", "REST"]
    assert [phase.task for phase in phases if phase.mode == Mode.WAKE] == [0, 1, 2, 3]


def test_weights_drift_in_another_world():
    cycles = Cycles(task=300, interleaved=200, episode=50)
    found = measure_drift(NETWORK, Arithmetic.FIXED, 4, cycles, world=FOUR)
    assert found.change.shape == SHAPE and found.number.sum(axis=(0, 2)).min() > 0
    assert cycles_of_drift(NETWORK, cycles, FOUR) == 500 + 2 * 60 * 100


def test_what_is_of_the_papers_tasks_says_which_one_is_missing():
    with pytest.raises(InputError, match=r"got 'T1' \(allowed: first, second, third.*describe \[tasks\.T1\]"):
        measure_drift(NETWORK, Arithmetic.FIXED, 4, world=SMALL)


class OtherSettings(StudySettings):
    """Settings of a study in a world without the paper's tasks."""

    def configuration(self, **options):
        return super().configuration(protocol={"name": "other", "rows": ["first"]}, world=SMALL, **options)


def test_precision_and_ablations_ask_for_the_papers_tasks():
    settings = OtherSettings(command="precision")
    for study in (PRECISION, ABLATE):
        with pytest.raises(InputError, match=r"got 'T1'.*describe \[tasks\.T1\]"):
            study.runs(settings)


def rows_of(values: dict[str, list[float]]) -> list[dict]:
    """Rows of a summary, the same values after each."""
    entries = {task: {"mean": float(np.mean(one)), "per_network": one} for task, one in values.items()}
    return [{"after": after, "tasks": entries} for after in ("T1", "T1>i(S,T2)")]


def test_tables_have_a_column_for_every_task():
    values = {f"T{task}": [0.1 * task, 0.1 * task + 0.01] for task in (1, 2, 3, 4)}
    rows = rows_of(values)
    found = agreement_json(row_agreement({"rows": rows}, {"rows": rows}), [])
    table = COMPARE.tables({"networks": 2, **found})[0]
    assert [column.heading for column in table.columns][1::3] == [f"Task {task}: fixed, float" for task in (1, 2, 3, 4)]
    assert [row[1].text for row in table.cells()] == ["0.105, 0.105"] * 2
    assert [one["task"] for one in found["rows"]] == ["T1", "T2", "T3", "T4"] * 2
    (table,) = ABLATE.tables([{"ablation": "complete", "networks": 2, "rows": rows}])
    assert table.title.startswith("Task 1 / Task 2 / Task 3 / Task 4 on frozen weights")
    assert table.cells()[0][1].text == "0.105 / 0.205 / 0.305 / 0.405"


def test_numbers_of_before_are_told_as_they_were():
    rows = rows_of({"T1": [0.8, 0.82], "T2": [0.5, 0.52]})
    older = [{"after": row["after"], "task1": row["tasks"]["T1"], "task2": row["tasks"]["T2"]} for row in rows]
    tables = [ABLATE.tables([{"ablation": "a", "networks": 2, "rows": found}]) for found in (rows, older)]
    assert drawn(*tables[0]) == drawn(*tables[1])
    numbers = {"networks": 2, **agreement_json(row_agreement({"rows": rows}, {"rows": older}), [])}
    before = {**numbers, "rows": [{**one, "task": int(one["task"][1])} for one in numbers["rows"]]}
    assert drawn(COMPARE.tables(numbers)[0]) == drawn(COMPARE.tables(before)[0])


def test_a_run_in_another_world_is_not_laid_beside_the_paper(tmp_path, monkeypatch):
    from lava_sleep.runs.folder import write_folder
    from lava_sleep.runs.run import run_networks

    cycles = {"task": 40, "interleaved": 20, "episode": 5, "test": 20}
    table = {"rows": ["T1", "T1>i(S,T2)", "T1>i(S,T2)>i(S,T4)"], "cycles": cycles}
    configuration = configuration_of({"protocol": table, "network": NETWORK, **FOUR_TASKS})
    write_folder(tmp_path / "run", configuration, run_networks(configuration)[0], 1.0)
    made = REPRODUCE.read(tmp_path / "run").reproduction
    assert not made.claims and not any(entry.target for entry in made.entries)
    assert [entry.task for entry in made.entries] == ["T1", "T2", "T3", "T4"] * 3
    assert [one.after for one in made.measures] == table["rows"][1:]
    head = [column.heading for column in REPRODUCE.tables(REPRODUCE.read(tmp_path / "run"))[0].columns]
    assert head == ["after", "Task 1", "Task 2", "Task 3", "Task 4"]
