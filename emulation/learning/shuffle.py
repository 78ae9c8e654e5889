"""A control: every tag goes to another synapse of the same neuron."""

from emulation.compiling import inner, kernel
from emulation.randomness import Purpose, below, draw, stream


@inner
def shuffle_tags(tags, seed, time, work):
    """Give every tag to another synapse of the same neuron: each row is rotated by a random offset (a control)."""
    key = stream(seed, Purpose.SHUFFLE, time)
    size = tags.shape[1]
    for row in range(tags.shape[0]):
        offset = 1 + below(draw(key, row), size - 1)
        for synapse in range(size):
            work[0, (synapse + offset) % size] = tags[row, synapse]
        for synapse in range(size):
            tags[row, synapse] = work[0, synapse]


@kernel
def shuffle_tags_of(tags, seed, time, work):
    """`shuffle_tags` for Python."""
    shuffle_tags(tags, seed, time, work)
