"""How an act is chosen from the spikes of the output layer, for environments whose acts are its neurons."""

from emulation.compiling import inner
from emulation.randomness import Purpose, below, draw, stream


@inner
def most_active(counts, seed, time):
    """Output neuron of most spikes (int64 array (outputs,)); ties, and with them silence, are broken at random."""
    most, tied = counts[0], 0
    for count in counts:
        tied = 1 if count > most else tied + (count == most)
        most = max(most, count)
    left = below(draw(stream(seed, Purpose.TIE, time), 0), tied)
    for neuron in range(counts.shape[0]):
        if counts[neuron] == most:
            if left == 0:
                return neuron
            left -= 1
    return 0


@inner
def explored(counts, percent, seed, time):
    """The most active output neuron, or any in so many percent of all cases."""
    if below(draw(stream(seed, Purpose.EXPLORE, time), 0), 100) < percent:
        return below(draw(stream(seed, Purpose.DIRECTION, time), 0), counts.shape[0])
    return most_active(counts, seed, time)
