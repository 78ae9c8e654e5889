"""Figures drawn from the arrays of a run; `lava_sleep.figures.registry` lists them."""
