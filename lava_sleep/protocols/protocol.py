"""Protocols: which rows are run, and for how long. They are data, in data/protocols/*.toml."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import ConfigDict, Field, field_validator, model_validator

from emulation.errors import InputError
from lava_sleep.base.data import data_names, read_data
from lava_sleep.base.settings import Part, validated
from lava_sleep.environments.base import Environment
from lava_sleep.protocols.rows import OTHERS, expand, parse_step, split_row, tasks_in

MOST_EPISODES = 100_000  # of one step: all of them are laid out before a run; chosen here


Length = Annotated[int, Field(ge=1, le=100_000_000)]


class Cycles(Part):
    """Lengths in movement cycles; all cycles count, those of sleep and of waking together.

    Further keys are tasks whose training has a length of its own, e.g. ``T2``.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Length] = Field(init=False)

    unsupervised: int = Field(500_000, ge=1, le=100_000_000)
    task: int = Field(10_000, ge=1, le=100_000_000, description="training on a task that has no length of its own")
    sleep: int = Field(10_000, ge=1, le=100_000_000, description="one long sleep, step S")
    interleaved: int = Field(60_000, ge=2, le=100_000_000)
    episode: int = Field(100, ge=1, le=1_000_000, description="cycles of one part before the other's turn")
    test: int = Field(12_000, ge=1, le=10_000_000, description="frozen weights, per task, after every row")

    def of_task(self, task: str) -> int:
        """Length of training on a task."""
        return (self.__pydantic_extra__ or {}).get(task, self.task)


class Protocol(Part):
    """Rows of the table, and the lengths of their phases; `world` and `tasks` are the tables that it brings along."""

    name: str = Field("quick", pattern=r"^[A-Za-z0-9_-]+$")
    rows: tuple[str, ...] = Field(("T1", "T1>T2", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)"), min_length=1, max_length=1000)
    cycles: Cycles = Cycles.model_validate({"T2": 60_000})
    world: dict[str, Any] = Field({}, exclude=True)
    tasks: dict[str, Any] = Field({}, exclude=True)

    @field_validator("rows", mode="before")
    @classmethod
    def _each_row_once(cls, rows: Any) -> Any:
        if not isinstance(rows, list | tuple):
            return rows
        if not all(isinstance(row, str) for row in rows):
            return tuple(rows)  # refused by its type
        return tuple(dict.fromkeys(name for row in rows for name in expand(row)))

    @model_validator(mode="after")
    def _episodes_are_not_too_many(self) -> "Protocol":
        for step in {step for row in self.rows for step in split_row(row)}:
            parsed = parse_step(step)
            episode = parsed.episode or self.cycles.episode
            if len(parsed.parts) > 1 and self.cycles.interleaved / episode > MOST_EPISODES:
                raise ValueError(f"at most {MOST_EPISODES} episodes in a step, {step} has more")
        return self

    def check_tasks(self, world: Environment) -> None:
        """Raise an InputError where a row or a length names a task that the world does not have."""
        known = ", ".join(world.task_names)
        for row in self.rows:
            for task in tasks_in(row):
                if task not in world.tasks:
                    hint = f"correct the row {row}, or describe [tasks.{task}]"
                    raise InputError("protocol.rows: unknown step", task, f"{known}, {', '.join(OTHERS)}", hint)
        for name in self.cycles.__pydantic_extra__ or {}:
            if name not in world.tasks:
                lengths = ", ".join(Cycles.model_fields)
                hint = "correct the name"
                raise InputError(f"protocol.cycles.{name}: unknown key", name, f"{lengths}, or a task: {known}", hint)


def protocol_names() -> list[str]:
    """Names of all protocols, in data/protocols."""
    return data_names("protocols")


def load_protocol(name: str, model: str = "integer") -> dict:
    """A named protocol as plain data.

    Its table ``cycles`` is for all networks, ``cycles_of.<model>`` holds what differs for one of them.
    """
    known = protocol_names()
    if name not in known:
        raise InputError("protocol: unknown name", name, ", ".join(known), "choose one, or give a TOML file")
    data = read_data(f"protocols/{name}.toml")
    own = data.pop("cycles_of", {}).get(model, {})
    return {"name": name, **data, "cycles": {**data["cycles"], **own}}


def protocol(
    name: str = "quick", *, rows: Sequence[str] | None = None, model: str = "integer", **cycles: int
) -> Protocol:
    """A protocol from Python: a named one, with other rows or lengths where they are given.

    Parameters
    ----------
    name : str
        One of data/protocols.
    rows : sequence of str, optional
        In place of its own.
    model : str
        Network whose lengths are meant.
    cycles
        Lengths by name, e.g. ``T1=5000``; see `Cycles`.

    Raises
    ------
    InputError
        If a name, a row or a length cannot be taken.
    """
    data = load_protocol(name, model)
    given = {"rows": list(rows)} if rows is not None else {}
    return validated(Protocol, {**data, **given, "cycles": {**data["cycles"], **cycles}}, "protocol")
