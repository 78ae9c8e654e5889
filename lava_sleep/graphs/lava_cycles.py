"""A graph in an environment as two Lava processes and their manager; a Lava step is a cycle."""

from types import TracebackType
from typing import Any

from lava.magma.core.run_configs import Loihi2SimCfg

from emulation.errors import InputError
from emulation.graph import plan as columns
from emulation.graph.cycle import run_graph
from lava_sleep.graphs.engine import Engine
from lava_sleep.graphs.lava import TAGS, TIMEOUT
from lava_sleep.graphs.lava_parts import Course, Held, course_of, make_deeds, make_manager, make_surroundings
from lava_sleep.graphs.settings import cleared_by
from processes.graphs.cycles import GraphCycles, PyGraphCyclesModel
from processes.graphs.phases import PhaseManager, PyPhaseManagerModel
from processes.graphs.surroundings import PySurroundingsModel, Surroundings
from processes.runtime import GuardedRun
from processes.shared_memory import shared_copy

MODELS = {PhaseManager: PyPhaseManagerModel, Surroundings: PySurroundingsModel, GraphCycles: PyGraphCyclesModel}


class LavaCycles:
    """The processes of a graph in an environment, connected; within a `with` statement they run.

    Parameters
    ----------
    engine : Engine
        Whose plan and state they have; the state is moved into memory that processes share.
    course : Course, optional
        Which phases are run; by default the whole schedule.

    Attributes
    ----------
    deeds : Deeds
        Outcome and act of each cycle in the environment.
    """

    def __init__(self, engine: Engine, course: Course | None = None) -> None:
        graph, around = engine.graph, engine.around
        if graph.surroundings is None or around is None:
            raise InputError("LavaCycles: no environment", None, "a graph with surroundings", "use LavaNetwork")
        course = course or course_of(graph)
        self.deeds = make_deeds(graph, course)
        engine.share(shared_copy)
        source, at, acts, teaches = around.numbers.tolist()
        worth = {} if teaches < 0 else {"worth": engine.outside(graph.surroundings.teaches or "")}
        held = Held(world=engine.around.world, surroundings=worth)  # type: ignore[union-attr]
        world: Any = make_surroundings(graph, course, held, self.deeds, (1, 0))
        self.manager = make_manager(graph, course, 1)
        network = GraphCycles(
            sizes=(graph.surroundings.world.inputs, graph.surroundings.world.outputs),
            plan=engine.plan,
            state=engine.state,
            scratch=engine.scratch,
            record=engine.recorded,
            settings=[engine.settings[name] for name in graph.phases],
            clears=[cleared_by(phase) for phase in graph.phases.values()],
            rests=[phase.mode == "rest" for phase in graph.phases.values()],
            source=source,
            outputs=int(engine.plan.populations[acts, columns.FIRST]),
            teaches=teaches,
            at=at,
        )
        for process in (world, network):
            self.manager.phase_out.connect(process.phase_in)
        world.sensed_out.connect(network.sensed_in)
        world.worth_out.connect(network.worth_in)
        network.counts_out.connect(world.spikes_in)
        models = {process: MODELS[type(process)] for process in (self.manager, world, network)}
        configuration = Loihi2SimCfg(select_tag=TAGS[engine.arithmetic], exception_proc_model_map=models)
        self._engine = engine
        self.guarded = GuardedRun(self.manager, configuration, TIMEOUT)

    def __enter__(self) -> "LavaCycles":
        engine = self._engine  # its kernel is loaded here, so that no child has to
        setting = next(iter(engine.settings.values()))
        run_graph(engine.plan, engine.state, setting, engine.scratch, engine.recorded, 0, 0)
        self.guarded.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.guarded.__exit__(kind, error, _)

    def advance(self, cycles: int) -> None:
        """Run cycles of the course."""
        self.guarded.run(cycles)
