"""From settings to a folder of results, with checkpoints on the way; what `lava-sleep run` does."""

import json
import signal
import threading
import time
from pathlib import Path
from types import FrameType

import typer

from emulation.errors import LavaSleepError
from lava_sleep.configuration import Configuration
from lava_sleep.errors import InputError
from lava_sleep.experiment import cycles_of, run_networks
from lava_sleep.partial import PartialRun, partial_folder, settings_digest
from lava_sleep.results import check_writable, choose_folder, write_folder
from lava_sleep.terminal import INTERRUPTED, Reporter, console, errors, show


class StopSignals:
    """SIGTERM ends a run as Ctrl-C does; a context manager.

    Attributes
    ----------
    code : int
        Exit code of an interrupted run, as a shell gives it: 130, or 143 after SIGTERM.
    """

    def __init__(self) -> None:
        self.code = INTERRUPTED

    def __enter__(self) -> "StopSignals":
        self._in_main_thread = threading.current_thread() is threading.main_thread()
        if self._in_main_thread:
            self._before = signal.signal(signal.SIGTERM, self._terminate)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._in_main_thread:
            signal.signal(signal.SIGTERM, self._before)

    def _terminate(self, number: int, _: FrameType | None) -> None:
        self.code = 128 + number
        raise KeyboardInterrupt


def tell(line: str) -> None:
    """Print a line for the person, beside the results."""
    errors.print(line, soft_wrap=True, highlight=False, markup=False)


def start_run(configuration: Configuration, out: Path | None, every: float) -> None:
    """Run from the beginning into a new folder."""
    results = choose_folder(out, configuration.protocol.name)
    check_writable(results)
    with StopSignals() as stop, PartialRun(results) as run:
        choose_folder(results, "")  # another run may have ended meanwhile
        run.begin(configuration)
        carry_out(run, configuration, every, stop)


def resume_run(
    results: Path, given: Configuration | None, executor: str | None, arithmetic: str | None, every: float
) -> None:
    """Go on with the run into `results`; a finished one is left as it is.

    Parameters
    ----------
    results : Path
    given : Configuration, optional
        Settings of the command line: those of the run that is there, and where none is, those of a new one.
    executor, arithmetic : str, optional
        Instead of the run's own; used where `given` is None.
    every : float
        Seconds between checkpoints.

    Raises
    ------
    InputError
        If there is no run to go on with.
    """
    if not (partial_folder(results) / "config.toml").is_file():
        if is_finished(results):
            console.print(f"finished before: {results}", soft_wrap=True, highlight=False)
        elif given is not None:
            start_run(given, results, every)
        else:
            raise InputError("--resume: no run is there", str(results), "the --out of a run", "start it with --out")
        return
    with StopSignals() as stop, PartialRun(results) as run:
        configuration = run.settings(executor if given is None else None, arithmetic if given is None else None)
        if given is not None:
            if settings_digest(given) != settings_digest(configuration) or given.networks != configuration.networks:
                raise InputError(
                    "--resume: another run is there", str(results), "its own settings or none", "leave them out"
                )
            configuration = given
        carry_out(run, configuration, every, stop)


def is_finished(results: Path) -> bool:
    """Whether a folder holds the results of a run."""
    try:
        made = json.loads((results / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(made, dict) and "digest" in made


def carry_out(run: PartialRun, configuration: Configuration, every: float, stop: StopSignals) -> None:
    """Run what is still to be run, and write the results.

    Raises
    ------
    typer.Exit
        After an interruption.
    """
    began = time.perf_counter()
    interrupted = True
    results: list = []
    try:
        done = run.open(configuration, every, tell)
        with Reporter(cycles_of(configuration) * configuration.networks, done) as report:
            results, interrupted = run_networks(configuration, report, run.keeper)
        if results:
            made = write_folder(run.results, configuration, results, time.perf_counter() - began, replace=True)
            show(made)
            console.print(f"results: {run.results}", soft_wrap=True, highlight=False)
    except LavaSleepError:
        if run.has_checkpoints:
            tell(f"what was computed is kept; `lava-sleep run --resume {run.results}` continues")
        raise
    except KeyboardInterrupt:
        interrupted = True
    if interrupted:
        tell(farewell(run, len(results), configuration.networks))
        raise typer.Exit(stop.code)
    run.remove()


def farewell(run: PartialRun, finished: int, networks: int) -> str:
    """What an interrupted run says."""
    if not run.has_checkpoints:
        return "interrupted before the first checkpoint; nothing written"
    kept = f"{finished} of {networks} networks were finished and kept"
    return f"interrupted: {kept}; `lava-sleep run --resume {run.results}` continues"
