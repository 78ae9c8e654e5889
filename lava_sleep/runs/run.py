"""Run a protocol on networks: every stage from its parent's state, then frozen tests on all tasks."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple

import numpy as np

from emulation.environments.base import PUNISHED, REWARDED
from lava_sleep.backends.base import NO_OUTCOMES, Observer, Outcomes, Progress, run_segments
from lava_sleep.networks.base import Instance, State
from lava_sleep.protocols.schedule import Stage, stage_lengths, stages, test_segments
from lava_sleep.runs.configuration import Configuration
from lava_sleep.runs.keeper import KeepNothing
from lava_sleep.runs.recording import StageRecord, StageRecorder

PATIENCE = 0.5  # s for threads to end after Ctrl-C; a stretch of cycles takes a tenth of it


class Stopped(Exception):
    """Raised inside a network's thread when the run was interrupted."""


class StageResult(NamedTuple):
    """What one stage leaves behind.

    Attributes
    ----------
    stage : Stage
    state : State
        After the stage's tests.
    outcomes : list of uint8 array
        Outcome of each cycle of the stage's segments.
    performance : tuple of float
        Rewarded share of all acquisitions in the frozen test on each task (nan without acquisitions).
    seconds : float
        Wall-clock time.
    recorded : StageRecord
        What the figures need.
    """

    stage: Stage
    state: State
    outcomes: list[np.ndarray]
    performance: tuple[float, ...]
    seconds: float
    recorded: StageRecord


class NetworkResult(NamedTuple):
    """All stages of one network, in order."""

    seed: int
    stages: dict[str, StageResult]


class Reports(Observer):
    """Tells the keeper of checkpoints and the progress of every stretch of a stage."""

    def __init__(self, keeper: KeepNothing, recorder: StageRecorder, progress: Progress) -> None:
        self._keeper, self._recorder, self._progress = keeper, recorder, progress

    def report(self, cycles: int, state: State, outcomes: Outcomes) -> None:
        """Keep a checkpoint if it is time to; `progress` may raise to stop the run."""
        self._keeper.keep(self._recorder.snapshots, state, outcomes)
        self._progress(cycles)


def performance(outcomes: np.ndarray) -> float:
    """Rewarded acquisitions / rewarded and punished ones, nan where nothing was acquired (paper, "Performance")."""
    rewarded, punished = np.sum(outcomes == REWARDED), np.sum(outcomes == PUNISHED)
    return float(rewarded / (rewarded + punished)) if rewarded + punished else float("nan")


def cycles_of(configuration: Configuration) -> int:
    """Cycles that one network runs, tests included."""
    return sum(
        cycles for _, cycles in stage_lengths(configuration.network, configuration.protocol, configuration.world)
    )


def run_network(configuration: Configuration, seed: int, progress: Progress, keeper: KeepNothing) -> NetworkResult:
    """Run the protocol on one network, from its beginning or on from what `keeper` has kept."""
    network, protocol, world = configuration.network, configuration.protocol, configuration.world
    instance = network.instance(seed, configuration.arithmetic, world)
    states = {"": instance.start}
    results = {}
    for stage in stages(network, protocol, world):
        results[stage.after] = run_stage(configuration, instance, stage, states[stage.parent], progress, keeper)
        states[stage.after] = results[stage.after].state
    return NetworkResult(seed, results)


def run_stage(
    configuration: Configuration,
    instance: Instance,
    stage: Stage,
    start: State,
    progress: Progress,
    keeper: KeepNothing,
) -> StageResult:
    """Run one stage and its tests from the state after its parent, or on from what `keeper` has kept of it."""
    tests = test_segments(instance.network, configuration.protocol.cycles, instance.world) if stage.is_row else []
    left = keeper.begin(stage.after)
    began = time.perf_counter() - (left.seconds if left else 0.0)
    state, before = (left.state, left.outcomes) if left else (start, NO_OUTCOMES)
    recorder = StageRecorder(instance, stage, start, len(before), left.snapshots if left else [])
    segments, reports = [*stage.segments, *tests], Reports(keeper, recorder, progress)
    state, outcomes = run_segments(configuration.engine(), instance, state, segments, recorder, reports, before=before)
    instance.check(state)
    keeper.finish(recorder.snapshots, state, np.concatenate(outcomes))
    trained = outcomes[: len(stage.segments)]
    tested = [performance(part) for part in outcomes[len(stage.segments) :]] or [np.nan] * len(instance.world.tasks)
    recorded = recorder.finish(state)
    return StageResult(stage, state, trained, tuple(tested), time.perf_counter() - began, recorded)


def run_networks(
    configuration: Configuration,
    progress: Progress = lambda cycles: None,
    keeper: Callable[[int], KeepNothing] = lambda seed: KeepNothing(),
) -> tuple[list[NetworkResult], bool]:
    """Run all networks, two and more at a time where there are cores; compiled kernels release the interpreter lock.

    Parameters
    ----------
    configuration : Configuration
    progress : callable
        Called with the number of cycles done since the last call.
    keeper : callable
        From a seed to the keeper of this network's checkpoints.

    Returns
    -------
    list of NetworkResult
        Those that were finished, by seed.
    bool
        Whether the run was interrupted (Ctrl-C).
    """
    seeds = configuration.seeds
    if not configuration.engine().in_threads:
        return run_in_turn(configuration, seeds, progress, keeper)
    stop = threading.Event()

    def report(cycles: int) -> None:
        progress(cycles)
        if stop.is_set():
            raise Stopped

    pool = ThreadPoolExecutor(min(len(seeds), os.cpu_count() or 1))
    futures = [pool.submit(run_network, configuration, seed, report, keeper(seed)) for seed in seeds]
    waiting = set(futures)
    try:
        while waiting:
            done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
    except BaseException as error:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        wait(waiting, timeout=PATIENCE)  # a thread that compiles hears nothing; the program does not wait for it
        if not isinstance(error, KeyboardInterrupt):
            raise
    finished = [future.result() for future in futures if is_finished(future)]
    return finished, stop.is_set()


def is_finished(future: Future) -> bool:
    """Whether a network came to its end."""
    return future.done() and not future.cancelled() and not future.exception()


def run_in_turn(
    configuration: Configuration,
    seeds: range,
    progress: Progress,
    keeper: Callable[[int], KeepNothing],
) -> tuple[list, bool]:
    """One network after the other."""
    finished = []
    try:
        for seed in seeds:
            finished.append(run_network(configuration, seed, progress, keeper(seed)))
    except KeyboardInterrupt:
        return finished, True
    return finished, False
