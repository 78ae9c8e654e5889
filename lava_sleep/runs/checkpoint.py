"""A checkpoint: one file with all that a network needs to go on, which says itself whether it is whole.

Three parts, one after the other:

1. the line ``lava-sleep checkpoint 2`` (kind and version) and the line of the SHA-256 of all that follows;
2. one line of JSON: whose checkpoint it is, how far it has come, and the names of its arrays;
3. the arrays of the state, the snapshots and the outcomes so far, as they lie in memory (little endian).

Reading takes types and shapes from the network that is to go on, not from the file, so a file cannot make it build
or execute anything; and every number that is used as an index is checked against its range.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from emulation.environments.base import OUTCOMES
from emulation.errors import InputError
from emulation.states import copy_state, named_arrays
from lava_sleep.networks.base import Instance, State
from lava_sleep.runs.recording import SHARES, snapshot_of

MAGIC = b"lava-sleep checkpoint 2\n"
LONGEST_HEADER = 65536  # bytes


class CheckpointError(InputError):
    """A file that is no checkpoint of this network, or no longer one."""


class Checkpoint(NamedTuple):
    """One stage of one network, under way or finished.

    Attributes
    ----------
    after : str
        Name of the stage.
    state : State
    outcomes : uint8 array (cycles,)
        Outcome of each cycle so far, of all segments and tests of the stage; their number is the position.
    snapshots : sequence of array
        Weights along the stage so far, see `lava_sleep.runs.recording.snapshot_of`.
    seconds : float
        Wall-clock time that the stage has taken.
    serial : int
        How many checkpoints of this network were written before.
    """

    after: str
    state: State
    outcomes: np.ndarray
    snapshots: Sequence[np.ndarray]
    seconds: float
    serial: int


class Owner(NamedTuple):
    """Whose checkpoint a file is: digest of the settings (see `lava_sleep.runs.unfinished`) and seed of the network."""

    settings: str
    seed: int


def encode(checkpoint: Checkpoint, owner: Owner) -> bytes:
    """A checkpoint as the content of its file."""
    arrays = named_arrays(checkpoint.state)
    header = {
        "settings": owner.settings,
        "seed": owner.seed,
        "after": checkpoint.after,
        "cycles": len(checkpoint.outcomes),
        "snapshots": len(checkpoint.snapshots),
        "seconds": checkpoint.seconds,
        "serial": checkpoint.serial,
        "arrays": describe(arrays),
    }
    parts = [json.dumps(header).encode() + b"\n"]
    stored = (*arrays.values(), *checkpoint.snapshots, checkpoint.outcomes)
    parts += [np.ascontiguousarray(array).tobytes() for array in stored]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return b"".join([MAGIC, digest.hexdigest().encode(), b"\n", *parts])


def describe(arrays: dict[str, np.ndarray]) -> list[str]:
    """Name, type and shape of every array."""
    return [f"{name} {array.dtype.str} {list(array.shape)}" for name, array in arrays.items()]


def decode(content: bytes, owner: Owner, instance: Instance) -> Checkpoint:
    """The checkpoint in the content of a file.

    Parameters
    ----------
    content : bytes
    owner : Owner
        Whose it has to be.
    instance : Instance
        Gives the types and shapes that it has to have.

    Raises
    ------
    ValueError
        With the reason, as the end of a sentence.
    """
    start = len(MAGIC) + 65
    if not content.startswith(MAGIC):
        raise ValueError("is no checkpoint of this version")
    if content[len(MAGIC) : start] != hashlib.sha256(content[start:]).hexdigest().encode() + b"\n":
        raise ValueError("is damaged: its checksum differs")
    end = content.find(b"\n", start, start + LONGEST_HEADER)
    header = read_header(content[start:end])
    if header["settings"] != owner.settings or header["seed"] != owner.seed:
        raise ValueError("belongs to a run with other settings or another seed")
    state = copy_state(instance.start)
    arrays = named_arrays(state)
    if header["arrays"] != describe(arrays):
        raise ValueError("belongs to another kind of network")
    if header["snapshots"] > len(SHARES):
        raise ValueError("holds more snapshots than a stage has")
    snapshots = [snapshot_of(state) for _ in range(header["snapshots"])]
    stored = [*arrays.values(), *snapshots]
    sizes = [array.nbytes for array in stored]
    if len(content) != end + 1 + sum(sizes) + header["cycles"]:
        raise ValueError("is damaged: its length differs")
    places = np.cumsum([end + 1, *sizes]).tolist()
    for array, place in zip(stored, places):
        array[...] = np.frombuffer(content, array.dtype, array.size, place).reshape(array.shape)
    outcomes = np.frombuffer(content, np.uint8, header["cycles"], places[-1]).copy()
    check_ranges({**arrays, "outcomes": outcomes}, instance)
    return Checkpoint(header["after"], state, outcomes, snapshots, float(header["seconds"]), header["serial"])


def read_header(line: bytes) -> dict:
    """The header, with the right types in it."""
    numbers = {"seed": int, "cycles": int, "snapshots": int, "seconds": float, "serial": int}
    types = {"settings": str, "after": str, **numbers, "arrays": list}
    try:
        header = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("is damaged: its header cannot be read") from error
    if not isinstance(header, dict) or header.keys() != types.keys():
        raise ValueError("is damaged: its header has other keys")
    right = all(type(header[name]) is kind for name, kind in types.items())
    if not right or min(header["cycles"], header["snapshots"], header["serial"]) < 0:
        raise ValueError("is damaged: its header has other types")
    return header


def check_ranges(arrays: dict[str, np.ndarray], instance: Instance) -> None:
    """Raise unless the wiring is that of the network and every index is within its range: kernels check no bounds."""
    ranges: dict[str, tuple] = {
        "outcomes": (0, len(OUTCOMES) - 1),
        **{f"world.{name}": bounds for name, bounds in instance.world.ranges().items()},
        "clock": (0, np.iinfo(np.int64).max),
        "rate_counts": (0, np.iinfo(np.int64).max),
        "rate_cycles": (0, np.iinfo(np.int64).max),
        **instance.ranges(arrays),
    }
    for part in ("hidden_synapses", "output_synapses"):
        if not np.array_equal(arrays[f"{part}.pre"], getattr(instance.start, part).pre):
            raise ValueError("belongs to a network with other synapses")
    for name, (low, high) in ranges.items():
        if np.any(arrays[name] < low) or np.any(arrays[name] > high):
            raise ValueError(f"holds a value of {name} that cannot be")


def largest_size(template: State, cycles: int) -> int:
    """Bytes that a checkpoint of a stage of so many cycles has at most."""
    arrays = sum(array.nbytes for array in named_arrays(template).values())
    return LONGEST_HEADER + 2 * len(MAGIC) + 65 + arrays + len(SHARES) * snapshot_of(template).nbytes + cycles


def read_checkpoint(path: Path, owner: Owner, instance: Instance, cycles: int) -> Checkpoint:
    """Read a checkpoint file.

    Parameters
    ----------
    path, owner, instance
        See `decode`.
    cycles : int
        Of the longest stage.

    Raises
    ------
    CheckpointError
        If it cannot be read, is damaged or belongs to another run.
    """
    try:
        if path.stat().st_size > largest_size(instance.start, cycles):
            raise ValueError("is larger than any checkpoint of this run")
        return decode(path.read_bytes(), owner, instance)
    except OSError as error:
        raise CheckpointError("checkpoint", str(path), "a readable file", f"check it ({error.strerror})") from error
    except ValueError as error:
        raise CheckpointError(f"checkpoint {error}", str(path), "a whole one of this run", "remove it") from error
