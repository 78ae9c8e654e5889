"""A figure: how strong the synapses are after the last row."""

import matplotlib.pyplot as plt

from lava_sleep.figures.registry import Drawing


def draw_strength(data):
    """Histogram of the weights after the last row."""
    figure, panel = plt.subplots()
    panel.hist(data.output_weights.isel(row=-1).values.ravel())
    panel.set(xlabel="weight", ylabel="synapses")
    return figure


STRENGTH = Drawing("strength", "Strength", draw_strength, ("output_weights",), "How strong the synapses are.")
