"""What a study is, and how one is made: begun, stopped, gone on with, and put in place.

A study under way lives in ``<results>.partial``: its lock, its settings in ``study.toml``, and a results folder for
each of its runs, with a partial folder of its own while that run is under way. The study's folder gets its name when
all of it is there: ``<name>.json`` with the numbers, ``<name>.md`` with the tables, ``<name>.png`` with the figure.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
import tomli_w
import xarray as xr
from matplotlib.figure import Figure
from pydantic import Field

from emulation.errors import InputError
from lava_sleep.base.files import check_writable, choose_folder, read_netcdf, read_toml, write_whole
from lava_sleep.base.settings import Part, validated
from lava_sleep.base.terminal import result
from lava_sleep.figures.style import save
from lava_sleep.runs.configuration import Configuration, read_configuration
from lava_sleep.runs.folder import ARRAYS
from lava_sleep.runs.lifecycle import Manner, carry_out, interruptible
from lava_sleep.runs.progress import Reporter
from lava_sleep.runs.run import cycles_of
from lava_sleep.runs.summary import read_finished
from lava_sleep.runs.unfinished import STUDY, UnfinishedFolder, UnfinishedRun
from lava_sleep.tables import markdown, terminal
from lava_sleep.tables.table import Table


class StudySettings(Part):
    """What a study depends on; one of its own may have more."""

    command: str
    protocol: str = "quick"
    networks: int = Field(5, ge=1, le=10_000)
    seed: int = Field(1, ge=0, lt=2**31)

    @property
    def seeds(self) -> range:
        """Of its networks."""
        return range(self.seed, self.seed + self.networks)

    def configuration(self, **options: str) -> Configuration:
        """Of one of its runs; `options` as for `lava_sleep.runs.configuration.read_configuration`."""
        return read_configuration(None, {**self.model_dump(include={"protocol", "networks", "seed"}), **options})


class Measurements(NamedTuple):
    """What a study measures beside runs.

    Attributes
    ----------
    names : tuple of str
    measure : callable
        Makes one from its name and the progress, which is called with cycles: float array of `shape`.
    shape : tuple of int
    cycles : int
        Of one measurement.
    """

    names: tuple[str, ...]
    measure: Callable[[str, Callable[[int], None]], np.ndarray]
    shape: tuple[int, ...]
    cycles: int


class Made(NamedTuple):
    """What a study has made: summaries and arrays of its runs, and its measurements, by name."""

    folder: Path
    summaries: dict[str, dict]
    measured: dict[str, np.ndarray]

    def data(self, name: str) -> xr.Dataset:
        """Arrays of a run."""
        return read_netcdf(self.folder / name / ARRAYS, ARRAYS)


class Study(ABC):
    """A question that takes several runs or measurements.

    Attributes
    ----------
    name : str
        Of the files that it writes, and of the markers of its table.
    settings : StudySettings
        Its defaults.
    """

    name: ClassVar[str]
    settings: ClassVar[StudySettings]

    def runs(self, settings: StudySettings) -> dict[str, Configuration]:
        """Its runs, by the name of their folder."""
        return {}

    def measurements(self, settings: StudySettings) -> Measurements | None:
        """What it measures itself."""
        return None

    @abstractmethod
    def numbers(self, settings: StudySettings, made: Made) -> Any:
        """What it finds: plain data, or what `plain` makes plain."""

    def plain(self, numbers: Any) -> Any:
        """The numbers as ``<name>.json`` holds them."""
        return numbers

    def marker(self, numbers: Any) -> str:
        """Name of the markers between which its tables stand in a document."""
        return self.name

    def marker_before(self, given: dict[str, Any], resume: Path | None) -> str:
        """The same before the study is made, from what is given of its settings, or gone on with."""
        return self.name

    def document_tables(self, numbers: Any) -> list[Table]:
        """The tables that stand in a document."""
        return self.tables(numbers)

    @abstractmethod
    def tables(self, numbers: Any) -> list[Table]:
        """The numbers as tables."""

    def remarks(self, numbers: Any) -> list[str]:
        """Lines after the tables on the terminal; the verdict is the last one."""
        return []

    def figure(self, numbers: Any) -> Figure | None:
        """The numbers as a figure."""
        return None

    def show(self, numbers: Any) -> None:
        """Tables and remarks on the terminal."""
        for table in self.tables(numbers):
            terminal.show(table)
        for line in self.remarks(numbers):
            result(line)

    def write(self, numbers: Any, folder: Path) -> None:
        """Numbers, tables and figure into a folder."""
        write_whole(folder / f"{self.name}.json", (json.dumps(self.plain(numbers), indent=1) + "\n").encode())
        write_whole(folder / f"{self.name}.md", f"{markdown.drawn(*self.tables(numbers))}\n".encode())
        figure = self.figure(numbers)
        if figure is not None:
            save(figure, folder / f"{self.name}.png")

    def read(self, folder: Path) -> Any:
        """The numbers of a finished study.

        Raises
        ------
        InputError
            If the folder holds none.
        """
        path = folder / f"{self.name}.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            allowed = f"a folder of `lava-sleep {self.settings.command}`"
            raise InputError("numbers of a study", str(path), allowed, "make it again") from error

    def start(self, settings: StudySettings, out: Path | None, manner: Manner) -> Path:
        """Make the study from its beginning, into a new folder, which is returned.

        Without `out` it is the next free one, named after the command; `manner` is that of the runs.
        """
        results = choose_folder(out, settings.command)
        check_writable(results)
        with UnfinishedStudy(results, manner.again(results)) as study:
            choose_folder(results, "")  # another study may have ended meanwhile
            study.write_settings(tomli_w.dumps(settings.model_dump()))
            study.carry_out(self, settings, manner)
        return results

    def resume(self, results: Path, given: dict, manner: Manner) -> Path:
        """Go on with the study into `results`, which is returned; a finished one is left as it is.

        Parameters
        ----------
        results : Path
        given : dict
            What the person says of its settings; where no study is there, one of these settings starts.
        manner : Manner

        Raises
        ------
        InputError
            If no study of this kind is there, or one with other settings.
        """
        if not UnfinishedStudy(results, "").is_begun:
            if (results / STUDY).is_file():
                check_same(self.read_settings(results), given, self.settings.command, results)
                result(f"finished before: {results}")
            elif given:
                self.start(self.settings.model_copy(update=given), results, manner)
            else:
                raise InputError("--resume: no study is there", str(results), "the --out of one", "start it with --out")
            return results
        with UnfinishedStudy(results, manner.again(results)) as study:
            settings = self.read_settings(study.folder)
            check_same(settings, given, self.settings.command, results)
            study.carry_out(self, settings, manner)
        return results

    def read_settings(self, folder: Path) -> StudySettings:
        """The settings of a study in a folder, finished or under way."""
        return validated(type(self.settings), current_settings(read_toml(folder / STUDY, "settings of a study")))


SWEEP = "sweep_precision"  # once a switch of the command compare


def current_settings(data: dict) -> dict:
    """Settings as they are written now, from those of before too."""
    command = {"command": "precision"} if data.get(SWEEP) else {}
    return {**{name: value for name, value in data.items() if name != SWEEP}, **command}


def is_sweep(results: Path) -> bool:
    """Whether the study that is finished or under way into a folder is the sweep of precision."""
    for folder in (UnfinishedStudy(results, "").folder, results):
        if (folder / STUDY).is_file():
            return current_settings(read_toml(folder / STUDY, "settings of a study")).get("command") == "precision"
    return False


def check_same(settings: StudySettings, given: dict, command: str, results: Path) -> None:
    """Raise an InputError unless a study has the settings that are given."""
    if settings.model_copy(update={"command": command, **given}) != settings:
        raise InputError(
            "--resume: another study is there",
            str(results),
            "its own command and settings",
            f"continue it with `lava-sleep {settings.command} --resume {results}`",
        )


class UnfinishedStudy(UnfinishedFolder):
    """A study under way; its arguments are those of every `UnfinishedFolder`."""

    SETTINGS = STUDY

    def __init__(self, results: Path, again: str) -> None:
        super().__init__(results, again)
        self._finished, self._all = 0, "0 runs"

    def kept(self) -> str:
        """How many runs or measurements are finished."""
        return f"{self._finished} of {self._all} were finished and kept"

    def carry_out(self, study: Study, settings: StudySettings, manner: Manner) -> None:
        """Do what is still to be done, and put the study in place."""
        with interruptible(self):
            summaries = self.run(study.runs(settings), manner)
            measured = self.measure(study.measurements(settings))
            numbers = study.numbers(settings, Made(self.folder, summaries, measured))
            study.write(numbers, self.folder)
            self.publish()
        study.show(numbers)
        result(f"results: {self.results}")

    def run(self, runs: dict[str, Configuration], manner: Manner) -> dict[str, dict]:
        """Run what is still to be run, one after the other, each into the folder of its name; gives the summaries."""
        if not runs:
            return {}
        cycles = {name: cycles_of(one) * one.networks for name, one in runs.items()}
        made = {name: found for name in runs if (found := self._finished_run(name))}
        self._finished, self._all = len(made), f"{len(runs)} runs"
        with Reporter(sum(cycles.values()), sum(cycles[name] for name in made)) as report:
            for name, configuration in runs.items():
                if name not in made:
                    made[name] = self._run(name, configuration, manner, report)
                    self._finished += 1
        return made

    def measure(self, wanted: Measurements | None) -> dict[str, np.ndarray]:
        """Measure what is still to be measured, one after the other."""
        if wanted is None:
            return {}
        found = {name: self._finished_measurement(name, wanted.shape) for name in wanted.names}
        made = {name: one for name, one in found.items() if one is not None}
        self._finished, self._all = len(made), f"{len(wanted.names)} measurements"
        with Reporter(wanted.cycles * len(wanted.names), wanted.cycles * len(made)) as report:
            for name in wanted.names:
                if name not in made:
                    made[name] = wanted.measure(name, report)
                    write_whole(self.folder / f"{name}.part", json.dumps(made[name].tolist()).encode())
                    self._finished += 1
        return made

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

    def _run(self, name: str, configuration: Configuration, manner: Manner, report: Reporter) -> dict:
        with UnfinishedRun(self.folder / name, self.again) as run:
            if run.is_begun:
                run.check(configuration)
            else:
                run.begin(configuration)
            return carry_out(run, configuration, manner, report)

    def _finished_run(self, name: str) -> dict | None:
        results = self.folder / name
        return None if UnfinishedRun(results).is_begun else read_finished(results)

    def _finished_measurement(self, name: str, shape: tuple[int, ...]) -> np.ndarray | None:
        try:
            found = np.array(json.loads((self.folder / f"{name}.part").read_text(encoding="utf-8")), float)
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return found if found.shape == shape else None
