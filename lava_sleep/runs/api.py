"""Runs from Python."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from emulation.errors import InputError
from lava_sleep.base.settings import validated
from lava_sleep.environments.base import Environment
from lava_sleep.networks.base import Network
from lava_sleep.protocols.protocol import Cycles, Protocol
from lava_sleep.protocols.rows import tasks_in
from lava_sleep.runs.arrays import dataset, recording_cost
from lava_sleep.runs.configuration import (
    Configuration,
    as_toml,
    configuration_of,
    network_of,
    protocol_of,
    read_configuration,
)
from lava_sleep.runs.folder import Run, read_run
from lava_sleep.runs.run import run_networks
from lava_sleep.runs.summary import summary


def run(
    rows: str | Sequence[str] | None = None,
    *,
    protocol: str | Protocol = "quick",
    network: str | Network | None = None,
    world: dict[str, Any] | Environment | None = None,
    tasks: dict[str, Any] | None = None,
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
    world : dict or Environment, optional
        The table ``[world]``; by default as the protocol describes it, else the paper's world.
    tasks : dict, optional
        Tasks by name, e.g. ``{"T1": {"horizontal": {"count": 62, "value": 1}}}``; by default those of the protocol.
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
    options: dict[str, Any] = {"network": network, "world": world, "tasks": tasks, "arithmetic": arithmetic}
    if rows is not None:
        protocol = with_rows(protocol, [rows] if isinstance(rows, str) else list(rows), network)
    options |= {"backend": backend, "protocol": protocol, "seed": chosen[0], "networks": len(chosen)}
    return run_configuration(
        configuration_of({}, {name: value for name, value in options.items() if value is not None})
    )


def with_rows(protocol: str | Protocol, rows: list[str], network: str | Network | None) -> Protocol:
    """A protocol with other rows; lengths of tasks that these do not train are left out."""
    base = protocol if isinstance(protocol, Protocol) else protocol_of(protocol, network_of(network or {}, {}).model)
    made = validated(Protocol, {"rows": rows}, "protocol")
    trained = {task for row in made.rows for task in tasks_in(row)}
    lengths = {name: value for name, value in base.cycles if name in Cycles.model_fields or name in trained}
    return base.model_copy(update={"rows": made.rows, "cycles": Cycles(**lengths)})


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
