"""The folder ``<results>.partial`` of a run under way: its lock, its settings and its checkpoints.

It appears when a run starts and goes when its results are in place. What a killed run leaves of it is what
``lava-sleep run --resume`` goes on from. A study of several runs (`lava_sleep.studies.study`) has one as well.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from emulation.errors import InputError
from lava_sleep.base.files import read_toml, write_whole
from lava_sleep.protocols.schedule import stage_lengths, stages
from lava_sleep.runs.checkpoint import Owner
from lava_sleep.runs.configuration import EXECUTORS, Configuration, as_toml, read_configuration
from lava_sleep.runs.keeper import Keeper, StagePlan
from lava_sleep.runs.recording import snapshot_cycles
from lava_sleep.runs.summary import read_finished

SUFFIX = ".partial"
RUN, STUDY = "config.toml", "study.toml"  # the settings of what is under way
PROGRESS = ("*.checkpoint", "summary.json", "*.part")  # files that a resumed run can use
NOT_SETTINGS = {"backend", "networks"}  # a run may go on with another backend: they agree bit for bit


def unfinished_folder(results: Path) -> Path:
    """Where a run into `results` keeps its checkpoints."""
    absolute = results.absolute()
    return results.parent / f"{absolute.name}{SUFFIX}" if results.name else absolute.with_name(absolute.name + SUFFIX)


def settings_digest(configuration: Configuration) -> str:
    """SHA-256 of everything that decides what a network of a given seed does."""
    settings = configuration.model_dump(mode="json", exclude=NOT_SETTINGS)
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def check_same(given: Configuration, own: Configuration, results: Path) -> None:
    """Raise an InputError unless a run, whose settings are `own`, is the one that is meant."""
    if settings_digest(given) != settings_digest(own) or given.networks != own.networks:
        raise InputError("--resume: another run is there", str(results), "its own settings or none", "leave them out")


def plans_of(configuration: Configuration) -> list[StagePlan]:
    """The stages that a network of a run has."""
    lengths = dict(stage_lengths(configuration.network, configuration.protocol, configuration.world))
    made = stages(configuration.network, configuration.protocol, configuration.world)
    return [StagePlan(stage.after, lengths[stage.after], snapshot_cycles(stage)) for stage in made]


Folder = TypeVar("Folder", bound="UnfinishedFolder")


class UnfinishedFolder:
    """Something under way; a context manager that holds the lock.

    Parameters
    ----------
    results : Path
        The folder that the results will have.
    again : str
        The command that goes on with it.

    Raises
    ------
    InputError
        If another run has the lock, or if the folder cannot be made.
    """

    SETTINGS = RUN

    def __init__(self, results: Path, again: str) -> None:
        self.results, self.folder, self.again = results, unfinished_folder(results), again
        self._lock: int | None = None
        self._is_new = False  # such a folder is removed at the end if nothing was computed

    def __enter__(self: Folder) -> Folder:
        try:
            self._is_new = not self.folder.exists()
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
            # A record lock: the kernel lets go of it with this process, whatever children are still dying.
            fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(self._lock).st_nlink == 0:  # another run has ended and removed it meanwhile
                raise BlockingIOError
        except BlockingIOError as error:
            raise InputError(
                "--out: another run is writing", str(self.results), "one run at a time", "wait, or choose another name"
            ) from error
        except OSError as error:
            raise InputError(
                "--out: cannot be written", str(self.results), "a writable place", f"free it ({error.strerror})"
            ) from error
        return self

    def __exit__(self, *exception: object) -> None:
        if self._is_new and not self.has_progress:
            self.remove()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def is_begun(self) -> bool:
        """Whether the settings of what is under way are there."""
        return (self.folder / self.SETTINGS).is_file()

    @property
    def has_progress(self) -> bool:
        """Whether there is anything to go on from."""
        return any(True for pattern in PROGRESS for _ in self.folder.rglob(pattern))

    def kept(self) -> str:
        """What an interruption has left, for the person."""
        raise NotImplementedError

    def remove(self) -> None:
        """Remove the folder: its settings first, so that what a kill leaves of it is no run to go on with."""
        (self.folder / self.SETTINGS).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._is_new = False

    def write_settings(self, text: str) -> None:
        """Start anew, with these settings.

        Raises
        ------
        InputError
            If something unfinished is there.
        """
        if self.has_progress:
            raise InputError(
                "--out: an unfinished run is there",
                str(self.folder),
                "a new name",
                f"continue it with --resume {self.results}, or remove it",
            )
        self._is_new = True
        try:
            for name in (RUN, STUDY):
                (self.folder / name).unlink(missing_ok=True)  # of what came to nothing
            write_whole(self.folder / self.SETTINGS, text.encode())
        except OSError as error:
            raise InputError(
                "--out: cannot be written", str(self.folder), "a writable place", f"free it ({error.strerror})"
            ) from error


class UnfinishedRun(UnfinishedFolder):
    """A run under way.

    Parameters
    ----------
    results, again
        See `UnfinishedFolder`; by default `lava-sleep run` goes on with it.
    """

    def __init__(self, results: Path, again: str = "") -> None:
        super().__init__(results, again or f"lava-sleep run --resume {results}")
        self._keepers: dict[int, Keeper] = {}
        self._networks = 0

    def begin(self, configuration: Configuration) -> None:
        """Start a new run: write down its settings; see `write_settings`."""
        self.write_settings(as_toml(configuration))

    def kept(self) -> str:
        """How many networks are finished."""
        made = read_finished(self.results)
        return f"{made['networks'] if made else 0} of {self._networks} networks were finished and kept"

    def settings(self, options: Mapping[str, Any]) -> Configuration:
        """The configuration to go on with.

        Parameters
        ----------
        options : mapping
            Executor, arithmetic or backend instead of the run's own.

        Raises
        ------
        InputError
            If the run's settings cannot be read, or if network or arithmetic would be others.
        """
        if "executor" in read_toml(self.folder / RUN, "settings of a run"):  # its checkpoints are of other settings
            allowed, hint = "a run of this version", "start it anew with another --out"
            raise InputError("--resume: begun by an earlier version", str(self.results), allowed, hint)
        own = read_configuration(self.folder / RUN, {})
        given = {name: value for name, value in options.items() if value is not None}
        executor = EXECUTORS.get(given.get("executor", ""))
        kept = {} if executor and executor.arithmetic else {"arithmetic": own.arithmetic}
        configuration = read_configuration(self.folder / RUN, {**kept, **given})
        if settings_digest(configuration) != settings_digest(own):
            raise InputError(
                "--resume: another network or arithmetic",
                configuration.label,
                own.label,
                "choose a backend of it, or add --arithmetic",
            )
        return configuration

    def check(self, given: Configuration) -> None:
        """Raise an InputError unless the run that is there has these settings; its executor may be another one."""
        check_same(given, self.settings({}), self.results)

    def open(self, configuration: Configuration, every: float, report: Callable[[str], None]) -> int:
        """Find the checkpoints of all networks; returns the cycles that they hold.

        Parameters
        ----------
        configuration : Configuration
        every : float
            Seconds between two checkpoints of a network.
        report : callable
            Takes a line for the person.
        """
        self._networks = configuration.networks
        digest = settings_digest(configuration)
        plans = plans_of(configuration)
        done = 0
        failures: set[str] = set()
        for seed in configuration.seeds:
            folder = self.folder / f"network-{seed}"
            keeper = Keeper(folder, Owner(digest, seed), plans, every, report, failures)
            if folder.is_dir():
                keeper.load(configuration.network.instance(seed, configuration.arithmetic, configuration.world))
            self._keepers[seed] = keeper
            done += keeper.done
        return done

    def keeper(self, seed: int) -> Keeper:
        """The checkpoints of one network."""
        return self._keepers[seed]
