"""Studies of several runs or measurements, which go on where they were stopped as a run does.

A study under way lives in ``<results>.partial``: its lock, its settings in ``study.toml``, and a results folder for
each of its runs, with a partial folder of its own while that run is under way. The study's folder gets its name when
all of it is there.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import tomli_w
from pydantic import Field, ValidationError

from lava_sleep.checkpoint import write_whole
from lava_sleep.configuration import Configuration, describe, read_configuration, read_toml
from lava_sleep.description import Part
from lava_sleep.errors import InputError
from lava_sleep.execution import carry_out, interruptible
from lava_sleep.experiment import cycles_of
from lava_sleep.partial import STUDY, PartialFolder, PartialRun
from lava_sleep.results import check_writable, choose_folder, read_finished
from lava_sleep.terminal import Reporter, console


class StudySettings(Part):
    """What a study depends on."""

    command: Literal["compare", "ablate", "drift"]
    protocol: str = "quick"
    networks: int = Field(ge=1, le=10_000)
    seed: int = Field(ge=0, lt=2**31)
    sweep_precision: bool = False

    def configuration(self, **options: str) -> Configuration:
        """Of one of its runs; `options` as for `lava_sleep.configuration.read_configuration`."""
        return read_configuration(None, {**self.model_dump(include={"protocol", "networks", "seed"}), **options})


Make = Callable[["Study", StudySettings], None]


class Study(PartialFolder):
    """A study under way.

    Parameters
    ----------
    results : Path
        The folder that the study will have.
    command : str
        The command of ours that makes it.
    """

    SETTINGS = STUDY

    def __init__(self, results: Path, command: str) -> None:
        super().__init__(results, f"lava-sleep {command} --resume {results}")
        self._finished, self._all = 0, "0 runs"

    def kept(self) -> str:
        """How many runs or measurements are finished."""
        return f"{self._finished} of {self._all} were finished and kept"

    def run(self, runs: dict[str, Configuration], every: float) -> dict[str, dict]:
        """Run what is still to be run, one after the other, each into the folder of its name.

        Parameters
        ----------
        runs : dict of str to Configuration
        every : float
            Seconds between checkpoints.

        Returns
        -------
        dict of str to dict
            The summary of each run.
        """
        cycles = {name: cycles_of(one) * one.networks for name, one in runs.items()}
        made = {name: found for name in runs if (found := self._finished_run(name))}
        self._finished, self._all = len(made), f"{len(runs)} runs"
        with Reporter(sum(cycles.values()), sum(cycles[name] for name in made)) as report:
            for name, configuration in runs.items():
                if name not in made:
                    made[name] = self._run(name, configuration, every, report)
                    self._finished += 1
        return made

    def measure(
        self, names: list[str], make: Callable[[str, Reporter], np.ndarray], shape: tuple[int, ...], cycles: int
    ) -> list[np.ndarray]:
        """Measure what is still to be measured, one after the other.

        Parameters
        ----------
        names : list of str
            Of the measurements.
        make : callable
            Makes one from its name and the progress that hears of its cycles.
        shape : tuple of int
            Of each.
        cycles : int
            Of one measurement.
        """
        made = {name: found for name in names if (found := self._finished_measurement(name, shape)) is not None}
        self._finished, self._all = len(made), f"{len(names)} measurements"
        with Reporter(cycles * len(names), cycles * len(made)) as report:
            for name in names:
                if name not in made:
                    made[name] = make(name, report)
                    write_whole(self.folder / f"{name}.part", json.dumps(made[name].tolist()).encode())
                    self._finished += 1
        return [made[name] for name in names]

    def publish(self) -> None:
        """Give the folder of the study its name, now that all of it is there.

        Raises
        ------
        InputError
            If something else has the name.
        """
        for part in self.folder.glob("*.part"):  # what they hold is in the study's own file
            part.unlink()
        try:
            if self.results.exists():
                self.results.rmdir()
            self.folder.rename(self.results)
        except OSError as error:
            raise InputError(
                "--out: cannot be written", str(self.results), "a new name", f"free it ({error.strerror})"
            ) from error
        self._is_new = False
        (self.results / "lock").unlink()

    def _run(self, name: str, configuration: Configuration, every: float, report: Reporter) -> dict:
        with PartialRun(self.folder / name, self.again) as run:
            if run.is_begun:
                run.check(configuration)
            else:
                run.begin(configuration)
            return carry_out(run, configuration, every, report)

    def _finished_run(self, name: str) -> dict | None:
        results = self.folder / name
        return None if PartialRun(results).is_begun else read_finished(results)

    def _finished_measurement(self, name: str, shape: tuple[int, ...]) -> np.ndarray | None:
        try:
            found = np.array(json.loads((self.folder / f"{name}.part").read_text(encoding="utf-8")), float)
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return found if found.shape == shape else None


def read_settings(folder: Path) -> StudySettings:
    """The settings of a study, finished or under way.

    Raises
    ------
    InputError
        If they cannot be read.
    """
    try:
        return StudySettings.model_validate(read_toml(folder / STUDY))
    except ValidationError as error:
        raise describe(error) from error


def settings_there(results: Path) -> StudySettings | None:
    """The settings of the study that is finished or under way into `results`, if any is."""
    for folder in (Study(results, "").folder, results):
        if (folder / STUDY).is_file():
            return read_settings(folder)
    return None


def start_study(settings: StudySettings, out: Path | None, make: Make) -> Path:
    """Make a study from its beginning, into a new folder, which is returned.

    Parameters
    ----------
    settings : StudySettings
    out : Path, optional
        By default the next free one, named after the command.
    make : callable
        From a study under way and its settings: runs, and writes what is found into the study's folder.
    """
    results = choose_folder(out, settings.command)
    check_writable(results)
    with Study(results, settings.command) as study:
        choose_folder(results, "")  # another study may have ended meanwhile
        study.write_settings(tomli_w.dumps(settings.model_dump()))
        carry_out_study(study, settings, make)
    return results


def resume_study(results: Path, given: dict, new: StudySettings, make: Make) -> Path:
    """Go on with the study into `results`, which is returned; a finished one is left as it is.

    Parameters
    ----------
    results : Path
    given : dict
        What the person says of its settings.
    new : StudySettings
        Where none is there and something is given, a study of these settings starts.
    make : callable
        See `start_study`.

    Raises
    ------
    InputError
        If no study of this command is there, or one with other settings.
    """
    if not Study(results, new.command).is_begun:
        if (results / STUDY).is_file():
            check_same(read_settings(results), given, new.command, results)
            console.print(f"finished before: {results}", soft_wrap=True, highlight=False)
        elif given:
            start_study(new, results, make)
        else:
            raise InputError("--resume: no study is there", str(results), "the --out of one", "start it with --out")
        return results
    with Study(results, new.command) as study:
        settings = read_settings(study.folder)
        check_same(settings, given, new.command, results)
        carry_out_study(study, settings, make)
    return results


def check_same(settings: StudySettings, given: dict, command: str, results: Path) -> None:
    """Raise an InputError unless a study has the settings that are given."""
    if settings.model_copy(update={"command": command, **given}) != settings:
        raise InputError(
            "--resume: another study is there", str(results), "its own command and settings",
            f"continue it with `lava-sleep {settings.command} --resume {results}`",
        )  # fmt: skip


def carry_out_study(study: Study, settings: StudySettings, make: Make) -> None:
    """Do what is still to be done of a study."""
    with interruptible(study):
        make(study, settings)
        study.publish()
    console.print(f"results: {study.results}", soft_wrap=True, highlight=False)
