"""The paper's own network: what a person writes under ``[network]`` with ``model = "golden2022"``.

Numbers with "(paper)" are given by Golden et al. 2022, Methods; all others were chosen here, as the text gives none,
each with its reason. Times are in steps of 0.5 ms or in movement cycles of 600 steps.
"""

from typing import Any, ClassVar, Literal

from pydantic import Field

from emulation.engine.phase import Mode
from emulation.golden2022.parameters import STEPS
from lava_sleep.base.registry import load
from lava_sleep.base.settings import Part
from lava_sleep.environments.base import Environment
from lava_sleep.networks.base import Arithmetic, Network

INPUTS = 48  # of 49 pixels: the centre is the agent itself (paper, Methods)


class GoldenHidden(Part):
    """The hidden layer."""

    neurons: int = Field(784, ge=1, le=100_000, description="28 x 28 (paper)")


class GoldenNeuron(Part):
    """The map-based neuron, see `emulation.golden2022.neuron`."""

    alpha: float = Field(3.65, gt=0, lt=4, description="shape of the map (paper)")
    sigma: float = Field(0.06, gt=0, lt=1, description="input at rest (paper); V rests at sigma - 1")
    mu: float = Field(0.0005, ge=0, lt=0.1, description="rate of the slow variable (paper)")
    beta_e: float = Field(0.133, ge=0, le=1, description="weight of external input in beta (paper)")
    sigma_e: float = Field(1.0, ge=0, le=10, description="weight of external input in sigma (paper)")
    beta_syn: float = Field(0.133, ge=0, le=1, description="chosen: a synapse acts like external input (beta_e)")
    sigma_syn: float = Field(1.0, ge=0, le=10, description="chosen: a synapse acts like external input (sigma_e)")


class GoldenInputSynapses(Part):
    """Input -> hidden: nine random inputs of 48 per neuron (paper), learnt by unsupervised STDP or constructed."""

    wiring: Literal["learnt", "constructed"] = Field("learnt", description="unsupervised (paper), or constructed")
    fan_in: int = Field(9, ge=2, le=INPUTS, description="random inputs of 48 per neuron (paper)")
    gamma: float = Field(
        0.6, ge=0, lt=1, description="decay of Isyn per step; chosen: short, so that a hidden neuron spikes once"
    )
    strength: float = Field(
        1.35, gt=0, le=1.8, description="g; chosen: before learning two of nine inputs make a spike, one does not"
    )
    reversal: float = Field(0.0, ge=-0.5, le=1, description="V_rp of excitation; chosen: above the threshold V = -0.88")
    noise: float = Field(0.12, ge=0, lt=1, description="R (paper)")
    initial_sd: float = Field(
        0.1, ge=0, le=1, description="of the initial weights, relative to the mean 1/9; chosen: the paper says normal"
    )
    potentiation: float = Field(0.04, ge=0, lt=1, description="K (paper)")
    trace_steps: float = Field(80, gt=0, description="T_c = 40 ms (paper)")
    largest_share: float = Field(
        0.48, gt=0, le=1, description="of a weight in its neuron's total; chosen: otherwise one input takes it all"
    )
    target_rate: float = Field(
        0.013,
        gt=0,
        lt=1,
        description="spikes per cycle; chosen: ten of the layer, above the .0076 at which "
        "a particle of one kind is at one place in the unsupervised phase",
    )
    rate_cycles: float = Field(2000, ge=1, description="averaging of the rate; chosen: 26 spikes at the target rate")
    homeostasis: float = Field(
        0.0005, ge=0, lt=0.1, description="relative change of a total per cycle; chosen: slower than the average"
    )
    late_share: float = Field(
        1 / 3,
        ge=0,
        le=1,
        description="last part of the phase, with the limits below; chosen: selection comes first; "
        "without the limits 3 % of the neurons spike at a single pixel",
    )
    largest_drive: float = Field(
        0.85,
        gt=0,
        le=1,
        description="of one input, in units of the threshold, in the late part; chosen: below "
        "1 / (1 + R), so that one pixel never makes a spike",
    )
    largest_total: float = Field(
        2.2,
        ge=1,
        le=9,
        description="of a neuron, in units of the largest input, in the late part; chosen: room for "
        "two inputs, not for a third",
    )
    unsupervised_particles: int = Field(
        19,
        ge=1,
        le=31,
        description="of each kind in the unsupervised phase at most, 6 % density; chosen: at the paper's 10 % "
        "two thirds of the neurons learn a pair of pixels of two particles",
    )


class GoldenOutputSynapses(Part):
    """Hidden -> output: excitation with rewarded STDP, and feed-forward inhibition."""

    initial_spread: float = Field(
        1.0,
        ge=0,
        le=1,
        description="initial weights are uniform in 1 +- spread, W_j0 is their number; chosen: the "
        "widest, so that every output neuron starts with a preference",
    )
    gamma: float = Field(
        0.96, ge=0, lt=1, description="decay of Isyn per step, of both; chosen: 12 ms, hidden spikes of a cycle add up"
    )
    excitation: float = Field(
        0.05,
        gt=0,
        le=1,
        description="g of an excitatory synapse of weight 1; chosen: one spike at the mean weight is "
        "below threshold, a few together are above it",
    )
    excitatory_reversal: float = Field(0.0, ge=-0.5, le=1, description="V_rp; chosen: as input -> hidden")
    inhibition: float = Field(
        0.2, ge=0, le=2, description="g of an inhibitory synapse; chosen: two thirds of the mean excitation at rest"
    )
    inhibitory_reversal: float = Field(-1.1, ge=-2, le=-1, description="V_rp; chosen: below rest and reset")
    noise: float = Field(0.12, ge=0, lt=1, description="R (paper)")
    amplitude: float = Field(0.04, ge=0, lt=1, description="K (paper)")
    trace_steps: float = Field(80, gt=0, description="T_c = 40 ms (paper)")
    window: int = Field(120, ge=1, le=250, description="steps between paired spikes (paper)")
    memory: int = Field(6, ge=1, le=64, description="epochs that a trace is kept (paper)")
    delay: float = Field(1.0, gt=0, description="c, epochs (paper)")
    winner_only: bool = Field(
        True, description="traces of the executed direction only; chosen: with all of them Task 1 is hardly learnt"
    )
    balancing: bool = Field(True, description="changes scaled by W_i0 / W_i (paper)")
    smallest_factor: float = Field(
        0.05, gt=0, le=1, description="of a weight in one epoch; chosen: keeps weights positive where traces add up"
    )
    floor: float = Field(
        0.03,
        ge=0,
        lt=1,
        description="of a weight, in units of the mean weight; chosen: multiplicative change revives "
        "no synapse that is zero",
    )
    cap: float = Field(
        0.03, gt=0, le=1, description="of a weight, in units of W_j0; chosen: some thirty synapses share a neuron"
    )
    target_rate: float = Field(
        0.12, gt=0, lt=10, description="spikes of an output neuron per cycle; chosen: one spike of one of the eight"
    )
    rate_cycles: float = Field(200, ge=1, description="averaging of the rate; chosen: 24 spikes at the target rate")
    homeostasis: float = Field(
        0.0005, ge=0, lt=0.1, description="relative change of W_j0 per cycle; chosen: slower than the average"
    )
    reward: float = Field(1.0, description="S_rp of a rewarded acquisition (paper)")
    punishment: float = Field(-0.001, description="S_rp of a punished one (paper)")
    nothing: float = Field(-0.0001, description="S_rp of a move onto an empty square (paper)")
    sleep_reward: float = Field(0.5, description="S_rp of every cycle asleep (paper)")


class GoldenNetwork(Network):
    """The paper's own network: map-based neurons, STDP and rewarded STDP, in float64.

    The text leaves these open too; they were chosen here and are no numbers:

    - Every waking cycle starts from rest: after 600 steps a neuron's distance from rest has shrunk to 1e-4, and the
      latency of a hidden spike becomes a function of its input alone.
    - Weights change once per cycle, from traces summed by epoch, and are then rescaled: S_rp comes once per cycle.
    - Asleep each event of the Poisson noise makes its hidden neuron spike at once: so its rate is the one recorded.
    - Asleep homeostasis rests: W_j0 and the running rates of the output layer are frozen, or else the rates alone would
      change how the waking episodes in between forget.
    - Traces are cleared at every switch of phase: eligibility from waking is not paid by the constant reward of sleep.
    """

    model: Literal["golden2022"] = "golden2022"
    hidden: GoldenHidden = GoldenHidden()
    neuron: GoldenNeuron = GoldenNeuron()
    input_synapses: GoldenInputSynapses = GoldenInputSynapses()
    output_synapses: GoldenOutputSynapses = GoldenOutputSynapses()

    maker: ClassVar[str] = "lava_sleep.networks.golden2022.instance:GoldenInstance"
    arithmetics: ClassVar[tuple[Arithmetic, ...]] = (Arithmetic.FLOAT,)
    cycle_steps: ClassVar[int] = STEPS
    weight_unit: ClassVar[str] = "mean 1 at the start"
    largest_weight: ClassVar[float] = 0.0

    @property
    def hidden_neurons(self) -> int:
        """Size of the hidden layer."""
        return self.hidden.neurons

    @property
    def hidden_fan_in(self) -> int:
        """Inputs of a hidden neuron."""
        return self.input_synapses.fan_in

    @property
    def learns_hidden(self) -> bool:
        """Whether an unsupervised phase comes first."""
        return self.input_synapses.wiring == "learnt"

    def hidden_threshold(self) -> float:
        """Summed weight of active inputs that just makes a hidden neuron spike, at the mean amplitude of the events."""
        return load("lava_sleep.networks.golden2022.build:threshold_weight")(self)

    def with_constructed_hidden_layer(self) -> "GoldenNetwork":
        """The same network with a constructed hidden layer."""
        synapses = self.input_synapses.model_copy(update={"wiring": "constructed"})
        return self.model_copy(update={"input_synapses": synapses})

    def phase_numbers(self, mode: Mode, world: Environment) -> dict[str, Any]:
        """Density of particles in the unsupervised phase; what the integer output layer has is 0 here."""
        of_integers = ("threshold", "drive", "noise_exponent", "third_factor", "ramp_start", "ramp_end")
        numbers: dict[str, Any] = dict.fromkeys(of_integers, 0)
        if mode == Mode.UNSUPERVISED:
            numbers["setting"] = world.thinned(self.input_synapses.unsupervised_particles)
        return numbers
