"""Handing over weights: one netCDF4 (HDF5) file with integers as registers hold them, every field described."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from emulation.errors import InputError
from lava_sleep.base.files import read_netcdf
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import Foraging
from lava_sleep.exchange.trained import (
    VARIABLES,
    Trained,
    checked_arrays,
    checked_seed,
    described_network,
    described_world,
)
from lava_sleep.networks.integer.build import EPOCH
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.networks.integer.graph import bias_of_event

TITLE = "lava-sleep: a trained network for hand-over"
PRE, POST = ("hidden", "synapse"), ("output", "hidden")


def handover(trained: Trained) -> xr.Dataset:
    """The data set that is handed over.

    Raises
    ------
    InputError
        If the weights have fractions, which no register holds.
    """
    if trained.is_floating:
        do = "train in fixed point, or export as nir"
        raise InputError("weights", "fractions (a floating-point run)", "integers as registers hold them", do)
    fields = {**arrays_of(trained), **registers_of(trained.description), **rules_of(trained.description)}
    attributes = {
        "title": TITLE,
        "seed": trained.seed,
        "row": trained.row,
        "description": json.dumps(trained.description.model_dump(mode="json")),
        "world": json.dumps(trained.world.model_dump(mode="json")),
    }
    return xr.Dataset(fields, attrs=attributes)


def field(dims: tuple[str, ...], value: Any, units: str, text: str) -> tuple:
    """One variable with its unit and description."""
    return dims, value, {"units": units, "long_name": text}


def arrays_of(trained: Trained) -> dict[str, tuple]:
    """The synapses."""
    eight = "8 bit, 0..255"
    pixels = pixels_text(trained.world)
    return {
        "hidden_inputs": field(PRE, trained.hidden_inputs.astype(np.int16), "1", pixels),
        "hidden_weights": field(
            PRE, trained.hidden_weights.astype(np.int16), eight, "weight mantissa input -> hidden, excitatory"
        ),
        "output_weights": field(
            POST, trained.output_weights.astype(np.int16), eight, "weight mantissa hidden -> output, excitatory"
        ),
    }


def pixels_text(world: Environment) -> str:
    """What the number of an input means."""
    last = world.inputs - 1
    if not isinstance(world, Foraging):
        return f"input of the synapse, 0..{last}"
    centre = world.silent_inputs[0]
    return (
        f"pixel of the synapse, 0..{last} in reading order of the {world.view} x {world.view} view, "
        f"{centre} (the centre) never"
    )


def registers_of(description: IntegerNetwork) -> dict[str, tuple]:
    """Exponents, thresholds, decays, bias, noise and bit widths."""
    output, bits = description.output, description.arithmetic
    mantissa, exponent = bias_of_event(description)
    numbers = {
        "hidden_weight_exponent": (0, "power of 2", "input = weight * 2^(6 + exponent) in units of v"),
        "output_weight_exponent": (0, "power of 2", "input = weight * 2^(6 + exponent) in units of v"),
        "drive": (output.drive, "weights", "weight of a second synapse beside each hidden -> output, awake"),
        "drive_asleep": (output.drive_asleep, "weights", "the same, asleep"),
        "hidden_threshold": (description.hidden.threshold, "weights", "vth of the hidden layer; v > vth * 2^6 fires"),
        "hidden_current_decay": (4095, "1/4096", "register du of the hidden layer: u keeps (4096 - (du + 1)) / 4096"),
        "hidden_voltage_decay": (4095, "1/4096", "register dv of the hidden layer: v keeps (4096 - dv) / 4096"),
        "output_threshold": (output.threshold, "weights", "vth of the output layer, awake"),
        "output_threshold_asleep": (output.threshold_asleep, "weights", "vth of the output layer, asleep"),
        "output_current_decay": (output.current_decay - 1, "1/4096", "register du: u keeps (4096 - (du + 1)) / 4096"),
        "output_voltage_decay": (output.voltage_decay, "1/4096", "register dv: v keeps (4096 - dv) / 4096"),
        "output_floor": (output.floor, "weights", "v never falls below minus this * 2^6 (microcode)"),
        "noise_exponent": (output.noise_exponent, "power of 2", "noise -127..127 * 2^exponent into v awake, -1: none"),
        "event_bias_mantissa": (mantissa, "1", "bias of a hidden neuron in a timestep of a sleep event"),
        "event_bias_exponent": (exponent, "power of 2", "its exponent; bias = mantissa * 2^exponent in units of v"),
        "weight_bits": (bits.weight_bits, "bit", "magnitude of a plastic weight"),
        "tag_bits": (bits.tag_bits, "bit", "magnitude of the tag t; a sign comes with it"),
        "trace_bits": (bits.trace_bits, "bit", "traces x1, y1, y2, y3"),
        "learning_epoch": (EPOCH, "timesteps", "t_epoch, one movement"),
    }
    return {name: field((), np.int32(value), units, text) for name, (value, units, text) in numbers.items()}


def rules_of(description: IntegerNetwork) -> dict[str, tuple]:
    """Rule strings in Lava's grammar, and the numbers of their traces."""
    part = description.output_synapses.plasticity
    texts = {
        "rule_hidden_dw": (description.hidden_synapses.dw, "dw of input -> hidden, unsupervised phase"),
        "rule_wake_dw": (part.wake_dw, "dw of hidden -> output, awake"),
        "rule_wake_dt": (part.wake_dt, "dt of hidden -> output, awake"),
        "rule_sleep_dw": (part.sleep_dw, "dw of hidden -> output, asleep"),
        "rule_sleep_dt": (part.sleep_dt, "dt of hidden -> output, asleep"),
    }
    numbers = {
        "x1_impulse": (part.x1_impulse, "1", "added to x1 at a hidden spike"),
        "post_scale": (part.post_scale, "1", "y1 = post_scale * min(spikes of the epoch, post_limit)"),
        "post_limit": (part.post_limit, "spikes", "see post_scale"),
        "punishment": (part.punishment, "1", "y3 of the executed direction's neuron, one epoch after a punished move"),
        "reward": (part.reward, "1", "y2 of the executed direction's neuron, one epoch after a rewarded move"),
        "sleep_third_factor": (part.sleep_third_factor, "1", "y2 of all output neurons in every epoch asleep"),
    }
    made = {name: field((), text, "Lava's grammar of rules", meaning) for name, (text, meaning) in texts.items()}
    made |= {name: field((), np.int32(value), units, meaning) for name, (value, units, meaning) in numbers.items()}
    made["x1_tau"] = field((), float(part.x1_tau), "timesteps", "x1 decays by exp(-1/tau) per timestep")
    gain = description.sleep.rate_gain
    made["sleep_rate_gain"] = field((), float(gain), "1", "factor on the hidden rates counted awake, asleep")
    return made


def write_weights(trained: Trained, path: Path) -> None:
    """Write the file."""
    handover(trained).to_netcdf(path, engine="netcdf4", format="NETCDF4")


def read_weights(path: Path) -> Trained:
    """Read a file that `write_weights` has written.

    Raises
    ------
    InputError
        If it is no such file.
    """
    data = read_netcdf(path, "hand-over file")
    try:
        description = described_network(json.loads(data.attrs["description"]))
        world = described_world(json.loads(data.attrs.get("world", "null")))
        arrays = [data[name].values for name in VARIABLES]
        seed, row = checked_seed(int(data.attrs["seed"])), str(data.attrs["row"])
    except (KeyError, ValueError, TypeError, OverflowError, RecursionError) as error:
        allowed = "one of `lava-sleep export`"
        raise InputError("hand-over file", str(path), allowed, f"export again ({error})") from error
    checked = checked_arrays(description, arrays, str(path), fractions=False, world=world)
    return Trained(description, seed, row, *checked, world)
