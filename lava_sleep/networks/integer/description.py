"""The integer network: everything that a run needs to know of it, validated, and nothing else.

It is what a person writes in TOML under ``[network]``. Numbers are in the units of the fixed-point network (weights of
8 bit; thresholds, drive and floor in units of a weight). Constants without a source were chosen here.
"""

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from emulation.engine.network import STEPS
from emulation.engine.phase import Mode
from emulation.rules.grammar import RuleError, check_rule
from lava_sleep.base.settings import Part
from lava_sleep.environments.base import Environment
from lava_sleep.networks.base import Arithmetic, Network
from lava_sleep.networks.presets import plasticity_preset

INPUTS = 48  # of 49 pixels: the centre is the agent itself (paper, Methods)


class Hidden(Part):
    """The hidden layer: coincidence cells (stock LIF with du = dv = 4095)."""

    neurons: int = Field(784, ge=1, le=100_000, description="28 x 28 in the paper")
    threshold: int = Field(300, ge=1, le=2295, description="in units of a weight: two of 255 pass, one does not")


class Output(Part):
    """The output layer: eight LIF neurons, one per direction."""

    current_decay: int = Field(910, ge=0, le=4096, description="of u, as it acts, in 1/4096 (Lava: du = 909)")
    voltage_decay: int = Field(410, ge=0, le=4096, description="of v, in 1/4096")
    floor: int = Field(400, ge=0, le=131071, description="v never falls below minus this")
    threshold: int = Field(400, ge=1, le=131071, description="awake")
    threshold_asleep: int = Field(400, ge=1, le=131071)
    drive: int = Field(32, ge=-256, le=255, description="common input per hidden spike, awake")
    drive_asleep: int = Field(12, ge=-256, le=255)
    noise_exponent: int = Field(4, ge=-1, le=7, description="noise -127..127 << exponent into v awake, -1: none")


class HiddenSynapses(Part):
    """Input -> hidden: nine random inputs of 48 per neuron (paper), learnt by an unsupervised rule or constructed."""

    wiring: Literal["learnt", "constructed"] = "learnt"
    fan_in: int = Field(9, ge=2, le=INPUTS)
    initial_mean: float = Field(230, ge=0, le=255)
    initial_sd: float = Field(10, ge=0, le=128)
    dw: str = Field("-1*2^-4*y0*y3 + 2^1*x0*y0*sgn(w)", description="depression by the ramp y3, potentiation if x0")
    ramp_start: int = Field(8, ge=0, le=127, description="y3 at the start of the unsupervised phase")
    ramp_end: int = Field(26, ge=0, le=127, description="y3 at its end")


class Plasticity(Part):
    """Hidden -> output: what changes weights (w) and tags (t) awake and asleep; a preset fills what is not given."""

    preset: str = Field("bistable", description="a name of data/plasticity, or the path of a TOML file like them")
    wake_dw: str
    wake_dt: str
    sleep_dw: str
    sleep_dt: str
    x1_impulse: int = Field(ge=0, le=127)
    x1_tau: float = Field(ge=0, le=65535, description="timesteps")
    post_scale: int = Field(ge=0, le=127, description="y1 = post_scale * min(spikes of the cycle, post_limit)")
    post_limit: int = Field(ge=1, le=127)
    reward: int = Field(ge=0, le=127, description="y2 for the executed direction after a rewarded acquisition")
    punishment: int = Field(0, ge=0, le=127, description="y3 for the executed direction after a punished one")
    sleep_third_factor: int = Field(ge=0, le=127, description="y2 of all output neurons in every cycle of sleep")

    @model_validator(mode="before")
    @classmethod
    def _fill_from_preset(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data  # refused with all else that is no table
        missing = set(cls.model_fields) - {"preset"} - set(data)
        return {**plasticity_preset(data.get("preset", "bistable")), **data} if missing else data


class OutputSynapses(Part):
    """Hidden -> output, all to all."""

    initial_mean: float = Field(32, ge=0, le=255)
    initial_sd: float = Field(4, ge=0, le=128)
    plasticity: Plasticity = Field(default_factory=lambda: Plasticity.model_validate({}))


class Registers(Part):
    """How numbers are held and rounded in fixed point."""

    rounding: Literal["stochastic", "nearest", "floor"] = "stochastic"
    overflow: Literal["lava", "loihi-accumulator", "saturate", "strict"] = "lava"
    weight_bits: int = Field(8, ge=1, le=8)
    tag_bits: int = Field(8, ge=1, le=8)
    trace_bits: int = Field(7, ge=1, le=7)


class IntegerNetwork(Network):
    """The network of 8-bit weights, learnt on-chip; in float64 the same equations are its reference."""

    model: Literal["integer"] = "integer"
    hidden: Hidden = Hidden()
    output: Output = Output()
    hidden_synapses: HiddenSynapses = HiddenSynapses()
    output_synapses: OutputSynapses = OutputSynapses()
    arithmetic: Registers = Registers()

    maker: ClassVar[str] = "lava_sleep.networks.integer.instance:IntegerInstance"
    grapher: ClassVar[str] = "lava_sleep.networks.integer.graph:usage_of_network"
    arithmetics: ClassVar[tuple[Arithmetic, ...]] = (Arithmetic.FIXED, Arithmetic.FLOAT)
    cycle_steps: ClassVar[int] = STEPS
    weight_unit: ClassVar[str] = "8 bit, 0..255"
    largest_weight: ClassVar[float] = 256.0
    fits_registers: ClassVar[bool] = True
    has_graph: ClassVar[bool] = True

    @property
    def hidden_neurons(self) -> int:
        """Size of the hidden layer."""
        return self.hidden.neurons

    @property
    def hidden_fan_in(self) -> int:
        """Inputs of a hidden neuron."""
        return self.hidden_synapses.fan_in

    @property
    def learns_hidden(self) -> bool:
        """Whether an unsupervised phase comes first."""
        return self.hidden_synapses.wiring == "learnt"

    @property
    def punishes(self) -> bool:
        """Whether there is a third factor for punished acquisitions."""
        return self.output_synapses.plasticity.punishment > 0

    def hidden_threshold(self) -> float:
        """Summed weight of active inputs that a hidden neuron has to exceed."""
        return self.hidden.threshold

    def with_constructed_hidden_layer(self) -> "IntegerNetwork":
        """The same network with a constructed hidden layer."""
        synapses = self.hidden_synapses.model_copy(update={"wiring": "constructed"})
        return self.model_copy(update={"hidden_synapses": synapses})

    def phase_numbers(self, mode: Mode, world: Environment) -> dict[str, Any]:
        """Output layer, third factor and ramp of a phase."""
        output, plasticity = self.output, self.output_synapses.plasticity
        asleep = mode == Mode.SLEEP
        return {
            "threshold": output.threshold_asleep if asleep else output.threshold,
            "drive": output.drive_asleep if asleep else output.drive,
            "noise_exponent": -1 if asleep else output.noise_exponent,
            "third_factor": plasticity.sleep_third_factor if asleep else plasticity.reward,
            "punishment": plasticity.punishment,
            "ramp_start": self.hidden_synapses.ramp_start,
            "ramp_end": self.hidden_synapses.ramp_end,
        }

    def check(self) -> None:
        """Raise a RuleError, with its key, where a learning rule is not of the grammar."""
        plasticity = self.output_synapses.plasticity
        names = ("wake_dw", "wake_dt", "sleep_dw", "sleep_dt")
        rules = {f"network.output_synapses.plasticity.{name}": getattr(plasticity, name) for name in names}
        for place, text in {"network.hidden_synapses.dw": self.hidden_synapses.dw, **rules}.items():
            try:
                check_rule(place[-2:], text)
            except RuleError as error:
                raise error.at(place) from error
