"""Ablations of the paper's own network: the same rows with one part taken out or changed; data/ablations.toml."""

import re
from importlib.resources import files
from typing import NamedTuple

import tomli

from lava_sleep.analysis.reproduction import TASKS
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


def as_markdown(tables: list[dict]) -> str:
    """A table with a line per ablation and a column per row, each entry Task 1 / Task 2."""
    after = [row["after"] for row in tables[0]["rows"]]
    lines = [
        f"Task 1 / Task 2 on frozen weights, mean of {tables[0]['networks']} networks.",
        "",
        f"| network | {' | '.join(f'`{row}`' for row in after)} |",
        "|---|" + "---|" * len(after),
    ]
    for made in tables:
        cells = [" / ".join(shown(row[task]["mean"]) for task in TASKS) for row in made["rows"]]
        lines.append(f"| {made['ablation']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def shown(mean: float | None) -> str:
    """An entry of a table; a dash where nothing was acquired."""
    return "–" if mean is None else f"{mean:.3f}"
