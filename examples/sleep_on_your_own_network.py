"""Sleep for a network of one's own: rates measured awake, noise injected, the learning rule swapped.

    uv run python examples/sleep_on_your_own_network.py

Sixty stock LIF neurons project to two more through a plastic connection. Awake, patterns A (neurons 0-19) and B (20-39)
come in turn, and a teacher makes output 0 fire at A and output 1 at B; the rest of the neurons fire a little. Asleep,
there is neither pattern nor teacher: `Reactivation` makes the sixty neurons fire by noise, each at the rate that it had
awake, and `SleepSchedule` swaps the rule of the synapses for one whose potentiation grows with the weight. The control
is a sleep without noise.
"""

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import Dense
from lava.proc.io.source import RingBuffer as Source
from lava.proc.lif.process import LIF
from lava.utils.weightutils import SignMode

from processes import PlasticDense, Reactivation, SleepSchedule
from processes.runtime import GuardedRun

NEURONS, GROUP, PERIOD = 60, 20, 16
AWAKE, ASLEEP = 100 * PERIOD, 150 * PERIOD
PATTERNS = {"A": slice(0, GROUP), "B": slice(GROUP, 2 * GROUP), "others": slice(2 * GROUP, NEURONS)}
THRESHOLD = 200

# Awake: a post spike strengthens the synapses whose pre neuron has just fired, and weakens all a little.
WAKE = Loihi2FLearningRule(dw="2^-3*y0*x1 - 2^-4*y0*w", x1_impulse=100, x1_tau=6, t_epoch=1)
# Asleep: potentiation is proportional to the weight, so that strong synapses stay strong and weak ones vanish.
SLEEP = Loihi2FLearningRule(dw="2^-6*y0*x1*w - 2^-1*y0", x1_impulse=100, x1_tau=6, t_epoch=1)


def awake_input() -> tuple[np.ndarray, np.ndarray]:
    """Spikes of the sixty neurons and of the two teachers, silent asleep: (neurons, timesteps)."""
    random = np.random.default_rng(3)
    spikes = np.zeros((NEURONS, AWAKE + ASLEEP), np.int32)
    teacher = np.zeros((2, AWAKE + ASLEEP), np.int32)
    spikes[:, :AWAKE] = random.random((NEURONS, AWAKE)) < 0.005
    for cycle in range(AWAKE // PERIOD):
        start, which = cycle * PERIOD, cycle % 2
        members = random.random(GROUP) < 0.8
        spikes[PATTERNS["AB"[which]], start + 2] |= members
        teacher[which, start + 3] = 1
    return spikes, teacher


def run(gain: float) -> tuple[np.ndarray, np.ndarray, int]:
    """Weights at the end of the day and after the night, and the number of reactivations."""
    spikes, teacher = awake_input()
    source, teaching = Source(data=spikes), Source(data=teacher)
    drive = Dense(weights=THRESHOLD * np.eye(NEURONS, dtype=int), weight_exp=1)
    command = Dense(weights=100 * (2 * np.eye(2, dtype=int) - 1), weight_exp=3)  # excites one, inhibits the other
    neurons = LIF(shape=(NEURONS,), vth=THRESHOLD, du=4095, dv=4095)
    output = LIF(shape=(2,), vth=2 * THRESHOLD, du=2048, dv=1024)
    weights = np.full((2, NEURONS), 40)
    synapses = PlasticDense(weights=weights, learning_rules=[WAKE, SLEEP], sign_mode=SignMode.EXCITATORY, seed=1)
    sleep = Reactivation(shape=(NEURONS,), amplitude=2 * THRESHOLD, gain=gain, period=PERIOD, seed=1)
    schedule = SleepSchedule(awake=AWAKE, asleep=ASLEEP, period=PERIOD)
    source.s_out.connect(drive.s_in)
    drive.a_out.connect(neurons.a_in)
    sleep.a_out.connect(neurons.a_in)
    neurons.s_out.connect(sleep.s_in)
    neurons.s_out.connect(synapses.s_in)
    synapses.a_out.connect(output.a_in)
    teaching.s_out.connect(command.s_in)
    command.a_out.connect(output.a_in)
    output.s_out.connect(synapses.s_in_bap)
    schedule.asleep_out.connect(sleep.asleep_in)
    schedule.asleep_out.connect(synapses.rule_in)
    with GuardedRun(neurons, Loihi2SimCfg(select_tag="fixed_pt"), timeout=120) as guarded:
        guarded.run(AWAKE)
        evening = guarded.get(synapses.weights)
        guarded.run(ASLEEP)
        return evening, guarded.get(synapses.weights), int(guarded.get(sleep.events)[0])


def show(title: str, weights: np.ndarray) -> None:
    """Mean weights of each output neuron from each group."""
    cells = "   ".join(
        f"output {neuron}: "
        + ", ".join(f"{name} {weights[neuron, part].mean():5.1f}" for name, part in PATTERNS.items())
        for neuron in range(2)
    )
    print(f"{title:<28}{cells}")


def main() -> None:
    """Run the night with noise and without."""
    evening, morning, events = run(gain=1.0)
    _, quiet, none = run(gain=0.0)
    print("mean weights from each group of neurons")
    show("in the evening", evening)
    show("after sleep with noise", morning)
    show("after sleep without noise", quiet)
    print(f"reactivations: {events} with noise, {none} without")


if __name__ == "__main__":
    main()
