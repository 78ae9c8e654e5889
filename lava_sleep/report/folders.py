"""Reading a results folder back."""

import json
from pathlib import Path
from typing import NamedTuple

import xarray as xr

from lava_sleep.configuration import Configuration, read_configuration
from lava_sleep.errors import InputError
from lava_sleep.reading import read_netcdf
from lava_sleep.report.layout import check_arrays, check_summary


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
        If a file of the folder is missing, cannot be read, or does not fit the others.
    """
    for name in ("summary.json", "results.nc", "config.toml"):
        if not (folder / name).is_file():
            raise InputError(
                "results folder", str(folder), f"a folder with {name}", "give one that `lava-sleep run` wrote"
            )
    configuration = read_configuration(folder / "config.toml", {})
    summary = read_summary(folder)
    data = read_netcdf(folder / "results.nc", "results.nc")
    check_arrays(data, configuration, "results.nc")
    if [row["after"] for row in summary["rows"]] != list(data.row.values) or summary["networks"] != data.network.size:
        got = "other rows or networks than results.nc"
        raise InputError("summary.json", got, "files of one run", "give a folder that `lava-sleep run` wrote")
    return Run(folder, summary, data, (folder / "config.toml").read_text(encoding="utf-8"), configuration)


def read_summary(folder: Path) -> dict:
    """Read the summary of a results folder.

    Raises
    ------
    InputError
        If it cannot be read, or lacks what is read of it.
    """
    try:
        return check_summary(json.loads((folder / "summary.json").read_text(encoding="utf-8")), "summary.json")
    except (OSError, ValueError, RecursionError) as error:
        raise unreadable(folder / "summary.json", error) from error


def unreadable(path: Path, error: Exception) -> InputError:
    """The error for a damaged file."""
    return InputError("results file", str(path), "a file that a run wrote", f"run again ({type(error).__name__})")
