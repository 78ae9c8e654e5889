"""From settings to a folder of results, with checkpoints on the way: start, resume, carry out."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from emulation.errors import InputError, LavaSleepError
from lava_sleep.base.files import check_writable, choose_folder
from lava_sleep.base.terminal import remark, result
from lava_sleep.runs.configuration import Configuration, read_configuration
from lava_sleep.runs.folder import CONFIGURATION, Draw, draw_nothing, write_folder
from lava_sleep.runs.progress import Reporter
from lava_sleep.runs.run import cycles_of, run_networks
from lava_sleep.runs.signals import Interrupted, StopSignals
from lava_sleep.runs.summary import read_finished
from lava_sleep.runs.unfinished import UnfinishedFolder, UnfinishedRun, check_same


class Manner(NamedTuple):
    """How a run is carried out.

    Attributes
    ----------
    every : float
        Seconds between checkpoints.
    command : str
        The command of ours that goes on with it when it is stopped.
    draw : callable
        Draws the arrays into the folder of figures.
    show : callable
        Shows a summary to the person.
    """

    every: float
    command: str = "run"
    draw: Draw = draw_nothing
    show: Callable[[dict], None] = lambda summary: None

    def again(self, results: Path) -> str:
        """The command that goes on with a run into a folder."""
        return f"lava-sleep {self.command} --resume {results}"


@contextmanager
def interruptible(unfinished: UnfinishedFolder) -> Iterator[None]:
    """Ctrl-C and SIGTERM end what is done within, and a line says what is kept and how to go on.

    Raises
    ------
    Interrupted
        After an interruption.
    """
    goes_on = f"`{unfinished.again}` continues"
    with StopSignals() as stop:
        try:
            yield
        except LavaSleepError:
            if unfinished.has_progress:
                remark(f"what was computed is kept; {goes_on}")
            raise
        except KeyboardInterrupt:
            if unfinished.has_progress:
                remark(f"interrupted: {unfinished.kept()}; {goes_on}")
            elif unfinished.results.is_dir() and any(unfinished.results.iterdir()):
                remark(f"interrupted at the very end; the results are whole: {unfinished.results}")
            else:
                remark("interrupted before the first checkpoint; nothing written")
            raise Interrupted(stop.code) from None


def start_run(configuration: Configuration, out: Path | None, manner: Manner) -> Path:
    """Run from the beginning into a new folder, which is returned.

    Parameters
    ----------
    configuration : Configuration
    out : Path, optional
        By default the next free one, named after the protocol.
    manner : Manner
    """
    results = choose_folder(out, configuration.protocol.name)
    check_writable(results)
    with UnfinishedRun(results, manner.again(results)) as run:
        choose_folder(results, "")  # another run may have ended meanwhile
        for line in configuration.warnings():
            remark(line)
        run.begin(configuration)
        with interruptible(run):
            carry_out(run, configuration, manner)
    return results


def unfinished_settings(results: Path, options: Mapping[str, Any]) -> Configuration | None:
    """The settings of the run under way into a folder, with executor, arithmetic or backend as in `options`.

    None where no run is under way.
    """
    run = UnfinishedRun(results)
    return run.settings(options) if run.is_begun else None


def resume_run(results: Path, wanted: Configuration | None, manner: Manner) -> None:
    """Go on with the run into `results`; a finished one is left as it is.

    Parameters
    ----------
    results : Path
    wanted : Configuration, optional
        Settings of the run that is there, on whatever backend; where no run is there, those of a new one.
    manner : Manner

    Raises
    ------
    InputError
        If there is no run to go on with, or another one.
    """
    if not UnfinishedRun(results).is_begun:
        if read_finished(results):
            if wanted is not None:
                check_same(wanted, read_configuration(results / CONFIGURATION, {}, to_run=False), results)
            if UnfinishedRun(results).folder.exists():  # killed while it was removed
                with UnfinishedRun(results) as remains:
                    remains.remove()
            result(f"finished before: {results}")
        elif wanted is not None:
            start_run(wanted, results, manner)
        else:
            raise InputError("--resume: no run is there", str(results), "the --out of a run", "start it with --out")
        return
    with UnfinishedRun(results, manner.again(results)) as run:
        configuration = wanted or run.settings({})
        run.check(configuration)
        with interruptible(run):
            carry_out(run, configuration, manner)


def carry_out(run: UnfinishedRun, configuration: Configuration, manner: Manner, series: Reporter | None = None) -> dict:
    """Run what is still to be run, and write the results.

    Parameters
    ----------
    run, configuration, manner
    series : Reporter, optional
        Of a series of runs, one of which this is: it gets the progress, and nothing else is shown.

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
    done = run.open(configuration, manner.every, remark)
    if series is not None:
        series(done)
    with nullcontext(series) if series else Reporter(cycles_of(configuration) * configuration.networks, done) as report:
        results, interrupted = run_networks(configuration, report, run.keeper)
    made = {}
    if results:
        seconds = time.perf_counter() - began
        made = write_folder(
            run.results, configuration, results, seconds, draw=manner.draw, replace=True, within=run.folder
        )
        if series is None:
            manner.show(made)
            result(f"results: {run.results}")
    if interrupted:
        raise KeyboardInterrupt
    run.remove()
    return made
