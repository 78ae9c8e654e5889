"""Ablations of the paper's own network: the same rows with one part taken out or changed; data/ablations.toml."""

import re
from importlib.resources import files
from typing import NamedTuple

import tomli

from lava_sleep.configuration import Configuration, read_configuration


class Ablation(NamedTuple):
    """A name, and the configuration that differs in it."""

    name: str
    configuration: Configuration

    @property
    def folder(self) -> str:
        """The name as that of a folder."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.replace(",", "").lower())


def merge(base: dict, change: dict) -> dict:
    """`base` with the leaves of `change` in it; neither is altered."""
    merged = dict(base)
    for key, value in change.items():
        merged[key] = merge(base[key], value) if isinstance(value, dict) else value
    return merged


def ablations(protocol: str, networks: int, seed: int) -> list[Ablation]:
    """All ablations; the first one is the complete network.

    Parameters
    ----------
    protocol : str
        Its lengths; the rows are those of the ablations.
    networks, seed : int
        See `Configuration`.
    """
    data = tomli.loads(files("lava_sleep").joinpath("data/ablations.toml").read_text())
    options = {"executor": "map", "protocol": protocol, "networks": networks, "seed": seed}
    base = read_configuration(None, options).model_dump()
    base["protocol"]["rows"] = data["rows"]
    found = []
    for entry in data["ablations"]:
        changed = Configuration.model_validate(merge(base, entry.get("change", {})))
        found.append(Ablation(entry["name"], changed))
    return found


def table_of(ablation: Ablation, summary: dict) -> dict:
    """What is told of an ablation: `ablation`, and `networks`, `digest`, `rows` and `hidden` as in `summary.json`."""
    return {"ablation": ablation.name, **{key: summary[key] for key in ("networks", "digest", "rows", "hidden")}}
