"""Classification of labelled patterns: a task is a set of classes, its tests show patterns that were never trained.

[world]
environment = "classification"
data = "digits"                 # of scikit-learn, 8 x 8; or the path of FILE.npz with x (n, ...) uint8 and y (n,)

[tasks.T1]
classes = [0, 1, 2, 3, 4]
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import Field, field_validator, model_validator

from emulation.environments.classification import Patterns, Shown, make_shown
from emulation.errors import InputError
from lava_sleep.base.settings import Part
from lava_sleep.environments.base import Environment, checked_names

DIGITS = "digits"
MOST_CLASSES = 256  # the record of acts has 8 bits


class Classes(Part):
    """A task: the classes whose patterns are shown."""

    classes: tuple[int, ...] = Field(min_length=1, description="labels of the data, each once")

    @field_validator("classes", mode="before")
    @classmethod
    def _as_tuple(cls, classes: Any) -> Any:
        """TOML has lists."""
        return tuple(classes) if isinstance(classes, list) else classes


class Data(NamedTuple):
    """Labelled patterns: intensities uint8 array (n, inputs), labels int64 array (n,)."""

    intensities: np.ndarray
    labels: np.ndarray


TASKS = {"T1": Classes(classes=(0, 1, 2, 3, 4)), "T2": Classes(classes=(5, 6, 7, 8, 9))}


class Classification(Environment):
    """A stream of labelled patterns, and tasks that are sets of classes."""

    environment: Literal["classification"] = "classification"
    data: str = Field(DIGITS, description="digits of scikit-learn, or FILE.npz with x uint8 (n, ...) and y (n,)")
    threshold: float = Field(0.5, ge=0, lt=1, description="an input spikes above this share of the largest intensity")
    held_out_share: float = Field(0.25, gt=0, lt=1, description="of the patterns of each class, for frozen tests")
    split_seed: int = Field(1, ge=0, lt=2**31, description="draws which patterns are held out")
    neurons: Literal["own", "shared"] = Field(
        "own", description="own: an output neuron per class; shared: the k-th class of every task has the k-th neuron"
    )
    teacher: bool = Field(
        False,
        description="True: the neuron of the class is rewarded, whatever the answer; False: the one that answered",
    )
    exploration: int = Field(1, ge=0, le=100, description="percent of random answers in training")
    tasks: Mapping[str, Classes] = TASKS

    @model_validator(mode="after")
    def _classes_are_there(self) -> "Classification":
        checked_names(self.tasks)
        known = self.classes
        for task, part in self.tasks.items():
            if len(set(part.classes)) < len(part.classes):
                raise InputError(
                    f"tasks.{task}.classes", list(part.classes), "each class once", "leave one of them out"
                )
            for one in part.classes:
                if one not in known:
                    allowed = ", ".join(map(str, known))
                    raise InputError(f"tasks.{task}.classes: unknown class", one, allowed, "correct it")
        return self

    @property
    def classes(self) -> tuple[int, ...]:
        """The labels of the data in order."""
        return tuple(np.unique(read_patterns(self.data).labels).tolist())

    @property
    def inputs(self) -> int:
        """Elements of a pattern."""
        return read_patterns(self.data).intensities.shape[1]

    @property
    def outputs(self) -> int:
        """One per class, or as many as the largest task has classes."""
        if self.neurons == "own":
            return len(self.classes)
        return max(len(part.classes) for part in self.tasks.values())

    @property
    def silent_inputs(self) -> tuple[int, ...]:
        """Elements that are below the threshold in every pattern."""
        return tuple(np.flatnonzero(~self.ground().inputs.any(axis=0)).tolist())

    def ground(self) -> Patterns:
        """See `emulation.environments.classification.Patterns`."""
        found = made_patterns(self.data, self.threshold, self.held_out_share, self.split_seed)
        return Patterns(*found, int(self.teacher), self.exploration)

    def start(self) -> Shown:
        """The first pattern."""
        return make_shown()

    def setting(self, task: str) -> np.ndarray:
        """Training patterns, and the neuron of each class of the task; all classes in the unsupervised phase."""
        neurons = np.full(1 + len(self.classes), -1, np.int64)
        neurons[0] = 0
        chosen = self.tasks[task].classes if task else self.classes
        for place, one in enumerate(chosen):
            index = self.classes.index(one)
            neurons[1 + index] = index if self.neurons == "own" else place % self.outputs
        return neurons

    def held_out(self, task: str) -> np.ndarray:
        """The same with held-out patterns."""
        setting = self.setting(task)
        setting[0] = 1
        return setting

    def ranges(self) -> dict[str, tuple]:
        """Pattern and answer."""
        return {"now": (0, np.array([len(read_patterns(self.data).labels) - 1, self.outputs - 1]))}


@lru_cache(maxsize=8)
def read_patterns(data: str) -> Data:
    """Labelled patterns by the name of a data set or the path of a file.

    Raises
    ------
    InputError
        If they are not there, or of another form.
    """
    if data == DIGITS:
        from sklearn.datasets import load_digits

        bunch = load_digits()
        return Data(bunch.data.astype(np.uint8), bunch.target.astype(np.int64))
    try:
        with np.load(Path(data), allow_pickle=False) as file:
            patterns, labels = file["x"], file["y"]
    except (OSError, KeyError, ValueError, AttributeError) as error:
        hint = f"check the path ({error})"
        raise InputError("world.data", data, f"{DIGITS}, or FILE.npz with x and y", hint) from error
    if (
        patterns.dtype != np.uint8
        or patterns.ndim < 2
        or labels.shape != (len(patterns),)
        or labels.dtype.kind not in "iu"
    ):
        got = f"x {patterns.dtype} {patterns.shape}, y {labels.dtype} {labels.shape}"
        raise InputError(f"world.data: {data}", got, "x uint8 (n, ...), y whole numbers (n,)", "convert them")
    _, counts = np.unique(labels, return_counts=True)
    if not len(labels) or counts.min() < 2 or len(counts) > MOST_CLASSES:
        got = f"{len(counts)} classes, the least of {counts.min(initial=0)} patterns"
        raise InputError(f"world.data: {data}", got, f"1 to {MOST_CLASSES} classes of 2 patterns or more", "add some")
    return Data(patterns.reshape(len(patterns), -1), labels.astype(np.int64))


@lru_cache(maxsize=8)
def made_patterns(
    data: str, threshold: float, held_out_share: float, split_seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fields `inputs`, `labels` and `first` of `Patterns`: training patterns by class, then held-out ones by class."""
    found = read_patterns(data)
    active = (found.intensities > threshold * found.intensities.max()).astype(np.uint8)
    classes, labels = np.unique(found.labels, return_inverse=True)
    generator = np.random.Generator(np.random.Philox(split_seed))
    parts: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for one in range(len(classes)):
        members = generator.permutation(np.flatnonzero(labels == one))
        number = min(max(1, round(held_out_share * len(members))), len(members) - 1)
        parts[1].append(members[:number])
        parts[0].append(members[number:])
    order = np.concatenate([*parts[0], *parts[1]])
    ends = np.cumsum([0, *(len(members) for part in parts for members in part)])
    first = np.stack([ends[: len(classes) + 1], ends[len(classes) :]]).astype(np.int64)
    return active[order], labels[order].astype(np.int64), first
