"""The description of a network: everything that an executor needs to know, validated, and nothing else.

It is what a person writes in TOML under ``[network]``. Numbers are in the units of the fixed-point network (weights of
8 bit; thresholds, drive and floor in units of a weight). Constants without a source were chosen here.
"""

from typing import Any, Literal

import networkx as nx
from pydantic import Field, model_validator

from lava_sleep.map_description import MapDescription
from lava_sleep.part import Part
from lava_sleep.presets import plasticity_preset

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

    preset: Literal["graded", "bistable"] = "bistable"
    wake_dw: str
    wake_dt: str
    sleep_dw: str
    sleep_dt: str
    x1_impulse: int = Field(ge=0, le=127)
    x1_tau: float = Field(ge=0, le=65535, description="timesteps")
    post_scale: int = Field(ge=0, le=127, description="y1 = post_scale * min(spikes of the cycle, post_limit)")
    post_limit: int = Field(ge=1, le=127)
    reward: int = Field(ge=0, le=127, description="y2 for the executed direction after a rewarded acquisition")
    sleep_third_factor: int = Field(ge=0, le=127, description="y2 of all output neurons in every cycle of sleep")

    @model_validator(mode="before")
    @classmethod
    def _fill_from_preset(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data  # refused with all else that is no table
        return {**plasticity_preset(data.get("preset", "bistable")), **data}


class OutputSynapses(Part):
    """Hidden -> output, all to all."""

    initial_mean: float = Field(32, ge=0, le=255)
    initial_sd: float = Field(4, ge=0, le=128)
    plasticity: Plasticity = Field(default_factory=lambda: Plasticity.model_validate({}))


class Sleep(Part):
    """Noise-driven reactivation of the hidden layer at the rates measured awake."""

    rate_gain: float = Field(1.0, gt=0, le=20, description="factor on the measured rates")


class Arithmetic(Part):
    """How numbers are held and rounded in fixed point."""

    rounding: Literal["stochastic", "nearest", "floor"] = "stochastic"
    overflow: Literal["lava", "loihi-accumulator", "saturate", "strict"] = "lava"
    weight_bits: int = Field(8, ge=1, le=8)
    tag_bits: int = Field(8, ge=1, le=8)
    trace_bits: int = Field(7, ge=1, le=7)


class NetworkDescription(Part):
    """The whole network."""

    hidden: Hidden = Hidden()
    output: Output = Output()
    hidden_synapses: HiddenSynapses = HiddenSynapses()
    output_synapses: OutputSynapses = OutputSynapses()
    sleep: Sleep = Sleep()
    arithmetic: Arithmetic = Arithmetic()
    map: MapDescription = MapDescription()

    def graph(self) -> nx.MultiDiGraph:
        """Populations as nodes, projections as edges, with the numbers of this description as attributes."""
        graph = nx.MultiDiGraph(name="foraging network")
        graph.add_node("world", kind="host", size=1)
        graph.add_node("manager", kind="embedded", size=1)
        graph.add_node("sleep", kind="embedded", size=self.hidden.neurons, **self.sleep.model_dump())
        graph.add_node("input", kind="spike source", size=INPUTS + 1)
        graph.add_node("hidden", kind="neurons", size=self.hidden.neurons, **self.hidden.model_dump())
        graph.add_node("output", kind="neurons", size=8, **self.output.model_dump())
        plasticity = self.output_synapses.plasticity.model_dump()
        graph.add_edge("world", "input", kind="spikes")
        graph.add_edge(
            "input", "hidden", kind="plastic", fan_in=self.hidden_synapses.fan_in, dw=self.hidden_synapses.dw
        )
        graph.add_edge("hidden", "output", kind="plastic", fan_in=self.hidden.neurons, **plasticity)
        graph.add_edge("hidden", "output", kind="static", fan_in=self.hidden.neurons, weight=self.output.drive)
        graph.add_edge("sleep", "hidden", kind="spikes")
        graph.add_edge("hidden", "sleep", kind="rates")
        graph.add_edge("output", "world", kind="spike counts")
        graph.add_edge("world", "output", kind="third factor")
        for target in ("world", "sleep", "hidden", "output"):
            graph.add_edge("manager", target, kind="control")
        return graph
