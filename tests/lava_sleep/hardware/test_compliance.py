"""Every rule finds what it is there for, and nothing else; the verdicts on the default network."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.chip import (
    NETWORK,
    Population,
    Projection,
    full,
    small_chip,
    some,
    unknown_in,
    with_more,
    with_population,
    with_projection,
)
from helpers.chip import with_rule as rule

from lava_sleep.hardware.api import check
from lava_sleep.hardware.compliance import report_of
from lava_sleep.hardware.finding import Verdict
from lava_sleep.hardware.profiles import load_profile, profile_names
from lava_sleep.hardware.rules import RULES
from lava_sleep.networks.graph import Noise, Usage
from lava_sleep.networks.integer.description import IntegerNetwork, Registers


def diagonal(size, sources=4):
    return some(size, sources, *((neuron, neuron % sources) for neuron in range(size)))


def pinned(name, *more):
    return with_more(*more, base=with_population(name, group="one core"))


def many_noises():
    return with_more(*(Population(f"noisy {index}", 1, noise=Noise(index)) for index in range(5)))


# Rule -> a network that breaks it, and limits in which the chip differs from the small one (what a network cannot break
# by a number is broken by having the part at all on a chip without it).
BROKEN = {
    "neurons": (with_more(Population("c", 7)), {}),
    "neurons_per_core": (pinned("a", Population("c", 3, group="one core")), {}),
    "cores": (many_noises(), {}),
    "inputs": (with_more(Population("more", 3, is_input=True, place=NETWORK.populations[0].place)), {}),
    "fan_in": (with_more(Projection("more", "input", "b", some(4, 4, (0, 0), (0, 1)))), {}),
    "fan_out": (with_more(Population("c", 3), Projection("ac", "a", "c", some(3, 6, (0, 0), (1, 0), (2, 0)))), {}),
    "input_axons": (
        with_more(Population("c", 4, group="one core"),
                  *(Projection(f"in {k}", "input", "c", diagonal(4)) for k in range(3))),
        {},
    ),
    "output_axons": (
        pinned("a", Population("c", 3), Population("d", 3),
               Projection("ac", "a", "c", some(3, 6, *((k // 2, k) for k in range(6)))),
               Projection("ad", "a", "d", some(3, 6, *((k // 2, k) for k in range(6))))),
        {},
    ),
    "synapse_memory": (pinned("b", Projection("more", "input", "b", diagonal(4))), {}),
    "synapses": (with_more(Population("c", 6), Projection("ic", "input", "c", full(6, 4))), {}),
    "weight_bits": (with_projection("in", weight_bits=9), {}),
    "weight_exponent": (with_projection("in", weight_exponent=-3), {}),
    "delay": (with_projection("in", delay=6), {}),
    "neuron_model": (replace(with_population("a", model="adaptive"), substitutes=()), {"microcode": "none"}),
    "current_decay": (with_population("a", current_decay=0), {}),
    "voltage_decay": (with_population("a", voltage_decay=4096), {}),
    "threshold": (with_population("a", threshold=1001), {}),
    "accumulator": (with_projection("ab", weight_exponent=2), {}),
    # u of 24 bit, reached by the largest input in every timestep: the chip wraps, the run clips
    "state_bits": (replace(with_population("b", current_decay=1), overflow="saturate"), {}),
    "bias": (with_population("a", bias_mantissa=-101), {}),
    "noise_placement": (
        with_more(Population("c", 2, group="one core", noise=Noise(4)),
                  base=with_population("a", group="one core", noise=Noise(3))),
        {},
    ),
    "learning": (NETWORK, {"learning": "none"}),
    "third_factor": (NETWORK, {"third_factor": "none"}),
    "third_factor_range": (rule(third_factor=(-1, 100)), {}),
    "tag_bits": (rule(tag_bits=9), {}),
    "trace_bits": (rule(trace_bits=8), {}),
    "impulse": (rule(impulses={"x1": 128}), {}),
    "epoch": (rule(epoch=64), {}),
    "products": (rule(texts={"dw": "x0*y1 + x0*y2 + u0*w - u0*t"}), {}),
    "rule_grammar": (rule(texts={"dw": "x1*y1"}), {}),
    "rule_scale": (rule(texts={"dw": "9*x0*y1"}), {}),
    "embedded_work": (NETWORK, {"embedded_processors": 0}),
    "host_work": (NETWORK, {"host": "none"}),
    "paper_model": (NETWORK, {"microcode": "none"}),
}  # fmt: skip
# A network without learning, services and substitutes, on which chips without these parts must not fail.
PLAIN = Usage("plain", NETWORK.populations, with_projection("ab", rules=()).projections)


def failing(usage, profile):
    return {one.rule for one in report_of(usage, profile).findings if one.verdict == Verdict.FAIL}


def test_every_rule_is_broken_by_one_case():
    assert {one.__name__ for one in RULES} == set(BROKEN)


def test_the_small_network_meets_the_small_chip():
    report = report_of(NETWORK, small_chip())
    assert report.verdict == Verdict.WARN and not failing(NETWORK, small_chip())
    assert {one.rule for one in report.findings} == {one.__name__ for one in RULES}
    warned = {one.rule for one in report.findings if one.verdict == Verdict.WARN}
    assert warned == {"embedded_work", "host_work", "paper_model"}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_network_fails_that_rule_and_no_other(name):
    usage, changes = BROKEN[name]
    profile = small_chip(**changes)
    assert failing(usage, profile) == {name}
    assert not failing(PLAIN, profile)
    found = next(one for one in report_of(usage, profile).findings if one.rule == name and one.verdict == Verdict.FAIL)
    assert found.object and found.remedy and (found.source or name == "paper_model")


@pytest.mark.parametrize("name", sorted(set(BROKEN) - {"paper_model"}))
def test_what_is_not_known_is_never_a_pass(name):
    usage, _ = BROKEN[name]
    blank = unknown_in(*small_chip().limits.model_dump())
    verdicts = {one.verdict for one in report_of(usage, blank).findings if one.rule == name}
    assert verdicts == {Verdict.UNKNOWN}


@pytest.mark.parametrize(
    ("run", "chip", "verdict"),
    [
        ("lava", "wrap", Verdict.FAIL),
        ("saturate", "wrap", Verdict.FAIL),
        ("loihi-accumulator", "wrap", Verdict.WARN),
        ("strict", "wrap", Verdict.WARN),
        ("saturate", "clip", Verdict.WARN),
        ("loihi-accumulator", "clip", Verdict.FAIL),
    ],
)
def test_an_overflow_of_the_worst_case_fails_where_a_run_does_not_do_what_the_chip_does(run, chip, verdict):
    usage = replace(with_projection("ab", weight_exponent=2), overflow=run)
    found = [
        one for one in report_of(usage, small_chip(accumulator_overflow=chip)).findings if one.rule == "accumulator"
    ]
    assert [(one.object, one.used, one.verdict) for one in found] == [("b", 20, verdict)]  # 6 * 255 * 2^8, and a sign
    fitting = report_of(usage, small_chip(accumulator_overflow=chip, accumulator_bits=20))
    assert {one.verdict for one in fitting.findings if one.rule == "accumulator"} == {Verdict.PASS}


def test_an_overflow_of_which_nobody_tells_what_the_chip_does_is_unknown():
    report = report_of(with_projection("ab", weight_exponent=2), unknown_in("accumulator_overflow"))
    assert {one.verdict for one in report.findings if one.rule == "accumulator"} == {Verdict.UNKNOWN}


def test_v_has_to_hold_the_threshold():
    found = [one for one in report_of(with_population("a", threshold=1000), small_chip(state_bits=16)).findings
             if one.rule == "state_bits" and one.verdict == Verdict.FAIL]  # fmt: skip
    assert [(one.object, one.used) for one in found] == [("a, v at the threshold", 17)]


def test_fixed_weights_count_as_they_are():
    fixed = with_projection("in", magnitudes=np.ones(24))
    report = report_of(fixed, small_chip(accumulator_bits=10))
    found = {one.object: one.used for one in report.findings if one.rule == "accumulator"}
    assert found == {"b": 18}  # a has four synapses of 1: 9 bit and a sign


def test_few_cores_pass_only_where_all_limits_of_a_core_are_known():
    assert {one.verdict for one in report_of(NETWORK, small_chip()).findings if one.rule == "cores"} == {Verdict.PASS}
    for name in ("neurons_per_core", "input_axons", "output_axons", "synapse_memory"):
        report = report_of(NETWORK, unknown_in(name))
        assert {one.verdict for one in report.findings if one.rule == "cores"} == {Verdict.UNKNOWN}


@pytest.mark.parametrize("target", profile_names())
def test_every_rule_is_evaluated_on_the_default_network(target):
    report = check(IntegerNetwork(), target)
    assert {one.rule for one in report.findings} == {one.__name__ for one in RULES}
    for one in report.findings:
        if one.maximum == "unknown":
            assert one.verdict in (Verdict.UNKNOWN, Verdict.PASS)
            assert one.verdict == Verdict.UNKNOWN or one.used in (0, None)
        assert one.remedy or one.verdict == Verdict.PASS


def test_the_default_network_meets_loihi2_with_its_substitutes_declared():
    report = check(IntegerNetwork(), "loihi2")
    assert report.verdict == Verdict.UNKNOWN and not any(one.verdict == Verdict.FAIL for one in report.findings)
    for one in report.findings:  # what is by microcode, embedded processors or the host never passes
        if one.rule in ("neuron_model", "third_factor", "embedded_work", "host_work", "paper_model"):
            assert one.verdict == Verdict.WARN
    original = [one.object for one in report.findings if one.rule == "paper_model"]
    assert len(original) == len(set(original)) == 13


def test_loihi1_has_no_neuron_with_a_floor():
    report = check(IntegerNetwork(), "loihi1")
    failed = {(one.rule, one.object) for one in report.findings if one.verdict == Verdict.FAIL}
    assert ("neuron_model", "output") in failed
    assert {rule for rule, _ in failed} == {"neuron_model", "accumulator", "paper_model"}


def test_the_sum_of_the_output_layer_is_no_failure_where_a_run_wraps_as_loihi1_does():
    description = IntegerNetwork(arithmetic=Registers(overflow="loihi-accumulator"))
    found = [one for one in check(description, "loihi1").findings if one.rule == "accumulator"]
    assert [(one.object, one.used, one.maximum, one.verdict) for one in found] == [("output", 25, 22, Verdict.WARN)]


def test_xylo_fails_for_inputs_fan_in_and_learning():
    report = check(IntegerNetwork(), "xylo")
    assert {one.rule for one in report.findings if one.verdict == Verdict.FAIL} == {"inputs", "fan_in", "learning"}


@pytest.mark.parametrize(
    ("target", "rules"),
    [
        ("brainscales2", {"neurons", "fan_in", "weight_bits"}),
        ("speck", {"neuron_model", "learning"}),
        ("akida", {"weight_bits", "learning"}),
        ("spinnaker2", set()),
    ],
)
def test_what_other_chips_lack(target, rules):
    report = check(IntegerNetwork(), target)
    failed = {one.rule for one in report.findings if one.verdict == Verdict.FAIL}
    assert rules <= failed and (rules or not failed)


def test_more_than_one_chip_is_a_warning_where_chips_can_be_joined():
    usage = with_more(Population("c", 7))
    found = next(one for one in report_of(usage, small_chip(chips=3)).findings if one.rule == "neurons")
    assert found.verdict == Verdict.WARN and "2 chips" in found.remedy
    assert load_profile("loihi1").limits.chips.is_known


def test_a_chip_whose_neurons_are_not_known_is_not_blamed_for_having_no_microcode():
    report = report_of(with_population("a", model="adaptive"), unknown_in("neuron_models", microcode="none"))
    assert {one.verdict for one in report.findings if one.rule == "neuron_model"} == {Verdict.UNKNOWN}
