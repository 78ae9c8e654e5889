"""Descriptions that cannot be: each is refused in one line with its place, the value, and what is allowed."""

import copy
from typing import Any

import numpy as np
import pytest
import tomli_w

from emulation.errors import InputError
from lava_sleep.environments.foraging import PAPER
from lava_sleep.graphs.files import read_graph
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.populations import Lif

GOOD: dict[str, Any] = {
    "cycle": 8,
    "populations": {
        "touch": {"kind": "given", "size": 4, "spikes": [[0, 1], [3, 2]]},
        "noise": {"kind": "random", "size": 3, "probability": 0.1},
        "cells": {"kind": "lif", "size": 5, "threshold": 60},
        "out": {"kind": "readout", "size": 2, "threshold": 40, "noise": 3},
    },
    "projections": {
        "a": {"source": "touch", "target": "cells", "synapses": {"kind": "uniform", "weight": 30}},
        "b": {
            "source": "cells",
            "target": "out",
            "synapses": {"kind": "dense", "weights": [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]]},
            "learning": {
                "epoch": 4,
                "rules": {"wake": {"dw": "2^-2*x0*y1", "impulses": {"x1": 20}, "taus": {"x1": 4}}},
                "factors": {"y1": {"kind": "count", "scale": 2, "limit": 5}},
            },
        },
        "c": {
            "source": "noise",
            "target": "out",
            "synapses": {"kind": "sparse", "post": [0, 1], "pre": [2, 0], "weights": [7, 8]},
        },
    },
    "phases": {"day": {"cycles": 3}, "night": {"mode": "sleep", "cycles": 2, "sleep": {"cells": {"amplitude": 90}}}},
}
LEARNING = "projections.b.learning"
# Place, value put there (None: taken away), and what the sentence has to say.
BAD: list[tuple[str, Any, str]] = [
    ("cycle", 0, r"graph\.cycle: .*got 0"),
    ("cycle", 2.5, r"graph\.cycle: .*got 2\.5"),
    ("cycle", 6, r"b\.learning\.epoch: does not divide the cycle, got 4"),
    ("seed", -1, r"graph\.seed: .*got -1"),
    ("rounding", "lava", r"graph\.rounding: .*got 'lava'.*stochastic"),
    ("overflow", "strange", r"graph\.overflow: .*got 'strange'"),
    ("neurons", 3, r"graph\.neurons: unknown key"),
    ("populations", {}, r"graph\.populations: none"),
    ("phases", {}, r"graph\.phases: none"),
    ("populations.out", None, r"projections\.b\.target: no such population, got 'out'"),
    ("populations.a b", {"kind": "outside", "size": 1}, r"populations\.a b: not a name"),
    ("populations.cells.size", 0, r"graph\.populations\.cells\.size: .*got 0"),
    ("populations.cells.size", "five", r"populations\.cells\.size: .*got 'five'"),
    ("populations.cells.size", 6, r"projections\.b\.synapses: does not fit, got 'weights of shape \(2, 5\)'"),
    ("populations.cells.kind", "izhikevich", r"populations\.cells\.kind: unknown, got 'izhikevich'.*lif"),
    ("populations.cells.kind", None, r"populations\.cells\.kind: unknown"),
    ("populations.cells.threshold", None, r"populations\.cells\.threshold: missing"),
    ("populations.cells.threshold", -1, r"populations\.cells\.threshold: .*got -1"),
    ("populations.cells.voltage_decay", 4097, r"cells\.voltage_decay: .*got 4097"),
    ("populations.cells.refractory", 64, r"cells\.refractory: .*got 64"),
    ("populations.cells.reset", "half", r"cells\.reset: .*got 'half'.*subtract"),
    ("populations.cells.bias", [1, 2], r"cells\.bias: another number of values, got \(2,\)"),
    ("populations.cells.bias", 5000, r"cells\.bias: out of range, got 5000"),
    ("populations.cells.noise", 17, r"cells\.noise: .*got 17"),
    ("populations.cells.tau", 3, r"cells\.tau: unknown key"),
    ("populations.touch.spikes", [[8, 0]], r"touch\.spikes: outside of the period or population, got \[8, 0\]"),
    ("populations.touch.spikes", [[0, 4]], r"touch\.spikes: outside .*got \[0, 4\].*neurons 0 to 3"),
    ("populations.touch.spikes", [1, 2], r"touch\.spikes: another shape, got \(2,\)"),
    ("populations.touch.spikes", [[0, 1], [0, 1]], r"touch\.spikes: a spike twice"),
    ("populations.touch.spikes", [[0, 1], [2]], r"touch\.spikes: rows of unequal length"),
    ("populations.noise.probability", 1.5, r"noise\.probability: out of range, got 1\.5"),
    ("populations.noise.probability", [0.1, 0.2], r"noise\.probability: another number of values, got \(2,\)"),
    ("projections.a.source", "tuch", r"projections\.a\.source: no such population, got 'tuch' .*touch"),
    ("projections.a.target", "touch", r"projections\.a\.target: a source receives nothing"),
    ("projections.a.delay", 0, r"a\.delay: an immediate connection, got 0 \(allowed: 1 to 62\)"),
    ("projections.a.delay", 63, r"a\.delay: too long, got 63"),
    ("projections.a.delay", [1, 2], r"a\.delay: another shape, got \(2,\)"),
    ("projections.c.delay", [1, 2, 3], r"c\.delay: another shape, got \(3,\) \(allowed: one, or \(2,\)\)"),
    ("projections.b.delay", 2, r"b\.delay: of a projection that learns, got 2"),
    ("projections.a.offset", 3, r"a\.offset: of fixed weights, got 3"),
    ("projections.b.offset", 300, r"b\.offset: .*got 300"),
    ("phases.day.offsets", {"a": 3}, r"day\.offsets: no such plastic projection.*, got 'a'"),
    ("phases.night.shuffled", ["a"], r"night\.shuffled: no such plastic projection, got 'a' .*b"),
    ("phases.day.exposure", {}, r"day\.exposure: no environment"),
    (
        "surroundings",
        {"world": {}, "senses": "noise", "acts": "out"},
        r"senses: no such source from outside",
    ),
    ("surroundings", {"world": 3, "senses": "noise", "acts": "out"}, r"surroundings\.world: .*got 3"),
    ("surroundings", {"world": {"size": -1}, "senses": "noise", "acts": "out"}, r"surroundings\.world\.size"),
    ("projections.a.exponent", 8, r"a\.exponent: .*got 8"),
    ("projections.a.synapses.weight", 256, r"a\.synapses\.weight: .*got 256"),
    ("projections.a.synapses.kind", "full", r"a\.synapses\.kind: unknown, got 'full'"),
    ("projections.a.learning", GOOD["projections"]["b"]["learning"], r"a\.learning: one weight for all"),
    ("projections.b.synapses.weights", [[1] * 4] * 2, r"b\.synapses: does not fit, got 'weights of shape \(2, 4\)'"),
    ("projections.b.synapses.weights", [[300] * 5] * 2, r"b\.weights: out of range \(excitatory\), got 300"),
    ("projections.b.synapses.weights", [[-1] * 5] * 2, r"b\.weights: out of range \(excitatory\), got -1"),
    ("projections.b.synapses.weights", [[0.5] * 5] * 2, r"b\.synapses\.weights: not numbers of this kind"),
    ("projections.c.synapses.weights", [7, -8], r"c\.weights: odd, got 7"),
    ("projections.c.synapses.weights", [7], r"c\.synapses: does not fit, got 'post, pre and weights"),
    ("projections.c.synapses.pre", [3, 0], r"c\.synapses: does not fit, got 'pre names neuron 3' \(allowed: 0 to 2\)"),
    ("projections.c.synapses", {"kind": "one-to-one", "weight": 3}, r"c\.weight: does not fit, got 'from 3 neurons"),
    ("projections.c.synapses", {"kind": "sparse", "post": [], "pre": [], "weights": []}, r"c\.synapses: .*no synapse"),
    (f"{LEARNING}.epoch", 3, r"b\.learning\.epoch: does not divide the cycle, got 3"),
    (f"{LEARNING}.epoch", 64, r"b\.learning\.epoch: .*got 64"),
    (f"{LEARNING}.sign", "negative", r"b\.learning\.sign: .*got 'negative'"),
    (f"{LEARNING}.rules", {}, r"b\.learning\.rules: none"),
    (f"{LEARNING}.rules.frozen", {"dw": "u0"}, r"rules\.frozen: a reserved name"),
    (f"{LEARNING}.rules.wake.dw", "2^-2*q1", r"rules\.wake: dw: unknown name, got 'q1'"),
    (f"{LEARNING}.rules.wake.dw", None, r"rules\.wake: dw, dt, dd: no rule"),
    (f"{LEARNING}.rules.wake.taus", {"x1": -1.0}, r"rules\.wake: x1_tau: out of range, got -1"),
    (f"{LEARNING}.rules.wake.impulses", {"z1": 2.0}, r"rules\.wake: a trace of an unknown name, got 'z1'"),
    (f"{LEARNING}.rules.wake.impulses", {"y1": 2.0}, r"rules\.wake: a trace that is sent, got 'y1'"),
    (f"{LEARNING}.factors.y4", {"kind": "constant"}, r"learning\.factors\.y4: .*got 'y4'"),
    (f"{LEARNING}.factors.y1.limit", 100, r"factors\.y1: beyond 7 bit, got 200"),
    (f"{LEARNING}.factors.y2", {"kind": "constant", "value": 200}, r"factors\.y2\.value: .*got 200"),
    (f"{LEARNING}.factors.y2", {"kind": "label", "labels": [2], "value": 9}, r"y2\.labels: out of range, got \[2\]"),
    ("projections.b.target", "cells", r"projections\.b\.synapses: does not fit"),
    ("phases.day.cycles", -1, r"phases\.day\.cycles: .*got -1"),
    ("phases.day.mode", "dream", r"phases\.day\.mode: .*got 'dream'"),
    ("phases.day.rules", {"a": "wake"}, r"phases\.day\.rules: no such plastic projection, got 'a'"),
    ("phases.day.rules", {"b": "sleep"}, r"phases\.day\.rules\.b: no such rule, got 'sleep' .*wake, frozen"),
    ("phases.day.silent", ["cell"], r"phases\.day\.silent: no such population, got 'cell'"),
    ("phases.day.noise", ["cells"], r"phases\.day\.noise: has no noise, got 'cells'"),
    ("phases.day.thresholds", {"touch": 3}, r"phases\.day\.thresholds: no such population with a threshold"),
    ("phases.day.weights", {"b": 3}, r"phases\.day\.weights: no such uniform projection, got 'b'"),
    ("phases.day.factors", {"a": {"y1": {"kind": "constant"}}}, r"phases\.day\.factors: no such projection with"),
    ("phases.day.sleep", {"cells": {"amplitude": 3}}, r"phases\.day\.sleep: in another mode, got 'wake'"),
    ("phases.day.clear", ["u", "w"], r"phases\.day\.clear.*got 'w'"),
    ("phases.night.sleep.touch", {"amplitude": 3}, r"night\.sleep: no such population of neurons, got 'touch'"),
    ("phases.night.sleep.cells.rates", "given", r"night\.sleep\.cells: rates and given do not fit"),
    ("phases.night.sleep.cells.gain", -1.0, r"night\.sleep\.cells\.gain: .*got -1"),
    ("phases.night.silent", ["cells"], r"night\.sleep\.cells: reactivated, and silent"),
    ("phases.night.counts", "T1", r"phases\.night\.counts: rates are counted awake"),
    ("schedule", ["day", "dusk"], r"graph\.schedule: no such phase, got 'dusk' .*day, night"),
]


def changed(place: str, value: Any) -> dict[str, Any]:
    """The good description with another value at a place."""
    data = copy.deepcopy(GOOD)
    *path, last = place.split(".")
    inner = data
    for key in path:
        inner = inner.setdefault(key, {})
    if value is None:
        del inner[last]
    else:
        inner[last] = copy.deepcopy(value)
    return data


def test_the_description_that_is_changed_is_good():
    assert Graph(**GOOD).timesteps == 40
    assert len(BAD) >= 40


@pytest.mark.parametrize(("place", "value", "sentence"), BAD, ids=[f"{place}={value}" for place, value, _ in BAD])
def test_a_mistake_is_one_line_with_its_place(place, value, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        Graph(**changed(place, value))
    text = str(caught.value)
    assert text.startswith("graph.") and "\n" not in text and "pydantic" not in text
    assert caught.value.allowed and caught.value.hint


@pytest.mark.parametrize(("place", "value", "sentence"), BAD[::6])
def test_in_a_file_it_is_the_same_line(tmp_path, place, value, sentence):
    (tmp_path / "net.toml").write_text(tomli_w.dumps(changed(place, value)))
    with pytest.raises(InputError, match=sentence):
        read_graph(tmp_path / "net.toml")


def test_a_part_alone_names_itself():
    with pytest.raises(InputError, match=r"Lif\.size: .*got 0"):
        Lif(size=0, threshold=1)
    with pytest.raises(InputError, match=r"Lif\.bias: not numbers of this kind"):
        Lif(size=1, threshold=1, bias=np.array([0.5]))


def forager(**changes) -> dict[str, Any]:
    """A network in the paper's world."""
    factors = {"y2": {"kind": "outside", "part": "positive"}}
    learning = {"rules": {"wake": {"dw": "2^-1*u0*y2"}}, "factors": factors}
    dense = {"kind": "dense", "weights": [[1] * PAPER.inputs] * PAPER.outputs}
    act = {"source": "view", "target": "move", "synapses": dense, "learning": learning}
    return {
        "populations": {
            "view": {"kind": "outside", "size": PAPER.inputs},
            "move": {"kind": "readout", "size": PAPER.outputs, "threshold": 9},
            "other": {"kind": "readout", "size": 3, "threshold": 9},
        },
        "projections": {"act": act, "see": {**act, "learning": None}},
        "phases": {"day": {"cycles": 2, "exposure": {"task": PAPER.setting("T1")}}},
        "surroundings": {"world": PAPER, "senses": "view", "acts": "move", "teaches": "act", **changes},
    }


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"senses": "move"}, r"surroundings\.senses: no such source from outside, got 'move' .*view"),
        ({"acts": "view"}, r"surroundings\.acts: no such readout, got 'view' .*move"),
        ({"acts": "other"}, r"surroundings\.acts: another size than the environment's, got 3 .*8"),
        ({"at": 16}, r"surroundings\.at: beyond the cycle, got 16 .*0 to 15"),
        ({"teaches": "see"}, r"surroundings\.teaches: no such projection .*, got 'see' .*act"),
    ],
)
def test_surroundings_that_do_not_fit(changes, says):
    Graph(**forager())
    with pytest.raises(InputError, match=says):
        Graph(**forager(**changes))


def test_a_task_of_another_world():
    data = forager()
    data["phases"]["day"]["exposure"]["task"] = [1, 2, 3]
    with pytest.raises(InputError, match=r"phases\.day\.exposure\.task: another shape, got \(3,\)"):
        Graph(**data)
