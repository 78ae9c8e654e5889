"""Settings: what is written down is what was meant, and what cannot be is refused before anything runs."""

import pytest

from emulation.errors import InputError
from lava_sleep.runs.configuration import as_toml, read_configuration


def read(path, text, **options):
    path.write_text(text)
    return read_configuration(path, options)


@pytest.mark.parametrize("executor", ["emulation", "map"])
@pytest.mark.parametrize("protocol", ["quick", "paper", "long", "million", "tiny"])
def test_a_configuration_is_read_back_as_it_was(tmp_path, protocol, executor):
    made = read_configuration(None, {"protocol": protocol, "executor": executor})
    assert read(tmp_path / "c.toml", as_toml(made)) == made


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("protocol.rows = []", "at least 1 item"),
        ('protocol.rows = ["T1>T2^100"]', r"unknown step, got 'T2\^100'"),
        ('protocol.rows = ["T1\\n"]', "unknown step"),
        ("protocol.rows = [1]", r"protocol.rows.0, got 1 \(allowed: a valid string\)"),
        ('protocol.rows = "T1"', "protocol.rows, got 'T1'"),
        ("networks = 2.0", r"networks, got 2.0 \(allowed: a valid integer\)"),
        ('networks = "2"', r"networks, got '2' \(allowed: a valid integer\)"),
        ("seed = true", "seed, got True"),
        ('network.model = "golden2022"\nnetwork.output_synapses.balancing = 1', "allowed: a valid boolean"),
        ("executor = 'map'\nnetwork.map.output_synapses.balancing = 1", "allowed: a valid boolean"),
        ("seed = -1", r"seed, got -1 \(allowed: greater than or equal to 0\)"),
        ('executor = "gpu"', "allowed: emulation, float"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path / "c.toml", text)


def test_a_whole_number_is_a_real_one(tmp_path):
    assert read(tmp_path / "c.toml", "network.sleep.rate_gain = 2").network.sleep.rate_gain == 2.0
