"""What runs a network: names for network, arithmetic and backend together, and each of the three by itself."""

import pytest
import tomli
from helpers.older import older_configuration
from tomli_w import dumps

from emulation.errors import InputError
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.golden2022.description import GoldenNetwork
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.runs.configuration import EXECUTORS, as_toml, configuration_of, read_configuration
from lava_sleep.runs.run import run_networks
from lava_sleep.runs.summary import state_digest

lava = pytest.mark.lava
SAME = [
    ({"executor": "emulation"}, {}),
    ({"executor": "emulation"}, {"network": "integer", "arithmetic": "fixed", "backend": "compiled"}),
    ({"executor": "emulation", "arithmetic": "fixed_pt"}, {"arithmetic": "fixed"}),
    ({"executor": "float"}, {"arithmetic": "float"}),
    ({"executor": "float", "arithmetic": "floating_pt"}, {"arithmetic": "float"}),
    ({"executor": "map"}, {"network": "golden2022"}),
    ({"executor": "map", "arithmetic": ""}, {"network": "golden2022", "arithmetic": "float"}),
    pytest.param({"executor": "lava"}, {"backend": "lava"}, marks=lava),
    pytest.param({"executor": "lava-cycle"}, {"backend": "lava-cycle", "arithmetic": "fixed"}, marks=lava),
    pytest.param(
        {"executor": "lava", "arithmetic": "floating_pt"}, {"backend": "lava", "arithmetic": "float"}, marks=lava
    ),
]
CONTRADICTIONS = [("emulation", "float"), ("emulation", "floating_pt"), ("float", "fixed"), ("map", "fixed_pt")]


@pytest.mark.parametrize(("alias", "apart"), SAME)
def test_an_executor_is_its_network_arithmetic_and_backend(alias, apart):
    one, other = read_configuration(None, alias), read_configuration(None, apart)
    assert one == other and one.label == other.label
    assert one.label.partition(" (")[0] == alias["executor"]
    assert as_toml(one) == as_toml(other) and "executor" not in tomli.loads(as_toml(one))


def test_labels_tell_what_is_not_the_default():
    labels = {name: read_configuration(None, {"executor": name}).label for name in ("emulation", "float", "map")}
    assert labels == {name: name for name in labels} and set(labels) < set(EXECUTORS)


@lava
def test_labels_of_lava_tell_its_arithmetic():
    assert read_configuration(None, {"executor": "lava", "arithmetic": "float"}).label == "lava (float)"
    assert read_configuration(None, {"executor": "lava"}).label == "lava"


@pytest.mark.parametrize(("executor", "arithmetic"), CONTRADICTIONS)
def test_an_executor_with_another_arithmetic_is_refused(tmp_path, executor, arithmetic):
    (tmp_path / "c.toml").write_text(dumps({"executor": executor, "arithmetic": arithmetic}))
    for read in (
        lambda: read_configuration(None, {"executor": executor, "arithmetic": arithmetic}),
        lambda: read_configuration(tmp_path / "c.toml", {}),
    ):
        with pytest.raises(InputError) as error:
            read()
        found = error.value
        assert found.what == f"arithmetic of the executor {executor}" and found.got == arithmetic
        assert found.allowed == EXECUTORS[executor].arithmetic and found.hint


def test_an_arithmetic_that_a_network_does_not_have_is_refused():
    with pytest.raises(InputError) as error:
        read_configuration(None, {"network": "golden2022", "arithmetic": "fixed"})
    assert (error.value.what, error.value.allowed) == ("arithmetic of the network golden2022", "float")


@lava
def test_a_backend_that_does_not_run_a_network_is_refused():
    with pytest.raises(InputError) as error:
        read_configuration(None, {"network": "golden2022", "backend": "lava"})
    assert (error.value.what, error.value.got) == ("network of the backend lava", "golden2022")


@pytest.mark.parametrize("name", ["executor", "network", "arithmetic", "backend", "protocol"])
def test_an_unknown_name_is_one_line_with_what_is_known(tmp_path, name):
    known = {
        "executor": "lava-cycle", "network": "golden2022", "arithmetic": "float", "backend": "compiled",
        "protocol": "quick",
    }[name]  # fmt: skip
    (tmp_path / "c.toml").write_text(f'{name} = "abacus\\n"')
    for options, path in (({name: "abacus\n"}, None), ({}, tmp_path / "c.toml")):
        with pytest.raises(InputError) as error:
            read_configuration(path, options)
        assert error.value.what == f"{name}: unknown name" and error.value.got == "abacus\n"
        assert known in error.value.allowed.split(", ") and error.value.hint
        assert "\n" not in str(error.value) and str(error.value).endswith(".")


def test_a_model_is_a_name_too():
    with pytest.raises(InputError, match="network: unknown name, got 'abacus'"):
        configuration_of({"network": {"model": "abacus"}})
    with pytest.raises(InputError, match="network.model, got 3"):
        configuration_of({"network": {"model": 3}})


def keys(table: dict, before: str = "") -> set[str]:
    """Dotted keys of a nested table."""
    inner = ({f"{before}{name}", *(keys(part, f"{before}{name}.") if isinstance(part, dict) else ())}
             for name, part in table.items())  # fmt: skip
    return set().union(*inner)


def test_a_description_holds_the_keys_of_its_own_network_alone():
    tables = {
        name: tomli.loads(as_toml(read_configuration(None, {"executor": name})))["network"] for name in ("float", "map")
    }
    integer, golden = keys(tables["float"]), keys(tables["map"])
    assert integer & golden == {
        "model", "hidden", "hidden.neurons", "output_synapses", "sleep", "sleep.rate_gain"
    }  # fmt: skip
    assert {"output", "output.threshold", "hidden_synapses.dw", "arithmetic", "arithmetic.rounding"} <= integer
    assert {"neuron.alpha", "input_synapses.wiring", "input_synapses.fan_in", "output_synapses.cap"} <= golden
    assert "hidden.threshold" not in golden and not any(key.startswith("map") for key in integer | golden)


@pytest.mark.parametrize(
    ("network", "key"),
    [
        ("golden2022", "network.output.threshold = 300"),
        ("golden2022", "network.arithmetic.rounding = 'floor'"),
        ("golden2022", "network.hidden.threshold = 300"),
        ("integer", "network.neuron.alpha = 3.6"),
        ("integer", "network.map.neuron.alpha = 3.6"),
        ("integer", "network.input_synapses.wiring = 'learnt'"),
    ],
)
def test_a_key_of_another_network_is_refused(tmp_path, network, key):
    (tmp_path / "c.toml").write_text(f'network.model = "{network}"\n{key}\n')
    place = ".".join(key.split(" ")[0].split(".")[:2])
    with pytest.raises(InputError, match=f"{place}.*: unknown key"):
        read_configuration(tmp_path / "c.toml", {})


BEFORE = """
executor = "map"
arithmetic = ""
[network.hidden]
neurons = 25
threshold = 290
[network.hidden_synapses]
wiring = "constructed"
fan_in = 5
initial_sd = 9.0
[network.output]
threshold = 410
[network.sleep]
rate_gain = 1.5
[network.map.neuron]
alpha = 3.6
[network.map.input_synapses]
initial_sd = 0.2
[network.map.output_synapses]
winner_only = false
"""


def test_settings_of_before_give_the_network_that_was_meant(tmp_path):
    (tmp_path / "c.toml").write_text(BEFORE)
    made = read_configuration(tmp_path / "c.toml", {})
    network = made.network
    assert isinstance(network, GoldenNetwork) and made.arithmetic is Arithmetic.FLOAT and made.label == "map"
    assert (network.hidden.neurons, network.neuron.alpha, network.sleep.rate_gain) == (25, 3.6, 1.5)
    inputs = network.input_synapses
    assert (inputs.wiring, inputs.fan_in, inputs.initial_sd) == ("constructed", 5, 0.2)
    assert not network.output_synapses.winner_only and network.output_synapses.cap == 0.03


def test_settings_of_before_describe_the_network_of_any_executor(tmp_path):
    """The executor of an option goes before that of the file, whose one table described both networks."""
    (tmp_path / "c.toml").write_text(BEFORE)
    made = read_configuration(tmp_path / "c.toml", {"executor": "float"})
    network = made.network
    assert isinstance(network, IntegerNetwork) and made.label == "float"
    assert (network.hidden.neurons, network.hidden.threshold, network.output.threshold) == (25, 290, 410)
    assert (network.hidden_synapses.wiring, network.hidden_synapses.initial_sd) == ("constructed", 9.0)
    (tmp_path / "d.toml").write_text(BEFORE.replace('"map"', '"emulation"'))
    swapped = read_configuration(tmp_path / "d.toml", {"executor": "map"})
    assert swapped == read_configuration(tmp_path / "c.toml", {})


def test_an_option_of_another_network_leaves_the_file_s_network_out(tmp_path):
    (tmp_path / "c.toml").write_text('network.model = "integer"\nnetwork.hidden.neurons = 25\nseed = 4\n')
    made = read_configuration(tmp_path / "c.toml", {"network": "golden2022"})
    assert made.network == GoldenNetwork() and made.seed == 4
    same = read_configuration(tmp_path / "c.toml", {"network": "integer"})
    assert same.network.hidden.neurons == 25


@pytest.mark.parametrize("network", ["integer", "golden2022"])
def test_settings_of_before_are_those_of_now(tmp_path, network):
    made = configuration_of({"network": network, "protocol": "tiny", "seed": 9, "networks": 3})
    (tmp_path / "c.toml").write_text(dumps(older_configuration(made)))
    assert read_configuration(tmp_path / "c.toml", {}) == made


def test_a_digest_does_not_hang_on_settings_of_the_other_network(tmp_path):
    """In a file of before they stood beside those of the network that was run."""
    short = {"rows": ["T1"], "cycles": {"unsupervised": 20, "T1": 60, "T2": 60, "test": 10}}
    made = configuration_of({"protocol": short, "network": {"model": "integer", "hidden": {"neurons": 12}}})
    digests = []
    for alpha in (3.65, 3.5):
        table = older_configuration(made)
        table["network"]["map"]["neuron"]["alpha"] = alpha
        (tmp_path / "c.toml").write_text(dumps(table))
        configuration = read_configuration(tmp_path / "c.toml", {})
        assert configuration == made and "alpha" not in as_toml(configuration)
        digests.append(state_digest(run_networks(configuration)[0]))
    assert digests[0] == digests[1] == state_digest(run_networks(made)[0])
