"""Plasticity and sleep of a network as plain data, for files that are handed over."""

from typing import Any

from emulation.engine.network import STEPS
from lava_sleep.networks.integer.build import EPOCH
from lava_sleep.networks.integer.description import IntegerNetwork


def hidden_plasticity(description: IntegerNetwork) -> dict[str, Any]:
    """Rule and bit widths of input -> hidden."""
    part = description.hidden_synapses
    return {
        "rules": {"unsupervised": {"dw": part.dw}},
        "y3": {"start": part.ramp_start, "end": part.ramp_end, "by": "manager, linearly over the unsupervised phase"},
        **widths(description),
    }


def output_plasticity(description: IntegerNetwork) -> dict[str, Any]:
    """Rules awake and asleep, traces and bit widths of hidden -> output."""
    part = description.output_synapses.plasticity
    return {
        "rules": {
            "awake": {"dw": part.wake_dw, "dt": part.wake_dt},
            "asleep": {"dw": part.sleep_dw, "dt": part.sleep_dt},
        },
        "x1": {"impulse": part.x1_impulse, "tau": part.x1_tau},
        "y1": {"scale": part.post_scale, "limit": part.post_limit, "by": "output neuron, from its spikes of the epoch"},
        "y2": {"awake": part.reward, "asleep": part.sleep_third_factor, "by": "reward awake, constant asleep"},
        "y3": {"awake": part.punishment, "by": "punishment awake"},
        **widths(description),
    }


def widths(description: IntegerNetwork) -> dict[str, Any]:
    """Bits and epoch that both share."""
    bits = description.arithmetic
    return {
        "epoch_timesteps": EPOCH,
        "bits": {"weight": bits.weight_bits, "tag": bits.tag_bits, "tag_sign": 1, "trace": bits.trace_bits},
        "rounding": bits.rounding,
        "sign": "excitatory",
    }


def sleep_parameters(description: IntegerNetwork) -> dict[str, Any]:
    """What changes when the network falls asleep."""
    output = description.output
    return {
        "rates": "each hidden neuron's mean rate, counted while it was trained",
        "rate_gain": description.sleep.rate_gain,
        "cycle_timesteps": STEPS,
        "threshold": output.threshold_asleep,
        "drive": output.drive_asleep,
        "noise_exponent": -1,
        "third_factor": description.output_synapses.plasticity.sleep_third_factor,
    }
