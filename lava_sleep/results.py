"""Results of a run: the summary, the arrays, and the folder that holds them."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import numpy as np
import xarray as xr

from emulation.neurons import REPORT_ACCUMULATOR, REPORT_CURRENT, REPORT_VOLTAGE
from emulation.states import named_arrays
from lava_sleep.configuration import Configuration, as_toml
from lava_sleep.errors import InputError
from lava_sleep.experiment import NetworkResult, performance
from lava_sleep.map_build import threshold_weight
from lava_sleep.packages import HOME
from lava_sleep.particles import selectivity
from lava_sleep.recorded import compression, recorded_dataset, recording_cost

WINDOW = 1000  # cycles of one point of performance over time; chosen here


def state_digest(results: list[NetworkResult]) -> str:
    """SHA-256 of the final states of all stages of all networks; free of times and paths."""
    digest = hashlib.sha256()
    for result in results:
        for after, stage in result.stages.items():
            digest.update(f"{result.seed} {after}".encode())
            for name, array in named_arrays(stage.state).items():
                digest.update(f"{name} {array.dtype} {array.shape}".encode())
                digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def number(value: float) -> float | None:
    """A float for JSON: nan becomes null."""
    return None if np.isnan(value) else round(float(value), 6)


def summary(configuration: Configuration, results: list[NetworkResult], seconds: float) -> dict:
    """The summary of a run, as `summary.json` holds it."""
    rows = []
    for after in configuration.protocol.rows:
        row: dict = {"after": after}
        for index, task in enumerate(("task1", "task2")):
            values = np.array([result.stages[after].performance[index] for result in results])
            row[task] = {
                "mean": number(values.mean()),
                "sd": number(values.std(ddof=1)) if len(values) > 1 else 0.0,
                "per_network": [number(value) for value in values],
            }
        rows.append(row)
    timings = {"total": round(seconds, 3)}
    for after in results[0].stages:
        timings[after] = round(sum(result.stages[after].seconds for result in results), 3)
    return {
        "protocol": configuration.protocol.name,
        "executor": configuration.executor,
        "networks": len(results),
        "digest": state_digest(results),
        "rows": rows,
        "timings": timings,
        "hidden": hidden_layer(configuration, results),
        "overflow": overflows(results),
    }


def overflows(results: list[NetworkResult]) -> dict[str, int]:
    """How often the registers of the output layer overflowed or saturated, in all stages of all networks."""
    found = np.zeros(5, np.int64)
    for result in results:
        for stage, state, *_ in result.stages.values():
            found += state.overflow  # a state counts from the beginning of its row,
            if stage.parent:  # and what stages share is counted once
                found -= result.stages[stage.parent].state.overflow
    return {
        "accumulator": int(found[REPORT_ACCUMULATOR]),
        "u": int(found[REPORT_CURRENT]),
        "v": int(found[REPORT_VOLTAGE]),
    }


def hidden_layer(configuration: Configuration, results: list[NetworkResult]) -> dict[str, float]:
    """What the learnt hidden layers answer to (`lava_sleep.particles.selectivity`), mean over networks."""
    network = configuration.network
    threshold = threshold_weight(network) if configuration.executor == "map" else network.hidden.threshold
    layers = [list(result.stages.values())[0].state.hidden_synapses for result in results]
    found = [selectivity(layer.pre, layer.weights, threshold) for layer in layers]
    return {name: round(float(np.mean([one[name] for one in found])), 4) for name in found[0]}


def curve(outcomes: np.ndarray) -> np.ndarray:
    """Performance in windows of 1000 cycles (the last may be shorter), nan without acquisitions."""
    return np.array([performance(outcomes[start : start + WINDOW]) for start in range(0, len(outcomes), WINDOW)])


def dataset(configuration: Configuration, results: list[NetworkResult]) -> xr.Dataset:
    """The arrays of a run, as `results.nc` holds them."""
    rows = list(configuration.protocol.rows)
    stages = [after for after in results[0].stages if after != "U"]
    curves = {
        after: np.stack([curve(np.concatenate(result.stages[after].outcomes)) for result in results])
        for after in stages
    }
    last = [result.stages[stages[-1]].state for result in results]
    learnt = [result.stages[stages[0]].state for result in results]
    spikes = np.stack([state.rate_counts / np.maximum(1, state.rate_cycles)[:, None] for state in last])
    weights = np.stack([[result.stages[row].state.output_synapses.weights for row in rows] for result in results])
    weight_unit = "1 (mean 1 at the start)" if configuration.executor == "map" else "1 (8 bit, 0..255)"
    return xr.Dataset(
        {
            "performance": (
                ("network", "row", "task"),
                [[result.stages[row].performance for row in rows] for result in results],
                {"long_name": "rewarded acquisitions / all acquisitions, frozen weights"},
            ),
            "performance_over_time": (
                ("network", "window"),
                np.concatenate(list(curves.values()), axis=1),
                {"long_name": "performance while training"},
            ),
            "output_weights": (("network", "row", "output", "hidden"), weights, {"units": weight_unit}),
            "hidden_weights": (("network", "hidden", "synapse"), np.stack([s.hidden_synapses.weights for s in learnt])),
            "hidden_inputs": (("network", "hidden", "synapse"), np.stack([s.hidden_synapses.pre for s in learnt])),
            "rates": (("network", "task", "hidden"), spikes, {"units": "spikes per cycle", "long_name": "rates awake"}),
        },
        coords={
            "network": [result.seed for result in results],
            "row": rows,
            "task": ["T1", "T2"],
            "stage": ("window", np.repeat(stages, [curves[after].shape[1] for after in stages])),
            "cycle": ("window", np.concatenate([np.arange(curves[after].shape[1]) * WINDOW for after in stages])),
        },
        attrs={"protocol": configuration.protocol.name, "executor": configuration.executor},
    )


def provenance() -> dict[str, str]:
    """Versions of what computes, and the commit where there is one."""
    names = ("lava-sleep", "lava-nc", "numpy", "numba", "xarray")
    versions = {name: version(name) for name in names}
    versions["commit"] = "unknown"
    if (HOME / ".git").exists():  # not the repository that an installed package happens to lie in
        with suppress(OSError, subprocess.SubprocessError):
            commit = subprocess.run(
                ["git", "rev-parse", "HEAD"], cwd=HOME, capture_output=True, text=True, timeout=5, check=True
            )
            versions["commit"] = commit.stdout.strip()
    return versions


def read_finished(folder: Path) -> dict | None:
    """The summary of a folder that holds the results of a run, None of any other."""
    try:
        made = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return made if isinstance(made, dict) and {"digest", "networks", "rows"} <= made.keys() else None


def choose_folder(out: Path | None, protocol: str) -> Path:
    """The folder to write, which must not exist or be empty; by default the next free runs/<protocol>-<n>."""
    if out is None:
        taken = 1
        while any(Path("runs", f"{protocol}-{taken}{suffix}").exists() for suffix in ("", ".partial")):
            taken += 1
        return Path("runs", f"{protocol}-{taken}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError("--out: already holds something", str(out), "a new or empty folder", "choose another name")
    # Results take the place of an empty folder, which has to let itself be replaced.
    if out.is_symlink() or (out.exists() and (out.samefile(Path.cwd()) or out.is_mount())):
        raise InputError("--out: cannot be replaced", str(out), "a new folder", f"write e.g. {out / protocol}")
    return out


def check_writable(folder: Path) -> None:
    """Fail before the run, not after it, where the folder cannot be made."""
    parent = folder.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise InputError("--out: cannot be written", str(folder), "a folder below a writable one", "choose another")


def write_arrays(data: xr.Dataset, path: Path) -> None:
    """Write a dataset; a full disk is an OSError here too, as it is with all other files."""
    try:
        data.to_netcdf(path, engine="netcdf4", encoding=compression(data))
    except RuntimeError as error:
        raise OSError(f"{error}; is the disk full?") from error


def put_in_place(part: Path, folder: Path, replace: bool) -> None:
    """Give a whole folder its name; `replace` takes away what has it: what an interrupted run had finished."""
    if not folder.exists():
        part.rename(folder)
    elif not replace:
        folder.rmdir()
        part.rename(folder)
    else:
        earlier = part.with_name(f"{part.name}-earlier")
        folder.rename(earlier)
        part.rename(folder)
        shutil.rmtree(earlier, ignore_errors=True)


def write_folder(
    folder: Path,
    configuration: Configuration,
    results: list[NetworkResult],
    seconds: float,
    replace: bool = False,
    within: Path | None = None,
) -> dict:
    """Write a results folder as a whole: it appears under its name only when everything is in it.

    Parameters
    ----------
    folder, configuration, results
    seconds : float
        Wall-clock time of the run.
    replace : bool
        Whether earlier results may be there, which go.
    within : Path, optional
        Where it is made: a folder on the same disk that its owner removes, so that a kill leaves nothing; by default
        the one that `folder` is in.
    """
    from lava_sleep.figures import draw_performance

    made = summary(configuration, results, seconds)
    data = dataset(configuration, results).merge(recorded_dataset(results, configuration.protocol.rows))
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=within or folder.absolute().parent))
        try:
            os.chmod(part, 0o755)
            versions = "".join(f'{name} = "{text}"\n' for name, text in provenance().items())
            header = f"# Versions: {versions}".replace("\n", "\n# ").rstrip("# ")
            (part / "config.toml").write_text(f"{header}\n{as_toml(configuration)}")
            write_arrays(data, part / "results.nc")
            made["recording"] = recording_cost(results, (part / "results.nc").stat().st_size)
            (part / "summary.json").write_text(json.dumps(made, indent=1) + "\n")
            (part / "figures").mkdir()
            draw_performance(data, part / "figures" / "performance.png")
            put_in_place(part, folder, replace)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    except OSError as error:
        raise InputError("--out: cannot be written", str(folder), "a writable place", f"free it ({error})") from error
    return made
