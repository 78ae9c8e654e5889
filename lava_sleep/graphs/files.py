"""A graph as a TOML file with its large arrays beside it, and as a graph of networkx."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
import tomli_w

from emulation.errors import InputError
from lava_sleep.base.files import read_toml, write_whole
from lava_sleep.environments.base import Environment
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.part import GraphPart

if TYPE_CHECKING:
    import networkx

BESIDE = "array:"  # a text that begins so names an array of the file beside
INLINE = 64  # numbers that an array may have within the TOML file; chosen here


def write_graph(graph: Graph, path: Path | str) -> Path:
    """Write a graph as TOML.

    Arrays of more than 64 numbers go into an .npz file of the same name, and empty ones whose shape no list holds.

    Raises
    ------
    OSError
        If there is no place or no permission.
    """
    path, arrays = Path(path), {}  # type: ignore[var-annotated]
    text = tomli_w.dumps(plain(graph, "", arrays))
    if arrays:
        content = BytesIO()
        np.savez_compressed(content, **arrays)
        write_whole(path.with_suffix(".npz"), content.getvalue())
    write_whole(path, text.encode())
    return path


def plain(value: Any, place: str, arrays: dict[str, np.ndarray]) -> Any:
    """What TOML can hold of a value; arrays that are large, or whose shape no list holds, are put aside by place."""
    if isinstance(value, GraphPart):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        return plain({name: one for name, one in fields.items() if one is not None}, place, arrays)
    if isinstance(value, Environment):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {key: plain(one, f"{place}.{key}" if place else key, arrays) for key, one in value.items()}
    if isinstance(value, np.ndarray) and (value.size > INLINE or np.shape(value.tolist()) != value.shape):
        arrays[place] = value
        return f"{BESIDE}{place}"
    if isinstance(value, np.ndarray | tuple):
        return value.tolist() if isinstance(value, np.ndarray) else list(value)
    return value


def read_graph(path: Path | str) -> Graph:
    """A graph from a TOML file.

    Raises
    ------
    InputError
        If a file cannot be read, or with the place of the first mistake in it.
    """
    path = Path(path)
    data = read_toml(path, "graph")
    beside = path.with_suffix(".npz")
    arrays: dict[str, np.ndarray] = {}
    if beside.is_file():
        try:
            with np.load(beside, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
        except (OSError, ValueError, BadZipFile, EOFError) as error:
            raise InputError("graph: its arrays", str(beside), "an .npz file", f"write it again ({error})") from error
    return Graph(**with_arrays(data, arrays, "graph"))


def with_arrays(value: Any, arrays: dict[str, np.ndarray], place: str) -> Any:
    """Plain data with the arrays that it names."""
    if isinstance(value, dict):
        return {key: with_arrays(one, arrays, f"{place}.{key}") for key, one in value.items()}
    if isinstance(value, str) and value.startswith(BESIDE):
        name = value.removeprefix(BESIDE)
        if name not in arrays:
            raise InputError(f"{place}: no such array", name, ", ".join(arrays) or "none beside", "give the .npz file")
        return arrays[name]
    return value


def as_networkx(graph: Graph) -> "networkx.MultiDiGraph":
    """Populations as nodes, projections as edges (their key is their name), both with the part as attribute `part`."""
    import networkx

    found = networkx.MultiDiGraph(cycle=graph.cycle, seed=graph.seed)
    for name, part in graph.populations.items():
        found.add_node(name, part=part, size=part.size, kind=part.kind)
    for name, projection in graph.projections.items():
        plastic = projection.learning is not None
        delay = int(projection.delay.max())
        found.add_edge(projection.source, projection.target, key=name, part=projection, plastic=plastic, delay=delay)
    return found
