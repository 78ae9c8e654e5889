"""Descriptions of networks as they were written before each had a table of its own."""

from typing import Any

SHARED = "map"  # in this table stood the paper's network, beside the integer one in every description


def current_network(data: Any, model: str) -> dict[str, Any]:
    """A network's table in the present layout; one that is in it is returned as it is.

    Parameters
    ----------
    data : Any
        The table ``[network]`` of a file.
    model : str
        Which of the two networks of an older table is meant.
    """
    if not isinstance(data, dict):
        return {"model": model}
    if "model" in data or model not in MOVES:
        return {"model": model, **data}
    return {"model": model, **MOVES[model](dict(data))}


def golden_network(data: dict[str, Any]) -> dict[str, Any]:
    """The paper's network from a table of its own and from what it shared with the integer one."""
    own, wiring = data.pop(SHARED, None), only(data.pop("hidden_synapses", {}), "wiring", "fan_in")
    if own is not None:  # all else is the integer network
        kept = {"sleep": data.get("sleep", {}), "hidden": only(data.get("hidden", {}), "neurons")}
        made = dict(own) if isinstance(own, dict) else {SHARED: own}
        data = made | {name: table for name, table in kept.items() if table != {}}
    if not isinstance(wiring, dict):
        return {**data, "hidden_synapses": wiring}
    inputs = data.get("input_synapses", {})
    return {**data, "input_synapses": {**wiring, **inputs}} if wiring and isinstance(inputs, dict) else data


def only(table: Any, *names: str) -> Any:
    """Some keys of a table; what is no table stays as it is, to be refused as such."""
    return {name: table[name] for name in names if name in table} if isinstance(table, dict) else table


def integer_network(data: dict[str, Any]) -> dict[str, Any]:
    """The integer network without the paper's."""
    data.pop(SHARED, None)
    return data


MOVES = {"golden2022": golden_network, "integer": integer_network}
