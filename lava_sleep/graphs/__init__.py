"""Spiking networks of one's own: described as a graph, run as integers, as floats and on Lava."""
