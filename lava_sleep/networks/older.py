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
    own, wiring, hidden = data.pop(SHARED, None), data.pop("hidden_synapses", {}), data.get("hidden", {})
    if own is not None:  # all else is the integer network
        made = dict(own) if isinstance(own, dict) else {SHARED: own}
        made |= {"sleep": data["sleep"]} if "sleep" in data else {}
        data = made | ({"hidden": {"neurons": hidden["neurons"]}} if "neurons" in hidden else {})
    shared = {name: wiring[name] for name in ("wiring", "fan_in") if name in wiring}
    return {**data, "input_synapses": {**shared, **data.get("input_synapses", {})}} if shared else data


def integer_network(data: dict[str, Any]) -> dict[str, Any]:
    """The integer network without the paper's."""
    data.pop(SHARED, None)
    return data


MOVES = {"golden2022": golden_network, "integer": integer_network}
