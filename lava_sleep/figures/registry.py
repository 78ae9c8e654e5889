"""All figures by name: how each is drawn, what it needs and what there is to see in it.

A figure is a function from the data set of a run (of several, if it compares) to a matplotlib figure, with `drawing` as
its decorator; one of another package is announced by an entry point of the group ``lava_sleep.figures``.
"""

import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import xarray as xr
from matplotlib.figure import Figure

from emulation.errors import InputError
from lava_sleep.analysis.selection import require
from lava_sleep.base.registry import Registry
from lava_sleep.figures.style import STYLE
from lava_sleep.runs.configuration import world_of_data
from lava_sleep.runs.folder import Run

FORMATS = ("png", "svg")
PACKAGE = "lava_sleep.figures"
LAST = 1000  # place of a figure that says nothing of its order


class Drawing(NamedTuple):
    """A figure.

    Attributes
    ----------
    name, title : str
    draw : callable
        From the results of one run (of two and more, if `compares`) to a figure.
    needs : tuple of str
        Variables of the results.
    caption : str
        One line that says what to see.
    compares : bool
        Whether it lays the other runs against the first.
    applies : callable
        From results to whether they are of the kind that it is for; where not, it is not missed.
    order : int
        Its place among all figures, the smallest first.
    environment : str
        The environment that it draws, by its name; empty for any.
    tasks : int
        How many tasks it is of; 0 for any number.
    """

    name: str
    title: str
    draw: Callable[..., Figure]
    needs: tuple[str, ...]
    caption: str
    compares: bool = False
    applies: Callable[[xr.Dataset], bool] = lambda data: True
    order: int = LAST
    environment: str = ""
    tasks: int = 0

    def fits(self, data: xr.Dataset) -> bool:
        """Whether results are of the kind that it is for; where not, it is not missed."""
        return self.misfit(data) is None and self.applies(data)

    def misfit(self, data: xr.Dataset) -> InputError | None:
        """Why it cannot be of the environment or of the tasks of results; None where it can."""
        found, number = world_of_data(data).environment, data.sizes.get("task", self.tasks)
        if self.environment and self.environment != found:
            hint = "choose another figure, or add one of this environment"
            return InputError(
                f"figure {self.name}: this environment brings no such drawing", found, self.environment, hint
            )
        if self.tasks and self.tasks != number:
            return InputError(f"figure {self.name}: number of tasks", number, f"{self.tasks}", "choose another figure")
        return None


class FigureRegistry(Registry[Drawing]):
    """Figures in their order; ours are those of the modules beside this one."""

    _is_complete = False

    def names(self) -> list[str]:
        """All names, by order."""
        if not self._is_complete:
            self._is_complete = True
            for module in pkgutil.iter_modules(import_module(PACKAGE).__path__):
                import_module(f"{PACKAGE}.{module.name}")
        return sorted(super().names(), key=lambda name: super(FigureRegistry, self).get(name).order)

    def get(self, name: str) -> Drawing:
        """A figure by its name."""
        self.names()
        return super().get(name)


FIGURES = FigureRegistry("figure")


def drawing(
    name: str,
    title: str,
    *,
    needs: tuple[str, ...],
    caption: str,
    compares: bool = False,
    applies: Callable[[xr.Dataset], bool] = lambda data: True,
    order: int = LAST,
    environment: str = "",
    tasks: int = 0,
) -> Callable[[Callable[..., Figure]], Callable[..., Figure]]:
    """Decorator of a function that draws: it becomes a figure of this name, see `Drawing`."""

    def add(draw: Callable[..., Figure]) -> Callable[..., Figure]:
        FIGURES.register(name, Drawing(name, title, draw, needs, caption, compares, applies, order, environment, tasks))
        return draw

    return add


def figure(run: Run, name: str, *others: Run) -> Figure:
    """Draw a figure of a run; `others` are laid against it where the figure compares.

    Parameters
    ----------
    run : Run
    name : str
        One of `FIGURES`.
    others : Run

    Raises
    ------
    InputError
        If there is no such figure, or the results lack what it needs; the text names it.
    """
    return draw(name, *(one.data for one in (run, *others)))


def draw(name: str, *runs: xr.Dataset) -> Figure:
    """Draw one figure.

    Raises
    ------
    InputError
        If there is no such figure, or the results lack what it needs; the text names it.
    """
    chosen = FIGURES.get(name)
    if chosen.compares and len(runs) < 2:
        raise InputError(f"figure {name}: runs to compare", len(runs), "two or more", "give another folder")
    for data in runs:
        if (error := chosen.misfit(data)) is not None:
            raise error
        require(data, *chosen.needs)
    with plt.rc_context(STYLE):
        return chosen.draw(*runs)


def write_figures(
    runs: list[xr.Dataset], folder: Path, names: list[str], formats: tuple[str, ...] = FORMATS
) -> Iterator[tuple[str, InputError | None]]:
    """Draw figures into a folder one after the other; yields each name, with the reason where it cannot be drawn."""
    for name in names:
        chosen = runs if name in FIGURES and FIGURES.get(name).compares else runs[:1]
        try:
            figure = draw(name, *chosen)
        except InputError as error:
            yield name, error
            continue
        with plt.rc_context(STYLE):
            for suffix in formats:
                date = None if suffix == "png" else {"Date": None}  # the same results give the same file
                figure.savefig(folder / f"{name}.{suffix}", dpi=160, metadata=date)
        plt.close(figure)
        yield name, None
