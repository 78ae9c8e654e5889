"""Results of a graph: a data set, a summary, and the folder in which they are kept, whole or not at all."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from emulation.errors import InputError
from lava_sleep.base.files import choose_folder, read_netcdf, write_netcdf, write_together
from lava_sleep.graphs.arrays import check_dataset, dataset_of, packing
from lava_sleep.graphs.engine import Spikes
from lava_sleep.graphs.files import read_graph, write_graph
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.recording import record
from lava_sleep.graphs.summary import check_summary, summary_of

GRAPH, ARRAYS, SUMMARY, FIGURES = "graph.toml", "results.nc", "summary.json", "figures"
Draw = Callable[["GraphResults", Path], None]


def draw_nothing(results: "GraphResults", folder: Path) -> None:
    """For results without figures."""


@dataclass(frozen=True, repr=False)
class GraphResults:
    """What a graph did, and where it is stored, if it is.

    Attributes
    ----------
    graph : Graph
    data : xarray.Dataset
        As `results.nc` holds it; `lava_sleep.graphs.arrays` says what each array is.
    summary : dict
        As `summary.json` holds it.
    folder : Path or None
    """

    graph: Graph
    data: xr.Dataset
    summary: dict
    folder: Path | None = None

    def __repr__(self) -> str:
        what = f"{self.summary['arithmetic']}, {self.summary['backend']}"
        return f"GraphResults({self.title}: {what}, folder={str(self.folder or 'not stored')!r})"

    @property
    def title(self) -> str:
        """What the network is called."""
        return str(self.summary["title"])

    def spikes(self, population: str) -> Spikes:
        """Timestep (from 1) and neuron of each spike."""
        self._require(population, self.graph.populations, "population")
        return Spikes(self.data[f"{population}.spike_time"].values, self.data[f"{population}.spike_neuron"].values)

    def weights(self, projection: str) -> np.ndarray:
        """Weights (moments, n_post, n_pre) at the start and after every phase, 0 where there is no synapse."""
        plastic = {name: one for name, one in self.graph.projections.items() if one.learning is not None}
        self._require(projection, plastic, "plastic projection")
        values, part = self.data[f"{projection}.weights"].values, self.graph.projections[projection]
        sizes = [self.graph.populations[name].size for name in (part.target, part.source)]
        found = np.zeros((len(values), *sizes), values.dtype)
        found[:, self.data[f"{projection}.post"].values, self.data[f"{projection}.pre"].values] = values
        return found

    def _require(self, name: str, known: dict[str, Any], what: str) -> None:
        if name not in known:
            raise InputError(f"results: no such {what}", name, ", ".join(known) or "none", "correct the name")

    def write(self, folder: Path | str | None = None, draw: Draw = draw_nothing) -> "GraphResults":
        """Write a new folder, which appears under its name only when everything is in it.

        Parameters
        ----------
        folder : Path or str, optional
            By default the next free runs/<title>-<n>.
        draw : callable
            Draws the results into the folder ``figures``.

        Raises
        ------
        InputError
            If the folder holds something or cannot be written.
        """

        def fill(part: Path) -> None:
            write_graph(self.graph, part / GRAPH)
            write_netcdf(self.data, part / ARRAYS, packing(self.data))
            (part / SUMMARY).write_text(json.dumps(self.summary, indent=1) + "\n", encoding="utf-8")
            if draw is not draw_nothing:
                (part / FIGURES).mkdir()
                draw(self, part / FIGURES)

        path = choose_folder(None if folder is None else Path(folder), self.title)
        write_together(path, fill)
        return replace(self, folder=path)


def run_graph(
    graph: Graph,
    arithmetic: str = "fixed",
    backend: str = "compiled",
    *,
    voltages: bool = False,
    title: str = "network",
) -> GraphResults:
    """Run the schedule of a graph.

    Parameters
    ----------
    graph : Graph
    arithmetic : {"fixed", "float"}
    backend : {"compiled", "lava"}
        Lava runs integers; its spikes, weights and states are those of the compiled engine, bit for bit.
    voltages : bool
        Whether u and v of every timestep are kept.
    title : str
        What the network is called.

    Raises
    ------
    InputError
        For what cannot be run so.
    """
    recording = record(graph, arithmetic, backend, voltages)
    how = {"title": title, "arithmetic": arithmetic, "backend": backend}
    data = dataset_of(graph, recording, how)
    return GraphResults(graph, data, summary_of(graph, data, recording, how))


def read_graph_results(folder: Path | str) -> GraphResults:
    """Read what `GraphResults.write` wrote.

    Raises
    ------
    InputError
        If a file of the folder is missing, cannot be read, or does not fit the others.
    """
    folder = Path(folder)
    for name in (GRAPH, ARRAYS, SUMMARY):
        if not (folder / name).is_file():
            do = "give one that `lava-sleep network run` wrote"
            raise InputError("results of a graph", str(folder), f"a folder with {name}", do)
    graph = read_graph(folder / GRAPH)
    data = read_netcdf(folder / ARRAYS, ARRAYS)
    check_dataset(data, graph, ARRAYS)
    try:
        found = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        hint = f"run again ({type(error).__name__})"
        raise InputError("results file", str(folder / SUMMARY), "a file that a run wrote", hint) from error
    return GraphResults(graph, data, check_summary(found, graph, SUMMARY), folder)
