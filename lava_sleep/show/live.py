"""A network that is trained now, watched on its way: in a terminal as it forages, and as an animation at the end."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from emulation.engine.phase import Mode
from lava_sleep.analysis.selection import main_names
from lava_sleep.backends.base import NO_OUTCOMES, Observer, Outcomes, position, run_segments
from lava_sleep.networks.base import Instance, State
from lava_sleep.protocols.rows import parse_step, split_row
from lava_sleep.protocols.schedule import Segment, Stage, stages
from lava_sleep.runs.configuration import Configuration
from lava_sleep.runs.layout import BEFORE, UNSUPERVISED
from lava_sleep.runs.run import performance
from lava_sleep.show.scenery import Scenery, scenery_of
from lava_sleep.show.scenes import Played, Scene, play, task_of, watch_segments

LOOKS = (0.0, 0.1, 0.25, 0.45, 0.7)  # shares of a stage after which the agent is looked at; chosen here
LOOK_CYCLES = 30
EPISODE = 1000  # cycles up to which a segment is an episode of a stage that goes on with another
WINDOW = 1000  # cycles of the performance that is shown


class Moment(NamedTuple):
    """Where a training run is.

    Attributes
    ----------
    stage : str
        The row that it leads to, ``U`` for the unsupervised phase.
    text : str
        What the network does.
    done, cycles : int
        Cycles of the stage.
    performance : float
        While training, in the last cycles; nan where nothing was acquired.
    """

    stage: str
    text: str
    done: int
    cycles: int
    performance: float


class Spectator:
    """Watches a network that is trained; this one looks at nothing."""

    def progress(self, cycles: int) -> None:
        """So many more cycles were run."""

    def wants_scenes(self) -> bool:
        """Whether scenes are worth playing."""
        return False

    def show_scene(self, moment: Moment, scene: Scene) -> None:
        """A scene, played cycle by cycle."""

    def show_progress(self, moment: Moment) -> None:
        """Training goes on."""


class LineByLine(Spectator):
    """Counts the cycles only."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress = progress

    def progress(self, cycles: int) -> None:
        """So many more cycles were run."""
        self._progress(cycles)


class Watcher(Observer):
    """Looks at one stage now and then while it runs; the stage is not changed by it."""

    def __init__(self, instance: Instance, stage: Stage, spectator: Spectator) -> None:
        self.instance, self.stage, self.spectator = instance, stage, spectator
        self.scenery = scenery_of(instance.world)
        self.cycles = sum(segment.cycles for segment in stage.segments)
        self.parts = len(parse_step(split_row(stage.after)[-1]).parts)
        self.ahead = [share * self.cycles for share in LOOKS]

    def report(self, cycles: int, state: State, outcomes: Outcomes) -> None:
        """Called after every stretch."""
        self.look(state, outcomes.since)
        self.spectator.progress(cycles)

    def look(self, state: State, outcomes: np.ndarray) -> None:
        """Show how far the stage is, and a scene if one is due."""
        done = len(outcomes)
        index, before = position(self.stage.segments, done)
        if done == self.cycles:
            return
        segment = self.stage.segments[index]
        moment = Moment(self.stage.after, "", done, self.cycles, performance(outcomes[-WINDOW:]))
        self.spectator.show_progress(moment._replace(text=activity_of(segment, self.scenery)))
        due = [share for share in self.ahead if share <= done]
        if not due or not self.spectator.wants_scenes():
            return
        self.ahead = self.ahead[len(due) :]
        number = self.parts if segment.cycles <= EPISODE else 1  # of an interleaved stage all parts
        segments = self.stage.segments[index : index + number]
        scenes = watch_segments(self.instance, state, segments, LOOK_CYCLES, before)
        for one, scene in zip(segments, scenes):
            self.spectator.show_scene(moment._replace(text=activity_of(one, self.scenery)), scene)


def activity_of(segment: Segment, scenery: Scenery) -> str:
    """What a network does in a segment."""
    mode = segment.phase.mode
    if mode == Mode.UNSUPERVISED:
        return "the hidden layer learns, unsupervised"
    if mode == Mode.WAKE:
        return f"learns {scenery.meaning(task_of(segment))}"
    return "sleeps: noise drives the hidden layer" if mode == Mode.SLEEP else "rests"


def main_stages(configuration: Configuration) -> list[Stage]:
    """The stages that lead to the rows of the animation."""
    rows = tuple(main_names(list(configuration.protocol.rows), 3))
    return stages(configuration.network, configuration.protocol.model_copy(update={"rows": rows}), configuration.world)


def cycles_ahead(configuration: Configuration) -> int:
    """Cycles that are trained, tests left out."""
    return sum(segment.cycles for stage in main_stages(configuration) for segment in stage.segments)


def train_and_watch(
    configuration: Configuration,
    cycles: int,
    spectator: Spectator,
    found: Callable[[str, State], None] = lambda after, state: None,
) -> Played:
    """Train one network through the main rows, with tests on frozen weights before and after.

    Parameters
    ----------
    configuration : Configuration
    cycles : int
        Movement cycles of each test.
    spectator : Spectator
    found : callable
        Called with the name of every stage and the state after it.

    Returns
    -------
    Played
        For `lava_sleep.show.animation.write_film`.
    """
    scenery_of(configuration.world)  # an environment that brings no drawing is named before anything is run
    instance = configuration.network.instance(configuration.seed, configuration.arithmetic, configuration.world)
    states, played = {"": instance.start}, {}
    made = main_stages(configuration)
    if made[0].after != UNSUPERVISED:
        played[BEFORE] = take_tests(instance, instance.start, cycles, BEFORE, spectator)
    for stage in made:
        watcher = Watcher(instance, stage, spectator)
        watcher.look(states[stage.parent], NO_OUTCOMES)
        state, _ = run_segments(configuration.engine(), instance, states[stage.parent], stage.segments, watcher)
        states[stage.after] = state
        found(stage.after, state)
        if stage.after == UNSUPERVISED or stage.is_row:
            place = BEFORE if stage.after == UNSUPERVISED else stage.after
            played[place] = take_tests(instance, state, cycles, place, spectator)
    return played


def take_tests(instance: Instance, state: State, cycles: int, place: str, spectator: Spectator) -> dict[str, Scene]:
    """All tasks on frozen weights, shown to the spectator."""
    scenes = play(instance, state, cycles)
    for task, scene in scenes.items():
        spectator.show_scene(Moment(place, f"is tested on {scene.scenery.meaning(task)}", 0, 0, float("nan")), scene)
    return scenes
