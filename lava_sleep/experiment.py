"""Run a protocol on networks: every stage from its parent's state, then frozen tests on both tasks."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import NamedTuple

import numpy as np

from emulation.engine.network import Network
from emulation.environments.foraging import PUNISHED, REWARDED
from emulation.neurons import REPORT_NEURON, REPORT_TIME, Overflow
from lava_sleep.configuration import Configuration
from lava_sleep.errors import InputError
from lava_sleep.executors import NO_OUTCOMES, AnyNetwork, AnyState, prepare, run_segments
from lava_sleep.keeping import KeepNothing
from lava_sleep.protocol import Stage, stage_lengths, stages, test_segments
from lava_sleep.recording import StageRecord, StageRecorder

PATIENCE = 0.5  # s for threads to end after Ctrl-C; a stretch of cycles takes a tenth of it


class Stopped(Exception):
    """Raised inside a network's thread when the run was interrupted."""


class StageResult(NamedTuple):
    """What one stage leaves behind.

    Attributes
    ----------
    stage : Stage
    state : State or MapState
        After the stage's tests.
    outcomes : list of uint8 array
        Outcome of each cycle of the stage's segments.
    performance : tuple of float
        Rewarded share of all acquisitions in the frozen tests on Task 1 and Task 2 (nan without acquisitions).
    seconds : float
        Wall-clock time.
    recorded : StageRecord
        What the figures need.
    """

    stage: Stage
    state: AnyState
    outcomes: list[np.ndarray]
    performance: tuple[float, float]
    seconds: float
    recorded: StageRecord


class NetworkResult(NamedTuple):
    """All stages of one network, in order."""

    seed: int
    network: AnyNetwork
    stages: dict[str, StageResult]


def performance(outcomes: np.ndarray) -> float:
    """Rewarded acquisitions / all acquisitions, nan where nothing was acquired (paper, "Performance")."""
    rewarded, punished = np.sum(outcomes == REWARDED), np.sum(outcomes == PUNISHED)
    return float(rewarded / (rewarded + punished)) if rewarded + punished else float("nan")


def cycles_of(configuration: Configuration) -> int:
    """Cycles that one network runs, tests included."""
    return sum(cycles for _, cycles in stage_lengths(configuration.network, configuration.protocol))


def run_network(
    configuration: Configuration, seed: int, progress: Callable[[int], None], keeper: KeepNothing
) -> NetworkResult:
    """Run the protocol on one network, from its beginning or on from what `keeper` has kept."""
    description = configuration.network
    name, floating = configuration.executor, configuration.floating
    start, network = prepare(name, description, seed, floating)
    states = {"": start}
    results = {}
    for stage in stages(description, configuration.protocol):
        tests = test_segments(description, configuration.protocol.cycles) if stage.is_row else []
        left = keeper.begin(stage.after)
        began = time.perf_counter() - (left.seconds if left else 0.0)
        state, before = (left.state, left.outcomes) if left else (states[stage.parent], NO_OUTCOMES)
        snapshots = left.snapshots if left else []
        recorder = StageRecorder(configuration, stage, states[stage.parent], network, len(before), snapshots)
        keep = partial(keeper.keep, recorder.snapshots)
        state, outcomes = run_segments(
            name, state, network, [*stage.segments, *tests], floating, progress, before, keep, recorder
        )
        check_overflow(state, network)
        keeper.finish(recorder.snapshots, state, np.concatenate(outcomes))
        states[stage.after] = state
        trained = outcomes[: len(stage.segments)]
        tested = [performance(part) for part in outcomes[len(stage.segments) :]] or [float("nan")] * 2
        recorded = recorder.finish(state)
        seconds = time.perf_counter() - began
        results[stage.after] = StageResult(stage, state, trained, (tested[0], tested[1]), seconds, recorded)
    return NetworkResult(seed, network, results)


def check_overflow(state: AnyState, network: AnyNetwork) -> None:
    """With the strict policy an overflow is an error that names its place."""
    if not isinstance(network, Network):
        return
    if network.overflow_policy == Overflow.STRICT and state.overflow[REPORT_NEURON] > 0:
        neuron, timestep = state.overflow[REPORT_NEURON] - 1, state.overflow[REPORT_TIME]
        raise InputError(
            "network.arithmetic.overflow: a register overflowed",
            f"population output, neuron {neuron}, timestep {timestep}",
            "none with 'strict'",
            "choose another policy, or lower weights or drive",
        )


def run_networks(
    configuration: Configuration,
    progress: Callable[[int], None] = lambda cycles: None,
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
    seeds = range(configuration.seed, configuration.seed + configuration.networks)
    if configuration.executor.startswith("lava"):
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
    progress: Callable[[int], None],
    keeper: Callable[[int], KeepNothing],
) -> tuple[list, bool]:
    """One network after the other: a Lava graph has its own processes."""
    finished = []
    try:
        for seed in seeds:
            finished.append(run_network(configuration, seed, progress, keeper(seed)))
    except KeyboardInterrupt:
        return finished, True
    return finished, False
