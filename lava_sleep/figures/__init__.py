"""Figures drawn from the arrays of a run; `lava_sleep.figures.registry` lists them."""

from lava_sleep.figures.performance import draw_performance
from lava_sleep.figures.style import BLUE, CHANCE, GREEN, GREY, ORANGE

__all__ = ["BLUE", "CHANCE", "GREEN", "GREY", "ORANGE", "draw_performance"]
