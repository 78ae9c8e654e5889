"""A run that is killed at any moment goes on bit for bit, with any executor of its arithmetic."""

import signal
from itertools import product

import numpy as np
import pytest
import xarray as xr
from helpers.kills import BRIEF, LONG, MEDIUM, SHORT, digest, run, warm_up, write_settings

from emulation.states import copy_state, named_arrays
from lava_sleep.backends import BACKENDS
from lava_sleep.backends.base import Observer, position, run_segments
from lava_sleep.backends.compiled import COMPILED, CompiledRunning
from lava_sleep.backends.lava import LAVA, LAVA_CYCLE
from lava_sleep.protocols.protocol import Cycles, Protocol
from lava_sleep.protocols.schedule import stages
from lava_sleep.runs.configuration import Configuration, read_configuration
from lava_sleep.runs.folder import write_folder
from lava_sleep.runs.run import cycles_of, run_networks
from lava_sleep.runs.unfinished import UnfinishedRun

pytestmark = pytest.mark.slow
long = pytest.mark.long

KILLS = {"emulation": 6, "float": 3, "map": 3, "lava-cycle": 2, "lava": 1}  # in the default suite
EXECUTORS = [pytest.param(name, marks=pytest.mark.lava) if name.startswith("lava") else name for name in KILLS]
MANY = range(10)  # seeds of the marker long, 5 kills each: 50 of every executor, 250 in all
LATEST = 0.1  # s; from a random cycle on, a kill comes at a random moment
PROTOCOLS = {"lava": SHORT, "lava-cycle": BRIEF}  # LONG for the others, and 10 times as long with the marker long


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory):
    warm_up(tmp_path_factory.mktemp("warm"))


def random_moments(total: int, number: int, seed: int) -> list[tuple[int, float]]:
    """Cycles after which a run is killed, growing, so that every resume is of a resumed run; and seconds from then."""
    generator = np.random.Generator(np.random.Philox(seed))
    cycles = sorted(generator.integers(1, total, number).tolist())
    return list(zip(cycles, generator.uniform(0, LATEST, number).tolist()))


def killed_and_resumed(folder, executor: str, kills: int, seed: int, protocol: dict[str, int]) -> None:
    """Kill a run at random moments, go on each time; its digest is that of the undisturbed run."""
    total = write_settings(folder, **protocol)
    undisturbed = executor if executor in ("float", "map") else "emulation"
    assert run(folder, "c.toml", "--executor", undisturbed, "--out", "whole") == 0
    options = ("--executor", executor, "--checkpoint-every", "0.01")
    stretch = {"lava": 2, "lava-cycle": 20}.get(executor, 100)
    for cycles, later in random_moments(total, kills, seed):
        killed = run(folder, "c.toml", "--resume", "out", *options, stretch=stretch, stop_at=cycles, later=later)
        assert killed == -signal.SIGKILL
        assert not (folder / "out").exists()
    assert (folder / "out.partial/network-3").is_dir()
    assert run(folder, "--resume", "out", *options, stretch=stretch) == 0
    assert digest(folder, "out") == digest(folder, "whole")
    assert not (folder / "out.partial").exists()
    assert "done before" in (folder / "log.txt").read_text()


@pytest.mark.parametrize("executor", EXECUTORS)
def test_killed_at_random_moments_and_resumed(tmp_path, executor):
    killed_and_resumed(tmp_path, executor, KILLS[executor], 11, PROTOCOLS.get(executor, LONG))


@long
@pytest.mark.parametrize("seed", MANY)
@pytest.mark.parametrize("executor", EXECUTORS)
def test_killed_at_many_random_moments(tmp_path, executor, seed):
    """A protocol of about 2 s of computing."""
    longer = {name: 10 * cycles for name, cycles in LONG.items()}
    killed_and_resumed(tmp_path, executor, 5, 100 + seed, PROTOCOLS.get(executor, longer))


@pytest.mark.parametrize("later", [0.0, pytest.param(0.03, marks=long), 0.1, pytest.param(0.2, marks=long), 0.4])
def test_killed_while_its_results_are_written(tmp_path, later):
    total = write_settings(tmp_path, **SHORT)
    assert run(tmp_path, "c.toml", "--out", "whole") == 0
    stopped = {"stretch": 5, "stop_at": total, "later": later, "finishing": True}
    assert run(tmp_path, "c.toml", "--out", "out", "--checkpoint-every", "0", **stopped) in (-signal.SIGKILL, 0)
    if (tmp_path / "out").exists():
        assert digest(tmp_path, "out") == digest(tmp_path, "whole")
        found, expected = ({path.name for path in (tmp_path / name).iterdir()} for name in ("out", "whole"))
        assert found == expected
    assert run(tmp_path, "c.toml", "--resume", "out") == 0
    assert digest(tmp_path, "out") == digest(tmp_path, "whole")
    assert {path.name for path in tmp_path.iterdir()} == {"c.toml", "log.txt", "out", "whole"}


def test_killed_while_its_checkpoints_are_removed(tmp_path):
    write_settings(tmp_path, **SHORT)
    assert run(tmp_path, "c.toml", "--out", "out") == 0
    (tmp_path / "out.partial/network-3").mkdir(parents=True)
    (tmp_path / "out.partial/network-3/1.checkpoint").write_text("remains")
    assert run(tmp_path, "c.toml", "--resume", "out") == 0
    assert {path.name for path in tmp_path.iterdir()} == {"c.toml", "log.txt", "out"}


@pytest.mark.lava
def test_a_run_goes_on_with_another_executor(tmp_path):
    total = write_settings(tmp_path, **SHORT)
    assert run(tmp_path, "c.toml", "--out", "whole") == 0
    turns = (("emulation", 4), ("lava-cycle", 3), ("lava", 2))
    for executor, left in turns:
        moment = total - left * total // 5
        options = ("--executor", executor, "--checkpoint-every", "0")
        assert run(tmp_path, "c.toml", "--resume", "out", *options, stretch=2, stop_at=moment) == -signal.SIGKILL
    assert run(tmp_path, "--resume", "out", "--executor", "emulation") == 0
    assert digest(tmp_path, "out") == digest(tmp_path, "whole")


@pytest.mark.parametrize(
    ("executor", "number"),
    [
        pytest.param("emulation", signal.SIGINT, id="emulation-SIGINT"),
        pytest.param("emulation", signal.SIGTERM, id="emulation-SIGTERM"),
        pytest.param("lava-cycle", signal.SIGINT, id="lava-cycle-SIGINT", marks=pytest.mark.lava),
        pytest.param("lava-cycle", signal.SIGTERM, id="lava-cycle-SIGTERM", marks=[pytest.mark.lava, long]),
    ],
)
def test_a_stopped_run_says_how_to_go_on(tmp_path, executor, number):
    total = write_settings(tmp_path, **(BRIEF if executor == "lava-cycle" else MEDIUM))
    options = ("--executor", executor, "--checkpoint-every", "0")
    code = run(tmp_path, "c.toml", "--out", "out", *options, stretch=20, stop_at=total // 3, number=number)
    assert code == 128 + number
    log = (tmp_path / "log.txt").read_text()
    assert "0 of 1 networks were finished" in log and "`lava-sleep run --resume out` continues" in log
    assert "Traceback" not in log
    assert run(tmp_path, "--resume", "out") == 0
    assert run(tmp_path, "c.toml", "--out", "whole") == 0
    assert digest(tmp_path, "out") == digest(tmp_path, "whole")


def test_more_threads_and_resumes_change_nothing(tmp_path):
    total = write_settings(tmp_path, networks=3, **LONG)
    options = ("--checkpoint-every", "0.01")
    for moment in (total // 4, total // 2):
        assert run(tmp_path, "c.toml", "--resume", "out", *options, stop_at=moment) == -signal.SIGKILL
    assert run(tmp_path, "--resume", "out") == 0
    assert run(tmp_path, "c.toml", "--out", "whole") == 0
    assert digest(tmp_path, "out") == digest(tmp_path, "whole")


def test_killed_before_its_first_checkpoint_it_starts_anew(tmp_path):
    write_settings(tmp_path, **SHORT)
    options = ("--checkpoint-every", "1000")
    assert run(tmp_path, "c.toml", "--out", "out", *options, stretch=1, stop_at=1, hold=True) == -signal.SIGKILL
    assert not list((tmp_path / "out.partial").glob("network-*"))
    assert run(tmp_path, "--resume", "out", "--executor", "gpu") == 2
    assert run(tmp_path, "--resume", "out") == 0
    assert run(tmp_path, "c.toml", "--out", "whole") == 0
    assert digest(tmp_path, "out") == digest(tmp_path, "whole")


def test_a_run_of_repeated_steps_goes_on(tmp_path):
    """Rows that `^n` has made are written down, read back and not made again."""
    total = write_settings(tmp_path, **SHORT) + 50
    settings = tmp_path / "c.toml"
    settings.write_text(settings.read_text().replace("T1>i(S,T2)", "T1>i(S,T2)^2"))
    stopped = {"stretch": 5, "stop_at": total // 2}
    assert run(tmp_path, "c.toml", "--out", "out", "--checkpoint-every", "0", **stopped) == -signal.SIGKILL
    assert run(tmp_path, "--resume", "out") == 0
    assert "done before" in (tmp_path / "log.txt").read_text()
    assert run(tmp_path, "c.toml", "--out", "whole") == 0
    assert digest(tmp_path, "out") == digest(tmp_path, "whole")


@pytest.mark.parametrize("executor", ["emulation", "float"])
def test_a_run_of_the_map_network_goes_on_with_no_other(tmp_path, executor):
    total = write_settings(tmp_path, **SHORT)
    options = ("--executor", "map", "--checkpoint-every", "0")
    stopped = {"stretch": 5, "stop_at": total // 2}
    assert run(tmp_path, "c.toml", "--out", "out", *options, **stopped) == -signal.SIGKILL
    assert run(tmp_path, "--resume", "out", "--executor", executor) == 2
    assert "another network or arithmetic" in (tmp_path / "log.txt").read_text()
    assert run(tmp_path, "c.toml", "--resume", "out", "--executor", executor) == 2


def test_a_finished_run_is_left_as_it_is(tmp_path):
    write_settings(tmp_path, **SHORT)
    assert run(tmp_path, "c.toml", "--out", "out") == 0
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    assert run(tmp_path, "--resume", "out") == 0
    assert "finished before: out" in (tmp_path / "log.txt").read_text()
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == before


class Enough(Exception):
    """Raised to leave a run."""


def complain(line: str) -> None:
    """Where there is nothing to tell."""
    raise AssertionError(line)


def run_until(folder, configuration: Configuration, cycles: int, every: float) -> None:
    """Go on with a run in this process, and leave it after so many of its cycles."""
    with UnfinishedRun(folder) as partial:
        done = partial.open(configuration, every, complain)

        def leave(more: int) -> None:
            nonlocal done
            done += more
            if done >= cycles:
                raise Enough

        with pytest.raises(Enough):
            run_networks(configuration, leave, partial.keeper)


def finish(folder, configuration: Configuration, least: int = 0) -> xr.Dataset:
    """Go on with a run in this process, of which `least` cycles are done, to its end; what it has written."""
    with UnfinishedRun(folder) as partial:
        assert partial.open(configuration, 1.0, complain) >= least
        write_folder(folder, configuration, run_networks(configuration, keeper=partial.keeper)[0], 1.0)
    return xr.load_dataset(folder / "results.nc")


WITHIN, BETWEEN = 0.0, 1000.0  # s between two checkpoints: those are within stages too, or not
BY_DEFAULT = [("emulation", "learnt", WITHIN), ("float", "learnt", WITHIN), ("map", "learnt", WITHIN)]
BY_DEFAULT += [
    ("emulation", "constructed", WITHIN),
    ("emulation", "learnt", BETWEEN),
    ("float", "constructed", BETWEEN),
]


@pytest.mark.parametrize(
    ("executor", "wiring", "every"),
    [
        pytest.param(*chosen, id="-".join((*chosen[:2], place)), marks=[] if chosen in BY_DEFAULT else long)
        for every, place in ((WITHIN, "within stages"), (BETWEEN, "between stages"))
        for chosen in product(("emulation", "float", "map"), ("learnt", "constructed"), (every,))
    ],
)
def test_everything_written_is_that_of_an_undisturbed_run(tmp_path, monkeypatch, executor, wiring, every):
    """Snapshots and excerpts for the figures, too, after a stop in every stage and in the tests after it."""
    monkeypatch.setattr(CompiledRunning, "stretch", 37)
    given = read_configuration(None, {"protocol": "tiny", "executor": executor, "networks": 2, "seed": 3})
    network = given.network if wiring == "learnt" else given.network.with_constructed_hidden_layer()
    assert network.learns_hidden == (wiring == "learnt")
    protocol = given.protocol.model_copy(update={"rows": ("T1", "T1>i(S,T2)")})
    configuration = given.model_copy(update={"network": network, "protocol": protocol})
    whole = finish(tmp_path / "whole", configuration)
    total = 2 * cycles_of(configuration)
    for share in (0.1, 0.3, 0.5, 0.55, 0.8, 0.99):
        run_until(tmp_path / "out", configuration, int(share * total), every)
    again = finish(tmp_path / "out", configuration, least=total // 3)
    assert whole.identical(again)
    assert {"snapshot_weights", "hidden_event_neuron"} <= set(whole)


class Stop(Observer):
    """Keeps state and outcomes after so many cycles, and ends the run."""

    def __init__(self, cycles: int) -> None:
        self.cycles, self.kept = cycles, []

    def report(self, cycles, state, outcomes):
        if len(outcomes.since) == self.cycles:
            self.kept.extend([copy_state(state), outcomes.since.copy()])
            raise Enough


PAIRS = {("compiled", "lava-cycle"): 1, ("lava-cycle", "lava"): 10, ("lava", "compiled"): 26}  # stop by default


@pytest.mark.lava
@pytest.mark.parametrize(
    ("names", "stop"),
    [
        pytest.param(names, stop, id=f"{'-'.join(names)}-after {stop}", marks=[] if stop == PAIRS[names] else long)
        for names in PAIRS
        for stop in PAIRS.values()
    ],
)
def test_segments_go_on_from_any_cycle(description, monkeypatch, names, stop):
    """Within the unsupervised phase and its ramp, at its end, and within sleep."""
    for running in (CompiledRunning, LAVA, LAVA_CYCLE):
        monkeypatch.setattr(running, "stretch", 1)
    part = description.hidden_synapses.model_copy(update={"wiring": "learnt"})
    description = description.model_copy(update={"hidden_synapses": part})
    cycles = Cycles(unsupervised=10, T1=10, interleaved=30, episode=8, test=5)
    protocol = Protocol(name="short", rows=("T1>i(S,T2)",), cycles=cycles)
    segments = [segment for stage in stages(description, protocol) for segment in stage.segments]
    instance = description.instance(7)
    whole, outcomes = run_segments(COMPILED, instance, instance.start, segments)
    first, second = map(BACKENDS.get, names)
    observer = Stop(stop)
    with pytest.raises(Enough):
        run_segments(first, instance, instance.start, segments, observer)
    state, before = observer.kept
    end, again = run_segments(second, instance, state, segments, before=before)
    for one, other in zip(outcomes, again):
        assert np.array_equal(one, other)
    found = named_arrays(end)
    assert [name for name, array in named_arrays(whole).items() if not np.array_equal(array, found[name])] == []


def test_position_within_segments(description):
    protocol = Protocol(name="short", rows=("T1>T2",), cycles=Cycles(T1=10, T2=20))
    segments = [segment for stage in stages(description, protocol) for segment in stage.segments]
    assert [position(segments, done) for done in (0, 9, 10, 29, 30)] == [(0, 0), (0, 9), (1, 0), (1, 19), (2, 0)]
