"""Worlds that are not the paper's: other tasks, kinds, sizes and views."""

from typing import Any

from lava_sleep.environments.foraging import Foraging

KINDS = {
    "horizontal": [[0, 1]],
    "vertical": [[1, 0]],
    "positive_diagonal": [[-1, 1]],
    "negative_diagonal": [[1, 1]],
    "wide_horizontal": [[0, 2]],
    "wide_vertical": [[2, 0]],
    "wide_positive_diagonal": [[-2, 2]],
    "wide_negative_diagonal": [[2, 2]],
}
PAIRS = {  # task: rewarded and punished kind
    "T1": ("horizontal", "negative_diagonal"),
    "T2": ("vertical", "positive_diagonal"),
    "T3": ("wide_horizontal", "wide_negative_diagonal"),
    "T4": ("wide_vertical", "wide_positive_diagonal"),
}


def world_tables(kinds: dict[str, list], pairs: dict[str, tuple[str, str]], count: int, **rest: Any) -> dict[str, Any]:
    """The tables ``world`` and ``tasks`` of a configuration; so many particles of each kind in all phases."""
    tasks = {
        task: {rewarded: {"count": count, "value": 1}, punished: {"count": count, "value": -1}}
        for task, (rewarded, punished) in pairs.items()
    }
    return {"world": {"kinds": kinds, "unsupervised": dict.fromkeys(kinds, count), **rest}, "tasks": tasks}


def world_from(tables: dict[str, Any]) -> Foraging:
    """The world of such tables."""
    return Foraging.model_validate({**tables["world"], "tasks": tables["tasks"]})


FOUR_TASKS = world_tables(KINDS, PAIRS, 6, spacing=2)
# Three tasks of other names; particles of two and of three pixels; a view of 5 x 5 on 30 x 30 cells.
SMALL_TASKS = world_tables(
    {
        "dash": [[0, 1]],
        "bar": [[1, 0]],
        "slope": [[1, 1]],
        "corner": [[0, 1], [1, 0]],
        "rise": [[-1, 1]],
        "hook": [[1, 0], [1, 1]],
    },
    {"first": ("dash", "bar"), "second": ("slope", "rise"), "third": ("corner", "hook")},
    4,
    size=30,
    view=5,
)
FOUR, SMALL = world_from(FOUR_TASKS), world_from(SMALL_TASKS)
