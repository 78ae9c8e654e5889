"""From settings to a folder of results, with checkpoints on the way; what `lava-sleep run` does."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType

import typer

from emulation.errors import LavaSleepError
from lava_sleep.configuration import Configuration, read_configuration
from lava_sleep.errors import InputError
from lava_sleep.experiment import cycles_of, run_networks
from lava_sleep.partial import PartialFolder, PartialRun, check_same
from lava_sleep.results import check_writable, choose_folder, read_finished, write_folder
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


@contextmanager
def interruptible(partial: PartialFolder) -> Iterator[None]:
    """Ctrl-C and SIGTERM end what is done within, and the person is told what is kept and how to go on.

    Raises
    ------
    typer.Exit
        After an interruption.
    """
    goes_on = f"`{partial.again}` continues"
    with StopSignals() as stop:
        try:
            yield
        except LavaSleepError:
            if partial.has_progress:
                tell(f"what was computed is kept; {goes_on}")
            raise
        except KeyboardInterrupt:
            if partial.has_progress:
                tell(f"interrupted: {partial.kept()}; {goes_on}")
            elif partial.results.is_dir() and any(partial.results.iterdir()):
                tell(f"interrupted at the very end; the results are whole: {partial.results}")
            else:
                tell("interrupted before the first checkpoint; nothing written")
            raise typer.Exit(stop.code) from None


def start_run(configuration: Configuration, out: Path | None, every: float, command: str = "run") -> Path:
    """Run from the beginning into a new folder.

    Parameters
    ----------
    configuration : Configuration
    out : Path, optional
        By default the next free one, named after the protocol.
    every : float
        Seconds between checkpoints.
    command : str
        The command of ours that goes on with it when it is stopped.

    Returns
    -------
    Path
        Where the results are.
    """
    results = choose_folder(out, configuration.protocol.name)
    check_writable(results)
    with PartialRun(results, f"lava-sleep {command} --resume {results}") as run:
        choose_folder(results, "")  # another run may have ended meanwhile
        run.begin(configuration)
        with interruptible(run):
            carry_out(run, configuration, every)
    return results


def resume_run(
    results: Path,
    given: Configuration | None,
    executor: str | None,
    arithmetic: str | None,
    every: float,
    command: str = "run",
) -> None:
    """Go on with the run into `results`; a finished one is left as it is.

    Parameters
    ----------
    results : Path
    given : Configuration, optional
        Settings of the command line: those of the run that is there, and where none is, those of a new one.
    executor, arithmetic : str, optional
        Instead of the run's own; used where `given` is None.
    every, command
        See `start_run`.

    Raises
    ------
    InputError
        If there is no run to go on with.
    """
    if not PartialRun(results).is_begun:
        if read_finished(results):
            if given is not None:
                check_same(given, read_configuration(results / "config.toml", {}), results)
            console.print(f"finished before: {results}", soft_wrap=True, highlight=False)
        elif given is not None:
            start_run(given, results, every, command)
        else:
            raise InputError("--resume: no run is there", str(results), "the --out of a run", "start it with --out")
        return
    with PartialRun(results, f"lava-sleep {command} --resume {results}") as run:
        if given is None:
            configuration = run.settings(executor, arithmetic)
        else:
            run.check(configuration := given)
        with interruptible(run):
            carry_out(run, configuration, every)


def carry_out(run: PartialRun, configuration: Configuration, every: float, series: Reporter | None = None) -> dict:
    """Run what is still to be run, and write the results.

    Parameters
    ----------
    run, configuration
    every : float
        Seconds between checkpoints.
    series : Reporter, optional
        Of a series of runs, one of which this is: it hears of the progress, and nothing else is shown.

    Returns
    -------
    dict
        The summary.

    Raises
    ------
    KeyboardInterrupt
        After an interruption; the networks that were finished have their results.
    """
    began = time.perf_counter()
    done = run.open(configuration, every, tell)
    if series is not None:
        series(done)
    with nullcontext(series) if series else Reporter(cycles_of(configuration) * configuration.networks, done) as report:
        results, interrupted = run_networks(configuration, report, run.keeper)
    made = {}
    if results:
        seconds = time.perf_counter() - began
        made = write_folder(run.results, configuration, results, seconds, replace=True, within=run.folder)
        if series is None:
            show(made)
            console.print(f"results: {run.results}", soft_wrap=True, highlight=False)
    if interrupted:
        raise KeyboardInterrupt
    run.remove()
    return made
