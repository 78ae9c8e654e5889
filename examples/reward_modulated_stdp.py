"""Reward-modulated STDP: a network of stock Lava whose plastic connection is exchanged by one import.

    uv run python examples/reward_modulated_stdp.py

Forty input neurons fire in two groups, cue A and cue B, one cue at a time. One post neuron fires at both. After each
presentation of cue A comes a reward, after cue B a punishment; the synapses remember in their tags which of them took
part. The rule is Lava's own `RewardModulatedSTDP`. In a network of yours, the change is

    from lava.proc.dense.process import LearningDense     ->     from processes import PlasticDense as LearningDense
"""

import time

import numpy as np
from lava.magma.core.decorator import implements, requires, tag
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.process.variable import Var
from lava.magma.core.resources import CPU
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from lava.proc.dense.process import LearningDense
from lava.proc.io.sink import RingBuffer as Recorder
from lava.proc.io.source import RingBuffer as Source
from lava.proc.learning_rules.r_stdp_learning_rule import RewardModulatedSTDP
from lava.utils.weightutils import SignMode

from processes import PlasticDense
from processes.runtime import GuardedRun

GROUP = 20  # input neurons of a cue
PRESENTATION = 40  # timesteps: cue for 20, pause, reward from 24 to 27
TRIALS = 50
TIMESTEPS = TRIALS * PRESENTATION
CUES = {"A (rewarded)": slice(0, GROUP), "B (punished)": slice(GROUP, 2 * GROUP)}


class RewardedLIF(AbstractProcess):
    """A leaky integrate-and-fire neuron that tells its synapses of its spikes (bap, y1) and of its reward (y2)."""

    def __init__(self, threshold: int, trace_impulse: int, trace_tau: float) -> None:
        super().__init__(threshold=threshold, impulse=trace_impulse, decay=float(np.exp(-1 / trace_tau)))
        self.a_in, self.reward_in = InPort(shape=(1,)), InPort(shape=(1,))
        self.s_out, self.bap_out = OutPort(shape=(1,)), OutPort(shape=(1,))
        self.y1_out, self.y2_out = OutPort(shape=(1,)), OutPort(shape=(1,))
        self.v = Var(shape=(1,), init=0)
        self.y1 = Var(shape=(1,), init=0)


@implements(proc=RewardedLIF, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt")
class PyRewardedLIFModel(PyLoihiProcessModel):
    """v <- 3/4 v + a, spike and v <- 0 at v > threshold; y1 decays, and rises with each spike."""

    a_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    reward_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    s_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    bap_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, bool)
    y1_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    y2_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    v: np.ndarray = LavaPyType(np.ndarray, np.int32)
    y1: np.ndarray = LavaPyType(np.ndarray, np.int32)

    def run_spk(self) -> None:
        """One timestep."""
        self.v[:] = self.v * 3 // 4 + self.a_in.recv()
        spikes = self.v > self.proc_params["threshold"]
        self.v[spikes] = 0
        self.y1[:] = np.minimum(self.y1 * self.proc_params["decay"] + spikes * self.proc_params["impulse"], 127)
        self.s_out.send(spikes.astype(np.int32))
        self.bap_out.send(spikes)
        self.y1_out.send(self.y1)
        self.y2_out.send(self.reward_in.recv())


def input_streams() -> tuple[np.ndarray, np.ndarray]:
    """Spikes (neurons, timesteps) and rewards (1, timesteps): cues A and B in turn."""
    random = np.random.default_rng(1)
    spikes, rewards = np.zeros((2 * GROUP, TIMESTEPS), np.int32), np.zeros((1, TIMESTEPS), np.int32)
    for trial in range(TRIALS):
        start = trial * PRESENTATION
        cue = list(CUES.values())[trial % 2]
        spikes[cue, start : start + 20] = random.random((GROUP, 20)) < 0.15
        rewards[0, start + 24 : start + 28] = 16 if trial % 2 == 0 else -16
    return spikes, rewards


def run(connection_class: type, **arguments) -> tuple[np.ndarray, np.ndarray, float]:
    """Learn; returns the final weights, the number of output spikes per trial, and timesteps per second."""
    rule = RewardModulatedSTDP(
        learning_rate=1, A_plus=2, A_minus=-1, pre_trace_decay_tau=10, post_trace_decay_tau=10,
        pre_trace_kernel_magnitude=16, post_trace_kernel_magnitude=16, eligibility_trace_decay_tau=0.25,
        t_epoch=2, rng_seed=1,
    )  # fmt: skip
    spikes, rewards = input_streams()
    source, reward = Source(data=spikes), Source(data=rewards)
    weights = np.full((1, 2 * GROUP), 100)
    connection = connection_class(weights=weights, learning_rule=rule, sign_mode=SignMode.EXCITATORY, **arguments)
    neuron = RewardedLIF(threshold=600, trace_impulse=16, trace_tau=10)
    recorder = Recorder(shape=(1,), buffer=TIMESTEPS)
    source.s_out.connect(connection.s_in)
    connection.a_out.connect(neuron.a_in)
    reward.s_out.connect(neuron.reward_in)
    neuron.bap_out.connect(connection.s_in_bap)
    neuron.y1_out.connect(connection.s_in_y1)
    neuron.y2_out.connect(connection.s_in_y2)
    neuron.s_out.connect(recorder.a_in)
    with GuardedRun(neuron, Loihi2SimCfg(select_tag="fixed_pt"), timeout=300) as guarded:
        started = time.perf_counter()
        guarded.run(TIMESTEPS)
        speed = TIMESTEPS / (time.perf_counter() - started)
        per_trial = guarded.get(recorder.data).reshape(TRIALS, PRESENTATION).sum(axis=1)
        return guarded.get(connection.weights)[0], per_trial, speed


def main() -> None:
    """Run with stock Lava and with PlasticDense, and print what each cue has come to."""
    results = {
        "LearningDense": run(LearningDense),
        "PlasticDense, Lava's rounding": run(PlasticDense, rounding="lava"),
        "PlasticDense, stochastic": run(PlasticDense),
    }
    print(f"{'':32}{'mean weight':>22}{'output spikes per trial':>32}")
    print(f"{'':14}{'connection':32}{'before':>8}{'after':>8}{'first five':>14}{'last five':>12}{'timesteps/s':>14}")
    for number, (cue, neurons) in enumerate(CUES.items()):
        for name, (weights, per_trial, speed) in results.items():
            spikes = per_trial[number::2]
            after, first, last = weights[neurons].mean(), spikes[:5].mean(), spikes[-5:].mean()
            print(f"{cue:14}{name:32}{100:8}{after:8.1f}{first:14.1f}{last:12.1f}{speed:14.0f}")
    equal = np.array_equal(results["LearningDense"][0], results["PlasticDense, Lava's rounding"][0])
    print(f"weights with Lava's rounding equal to LearningDense: {'yes' if equal else 'NO'}")


if __name__ == "__main__":
    main()
