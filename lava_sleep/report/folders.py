"""Reading a results folder back."""

import json
from pathlib import Path
from typing import NamedTuple

import xarray as xr

from lava_sleep.configuration import Configuration, read_configuration
from lava_sleep.errors import InputError


class Run(NamedTuple):
    """A results folder: where it is, its summary, its arrays, and its configuration as text and validated."""

    folder: Path
    summary: dict
    data: xr.Dataset
    toml: str
    configuration: Configuration

    @property
    def label(self) -> str:
        """How the run is called where several stand side by side."""
        executor, name = str(self.summary["executor"]), self.folder.resolve().name
        return executor if executor == name else f"{executor} ({name})"


def read_run(folder: Path) -> Run:
    """Read what `lava_sleep.results.write_folder` wrote.

    Raises
    ------
    InputError
        If a file of the folder is missing or cannot be read.
    """
    for name in ("summary.json", "results.nc", "config.toml"):
        if not (folder / name).is_file():
            raise InputError(
                "results folder", str(folder), f"a folder with {name}", "give one that `lava-sleep run` wrote"
            )
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        summary["rows"], summary["executor"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise unreadable(folder / "summary.json", error) from error
    try:
        data = xr.load_dataset(folder / "results.nc", engine="netcdf4")
    except (OSError, ValueError) as error:
        raise unreadable(folder / "results.nc", error) from error
    configuration = read_configuration(folder / "config.toml", {})
    return Run(folder, summary, data, (folder / "config.toml").read_text(encoding="utf-8"), configuration)


def unreadable(path: Path, error: Exception) -> InputError:
    """The error for a damaged file."""
    return InputError("results file", str(path), "a file that a run wrote", f"run again ({type(error).__name__})")
