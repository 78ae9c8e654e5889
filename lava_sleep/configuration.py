"""The configuration of a run: TOML file and options, validated before anything runs."""

from pathlib import Path
from typing import Any, Literal

import tomli
import tomli_w
from pydantic import Field, ValidationError

from emulation.rules.grammar import RuleError, check_rule
from lava_sleep.description import NetworkDescription
from lava_sleep.errors import InputError
from lava_sleep.part import Part
from lava_sleep.protocol import Protocol, load_protocol

ExecutorName = Literal["emulation", "float", "map", "lava-cycle", "lava"]


class Configuration(Part):
    """Everything that a run depends on."""

    executor: ExecutorName = "emulation"
    arithmetic: Literal["", "fixed_pt", "floating_pt"] = Field("", description="of the Lava executors; empty: fixed_pt")
    networks: int = Field(1, ge=1, le=10_000, description="network k has seed + k")
    seed: int = Field(1, ge=0, lt=2**31)
    protocol: Protocol = Protocol()
    network: NetworkDescription = NetworkDescription()

    @property
    def floating(self) -> bool:
        """Whether the run computes in float64."""
        return self.executor in ("float", "map") or self.arithmetic == "floating_pt"


def read_configuration(path: Path | None, options: dict) -> Configuration:
    """Read a TOML file (or nothing) and lay the options of the command line over it.

    Parameters
    ----------
    path : Path, optional
        A TOML file with the keys that ``lava-sleep config`` prints; those left out take their defaults.
    options : dict
        Values of `Configuration` by name; None is left out. ``protocol`` is the name of a protocol.

    Raises
    ------
    InputError
        With the place, the value and what is allowed.
    """
    data = read_toml(path) if path else {}
    given = {name: value for name, value in options.items() if value is not None}
    chosen = given.pop("protocol", data.get("protocol", {}))
    executor = given.get("executor", data.get("executor", "emulation"))
    data = {**data, **given, "protocol": protocol_section(chosen, executor)}
    try:
        configuration = Configuration.model_validate(data, strict=True)  # in TOML 2.0, '2' and true are no whole number
    except ValidationError as error:
        raise describe(error) from error
    if configuration.executor == "map" and configuration.arithmetic == "fixed_pt":
        raise InputError("arithmetic of executor map", "fixed_pt", "floating_pt", "leave it out, or choose emulation")
    check_rules(configuration.network)
    return configuration


def protocol_section(section: Any, executor: Any) -> dict:
    """A protocol as a table: a name, or rows left out, stand for the one of that name with the executor's lengths."""
    if isinstance(section, str):
        section = {"name": section}
    if not isinstance(section, dict):
        raise InputError("protocol", section, "a name or a table", "write e.g. protocol = 'quick'")
    base = load_protocol(section.get("name", "quick"), str(executor)) if "rows" not in section else {}
    cycles = section.get("cycles", {})
    if not isinstance(cycles, dict):
        raise InputError("protocol.cycles", cycles, "a table", "write e.g. [protocol.cycles]")
    return {**base, **section, "cycles": {**base.get("cycles", {}), **cycles}}


def read_toml(path: Path) -> dict:
    """The contents of a TOML file."""
    try:
        return tomli.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            "configuration file", str(path), "a readable TOML file", f"check it ({error.strerror})"
        ) from error
    except (ValueError, RecursionError) as error:  # broken, no text, a number without end, tables without end
        raise InputError("configuration file", str(path), "TOML", f"correct it ({error})") from error


def describe(error: ValidationError) -> InputError:
    """The first finding of pydantic as one line."""
    finding = error.errors()[0]
    place = ".".join(str(part) for part in finding["loc"]) or "configuration"
    if finding["type"] == "extra_forbidden":
        return InputError(
            f"{place}: unknown key", finding["input"], "the keys that `lava-sleep config` prints", "correct it"
        )
    if finding["type"] == "missing":
        return InputError(f"{place}: missing", None, "a value", "give it, or a preset that has it")
    allowed = finding["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return InputError(place, finding["input"], allowed, "correct the value")


def check_rules(network: NetworkDescription) -> None:
    """Every learning rule is of the grammar."""
    plasticity = network.output_synapses.plasticity
    rules = {
        "network.hidden_synapses.dw": network.hidden_synapses.dw,
        **{
            f"network.output_synapses.plasticity.{name}": getattr(plasticity, name)
            for name in ("wake_dw", "wake_dt", "sleep_dw", "sleep_dt")
        },
    }
    for place, text in rules.items():
        try:
            check_rule(place[-2:], text)
        except RuleError as error:
            raise RuleError(f"{place}: {error}") from error


def as_toml(configuration: Configuration) -> str:
    """The whole configuration as TOML."""
    return tomli_w.dumps(configuration.model_dump(mode="json"))
