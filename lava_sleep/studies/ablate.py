"""What the paper's own network loses without its parts: the same rows with one of them taken out or changed.

The ablations are data: data/ablations.toml.
"""

import re
from typing import Any, ClassVar, NamedTuple

from lava_sleep.base.data import read_data
from lava_sleep.protocols.rows import task_title
from lava_sleep.runs.configuration import Configuration, configuration_of
from lava_sleep.runs.summary import current_row
from lava_sleep.studies.study import Made, Study, StudySettings
from lava_sleep.tables.table import DASH, Table, columns


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


def ablations(settings: StudySettings) -> list[Ablation]:
    """All ablations; the first one is the complete network."""
    data = read_data("ablations.toml")
    base = settings.configuration(executor=data["executor"]).model_dump(mode="json")
    base["protocol"]["rows"] = data["rows"]
    changed = [(one["name"], configuration_of(merge(base, one.get("change", {})))) for one in data["ablations"]]
    return [Ablation(name, configuration) for name, configuration in changed]


class Ablate(Study):
    """See `Study`."""

    name: ClassVar[str] = "ablate"
    settings: ClassVar[StudySettings] = StudySettings(command="ablate", protocol="paper")

    def runs(self, settings: StudySettings) -> dict[str, Configuration]:
        """A run per ablation."""
        return {one.folder: one.configuration for one in ablations(settings)}

    def numbers(self, settings: StudySettings, made: Made) -> list[dict[str, Any]]:
        """Of every ablation its name, and `networks`, `digest`, `rows` and `hidden` as in `summary.json`."""
        kept = ("networks", "digest", "rows", "hidden")
        return [
            {"ablation": one.name, **{key: made.summaries[one.folder][key] for key in kept}}
            for one in ablations(settings)
        ]

    def tables(self, numbers: list[dict[str, Any]]) -> list[Table]:
        """A line per ablation and a column per row, each entry Task 1 / Task 2 and so on."""
        found = {one["ablation"]: list(map(current_row, one["rows"])) for one in numbers}
        first = found[numbers[0]["ablation"]]
        after = [row["after"] for row in first]
        rows = [
            [name, *(" / ".join(shown(entry["mean"]) for entry in row["tasks"].values()) for row in lines)]
            for name, lines in found.items()
        ]
        tasks = " / ".join(map(task_title, first[0]["tasks"]))
        title = f"{tasks} on frozen weights, mean of {numbers[0]['networks']} networks."
        return [Table(columns("network", *(f"`{row}`" for row in after)), [*rows], title)]


def shown(mean: float | None) -> str:
    """An entry of a table; a dash where nothing was acquired."""
    return DASH if mean is None else f"{mean:.3f}"


ABLATE = Ablate()
