"""Whatever is in a file, reading it ends in one line for the person, and executes nothing."""

import json
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
import tomli_w
from helpers.mutations import places, plain, replaced, rule_texts, sealed
from helpers.older import older_configuration
from hypothesis import given, settings
from hypothesis import strategies as st

from emulation.errors import LavaSleepError
from emulation.rules.grammar import check_rule
from emulation.states import copy_state, named_arrays
from lava_sleep.networks.base import Arithmetic, Instance
from lava_sleep.networks.integer.description import Hidden, HiddenSynapses, IntegerNetwork
from lava_sleep.runs.checkpoint import MAGIC, Checkpoint, CheckpointError, Owner, decode, encode, read_checkpoint
from lava_sleep.runs.configuration import Configuration, configuration_of, read_configuration
from lava_sleep.runs.recording import snapshot_of
from lava_sleep.runs.run import run_networks
from lava_sleep.runs.summary import read_finished
from lava_sleep.runs.unfinished import UnfinishedRun, settings_digest
from lava_sleep.studies import STUDIES
from lava_sleep.studies.study import StudySettings

pytestmark = pytest.mark.slow

EXAMPLES = 300  # per property
OWNER = Owner("0" * 64, 5)
SMALL = IntegerNetwork(hidden=Hidden(neurons=20), hidden_synapses=HiddenSynapses(wiring="constructed"))
INSTANCE = SMALL.instance(5)
START = INSTANCE.start
OUTCOMES = np.array([0, 1, 2, 0], np.uint8)
SNAPSHOTS = [snapshot_of(START), snapshot_of(START) + np.uint8(1)]
CONTENT = encode(Checkpoint("T1", START, OUTCOMES, SNAPSHOTS, 1.5, 7), OWNER)
HEADER_END = CONTENT.index(b"\n", len(MAGIC) + 65)
HEADER = json.loads(CONTENT[len(MAGIC) + 65 : HEADER_END])
MADE = {name: configuration_of({"network": name}) for name in ("integer", "golden2022")}
DEFAULTS = {name: made.model_dump(mode="json") for name, made in MADE.items()}
DEFAULTS |= {f"{name} of before": older_configuration(made) for name, made in MADE.items()}


def one_line(error: LavaSleepError) -> None:
    assert str(error) and "\n" not in str(error)


def read_settings(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        assert isinstance(read_configuration(path, {}), Configuration)
    except LavaSleepError as error:
        one_line(error)


def refused(content: bytes, owner: Owner = OWNER, instance: Instance = INSTANCE) -> None:
    try:
        decode(content, owner, instance)
    except ValueError as error:
        assert re.match("(is|belongs|holds) ", str(error))
    else:
        raise AssertionError("not refused")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("bad") / "file"


def test_a_checkpoint_is_read_as_it_was_written(path):
    path.write_bytes(CONTENT)
    found = read_checkpoint(path, OWNER, INSTANCE, 10)
    assert (found.after, found.seconds, found.serial) == ("T1", 1.5, 7)
    assert np.array_equal(found.outcomes, OUTCOMES) and np.array_equal(found.snapshots, SNAPSHOTS)
    arrays = named_arrays(found.state)
    for name, array in named_arrays(START).items():
        assert np.array_equal(arrays[name], array) and arrays[name].dtype == array.dtype


def flip_every_bit(content: bytes, owner: Owner, instance: Instance) -> int:
    """Read a checkpoint with each of its bits flipped; returns how many there are."""
    decode(content, owner, instance)
    changed = bytearray(content)
    for place in range(len(content)):
        for bit in range(8):
            changed[place] ^= 1 << bit
            refused(bytes(changed), owner, instance)
            changed[place] ^= 1 << bit
    return 8 * len(content)


def test_every_flipped_bit_is_found():
    assert flip_every_bit(CONTENT, OWNER, INSTANCE) > 80_000


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_flipped_bit_of_a_whole_network_is_found(tmp_path):
    """The file that a run of the network of the paper's size has written."""
    configuration = read_configuration(None, {"protocol": "tiny", "seed": 5})
    run = UnfinishedRun(tmp_path / "out")
    with run:
        run.open(configuration, 0.0, print)
        run_networks(configuration, keeper=run.keeper)
        owner, instance = Owner(settings_digest(configuration), 5), configuration.network.instance(5)
        content = (run.folder / "network-5/stage-1.checkpoint").read_bytes()
    print(f"{flip_every_bit(content, owner, instance):,} bits")


@settings(max_examples=EXAMPLES)
@given(st.integers(0, len(CONTENT) - 1))
def test_a_truncated_checkpoint_is_refused(length):
    refused(CONTENT[:length])


@settings(max_examples=EXAMPLES)
@given(st.binary(max_size=400), st.binary(max_size=50))
def test_random_bytes_are_no_checkpoint(header, arrays):
    refused(header + arrays)
    refused(sealed(MAGIC, header, arrays))


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(sorted(HEADER)), plain)
def test_a_changed_header_with_a_right_checksum_is_refused_or_harmless(key, value):
    content = sealed(MAGIC, json.dumps({**HEADER, key: value}).encode(), CONTENT[HEADER_END + 1 :])
    try:
        found = decode(content, OWNER, INSTANCE)
    except ValueError as error:
        assert re.match(r"(is|belongs|holds) ", str(error))
    else:
        assert key in ("after", "seconds", "serial") and len(found.outcomes) == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("world.cells", 125), ("world.agent", 50), ("world.agent", -1), ("world.particles", 50), ("counts", 17),
        ("hidden_synapses.x_time", 17), ("output_synapses.y_time", -1), ("hidden_synapses.pre", 49),
        ("output_synapses.pre", 784), ("rate_counts", -1), ("clock", -16),
    ],
)  # fmt: skip
def test_an_index_out_of_range_is_refused(name, value):
    state = copy_state(START)
    named_arrays(state)[name].flat[0] = value
    refused(encode(Checkpoint("T1", state, OUTCOMES, SNAPSHOTS, 1.5, 7), OWNER))


def test_a_checkpoint_of_another_run_network_or_kind_is_refused(path):
    for owner in (Owner("1" * 64, 5), Owner("0" * 64, 6)):
        refused(encode(Checkpoint("T1", START, OUTCOMES, SNAPSHOTS, 1.5, 7), owner))
    larger = SMALL.model_copy(update={"hidden": Hidden(neurons=21)})
    for state in (SMALL.instance(5, Arithmetic.FLOAT).start, larger.instance(5).start):
        refused(encode(Checkpoint("T1", state, OUTCOMES, SNAPSHOTS, 1.5, 7), OWNER))
    path.write_bytes(CONTENT)
    with path.open("ab") as file:
        file.truncate(10**10)  # sparse; it is not read
    with pytest.raises(CheckpointError, match="larger than any"):
        read_checkpoint(path, OWNER, INSTANCE, 10)


class Trap:
    """Executes something where it is unpickled."""

    def __reduce__(self):
        return Path.touch, (Path("executed"),)


def test_nothing_in_a_file_is_executed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("array.npz", np.array([Trap()], object))
    pickle.loads(pickle.dumps(Trap()))  # it does execute
    Path("executed").unlink()
    for content in (pickle.dumps(Trap()), Path("array.npz").read_bytes()):
        refused(content)
        refused(sealed(MAGIC, content, b""))
        refused(sealed(MAGIC, json.dumps(HEADER).encode(), content))
        read_settings(Path("c.toml"), content)
        Path("results").mkdir(exist_ok=True)
        Path("results/summary.json").write_bytes(content)
        assert read_finished(Path("results")) is None
    assert not Path("executed").exists()


@settings(max_examples=EXAMPLES)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_random_bytes_as_settings(path, content):
    read_settings(path, content)


@settings(max_examples=EXAMPLES)
@given(st.sampled_from([(name, place) for name, tree in DEFAULTS.items() for place in places(tree)]), plain)
def test_any_value_in_the_place_of_any_setting(path, chosen, value):
    name, place = chosen
    try:
        content = tomli_w.dumps(replaced(DEFAULTS[name], place, value)).encode()
    except (TypeError, ValueError):  # None has no form in TOML, nor have lone surrogates
        return
    read_settings(path, content)


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_settings_with_pieces_cut_out_and_put_in(path, data):
    text = tomli_w.dumps(DEFAULTS[data.draw(st.sampled_from(sorted(DEFAULTS)))]).encode()
    for _ in range(data.draw(st.integers(1, 3))):
        first, length = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 30))
        text = text[:first] + data.draw(st.binary(max_size=4)) + text[first + length :]
    read_settings(path, text)


@settings(max_examples=EXAMPLES)
@given(rule_texts)
def test_any_text_as_a_rule(text):
    synapses = HiddenSynapses.model_construct(**{**HiddenSynapses().model_dump(), "dw": text})
    network = SMALL.model_copy(update={"hidden_synapses": synapses})
    for check in (lambda: check_rule("dw", text), lambda: network.check()):
        try:
            check()
        except LavaSleepError as error:
            one_line(error)


def test_settings_nested_too_deeply(path):
    read_settings(path, b"a = " + b"[" * 100_000)
    read_settings(path, b"seed = " + b"9" * 10_000)


@settings(max_examples=EXAMPLES // 3)
@given(st.binary(max_size=100))
def test_any_content_as_the_settings_of_a_run_to_go_on_with(path, content):
    run = UnfinishedRun(path.with_name("out"))
    run.folder.mkdir(exist_ok=True)
    (run.folder / "config.toml").write_bytes(content)
    try:
        assert isinstance(run.settings({"executor": "lava"}), Configuration)
    except LavaSleepError as error:
        one_line(error)


@settings(max_examples=EXAMPLES // 3)
@given(st.sampled_from([b"", b'command = "drift"\nnetworks = 1\n']), st.binary(max_size=100))
def test_any_content_as_the_settings_of_a_study_to_go_on_with(path, start, content):
    path.with_name("study.toml").write_bytes(start + content)
    try:
        assert isinstance(STUDIES.get("drift").read_settings(path.parent), StudySettings)
    except LavaSleepError as error:
        one_line(error)
