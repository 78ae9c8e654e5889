"""Compliance of Lava graphs, and which of our processes sits where."""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest
from helpers.random_graphs import random_graph

pytest.importorskip("lava.magma")

from lava.magma.compiler.compiler_graphs import ProcGroupDiGraphs
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.resources import Loihi2NeuroCore
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import DelayDense, Dense, LearningDense
from lava.proc.io.sink import RingBuffer as Sink
from lava.proc.io.source import RingBuffer as Source
from lava.proc.lif.process import LIF

import processes
from emulation.engine.network import STEPS
from emulation.engine.phase import Mode
from emulation.environments.foraging import sense
from emulation.errors import InputError, LavaSleepError
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.environments.foraging import PAPER
from lava_sleep.exchange.lava_graph import neuro_core_part, spikes_of_views
from lava_sleep.graphs.lava import LavaNetwork
from lava_sleep.graphs.populations import SOURCES
from lava_sleep.graphs.usage import usage_of_graph
from lava_sleep.hardware.api import check
from lava_sleep.hardware.finding import Verdict
from lava_sleep.hardware.lava_usage import usage_of_processes
from lava_sleep.networks.integer.description import HiddenSynapses, IntegerNetwork
from lava_sleep.protocols.schedule import Segment, make_phase
from processes.declaration import OWN, STOCK, Place, declaration_of
from processes.graphs.populations import LoihiLIF
from processes.runtime import GuardedRun

pytestmark = pytest.mark.lava

PLACES = {
    "SleepSchedule": Place.EMBEDDED,
    "Reactivation": Place.EMBEDDED,
    "PlasticDense": Place.CORE,
    "PlasticSparse": Place.CORE,
    "PhaseManager": Place.EMBEDDED,
    "LearningControl": Place.EMBEDDED,
    "Surroundings": Place.HOST,
    "GraphCycles": Place.HOST,
    "PhasedReactivation": Place.EMBEDDED,
    "SpikeSource": Place.HOST,
    "LoihiLIF": Place.CORE,
    "Coincidence": Place.CORE,
    "DelaySynapses": Place.CORE,
}


def test_every_process_of_ours_declares_its_place():
    names = [one.name for one in pkgutil.walk_packages(processes.__path__, "processes.")]
    ours = {
        kind.__name__: declaration_of(kind)
        for module in map(importlib.import_module, names)
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, AbstractProcess) and kind.__module__ == module.__name__
    }
    assert {name: declared.place for name, declared in ours.items()} == PLACES
    assert all(declared.needs for declared in ours.values())
    assert ours == OWN  # the table of the documentation leaves none out


def test_the_neuro_core_part_is_stock_lava():
    description = IntegerNetwork()
    part = neuro_core_part(description, description.instance(1).start, np.zeros((PAPER.inputs, STEPS), int))
    on_core = {name: type(process) for name, process in part._asdict().items() if name != "source"}
    assert on_core == {
        "input_synapses": LearningDense, "hidden": LIF, "output_synapses": LearningDense, "drive": Dense, "output": LIF,
    }  # fmt: skip
    assert all(declaration_of(kind).place == Place.CORE for kind in on_core.values())
    assert declaration_of(part.source).place == Place.HOST
    assert part.output_synapses._learning_rule.dw_str == description.output_synapses.plasticity.wake_dw


def test_the_stock_processes_exist():
    for path in STOCK:
        module, name = path.rsplit(".", 1)
        assert inspect.isclass(getattr(__import__(module, fromlist=[name]), name))


def frozen_run(description, cycles):
    """Views and output spikes (cycles * 16, 8) of the emulation, frozen and without noise."""
    instance = description.instance(9)
    phase = make_phase(description, Mode.WAKE, "T1", learns=False, noise_exponent=-1)
    views = np.zeros((cycles, PAPER.inputs), np.uint8)
    with COMPILED.open(instance, instance.start, [Segment("frozen", phase, cycles)], rasters=True) as running:
        running.begin(Segment("frozen", phase, cycles))
        for view in views:
            sense(running.state.world, PAPER.ground(), view)
            running.advance(1)
        return instance.start, views, running.record.output_raster.reshape(-1, 8)


def test_the_stock_graph_spikes_as_the_emulation_does():
    description = IntegerNetwork(hidden_synapses=HiddenSynapses(wiring="constructed"))
    cycles = 12
    state, views, raster = frozen_run(description, cycles)
    part = neuro_core_part(description, state, spikes_of_views(views))
    # Nobody sends third factors, so dw of hidden -> output is 0, and input -> hidden has but 0 and 255 to raise.
    sink = Sink(shape=(8,), buffer=cycles * STEPS)
    part.output.s_out.connect(sink.a_in)
    with GuardedRun(part.hidden, Loihi2SimCfg(select_tag="fixed_pt"), timeout=120) as guarded:
        guarded.run(cycles * STEPS)
        found = np.asarray(guarded.get(sink.data)).T
    assert raster.sum() > 20
    assert np.array_equal(found, raster)


def small_graph(threshold=100, du=100, dv=50, **rule):
    """Source -> Dense -> LIF -> LearningDense -> LIF of stock processes."""
    numbers = {"dw": "2^-2*x1*y0 - 2^-1*y1*x0", "x1_impulse": 16, "x1_tau": 10, "y1_impulse": 16, "y1_tau": 10}
    source = Source(data=np.zeros((5, 10), int))
    dense = Dense(weights=20 * np.eye(4, 5, dtype=int), name="fixed")
    first = LIF(shape=(4,), vth=threshold, du=du, dv=dv, name="first")
    learning = LearningDense(
        weights=np.ones((3, 4), int), learning_rule=Loihi2FLearningRule(**{**numbers, **rule}), name="plastic"
    )
    second = LIF(shape=(3,), vth=50, du=10, dv=10, name="second")
    source.s_out.connect(dense.s_in)
    dense.a_out.connect(first.a_in)
    first.s_out.connect(learning.s_in)
    learning.a_out.connect(second.a_in)
    second.s_out.connect(learning.s_in_bap)
    return first


def failing(process, target="loihi1"):
    return {one.rule for one in check(process, target).findings if one.verdict == Verdict.FAIL}


def test_a_graph_of_ones_own_is_read_as_it_is():
    usage = usage_of_processes(small_graph(du=99))
    assert {one.name for one in usage.populations} >= {"first", "second"}
    first = usage.population("first")
    assert (first.size, first.threshold, first.current_decay, first.voltage_decay) == (4, 100, 100, 50)
    fixed, plastic_one = (next(one for one in usage.projections if one.name == name) for name in ("fixed", "plastic"))
    assert fixed.synapses.nnz == 4 and not fixed.rules  # zeros of fixed weights are no synapses
    assert plastic_one.synapses.nnz == 12 and plastic_one.target == "second"
    assert plastic_one.rules[0].texts == {"dw": "2^-2*x1*y0 - 2^-1*y1*x0"}
    assert not failing(small_graph())


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("epoch", {"t_epoch": 1000}),
        ("current_decay", {"du": 5000}),
        ("voltage_decay", {"dv": 5000}),
        ("threshold", {"threshold": 200_000}),
        ("rule_grammar", {"dw": "2^-2*y0*(x1 + 300)"}),
    ],
)
def test_what_lava_accepts_and_hardware_does_not(rule, changes):
    assert failing(small_graph(**changes)) == {rule}


def test_delays_weight_exponents_and_floats_are_seen():
    source, target = LIF(shape=(2,), du=10, dv=10, name="source"), LIF(shape=(2,), du=0.1, dv=0.1, name="target")
    dense = DelayDense(weights=np.eye(2, dtype=int), delays=70 * np.eye(2, dtype=int), weight_exp=9, name="late")
    source.s_out.connect(dense.s_in)
    dense.a_out.connect(target.a_in)
    assert failing(source) == {"delay", "weight_exponent", "neuron_model"}


def test_sums_of_a_graph_that_were_seen_to_fit_are_a_warning():
    source, target = LIF(shape=(300,), du=10, dv=10, name="source"), LIF(shape=(2,), du=4095, dv=10, name="target")
    dense = Dense(weights=200 * np.ones((2, 300), int), name="many")  # 300 * 200 * 64 is 23 bit with its sign
    source.s_out.connect(dense.s_in)
    dense.a_out.connect(target.a_in)
    assert failing(source) == {"accumulator"}
    found = [one for one in check(source, "loihi1", overflow="strict").findings if one.rule == "accumulator"]
    assert [(one.object, one.used, one.verdict) for one in found] == [("target", 23, Verdict.WARN)]
    with pytest.raises(InputError, match=r"\(allowed: lava, loihi-accumulator, saturate, strict\)"):
        check(source, "loihi1", overflow="never")


class Stranger(AbstractProcess):
    """Declares nothing."""

    def __init__(self):
        super().__init__()
        from lava.magma.core.process.ports.ports import OutPort

        self.s_out = OutPort(shape=(5,))


def test_a_process_that_declares_nothing_is_unknown():
    stranger, dense, neurons = Stranger(), Dense(weights=np.eye(2, 5, dtype=int)), LIF(shape=(2,), du=10, dv=10)
    stranger.s_out.connect(dense.s_in)
    dense.a_out.connect(neurons.a_in)
    report = check(neurons, "loihi2")
    unknown = {one.rule for one in report.findings if one.verdict == Verdict.UNKNOWN and one.object == stranger.name}
    assert unknown == {"neuron_model", "host_work"}


@pytest.mark.parametrize("seed", [3, 18, 37])
def test_the_lava_network_of_a_graph_asks_what_the_graph_asks(seed):
    graph = random_graph(seed)
    network = LavaNetwork(graph, probes=False)
    names = {process.name: name for name, process in network.populations.items()}
    found, own = usage_of_processes(network.manager), usage_of_graph(graph)
    neurons = {name for name, part in graph.populations.items() if not isinstance(part, SOURCES)}
    theirs = {names[one.name]: one for one in found.populations if one.name in names}
    for one in own.populations:
        if one.name in neurons:
            free = {"name": "", "bias_mantissa": 0, "bias_exponent": 0}
            assert theirs[one.name]._replace(**free) == one._replace(**free)
            largest = theirs[one.name].bias_mantissa << theirs[one.name].bias_exponent
            assert abs(largest) == abs(one.bias_mantissa << one.bias_exponent)
    ours = {network.projections[one.name].name: one for one in own.projections}
    for one in found.projections:
        assert (one.delay, one.weight_exponent, one.synapses.nnz) == (
            ours[one.name].delay, ours[one.name].weight_exponent, ours[one.name].synapses.nnz,
        )  # fmt: skip
        assert len(one.rules) == len(ours[one.name].rules)
    assert {one.name for one in found.projections} == set(ours)


def test_the_hardware_example_is_registered_and_never_runs():
    from processes.hardware.example.loihi2 import NcLoihiLIFModel, NoHardwareError

    assert NcLoihiLIFModel.implements_process is LoihiLIF
    assert NcLoihiLIFModel.required_resources == [Loihi2NeuroCore]
    with pytest.raises(NoHardwareError, match=r"\(allowed: CPU") as caught:
        NcLoihiLIFModel()
    assert isinstance(caught.value, LavaSleepError)


def test_lava_finds_the_python_models_of_the_neurons_and_not_the_example(recwarn):
    found = {model.__name__ for model in ProcGroupDiGraphs._find_proc_models(LoihiLIF(shape=(3,)))}
    assert found == {"PyLoihiLIFModel", "PyLoihiLIFModelFloat"}
    assert not [one for one in recwarn if "Cannot import module" in str(one.message)]
