"""Synapse memory of a core, after nengo-loihi's SynapseConfig (1.1, block.py), restated.

The synapses of an axon are stored in blocks of at most 64; a block has a header of 10 bit and is rounded up to words of
64 bit; a synapse takes the bits of its weight, tag and delay, and those of its target where rows are not complete.
"""

from collections.abc import Iterable

import numpy as np

from lava_sleep.hardware.profiles import Limits
from lava_sleep.networks.graph import Projection


def next_format(bits: int, formats: Iterable[int] | str) -> int:
    """The least of the formats that holds so many bits; `bits` itself where formats are unknown or none does."""
    if isinstance(formats, str):
        return bits
    return min((one for one in formats if one >= bits), default=bits)


def bits_per_synapse(projection: Projection, limits: Limits, targets: int, indices: bool, tags: bool = True) -> int:
    """Bits of one synapse.

    Parameters
    ----------
    targets : int
        Neurons of the core that an index tells apart.
    indices, tags : bool
        Whether targets and tags are counted.
    """
    bits = next_format(projection.weight_bits, limits.weight_formats.value)
    bits += int(projection.delay).bit_length()
    if tags:
        bits += projection.tag_bits
    if indices and projection.stores_indices:
        bits += next_format((targets - 1).bit_length(), limits.index_formats.value)
    return bits


def axon_bits(counts: np.ndarray, per_synapse: int, limits: Limits) -> int:
    """Bits of axons with `counts` (int array) synapses each; without format, the bits of the synapses alone."""
    block, header, word = limits.synapse_block.value, limits.synapse_header.value, limits.synapse_word.value
    if isinstance(block, str) or isinstance(header, str) or isinstance(word, str):
        return int(counts.sum()) * per_synapse
    whole, rest = np.divmod(counts, block)
    full_block = rounded_up(block * per_synapse + header, word)
    last_blocks = np.where(rest > 0, rounded_up(rest * per_synapse + header, word), 0)
    return int(whole.sum()) * full_block + int(last_blocks.sum())


def rounded_up(bits, word: int):
    """Bits rounded up to whole words."""
    return -(-bits // word) * word
