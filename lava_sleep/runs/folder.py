"""The results folder of a run: written as a whole, read back with every file held against the others."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from emulation.errors import InputError
from lava_sleep.base.files import choose_folder, read_netcdf, write_netcdf, write_together
from lava_sleep.base.provenance import provenance
from lava_sleep.runs.arrays import dataset, recording_cost
from lava_sleep.runs.configuration import Configuration, as_toml, read_configuration
from lava_sleep.runs.layout import check_arrays, packing
from lava_sleep.runs.older import current_arrays
from lava_sleep.runs.run import NetworkResult
from lava_sleep.runs.summary import FILE as SUMMARY
from lava_sleep.runs.summary import read_summary, summary

ARRAYS, CONFIGURATION, FIGURES = "results.nc", "config.toml", "figures"
Draw = Callable[[xr.Dataset, Path], None]


def draw_nothing(data: xr.Dataset, folder: Path) -> None:
    """For runs without figures."""


def write_folder(
    folder: Path,
    configuration: Configuration,
    results: list[NetworkResult],
    seconds: float,
    **options: Any,
) -> dict:
    """Write what networks have done into a results folder; returns the summary.

    Parameters
    ----------
    folder, configuration, results
    seconds : float
        Wall-clock time of the run.
    **options
        As of `write_run`.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    made, data = summary(configuration, results, seconds), dataset(configuration, results)
    made["recording"] = recording_cost(results)
    return write_run(folder, configuration, made, data, **options)


def write_run(
    folder: Path,
    configuration: Configuration,
    made: dict,
    data: xr.Dataset,
    *,
    draw: Draw = draw_nothing,
    replace: bool = False,
    within: Path | None = None,
) -> dict:
    """Write a results folder as a whole: it appears under its name only when everything is in it.

    Parameters
    ----------
    folder, configuration
    made : dict
        The summary; the size of the arrays is added to it.
    data : xarray.Dataset
    draw : callable
        Draws the arrays into the folder ``figures``.
    replace : bool
        Whether earlier results may be there, which go.
    within : Path, optional
        Where it is made: a folder on the same disk that its owner removes, so that a kill leaves nothing; by default
        the one that `folder` is in.

    Returns
    -------
    dict
        The summary.
    """

    def fill(part: Path) -> None:
        write_netcdf(data, part / ARRAYS, packing(data))
        size = (part / ARRAYS).stat().st_size
        made["recording"] = {**made.get("recording", {}), "megabytes": round(size / 1e6, 2)}
        write_texts(part, configuration, made)
        (part / FIGURES).mkdir()
        draw(data, part / FIGURES)

    write_together(folder, fill, replace, within)
    return made


def write_texts(part: Path, configuration: Configuration, made: dict) -> None:
    """Configuration and summary."""
    versions = "".join(f'{name} = "{text}"\n' for name, text in provenance().items())
    header = f"# Versions: {versions}".replace("\n", "\n# ").rstrip("# ")
    (part / CONFIGURATION).write_text(f"{header}\n{as_toml(configuration)}", encoding="utf-8")
    (part / SUMMARY).write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True, repr=False)
class Run:
    """A run: its configuration, its summary and its arrays, and where it is stored, if it is.

    Attributes
    ----------
    configuration : Configuration
    summary : dict
        As `summary.json` holds it.
    data : xarray.Dataset
        As `results.nc` holds it; `lava_sleep.runs.layout.ARRAYS` says what each array is.
    toml : str
        The configuration as text.
    folder : Path or None
    """

    configuration: Configuration
    summary: dict
    data: xr.Dataset
    toml: str
    folder: Path | None = None

    def __repr__(self) -> str:
        rows, networks = self.data.sizes["row"], self.data.sizes["network"]
        return f"Run({self.label}: networks={networks}, rows={rows}, folder={str(self.folder or 'not stored')!r})"

    @property
    def label(self) -> str:
        """How the run is called where several stand side by side."""
        executor = str(self.summary["executor"])
        if self.folder is None or self.folder.resolve().name == executor:
            return executor
        return f"{executor} ({self.folder.resolve().name})"

    @property
    def performance(self) -> xr.DataArray:
        """Rewarded share of all acquisitions on frozen weights, (network, row, task)."""
        return self.data.performance

    def weights(self, row: str) -> xr.DataArray:
        """Weights hidden -> output after a row, (network, output, hidden)."""
        return self.data.output_weights.sel(row=row)

    def save(self, folder: str | Path) -> "Run":
        """Write the run into a new folder, as ``lava-sleep run`` does but for the figures; returns it as it is there.

        Raises
        ------
        InputError
            If the folder holds something or cannot be written.
        """
        path = choose_folder(Path(folder), self.configuration.protocol.name)
        write_run(path, self.configuration, dict(self.summary), self.data)
        return read_run(path)


def read_run(folder: Path) -> Run:
    """Read what `write_folder` wrote, now or in an earlier layout.

    Raises
    ------
    InputError
        If a file of the folder is missing, cannot be read, or does not fit the others.
    """
    for name in (SUMMARY, ARRAYS, CONFIGURATION):
        if not (folder / name).is_file():
            raise InputError(
                "results folder", str(folder), f"a folder with {name}", "give one that `lava-sleep run` wrote"
            )
    configuration = read_configuration(folder / CONFIGURATION, {}, to_run=False)
    found = read_summary(folder)
    data = current_arrays(read_netcdf(folder / ARRAYS, ARRAYS), configuration)
    check_arrays(data, configuration, ARRAYS)
    if [row["after"] for row in found["rows"]] != list(data.row.values) or found["networks"] != data.network.size:
        got = f"other rows or networks than {ARRAYS}"
        raise InputError(SUMMARY, got, "files of one run", "give a folder that `lava-sleep run` wrote")
    if found["network"] != configuration.network.model:
        got = f"another network than {CONFIGURATION}"
        raise InputError(SUMMARY, got, "files of one run", "give a folder that `lava-sleep run` wrote")
    found = {"arithmetic": configuration.arithmetic.value, "backend": configuration.backend, **found}
    return Run(configuration, found, data, (folder / CONFIGURATION).read_text(encoding="utf-8"), folder)
