"""Runs from Python."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from emulation.errors import InputError
from lava_sleep.networks.base import Network
from lava_sleep.protocols.protocol import Protocol
from lava_sleep.runs.arrays import dataset, recording_cost
from lava_sleep.runs.configuration import Configuration, as_toml, configuration_of, read_configuration
from lava_sleep.runs.folder import Run, read_run
from lava_sleep.runs.run import run_networks
from lava_sleep.runs.summary import summary


def run(
    rows: str | Sequence[str] | None = None,
    *,
    protocol: str | Protocol = "quick",
    network: str | Network | None = None,
    seeds: Iterable[int] = (1,),
    arithmetic: str | None = None,
    backend: str = "compiled",
) -> Run:
    """Train, sleep, test: run a protocol on networks.

    Parameters
    ----------
    rows : str or sequence of str, optional
        Training sequences such as ``"T1>T2>i(S,T1)"``, in place of those of the protocol.
    protocol : str or Protocol
        Name of a protocol, or one made with `lava_sleep.protocol`; it gives rows and lengths.
    network : str or Network, optional
        Name of a network, or one made with `lava_sleep.network`; the integer network by default.
    seeds : iterable of int
        One network for each; consecutive numbers.
    arithmetic : {"fixed", "float"}, optional
        By default the network's own: fixed for the integer network.
    backend : str
        A name of `lava_sleep.BACKENDS`.

    Returns
    -------
    Run
        Its `performance` is a DataArray (network, row, task), its `data` the whole data set.

    Raises
    ------
    InputError
        If something of this cannot be taken.
    KeyboardInterrupt
        After Ctrl-C.
    """
    chosen = list(seeds)
    if not chosen or chosen != list(range(chosen[0], chosen[0] + len(chosen))):
        raise InputError("seeds", chosen, "consecutive numbers, at least one", "give e.g. range(1, 6)")
    options: dict[str, Any] = {"network": network, "arithmetic": arithmetic, "backend": backend}
    options |= {"protocol": protocol, "seed": chosen[0], "networks": len(chosen)}
    configuration = configuration_of({}, {name: value for name, value in options.items() if value is not None})
    if rows is not None:
        table = configuration.protocol.model_dump(mode="json")
        given = {**table, "rows": [rows] if isinstance(rows, str) else list(rows)}
        configuration = configuration_of({}, {**options_of(configuration), "protocol": given})
    return run_configuration(configuration)


def options_of(configuration: Configuration) -> dict[str, Any]:
    """A configuration as options, objects left whole."""
    return {name: getattr(configuration, name) for name in type(configuration).model_fields}


def run_configuration(configuration: Configuration) -> Run:
    """Run a configuration."""
    began = time.perf_counter()
    results, interrupted = run_networks(configuration)
    if interrupted:
        raise KeyboardInterrupt
    made = summary(configuration, results, time.perf_counter() - began)
    made["recording"] = recording_cost(results)
    return Run(configuration, made, dataset(configuration, results), as_toml(configuration))


def open_run(folder: str | Path) -> Run:
    """A run from its results folder, also from one of an earlier version."""
    return read_run(Path(folder))


def read(path: str | Path) -> Configuration:
    """The configuration in a TOML file; its `network` and `protocol` can be given to `run`."""
    return read_configuration(Path(path), {})
