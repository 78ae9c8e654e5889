"""Backend profiles: what a chip can do, as data in data/profiles/*.toml.

Every value has its unit, source and confidence; what has no public figure is the string ``"unknown"`` and stays so.

Confidence: A = read in public source code, B = vendor's page or datasheet, C = secondary source.
"""

from functools import cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from pydantic import Field, model_validator

from emulation.errors import InputError
from lava_sleep.base.data import data_names, read_data
from lava_sleep.base.files import read_toml
from lava_sleep.base.settings import Part, validated

UNKNOWN: Literal["unknown"] = "unknown"
SUFFIX = ".toml"
Value = TypeVar("Value")


class Limit(Part, Generic[Value]):
    """One value of a profile.

    Attributes
    ----------
    value : Value or "unknown"
    unit, source : str
        The source is empty where the value is unknown.
    confidence : {"A", "B", "C", ""}
        Empty where the value is unknown.
    """

    value: Value | Literal["unknown"]
    unit: str
    source: str = ""
    confidence: Literal["A", "B", "C", ""] = ""

    @property
    def is_known(self) -> bool:
        """Whether there is a public figure."""
        return self.value != UNKNOWN

    @property
    def known(self) -> Any:
        """The value, to be read where it is known."""
        return self.value

    @model_validator(mode="after")
    def _known_has_source(self) -> "Limit":
        if not self.unit:
            raise ValueError("every value has a unit, known or not")
        if self.is_known and not (self.source and self.confidence):
            raise ValueError("a known value has a source and a confidence")
        if not self.is_known and (self.source or self.confidence):
            raise ValueError("an unknown value has no source and no confidence")
        return self


Whole = Limit[int]
Real = Limit[float]
Names = Limit[tuple[str, ...]]
Support = Limit[Literal["core", "microcode", "software", "none"]]
Overflow = Limit[Literal["wrap", "clip"]]


class Limits(Part):
    """What a chip can hold and do. Every key stands in every profile, known or not."""

    chips: Whole = Field(description="chips of one system")
    cores: Whole = Field(description="neuro cores (or processors that take their place) of a chip")
    embedded_processors: Whole = Field(description="processors of a chip beside the neuro cores")
    host: Support = Field(description="exchange of spikes and values with a host while the network runs")
    neurons_per_core: Whole = Field(description="compartments")
    neurons_per_chip: Whole
    inputs: Whole = Field(description="input channels of a chip")
    fan_in: Whole = Field(description="synapses of a neuron")
    fan_out: Whole = Field(description="synapses that a neuron's spike reaches")
    input_axons: Whole = Field(description="per core")
    output_axons: Whole = Field(description="per core")
    synapse_memory: Whole = Field(description="per core, in bits")
    synapse_word: Whole = Field(description="bits to which a block of synapses is rounded up")
    synapse_block: Whole = Field(description="most synapses of a block")
    synapse_header: Whole = Field(description="bits before each block of synapses")
    synapses_per_chip: Whole
    weight_bits: Whole = Field(description="magnitude of a weight")
    weight_formats: Limit[tuple[int, ...]] = Field(description="numbers of bits that exist; others take the next")
    index_formats: Limit[tuple[int, ...]] = Field(description="numbers of index bits that exist")
    weight_exponent: Limit[tuple[int, int]] = Field(description="least and largest")
    delay: Whole = Field(description="longest, in timesteps")
    neuron_models: Names = Field(description="lif, if; what is not among them needs microcode or software")
    microcode: Support = Field(description="neurons with a program of their own")
    current_decay: Limit[tuple[int, int]] = Field(description="of u as it acts, in 1/4096")
    voltage_decay: Limit[tuple[int, int]] = Field(description="of v as it acts, in 1/4096")
    threshold: Whole = Field(description="largest, in units of a weight")
    state_bits: Whole = Field(description="of u and of v, sign included")
    state_overflow: Overflow = Field(description="what a u does that outgrows them")
    accumulator_bits: Whole = Field(description="of the summed input of a timestep, sign included")
    accumulator_overflow: Overflow = Field(description="what a sum does that outgrows them")
    bias_mantissa: Whole = Field(description="largest magnitude")
    bias_exponent: Whole = Field(description="largest")
    noise_generators: Whole = Field(description="settings of noise (exponent, target) of a core")
    learning: Support = Field(description="plastic synapses on the chip")
    third_factor: Support = Field(description="traces that something other than spikes sets")
    tag_bits: Whole = Field(description="magnitude of the tag")
    trace_bits: Whole
    impulse: Whole = Field(description="largest that a spike adds to a trace")
    epoch: Whole = Field(description="longest learning epoch, in timesteps")
    third_factor_range: Limit[tuple[int, int]]
    products: Whole = Field(description="of a rule")
    rule_forms: Names = Field(description="forms that a rule may have")
    rule_mantissa: Limit[tuple[int, int]] = Field(description="of a product's scale")
    rule_exponent: Limit[tuple[int, int]] = Field(description="of a product's scale")


class Energy(Part):
    """Published energies and times, for the cost estimate."""

    synaptic_event: Real = Field(description="one spike at one synapse")
    neuron_update: Real = Field(description="one neuron in one timestep")
    neuron_access: Real = Field(description="reading and writing its state")
    spike: Real = Field(description="one spike of one neuron")
    axon_out: Real = Field(description="one spike sent to one core")
    barrier_least: Real = Field(description="time of a timestep's synchronisation")
    barrier_largest: Real


class Profile(Part):
    """A chip."""

    name: str
    title: str
    remark: str = ""
    limits: Limits
    energy: Energy


def profile_names() -> list[str]:
    """The chips of which there is a profile."""
    return data_names("profiles")


@cache
def load_profile(name: str) -> Profile:
    """A profile by the name of its chip, or by the path of a TOML file of one's own.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name.endswith(SUFFIX):
        return profile_of({"name": Path(name).stem, **read_toml(Path(name), "--target: profile of a chip")})
    if name not in profile_names():
        allowed = f"{', '.join(profile_names())}, or the path of a TOML file"
        raise InputError("--target: no profile of that name", name, allowed, "choose one of these")
    return profile_of({"name": name, **read_data(f"profiles/{name}.toml")})


def profile_of(data: dict[str, Any]) -> Profile:
    """A profile from plain data, say one of a user's own chip."""
    return validated(Profile, data, strict=False)
