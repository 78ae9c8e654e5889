"""Results folders as they were written before each network had a table, and each array a description, of its own."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
import xarray as xr

from lava_sleep.networks.golden2022.description import GoldenNetwork
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.protocols.rows import chain
from lava_sleep.protocols.schedule import stages
from lava_sleep.runs.configuration import Configuration
from lava_sleep.runs.folder import Run
from lava_sleep.runs.layout import EVENT_COLUMNS, LAYERS

SHARED = ("wiring", "fan_in")  # keys of hidden_synapses that both networks read
OF_MAP = ("neuron", "input_synapses", "output_synapses")
DEFAULTS = {"integer": IntegerNetwork(), "golden2022": GoldenNetwork()}


def older_network(network: IntegerNetwork | GoldenNetwork) -> dict[str, Any]:
    """The one table ``[network]`` in which both networks stood; the one that is not meant has its defaults."""
    tables = {name: made.model_dump(mode="json") for name, made in {**DEFAULTS, network.model: network}.items()}
    own, golden = tables["integer"], tables["golden2022"]
    table = {name: part for name, part in own.items() if name != "model"}
    table["map"] = {name: dict(golden[name]) for name in OF_MAP}
    shared = {name: table["map"]["input_synapses"].pop(name) for name in SHARED}
    if network.model == "golden2022":
        table["hidden"] = {**table["hidden"], "neurons": network.hidden.neurons}
        table["hidden_synapses"] = {**table["hidden_synapses"], **shared}
        table["sleep"] = golden["sleep"]
    return table


def older_configuration(configuration: Configuration) -> dict[str, Any]:
    """What stood in config.toml."""
    data = configuration.model_dump(mode="json")
    executor = configuration.label.partition(" (")[0]
    is_open = executor.startswith("lava") and data["arithmetic"] == "float"
    cycles = {"T1": 10_000, "T2": 10_000, **data["protocol"]["cycles"]}
    del cycles["task"]  # each of the two tasks had its own length
    protocol = {name: data["protocol"][name] for name in ("name", "rows")}
    return {
        "executor": executor,
        "arithmetic": "floating_pt" if is_open else "",
        "networks": data["networks"],
        "seed": data["seed"],
        "protocol": {**protocol, "cycles": cycles},
        "network": older_network(configuration.network),
    }


def older_arrays(data: xr.Dataset, configuration: Configuration) -> xr.Dataset:
    """What stood in results.nc: cycles counted within the stage, spikes in tables, and hardly any attribute."""
    made = stages(configuration.network, configuration.protocol)
    lengths = {stage.after: sum(segment.cycles for segment in stage.segments) for stage in made}
    before = [sum(lengths[one] for one in chain(str(stage))[:-1]) for stage in data.stage.values]
    data = data.assign_coords(cycle=("window", data.cycle.values - before))
    for layer in LAYERS:
        names = [f"{layer}_event_{column}" for column in EVENT_COLUMNS]
        table = np.stack([data[name].values for name in names], axis=1)
        data = data.drop_vars(names).assign({f"{layer}_events": ((f"{layer}_event", "column"), table)})
    data = data.assign_coords(column=list(EVENT_COLUMNS))
    for name in data.variables:
        data[name].attrs = {}
    data["output_weights"].attrs = {"units": f"1 ({configuration.network.weight_unit})"}
    data["rates"].attrs = {"units": "spikes per cycle", "long_name": "rates awake"}
    return data.drop_attrs(deep=False).assign_attrs(
        protocol=configuration.protocol.name, executor=older_configuration(configuration)["executor"]
    )


def older_summary(summary: dict, configuration: Configuration) -> dict:
    """What stood in summary.json."""
    new = ("schema", "network", "arithmetic", "backend", "continual", "verdict")
    kept = {name: value for name, value in summary.items() if name not in new}
    rows = [{"after": row["after"], "task1": row["tasks"]["T1"], "task2": row["tasks"]["T2"]} for row in kept["rows"]]
    hidden = {name: value for name, value in summary["hidden"].items() if name != "particles"}
    return {**kept, "rows": rows, "hidden": hidden, "executor": older_configuration(configuration)["executor"]}


def write_older(run: Run, folder: Path) -> None:
    """Write a run as it was written before."""
    folder.mkdir()
    older_arrays(run.data, run.configuration).to_netcdf(folder / "results.nc", engine="netcdf4")
    (folder / "summary.json").write_text(json.dumps(older_summary(run.summary, run.configuration)))
    (folder / "config.toml").write_text("# Versions: x\n\n" + tomli_w.dumps(older_configuration(run.configuration)))
