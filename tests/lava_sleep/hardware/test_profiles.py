"""Profiles are complete, sourced, and honest about what is not known."""

import pytest
from helpers.chip import small_chip

from emulation.errors import InputError
from lava_sleep.hardware.profiles import Energy, Limits, load_profile, profile_names, profile_of

CHIPS = ["akida", "brainscales2", "loihi1", "loihi2", "speck", "spinnaker2", "xylo"]


def test_there_is_a_profile_of_every_chip():
    assert profile_names() == CHIPS


@pytest.mark.parametrize("name", CHIPS)
def test_every_value_has_a_source_or_is_unknown(name):
    profile = load_profile(name)
    for part in (profile.limits, profile.energy):
        for key in type(part).model_fields:
            limit = getattr(part, key)
            assert limit.unit and limit.is_known == bool(limit.source) == bool(limit.confidence), key


def test_known_values_are_those_of_the_sources():
    limits = load_profile("loihi1").limits
    assert (limits.neurons_per_core.value, limits.input_axons.value, limits.output_axons.value) == (1024, 4096, 4096)
    assert limits.synapse_memory.value == 16384 * 64 and limits.epoch.value == 63
    assert load_profile("xylo").limits.inputs.value == 16 and load_profile("xylo").limits.fan_in.value == 63
    assert load_profile("loihi2").limits.synapse_memory.value == "unknown"


def test_every_key_has_a_meaning():
    named = {"neurons_per_chip", "synapses_per_chip", "trace_bits", "third_factor_range", "barrier_largest"}
    for model in (Limits, Energy):
        for key, field in model.model_fields.items():
            assert field.description or key in named, key


def changed(section, key, value):
    data = small_chip().model_dump()
    data[section][key] = value
    return data


@pytest.mark.parametrize(
    ("section", "key", "value", "message"),
    [
        ("limits", "fan_in", {"value": 7, "unit": "1"}, "a source and a confidence"),
        ("limits", "fan_in", {"value": "unknown", "unit": "1", "confidence": "A"}, "no confidence"),
        ("limits", "fan_in", {"value": "unknown"}, "limits.fan_in.unit"),
        ("limits", "fan_in", {"value": "many", "unit": "1", "source": "x", "confidence": "A"}, "integer"),
        ("limits", "fan_inn", {"value": "unknown", "unit": "1"}, "unknown key"),
        ("energy", "spike", {"value": 1.0, "unit": "pJ", "source": "x", "confidence": "D"}, "'A', 'B', 'C'"),
    ],
)
def test_a_wrong_profile_is_refused(section, key, value, message):
    with pytest.raises(InputError, match=r", got .*\. [A-Z].*\.$") as caught:
        profile_of(changed(section, key, value))
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_a_key_left_out_is_refused():
    data = small_chip().model_dump()
    del data["limits"]["delay"]
    with pytest.raises(InputError, match="limits.delay"):
        profile_of(data)
