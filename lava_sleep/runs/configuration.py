"""The configuration of a run: TOML file and options, validated before anything runs."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

import tomli
import tomli_w
from pydantic import Field, InstanceOf, SerializeAsAny, field_serializer

from emulation.errors import InputError, LavaSleepError
from lava_sleep.backends import BACKENDS
from lava_sleep.backends.base import Backend
from lava_sleep.base.files import read_toml
from lava_sleep.base.settings import Part, validated
from lava_sleep.environments import ENVIRONMENTS
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks import NETWORKS
from lava_sleep.networks.base import Arithmetic, Network
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.networks.older import current_network
from lava_sleep.protocols.protocol import Protocol, load_protocol

if TYPE_CHECKING:
    import xarray as xr


class Options(TypedDict, total=False):
    """What can be said of a run beside a TOML file; None is as if it were not said.

    `executor` stands for a network, an arithmetic and a backend (`EXECUTORS`); `protocol` and `network` may be names.
    """

    executor: str | None
    network: Any
    world: Any
    tasks: Any
    arithmetic: Any
    backend: str | None
    protocol: Any
    networks: int | None
    seed: int | None


class Executor(NamedTuple):
    """A network, an arithmetic and a backend under one name; None where the name leaves it open."""

    network: str
    arithmetic: str | None
    backend: str


EXECUTORS = {
    "emulation": Executor("integer", "fixed", "compiled"),
    "float": Executor("integer", "float", "compiled"),
    "graph": Executor("integer", None, "graph"),
    "map": Executor("golden2022", "float", "compiled"),
    "lava-cycle": Executor("integer", None, "lava-cycle"),
    "lava": Executor("integer", None, "lava"),
}
ARITHMETICS = {"fixed_pt": "fixed", "floating_pt": "float"}  # Lava's names


class Configuration(Part):
    """Everything that a run depends on."""

    seed: int = Field(1, ge=0, lt=2**31)
    networks: int = Field(1, ge=1, le=10_000, description="network k has seed + k")
    arithmetic: Arithmetic = Field(Arithmetic.FIXED, description="fixed: integers as hardware holds them; float")
    backend: str = Field("compiled", description="compiled, graph, lava, lava-cycle, or one that is installed")
    protocol: Protocol = Protocol()
    network: SerializeAsAny[InstanceOf[Network]] = IntegerNetwork()
    world: SerializeAsAny[InstanceOf[Environment]] = PAPER

    @field_serializer("arithmetic")
    def _arithmetic_as_text(self, arithmetic: Arithmetic) -> str:
        return arithmetic.value

    @property
    def label(self) -> str:
        """The name of network, arithmetic and backend together, as tables show it."""
        model, arithmetic = self.network.model, self.arithmetic.value
        for name, executor in EXECUTORS.items():
            is_same = (executor.network, executor.backend) == (model, self.backend)
            if is_same and executor.arithmetic in (arithmetic, None):
                return name if executor.arithmetic or self.has_default_arithmetic else f"{name} ({arithmetic})"
        return f"{model} {arithmetic} {self.backend}"

    @property
    def has_default_arithmetic(self) -> bool:
        """Whether the network computes as it does where nothing is said."""
        return self.arithmetic == self.network.arithmetics[0]

    @property
    def seeds(self) -> range:
        """Of its networks."""
        return range(self.seed, self.seed + self.networks)

    def warnings(self) -> list[str]:
        """What will probably not work, a line each."""
        return self.world.warnings(punishes=self.network.punishes)

    def engine(self) -> Backend:
        """The backend that runs it."""
        return BACKENDS.get(self.backend)


def read_configuration(path: Path | None, options: Mapping[str, Any], *, to_run: bool = True) -> Configuration:
    """Read a TOML file (or nothing) and lay options over it.

    Parameters
    ----------
    path : Path, optional
        A TOML file with the keys that ``lava-sleep config`` prints; those left out take their defaults.
    options : mapping
        See `Options`.
    to_run : bool
        Whether its backend has to be there: what was run elsewhere can be read without.

    Raises
    ------
    InputError
        With the place, the value and what is allowed.
    """
    data = read_toml(path, "configuration file") if path else {}
    return configuration_of(data, {name: value for name, value in options.items() if value is not None}, to_run=to_run)


def configuration_of(
    data: dict[str, Any], options: Mapping[str, Any] = MappingProxyType({}), *, to_run: bool = True
) -> Configuration:
    """A configuration from plain data, see `read_configuration`."""
    own = without_executor(data)
    if "executor" in options:
        own["network"] = data.get("network", {})  # a table of before describes the network of either executor
    given = {**own, **without_executor(dict(options))}
    network = network_of(given.pop("network", {}), own.get("network", {}))
    chosen = given.pop("protocol", {})
    protocol = chosen if isinstance(chosen, Protocol) else protocol_of(chosen, network.model)
    world = world_of(given.pop("world", {}), given.pop("tasks", None), protocol)
    protocol = protocol.model_copy(update={"world": {}, "tasks": {}})  # they are part of `world` now
    arithmetic = arithmetic_of(given.pop("arithmetic", None), network)
    parts = {"arithmetic": arithmetic, "protocol": protocol, "network": network, "world": world}
    configuration = validated(Configuration, {**given, **parts})
    network.check()
    network.check_world(world)
    protocol.check_tasks(world)
    if to_run:
        configuration.engine().check(network, configuration.arithmetic)
    return configuration


def without_executor(data: dict[str, Any]) -> dict[str, Any]:
    """Plain data in which ``executor`` is taken apart into network, arithmetic and backend."""
    data = dict(data)
    name = data.pop("executor", None)
    if name is None:
        return data
    if not isinstance(name, str) or name not in EXECUTORS:
        raise InputError("executor: unknown name", name, ", ".join(EXECUTORS), "choose one of these")
    executor = EXECUTORS[name]
    network = data.get("network", {})
    wanted = data.get("arithmetic")
    named = ARITHMETICS.get(wanted, wanted) if isinstance(wanted, str) else wanted
    if executor.arithmetic and wanted not in (None, "") and named != executor.arithmetic:
        hint = "leave it out, or choose another executor"
        raise InputError(f"arithmetic of the executor {name}", wanted, executor.arithmetic, hint)
    given = {} if wanted in (None, "") else {"arithmetic": wanted}
    apart = {name: value for name, value in executor._asdict().items() if value is not None}
    if isinstance(network, dict) and "model" not in network:
        apart["network"] = current_network(network, executor.network)
    return {**data, **apart, **given}


def network_of(given: Any, table: Any) -> Network:
    """A network from a name, a table or a description; what is not given is as in the table of the file."""
    if isinstance(given, Network):
        return given
    model = model_of(given, table)
    own = current_network(table, model)
    if own["model"] != model:  # the file describes another network
        own = {"model": model}
    if isinstance(given, dict) and given is not table:
        own = {**own, **given}
    return validated(NETWORKS.get(model), own, "network")


def model_of(given: Any, table: Any) -> str:
    """The model that is meant by a name or a table, else that of the file's table, else the default one."""
    for part in (given, table):
        if isinstance(part, str):
            return part
        if not isinstance(part, dict):
            raise InputError("network", part, "a name or a table", "write e.g. [network]")
        if "model" in part:
            if not isinstance(part["model"], str):
                raise InputError("network.model", part["model"], ", ".join(NETWORKS.names()), "choose one of these")
            return part["model"]
    return IntegerNetwork().model


def arithmetic_of(name: Any, network: Network) -> Any:
    """The arithmetic of a name; by default the network's own."""
    if name in (None, ""):
        return network.arithmetics[0]
    name = ARITHMETICS.get(name, name) if isinstance(name, str) else name
    if isinstance(name, Arithmetic):
        return name
    if name not in [one.value for one in Arithmetic]:
        allowed = ", ".join(one.value for one in Arithmetic)
        raise InputError("arithmetic: unknown name", name, allowed, "choose one of these")
    return Arithmetic(name)


def world_of(given: Any, tasks: Any, protocol: Protocol = Protocol()) -> Environment:  # noqa: B008
    """An environment with its tasks; what is not given is as the protocol describes it, else the default."""
    if isinstance(given, Environment):
        if tasks is None:
            return given
        given = given.model_dump(mode="json", exclude={"tasks"})
    for name, part in (("world", given), ("tasks", {} if tasks is None else tasks)):
        if not isinstance(part, Mapping):
            raise InputError(
                name, part, "a table", f"write e.g. [{name}]" if name == "world" else "write e.g. [tasks.T1]"
            )
    table = {**protocol.world, **given}
    chosen = tasks if tasks is not None else protocol.tasks or None
    name = table.get("environment", PAPER.environment)
    if not isinstance(name, str):
        raise InputError("world.environment", name, ", ".join(ENVIRONMENTS.names()), "choose one of these")
    if protocol.world.get("environment", PAPER.environment) != name and "environment" in given:
        table, chosen = dict(given), tasks  # another environment than the protocol's
    try:
        return validated(ENVIRONMENTS.get(name), {**table, **({} if chosen is None else {"tasks": chosen})}, "world")
    except LavaSleepError as error:
        if error.what.startswith("world.tasks"):
            raise InputError(error.what.removeprefix("world."), error.got, error.allowed, error.hint) from error
        raise


def world_of_data(data: "xr.Dataset") -> Environment:
    """The environment of a run, from the attributes of its arrays; the paper's for arrays of before."""
    return _world_of_text(str(data.attrs.get("configuration", "")))


@lru_cache(maxsize=64)
def _world_of_text(text: str) -> Environment:
    found = tomli.loads(text)
    return world_of(found.get("world", {}), found.get("tasks"))


def protocol_of(section: Any, model: str) -> Protocol:
    """A protocol; a name, or rows left out, stand for the one of that name with the lengths of the network's model."""
    if isinstance(section, str):
        section = {"name": section}
    if not isinstance(section, dict):
        raise InputError("protocol", section, "a name or a table", "write e.g. protocol = 'quick'")
    base = load_protocol(section.get("name", "quick"), model) if "rows" not in section else {}
    cycles = section.get("cycles", {})
    if not isinstance(cycles, dict):
        raise InputError("protocol.cycles", cycles, "a table", "write e.g. [protocol.cycles]")
    made = {**base, **section, "cycles": {**base.get("cycles", {}), **cycles}}
    return validated(Protocol, made, "protocol")


def as_toml(configuration: Configuration) -> str:
    """The whole configuration as TOML."""
    made = configuration.model_dump(mode="json")
    tasks = made["world"].pop("tasks")  # stand beside the world in a file
    return tomli_w.dumps({**made, "tasks": tasks})
