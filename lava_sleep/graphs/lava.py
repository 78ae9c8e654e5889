"""A graph as a network of Lava processes, all of them public: each part can be read, probed and used elsewhere."""

from types import TracebackType
from typing import Any

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule, Loihi3FLearningRule, LoihiLearningRule
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.utils.weightutils import SignMode
from scipy.sparse import csr_matrix

from emulation.errors import InputError
from emulation.graph import plan as columns
from lava_sleep.graphs.build import make_plan
from lava_sleep.graphs.check import check_outside
from lava_sleep.graphs.engine import Spikes
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.lava_parts import (
    Course,
    Held,
    course_of,
    make_deeds,
    make_manager,
    make_surroundings,
)
from lava_sleep.graphs.layout import (
    biases,
    given_rates,
    label_of,
    layout_of,
    learning_of,
    noise_stream,
    permutation_of,
    plastic_stream,
    rows_of,
    sleep_seed,
)
from lava_sleep.graphs.learning import Learning
from lava_sleep.graphs.populations import SOURCES, Coincidence, Given, Lif, Random
from lava_sleep.graphs.projections import Projection, Uniform
from lava_sleep.graphs.settings import cleared_by, setting_of
from lava_sleep.graphs.tables import DTYPES
from processes import plastic
from processes.graphs import learning_control, phases, populations, sleep, surroundings, synapses
from processes.graphs.learning_control import LearningControl
from processes.graphs.phases import PhaseManager
from processes.graphs.populations import Coincidence as CoincidenceProcess
from processes.graphs.populations import LoihiLIF, Probe, SpikeSource, make_probe
from processes.graphs.sleep import PhasedReactivation
from processes.graphs.surroundings import Surroundings
from processes.graphs.synapses import DelaySynapses
from processes.graphs.warm import load_kernels
from processes.plastic import PlasticDense, PlasticSparse
from processes.runtime import GuardedRun

SIGNS = {"mixed": SignMode.MIXED, "excitatory": SignMode.EXCITATORY, "inhibitory": SignMode.INHIBITORY}
MODELS = {
    "fixed": {
        PhaseManager: phases.PyPhaseManagerModel,
        SpikeSource: populations.PySpikeSourceModel,
        LoihiLIF: populations.PyLoihiLIFModel,
        CoincidenceProcess: populations.PyCoincidenceModel,
        DelaySynapses: synapses.PyDelaySynapsesModel,
        LearningControl: learning_control.PyLearningControlModel,
        PlasticDense: plastic.PyPlasticDenseModelFixed,
        PlasticSparse: plastic.PyPlasticSparseModelFixed,
        PhasedReactivation: sleep.PyPhasedReactivationModel,
        Surroundings: surroundings.PySurroundingsModel,
    }
}
MODELS["float"] = MODELS["fixed"] | {
    LoihiLIF: populations.PyLoihiLIFModelFloat,
    CoincidenceProcess: populations.PyCoincidenceModelFloat,
    DelaySynapses: synapses.PyDelaySynapsesModelFloat,
    PlasticDense: plastic.PyPlasticDenseModelFloat,
    PlasticSparse: plastic.PyPlasticSparseModelFloat,
    PhasedReactivation: sleep.PyPhasedReactivationModelFloat,
}
TAGS = {"fixed": "fixed_pt", "float": "floating_pt"}  # of Lava's process models
TIMEOUT = 600.0  # s that one call may take; compiling the kernels in the children is part of the first


class LavaNetwork:
    """The processes of a graph, connected.

    Its bits are those of the engine; in floating point where at most one projection that learns ends at each
    population: Lava chooses in which order it adds the floats of several.

    Parameters
    ----------
    graph : Graph
    arithmetic : {"fixed", "float"}
    probes : bool
        Whether spikes, u and v of every timestep are kept.
    held : Held, optional
        A state to go on from, in memory that processes share.
    course : Course, optional
        Which phases are run; by default the whole schedule.

    Attributes
    ----------
    manager : PhaseManager
    populations, projections, controls, sleepers : dict
        Processes by name.
    surroundings : Surroundings or None
    deeds : Deeds
        Outcome and act of each cycle in the environment.
    probes : dict of Probe
    """

    def __init__(
        self,
        graph: Graph,
        arithmetic: str = "fixed",
        *,
        probes: bool = True,
        held: Held | None = None,
        course: Course | None = None,
    ) -> None:
        if arithmetic not in MODELS:
            raise InputError("LavaNetwork.arithmetic: unknown", arithmetic, ", ".join(MODELS), "choose one of these")
        check_outside(graph)
        self.graph, self.layout, self.arithmetic = graph, layout_of(graph), arithmetic
        self._plan, self._held = make_plan(graph, arithmetic), held or Held()
        self._course = course or course_of(graph)
        self.settings = [setting_of(graph, name) for name in graph.phases]
        self.manager = make_manager(graph, self._course, graph.cycle)
        timesteps = self._course.cycles * graph.cycle if probes else 0
        dtype = DTYPES[arithmetic][0]
        self.probes = {
            name: make_probe(timesteps, part.size, dtype if isinstance(part, Lif) else None)
            for name, part in graph.populations.items()
            if probes
        }
        self.deeds = make_deeds(graph, self._course)
        self.populations = {name: self._population(name) for name in graph.populations}
        self.projections = {name: self._projection(name, one) for name, one in graph.projections.items()}
        self.controls = {name: self._control(name) for name in self.layout.plastic}
        self.sleepers = {name: self._sleeper(name) for name in self.layout.sleepers}
        steps = (graph.cycle, graph.surroundings.at if graph.surroundings else 0)
        self.surroundings = make_surroundings(graph, self._course, self._held, self.deeds, steps)
        self._connect()
        self._run: GuardedRun | None = None

    def _population(self, name: str) -> Any:
        part, row, graph = self.graph.populations[name], self.layout.populations[name], self.graph
        shared: dict[str, Any] = {
            "shape": (part.size,),
            "active": [bool(setting.active[row]) for setting in self.settings],
            "probe": self.probes.get(name),
            "seed": graph.seed,
            "clock": self._course.clock,
            "held": self._held.populations.get(name, {}),
        }
        if isinstance(part, SOURCES):
            raster = chances = None
            if isinstance(part, Given):
                raster = np.zeros((part.period or graph.cycle, part.size), bool)
                raster[tuple(part.spikes.reshape(-1, 2).T)] = True
            elif isinstance(part, Random):
                chances = np.ascontiguousarray(np.broadcast_to(part.probability, (part.size,)))
            return SpikeSource(**shared, raster=raster, chances=chances, purpose=noise_stream(graph, name))
        shared["thresholds"] = [int(setting.thresholds[row]) for setting in self.settings]
        if isinstance(part, Coincidence):
            return CoincidenceProcess(**shared)
        return LoihiLIF(
            **shared,
            numbers=self._plan.populations[row].copy(),
            bias=np.array(biases(part), np.int64),
            noise=[int(setting.noise[row]) for setting in self.settings],
            clear=self._cleared,
            policy=int(self._plan.numbers[columns.POLICY]),
        )

    @property
    def _cleared(self) -> list[int]:
        return [cleared_by(phase) for phase in self.graph.phases.values()]

    def _projection(self, name: str, projection: Projection) -> Any:
        n_pre, n_post = (self.graph.populations[end].size for end in (projection.source, projection.target))
        if projection.learning is not None:
            return self._plastic(name, projection, projection.learning)
        post, pre, weights = projection.synapses.entries(n_post, n_pre)
        delays = np.broadcast_to(projection.delay.ravel(), (len(post),))
        scale = [1] * len(self.settings)
        if isinstance(projection.synapses, Uniform):
            weights = np.ones(len(weights), np.int64)
            scale = [phase.weights.get(name, projection.synapses.weight) for phase in self.graph.phases.values()]
        indptr = np.searchsorted(post, np.arange(n_post + 1))
        matrix = csr_matrix((weights, pre, indptr), (n_post, n_pre))
        return DelaySynapses(
            weights=matrix, delays=delays, weight_exp=projection.exponent, scale=scale, clear=self._cleared
        )

    def _plastic(self, name: str, projection: Projection, learning: Learning) -> Any:
        rows = rows_of(self.graph, projection)
        arguments = {
            "learning_rules": [lava_rule(learning, rule) for rule in learning.rules],
            "sign_mode": SIGNS[learning.sign],
            "weight_exp": projection.exponent,
            "rounding": self.graph.rounding,
            "seed": self.graph.seed,
            "stream": plastic_stream(self.graph, name),
            "tables": [learning.compiled(rule) for rule in learning.rules],
            "held": self._held.projections.get(name),
            "arriving": self._held.arriving.get(name),
            "clock": self._course.clock,
        }
        if len(rows.pre) == 1 and rows.exists.all() and rows.n_pre == self.graph.populations[projection.source].size:
            return PlasticDense(weights=rows.weights, **arguments)
        shape = len(rows.weights), self.graph.populations[projection.source].size
        indptr = np.concatenate([[0], np.cumsum(rows.exists.sum(axis=1))])
        return PlasticSparse(
            weights=csr_matrix((rows.weights[rows.exists], rows.pre[rows.exists], indptr), shape), **arguments
        )

    def _control(self, name: str) -> LearningControl:
        row, projection = self.layout.plastic[name], self.graph.projections[name]
        first = list(learning_of(projection).rules)[0]
        start = self.layout.rules[name, first]
        rules = [int(setting.rules[row]) for setting in self.settings]
        labels, clear = label_of(self.graph, name), self._cleared
        shuffles = [columns.SHUFFLE_TAGS * bool(setting.shuffled[row]) for setting in self.settings]
        return LearningControl(
            shape=(self.graph.populations[projection.target].size,),
            rules=[rule - start if rule >= 0 else -1 for rule in rules],
            clear=[flags | shuffle for flags, shuffle in zip(clear, shuffles)],
            factors=np.stack([setting.factors[row] for setting in self.settings]),
            labels=labels if len(labels) else np.zeros(1, np.int64),
            ramp_cycles=[int(setting.ramp_cycles) for setting in self.settings],
            offsets=[int(setting.offsets[row]) for setting in self.settings],
            period=self.graph.cycle,
            clock=self._course.clock,
        )

    def _sleeper(self, name: str) -> PhasedReactivation:
        row = self.layout.sleepers[name]
        return PhasedReactivation(
            shape=(self.graph.populations[name].size,),
            settings=np.stack([setting.sleep[row] for setting in self.settings]),
            rate_rows=[setting.rate_row for setting in self.settings],
            rows=len(self.layout.rate_rows),
            given=given_rates(self.graph, name),
            permutation=permutation_of(self.graph, name),
            period=self.graph.cycle,
            seed=sleep_seed(self.graph, name),
            held=self._held.sleepers.get(name, {}),
            clock=self._course.clock,
        )

    def _connect(self) -> None:
        for process in (*self.populations.values(), *self.controls.values(), *self.sleepers.values()):
            self.manager.phase_out.connect(process.phase_in)
        # Fixed projections first: then floats are added in the order of the engine.
        for name, projection in sorted(self.graph.projections.items(), key=lambda item: item[0] in self.controls):
            process, target = self.projections[name], self.populations[projection.target]
            self.populations[projection.source].s_out.connect(process.s_in)
            process.a_out.connect(target.a_in)
            if name not in self.controls:
                self.manager.phase_out.connect(process.phase_in)
                continue
            control = self.controls[name]
            target.s_out.connect(process.s_in_bap)
            target.s_out.connect(control.s_in)
            control.rule_out.connect(process.rule_in)
            control.clear_out.connect(process.clear_in)
            control.offset_out.connect(process.offset_in)
            if learning_of(projection).factors is not None:
                for port in ("y1", "y2", "y3"):
                    getattr(control, f"{port}_out").connect(getattr(process, f"s_in_{port}"))
        if self.surroundings is not None and self.graph.surroundings is not None:
            given = self.graph.surroundings
            self.manager.phase_out.connect(self.surroundings.phase_in)
            self.surroundings.sensed_out.connect(self.populations[given.senses].outside_in)
            self.populations[given.acts].s_out.connect(self.surroundings.spikes_in)
            if given.teaches is not None:
                self.surroundings.worth_out.connect(self.controls[given.teaches].outside_in)
        for name, sleeper in self.sleepers.items():
            self.populations[name].s_out.connect(sleeper.s_in)
            sleeper.a_out.connect(self.populations[name].a_in)

    def __enter__(self) -> "LavaNetwork":
        load_kernels(self.arithmetic)
        parts = (self.populations, self.projections, self.controls, self.sleepers)
        processes = [self.manager, *(process for part in parts for process in part.values())]
        if self.surroundings is not None:
            processes.append(self.surroundings)
        # Named here: to find a model, Lava executes every file beside a process, for each process and file again.
        models = {process: MODELS[self.arithmetic][type(process)] for process in processes}
        configuration = Loihi2SimCfg(select_tag=TAGS[self.arithmetic], exception_proc_model_map=models)
        self._run = GuardedRun(self.manager, configuration, timeout=TIMEOUT)
        self._run.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        assert self._run is not None
        self._run.__exit__(kind, error, _)

    def advance(self, cycles: int) -> None:
        """Run cycles of the schedule; within a `with` statement."""
        self._started().run(cycles * self.graph.cycle)

    def run(self) -> "LavaNetwork":
        """The whole schedule."""
        self.advance(self._course.cycles)
        return self

    def get(self, process: AbstractProcess, var: str) -> np.ndarray:
        """The present value of a Var."""
        return self._started().get(getattr(process, var))

    @property
    def guarded(self) -> GuardedRun:
        """The run, within a `with` statement."""
        return self._started()

    def _started(self) -> GuardedRun:
        if self._run is None:
            raise InputError("LavaNetwork: not started", None, "a with statement", "write `with LavaNetwork(graph) as`")
        return self._run

    def spikes(self, population: str) -> Spikes:
        """The spikes so far of a population."""
        times, neurons = np.nonzero(self._probe(population).spikes)
        return Spikes(times + 1, neurons)

    def voltages(self, population: str) -> tuple[np.ndarray, np.ndarray]:
        """u and v (timesteps, n) of a population."""
        probe = self._probe(population)
        return probe.u, probe.v

    def _probe(self, population: str) -> Probe:
        if population not in self.probes:
            raise InputError("LavaNetwork.probes: none of this name", population, ", ".join(self.probes), "set probes")
        return self.probes[population]

    def values(self, projection: str) -> dict[str, np.ndarray]:
        """w, t, d (n_post, n_pre) and the traces of a plastic projection, read from its Vars."""
        process = self.projections[projection]
        names = {"weights": "weights", "tags": "tag_1", "delays": "tag_2"}
        found = {name: self.get(process, var) for name, var in names.items()}
        found = {name: value.toarray() if hasattr(value, "toarray") else value for name, value in found.items()}
        found["x_traces"] = np.stack([self.get(process, name) for name in ("x1", "x2")])
        found["y_traces"] = np.stack([self.get(process, name) for name in ("y1", "y2", "y3")])
        return found

    def weights(self, projection: str) -> np.ndarray:
        """Weights (n_post, n_pre) of a plastic projection."""
        value: Any = self.get(self.projections[projection], "weights")
        return value.toarray() if hasattr(value, "toarray") else value


def lava_rule(learning: Learning, name: str) -> LoihiLearningRule:
    """A rule as Lava's object."""
    rule = learning.rules[name]
    given: dict[str, Any] = {"dw": rule.dw, "dt": rule.dt, "dd": rule.dd, "t_epoch": learning.epoch}
    given |= {f"{trace}_impulse": value for trace, value in rule.impulses.items()}
    given |= {f"{trace}_tau": value for trace, value in rule.taus.items()}
    given = {key: value for key, value in given.items() if value is not None}
    return (Loihi2FLearningRule if learning.factors is None else Loihi3FLearningRule)(**given)
