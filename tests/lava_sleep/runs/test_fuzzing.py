"""Thousands of files with something wrong in them: each is read, or refused in one line; none crashes or blocks."""

import contextlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import tomli_w
from helpers.apart import Apart
from helpers.mutations import changed_tree, edited, odd_arrays, odd_numbers, plain, rule_texts, sealed
from helpers.older import older_configuration
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from emulation.engine.phase import Mode
from emulation.rules.grammar import check_rule
from emulation.states import copy_state, named_arrays
from lava_sleep.analysis.reproduction import reproduce
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.exchange.nir import read_nir, write_nir
from lava_sleep.exchange.registers import read_weights, write_weights
from lava_sleep.exchange.trained import Trained, read_trained
from lava_sleep.figures.registry import FIGURES, draw
from lava_sleep.networks.base import Arithmetic, Instance, State
from lava_sleep.networks.golden2022.description import GoldenHidden, GoldenInputSynapses, GoldenNetwork
from lava_sleep.networks.integer.description import Hidden, HiddenSynapses, IntegerNetwork
from lava_sleep.protocols.schedule import Segment, make_phase
from lava_sleep.runs.checkpoint import MAGIC, Checkpoint, Owner, encode, read_checkpoint
from lava_sleep.runs.configuration import configuration_of, read_configuration
from lava_sleep.runs.folder import read_run, write_folder
from lava_sleep.runs.recording import snapshot_of
from lava_sleep.runs.run import run_networks
from lava_sleep.show import page
from lava_sleep.tables import html, markdown, terminal
from lava_sleep.tables.costs import costs_table, timings_table
from lava_sleep.tables.reproduction import Reproduced, claims_table, measures_table, reproduction_tables, rows_table

pytestmark = pytest.mark.slow

SOME = 60  # examples of each kind in the default suite
MANY = 10_000  # of each kind with the marker long
FEWER = 2500  # of netCDF files, which take longer
MADE = [configuration_of({"network": name}) for name in ("integer", "golden2022")]
DEFAULTS = [*(made.model_dump(mode="json") for made in MADE), *map(older_configuration, MADE)]
SETTINGS = [tomli_w.dumps(tree).encode() for tree in DEFAULTS]
OWNER = Owner("0" * 64, 5)
SMALL = IntegerNetwork(hidden=Hidden(neurons=20), hidden_synapses=HiddenSynapses(wiring="constructed"))
GOLDEN = GoldenNetwork(hidden=GoldenHidden(neurons=20), input_synapses=GoldenInputSynapses(wiring="constructed"))
INSTANCES = {
    "emulation": SMALL.instance(5),
    "float": SMALL.instance(5, Arithmetic.FLOAT),
    "golden2022": GOLDEN.instance(5, Arithmetic.FLOAT),
}
OUTCOMES = np.array([0, 1, 2, 0], np.uint8)


def each(examples: int, drawn: st.SearchStrategy, check: Callable[[object], object]) -> None:
    """Check so many examples."""

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck), database=None)
    @given(drawn)
    def run(example: object) -> None:
        check(example)

    run()


def toml_of(tree: dict) -> bytes | None:
    """Settings as TOML; None where they have no form in it, as null and lone surrogates have not."""
    with contextlib.suppress(TypeError, ValueError):
        return tomli_w.dumps(tree).encode()
    return None


def fuzz_configurations(folder: Path, examples: int) -> None:
    path = folder / "c.toml"
    values = st.sampled_from(DEFAULTS).flatmap(changed_tree).map(toml_of).filter(lambda content: content is not None)

    with Apart(lambda path: read_configuration(path, {})) as read:

        def check(content: bytes) -> None:
            path.write_bytes(content)
            read(path)

        each(examples, values | st.sampled_from(SETTINGS).flatmap(edited) | st.binary(max_size=200), check)


def fuzz_rules(folder: Path, examples: int) -> None:
    def read(text: str) -> None:
        synapses = HiddenSynapses.model_construct(**{**HiddenSynapses().model_dump(), "dw": text})
        SMALL.model_copy(update={"hidden_synapses": synapses}).check()
        check_rule("dw", text)

    rule = SMALL.output_synapses.plasticity.wake_dt.encode()
    with Apart(read) as reader:
        each(examples, rule_texts | edited(rule).map(lambda text: text.decode("latin-1")), reader)


def stored(state: State) -> bytes:
    """A checkpoint of a state."""
    with np.errstate(all="ignore"):
        return encode(Checkpoint("T1", state, OUTCOMES, [snapshot_of(state)], 1.5, 7), OWNER)


@st.composite
def changed_state(draw, start: State) -> bytes:
    """A checkpoint with a right checksum, and with odd numbers in its arrays."""
    state = copy_state(start)
    arrays = named_arrays(state)
    for _ in range(draw(st.integers(1, 3))):
        array = arrays[draw(st.sampled_from(sorted(arrays)))]
        if array.size:
            with np.errstate(all="ignore"):  # what the type cannot hold becomes another odd number
                array.flat[draw(st.integers(0, array.size - 1))] = np.asarray(draw(odd_numbers)).astype(array.dtype)
    return stored(state)


def mutated_checkpoints(instance: Instance) -> st.SearchStrategy[bytes]:
    """Of all kinds: with wrong checksums, and with right ones over wrong contents."""
    content = stored(instance.start)
    header, arrays = content[len(MAGIC) + 65 :].split(b"\n", 1)
    trees = changed_tree(json.loads(header))
    headers = trees.map(lambda tree: sealed(MAGIC, json.dumps(tree).encode(), arrays))
    bodies = edited(arrays).map(lambda changed: sealed(MAGIC, header, changed))
    states = changed_state(instance.start)
    return st.one_of(edited(content), headers, bodies, states, states)


def go_on(argument: tuple[Path, str]) -> None:
    """Read a checkpoint, and run on from it, awake, asleep, and without a task."""
    path, name = argument
    instance = INSTANCES[name]
    state, network = read_checkpoint(path, OWNER, instance, 10).state, instance.network
    phases = [make_phase(network, Mode.WAKE, "T1"), make_phase(network, Mode.SLEEP)]
    phases.append(make_phase(network, Mode.UNSUPERVISED))
    run_segments(COMPILED, instance, state, [Segment("", one, 3) for one in phases])


def fuzz_checkpoints(folder: Path, examples: int) -> None:
    path = folder / "now.checkpoint"
    names = st.sampled_from(sorted(INSTANCES))
    drawn = names.flatmap(lambda name: st.tuples(st.just(name), mutated_checkpoints(INSTANCES[name])))
    with Apart(go_on) as read:

        def check(example: tuple[str, bytes]) -> None:
            name, content = example
            path.write_bytes(content)
            read((path, name))

        each(examples, drawn, check)


def trained() -> Trained:
    """A small network that could be handed over."""
    hidden = INSTANCES["emulation"].start.hidden_synapses
    return Trained(SMALL, 5, "T1", hidden.pre, hidden.weights, np.full((8, 20), 100, np.int32))


def put_into(path: Path, changes: list[tuple[str, object]]) -> None:
    """Take parts of a file out, and put others in their places."""
    with h5py.File(path, "r+") as file:
        for place, value in changes:
            with contextlib.suppress(KeyError):
                del file[place]
            with contextlib.suppress(TypeError, ValueError, KeyError, OSError):  # what HDF5 cannot hold stays away
                if isinstance(value, str) and value == "group":
                    file.create_group(place)
                elif not isinstance(value, str) or value != "nothing":
                    file[place] = value


def fuzz_hdf5(folder: Path, examples: int, write: Callable, read: Callable, missing: tuple[str, ...] = ()) -> None:
    """Change bytes of a file, and its groups and arrays."""
    path = folder / "mutated"
    write(trained(), path)
    content = path.read_bytes()
    found = list(missing)
    with h5py.File(path) as file:
        file.visit(found.append)
    names = st.sampled_from(found)
    texts = st.sampled_from(["NIRGraph", "LIF", "IF", "Linear", "Input", "Conv2d", "Scale", "{}", "[]", "nothing"])
    values = st.one_of(texts, st.just("group"), odd_numbers, st.text(max_size=8), odd_arrays)
    changes = st.lists(st.tuples(names, values), min_size=1, max_size=3)
    with Apart(read) as reader:

        def check(example: bytes | list) -> None:
            path.unlink()  # HDF5 may still hold the one before, which it could not read
            if isinstance(example, bytes):
                path.write_bytes(example)
            else:
                path.write_bytes(content)
                put_into(path, example)
            reader(path)

        each(examples, edited(content) | changes | st.binary(max_size=100), check)


def fuzz_nir_files(folder: Path, examples: int) -> None:
    missing = ("node/nodes/another/type", "node/edges", "node/metadata/lava_sleep")
    fuzz_hdf5(folder, examples, write_nir, read_nir, missing)


def fuzz_weights_files(folder: Path, examples: int) -> None:
    fuzz_hdf5(folder, examples, write_weights, read_weights)


def show(argument: tuple[Path, str]) -> None:
    """Everything that reads a results folder: the tables of the report, one figure, the export."""
    folder, name = argument
    run = read_run(folder)
    made = Reproduced(run.label, reproduce(run.summary))
    tables = [rows_table([made]), claims_table([made]), measures_table([made]), *reproduction_tables(made.found)]
    tables += [costs_table([run.label], [run.summary]), timings_table([run.label], [run.summary])]
    for table in tables:
        assert html.drawn(table) or not table.rows
        assert markdown.drawn(table) and terminal.drawn(table)
    assert run.label and page.verdict(run, made) and page.configuration_of(run)
    read_trained(folder)
    figure = draw(name, *[run.data] * (2 if FIGURES.get(name).compares else 1))
    figure.savefig(io.BytesIO(), dpi=30)
    plt.close(figure)


def fuzz_results(folder: Path, examples: int, whole: Path) -> None:
    copy = folder / "copy"
    shutil.copytree(whole, copy)
    kept = {name: (whole / name).read_bytes() for name in ("summary.json", "results.nc", "config.toml")}
    with h5py.File(whole / "results.nc") as file:
        found = sorted(file)
    summaries = changed_tree(json.loads(kept["summary.json"])).map(lambda tree: json.dumps(tree).encode())
    values = st.one_of(st.just("nothing"), odd_numbers, st.text(max_size=8), odd_arrays)
    arrays = st.lists(st.tuples(st.sampled_from(found), values), min_size=1, max_size=2)
    single = st.tuples(st.sampled_from(found), st.integers(0, 10**6), odd_numbers)
    mutated = st.one_of(
        st.tuples(
            st.just("summary.json"), summaries | edited(kept["summary.json"]) | plain.map(json.dumps).map(str.encode)
        ),
        st.tuples(st.just("results.nc"), edited(kept["results.nc"]) | arrays | single),
        st.tuples(st.just("config.toml"), edited(kept["config.toml"])),
    )
    with Apart(show) as read:

        def check(example: tuple) -> None:
            (file, change), figure = example
            for name, content in kept.items():
                (copy / name).unlink()  # HDF5 may still hold the one before, which it could not read
                (copy / name).write_bytes(content)
            if isinstance(change, bytes):
                (copy / file).write_bytes(change)
            elif isinstance(change, list):
                put_into(copy / file, change)
            else:
                set_one(copy / file, *change)
            read((copy, figure))

        each(examples, st.tuples(mutated, st.sampled_from(sorted(FIGURES.names()))), check)


def set_one(path: Path, name: str, place: int, number: float) -> None:
    """One odd number in an array."""
    with h5py.File(path, "r+") as file, contextlib.suppress(TypeError, ValueError, OSError, OverflowError):
        values = file[name][...]
        with np.errstate(all="ignore"):
            values.flat[place % values.size] = np.asarray(number).astype(values.dtype)
        file[name][...] = values


@pytest.fixture(scope="module")
def small_results(tmp_path_factory) -> Path:
    """A results folder of two small networks."""
    folder = tmp_path_factory.mktemp("results") / "small"
    tiny = read_configuration(None, {"protocol": "tiny", "networks": 2, "seed": 3})
    configuration = tiny.model_copy(update={"network": SMALL})
    write_folder(folder, configuration, run_networks(configuration)[0], 1.0)
    return folder


KINDS = {
    "configurations": (fuzz_configurations, MANY),
    "rules": (fuzz_rules, MANY),
    "checkpoints": (fuzz_checkpoints, MANY),
    "NIR files": (fuzz_nir_files, MANY),
    "hand-over files": (fuzz_weights_files, FEWER),
}


@pytest.mark.parametrize("kind", KINDS)
def test_mutated_files(tmp_path, kind):
    fuzz, _ = KINDS[kind]
    fuzz(tmp_path, SOME)


def test_mutated_results(tmp_path, small_results):
    fuzz_results(tmp_path, SOME // 2, small_results)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
def test_many_mutated_files(tmp_path, kind):
    fuzz, examples = KINDS[kind]
    fuzz(tmp_path, examples)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_many_mutated_results(tmp_path, small_results):
    fuzz_results(tmp_path, FEWER, small_results)
