"""A network that is trained now, watched on its way: in a terminal as it forages, and as an animation at the end."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from emulation.engine.phase import Mode
from lava_sleep.analysis.selection import main_names
from lava_sleep.configuration import Configuration
from lava_sleep.executors import NO_OUTCOMES, AnyNetwork, AnyState, position, prepare, run_segments
from lava_sleep.experiment import performance
from lava_sleep.protocol import TASKS, Segment, Stage, stages
from lava_sleep.recording import BEFORE
from lava_sleep.report.animation import meaning_of
from lava_sleep.report.scenes import Played, Scene, play, watch_segments

LOOKS = (0.0, 0.1, 0.25, 0.45, 0.7)  # shares of a stage after which the agent is looked at; chosen here
LOOK_CYCLES = 30
EPISODE = 1000  # cycles up to which a segment is an episode of a stage that goes on with another
WINDOW = 1000  # cycles of the performance that is told


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


class Audience:
    """Who watches; this one looks at nothing."""

    def hear(self, cycles: int) -> None:
        """So many more cycles were run."""

    def wants(self) -> bool:
        """Whether scenes are worth playing."""
        return False

    def see(self, moment: Moment, scene: Scene) -> None:
        """A scene, played cycle by cycle."""

    def follow(self, moment: Moment) -> None:
        """Training goes on."""


class LineByLine(Audience):
    """Hears of the cycles only."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress = progress

    def hear(self, cycles: int) -> None:
        """So many more cycles were run."""
        self._progress(cycles)


class Watcher:
    """Looks at one stage now and then while it runs; the stage is not changed by it."""

    def __init__(self, configuration: Configuration, network: AnyNetwork, stage: Stage, audience: Audience) -> None:
        self.configuration, self.network, self.stage, self.audience = configuration, network, stage, audience
        self.cycles = sum(segment.cycles for segment in stage.segments)
        self.ahead = [share * self.cycles for share in LOOKS]

    def keep(self, state: AnyState, _: np.ndarray, outcomes: np.ndarray) -> None:
        """Called at the stage's start and after every stretch, see `lava_sleep.executors.run_segments`."""
        done = len(outcomes)
        index, before = position(self.stage.segments, done)
        if done == self.cycles:
            return
        segment = self.stage.segments[index]
        moment = Moment(self.stage.after, "", done, self.cycles, performance(outcomes[-WINDOW:]))
        self.audience.follow(moment._replace(text=activity_of(segment)))
        due = [share for share in self.ahead if share <= done]
        if not due or not self.audience.wants():
            return
        self.ahead = self.ahead[len(due) :]
        number = 2 if segment.cycles <= EPISODE else 1  # of an interleaved stage both parts
        segments = self.stage.segments[index : index + number]
        scenes = watch_segments(self.configuration, state, self.network, segments, LOOK_CYCLES, before)
        for one, scene in zip(segments, scenes):
            self.audience.see(moment._replace(text=activity_of(one)), scene)


def activity_of(segment: Segment) -> str:
    """What a network does in a segment."""
    mode, good = segment.phase.mode, segment.phase.rewarded_kind
    if mode == Mode.UNSUPERVISED:
        return "the hidden layer learns, unsupervised"
    if mode == Mode.WAKE:
        return f"learns {meaning_of(TASKS[good])}" if good in range(len(TASKS)) else "forages"
    return "sleeps: noise drives the hidden layer" if mode == Mode.SLEEP else "rests"


def main_stages(configuration: Configuration) -> list[Stage]:
    """The stages that lead to the rows of the animation."""
    rows = tuple(main_names(list(configuration.protocol.rows), 3))
    return stages(configuration.network, configuration.protocol.model_copy(update={"rows": rows}))


def cycles_ahead(configuration: Configuration) -> int:
    """Cycles that are trained, tests left out."""
    return sum(segment.cycles for stage in main_stages(configuration) for segment in stage.segments)


def train_and_watch(
    configuration: Configuration, cycles: int, audience: Audience, found: Callable[[str, AnyState], None] | None = None
) -> Played:
    """Train one network through the main rows, with tests on frozen weights before and after.

    Parameters
    ----------
    configuration : Configuration
    cycles : int
        Movement cycles of each test.
    audience : Audience
    found : callable, optional
        Called with the name of every stage and the state after it.

    Returns
    -------
    Played
        For `lava_sleep.report.animation.write_film`.
    """
    name = configuration.executor
    state, network = prepare(name, configuration.network, configuration.seed, configuration.floating)
    states, played = {"": state}, {}
    made = main_stages(configuration)
    if made[0].after != "U":
        played[BEFORE] = take_tests(configuration, state, network, cycles, BEFORE, audience)
    for stage in made:
        keep = Watcher(configuration, network, stage, audience).keep
        keep(states[stage.parent], NO_OUTCOMES, NO_OUTCOMES)
        state, _ = run_segments(
            name, states[stage.parent], network, stage.segments, configuration.floating, audience.hear, keep=keep
        )
        states[stage.after] = state
        if found:
            found(stage.after, state)
        if stage.after == "U" or stage.is_row:
            place = BEFORE if stage.after == "U" else stage.after
            played[place] = take_tests(configuration, state, network, cycles, place, audience)
    return played


def take_tests(
    configuration: Configuration, state: AnyState, network: AnyNetwork, cycles: int, place: str, audience: Audience
) -> dict[str, Scene]:
    """Both tasks on frozen weights, shown to the audience."""
    scenes = play(configuration, state, network, cycles)
    for task, scene in scenes.items():
        audience.see(Moment(place, f"is tested on {meaning_of(task)}", 0, 0, float("nan")), scene)
    return scenes
