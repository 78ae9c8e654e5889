"""Commands that show stored results: figures, report, watch."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from lava_sleep.base.terminal import console, remark, result
from lava_sleep.cli.options import Executor, Folder, Readme, SomeProtocol, SomeSeed
from lava_sleep.runs.signals import INTERRUPTED, Interrupted

if TYPE_CHECKING:
    from lava_sleep.show.scenes import Played


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("figures")(draw_figures)
    app.command()(report)
    app.command()(watch)


def draw_figures(
    folder: Folder,
    only: Annotated[Optional[str], typer.Option(help="one figure by its name")] = None,  # noqa: UP045
    against: Annotated[Optional[list[Path]], typer.Option(help="another folder, for the figure fixed-float")] = None,  # noqa: UP045
) -> None:
    """Draw the figures of a run from its stored results, as PNG and SVG into its folder figures/."""
    from emulation.errors import InputError
    from lava_sleep.figures.registry import FIGURES, write_figures
    from lava_sleep.runs.folder import read_run

    began = time.perf_counter()
    if only is not None and only not in FIGURES:
        raise InputError("--only: unknown figure", only, ", ".join(FIGURES), "choose one of these")
    if only is not None and FIGURES.get(only).compares and not against:
        raise InputError("--only: compares runs", only, "another folder", "give it with --against DIR")
    runs = [read_run(path).data for path in (folder, *(against or []))]
    fitting = [name for name, one in FIGURES.items() if one.fits(runs[0]) and (len(runs) > 1 or not one.compares)]
    names = [only] if only else fitting
    place = folder / "figures"
    try:
        place.mkdir(exist_ok=True)
        for name, missing in write_figures(runs, place, names):
            if missing is not None and only:
                raise missing
            if missing is None:
                result(f"{place / name}.png, .svg")
            else:
                remark(f"{name}: not drawn: {missing}")
    except OSError as error:
        raise InputError("figures: cannot be written", str(place), "a writable folder", f"free it ({error})") from error
    result(f"{time.perf_counter() - began:.0f} s")


def report(
    folders: Annotated[list[Path], typer.Argument(help="results folders, laid side by side")],
    out: Annotated[Optional[Path], typer.Option(help="by default report.html of the first folder")] = None,  # noqa: UP045
    readme: Readme = None,
) -> None:
    """Write one self-contained HTML page: verdict, table beside the paper, all figures, configuration, timings.

    With --readme the tables of the first folder go into a document, between the markers of its protocol.
    """
    from lava_sleep.runs.folder import read_run
    from lava_sleep.show.document import write_page
    from lava_sleep.show.page import make_page
    from lava_sleep.studies.reproduce import REPRODUCE
    from lava_sleep.tables.markdown import drawn, insert_between

    runs = [read_run(folder) for folder in folders]
    if readme is not None:
        found = REPRODUCE.read(folders[0])
        insert_between(readme, REPRODUCE.marker(found), drawn(*REPRODUCE.document_tables(found)))
    path = out or folders[0] / "report.html"
    result(f"report: {path} ({write_page(make_page(runs), path) / 1e6:.1f} MB)")


def watch(
    folder: Annotated[Optional[Path], typer.Argument(help="a results folder of `lava-sleep run`")] = None,  # noqa: UP045
    live: Annotated[bool, typer.Option("--live", help="train a network now and watch it on the way")] = False,
    protocol: SomeProtocol = None,
    executor: Executor = None,
    out: Annotated[Optional[Path], typer.Option(help="GIF or MP4; by default foraging.gif (in the folder)")] = None,  # noqa: UP045
    seed: SomeSeed = None,
    cycles: Annotated[int, typer.Option(min=5, max=1000, help="movement cycles in each task")] = 75,
) -> None:
    """Animate the agent before training and after the main rows, with input, hidden and output activity beside it.

    With --live a network is trained now; a terminal shows it foraging, sleeping and being tested on the way.
    """
    from emulation.errors import InputError
    from lava_sleep.runs.folder import read_run
    from lava_sleep.show.animation import animate, check_film, write_film

    if live == (folder is not None):
        given = f"{folder} and --live" if live else "neither"
        raise InputError("watch: a results folder or --live", given, "one of the two", "give a folder, or --live")
    if not live and (protocol or executor):
        raise InputError("watch: --protocol and --executor", str(folder), "with --live", "leave them out")
    path = out or (folder or Path()) / "foraging.gif"
    check_film(path)
    try:
        if folder is None:
            frames = write_film(watch_live({"protocol": protocol, "executor": executor, "seed": seed}, cycles), path)
        else:
            frames = animate(read_run(folder), path, seed, cycles)
    except OSError as error:
        raise InputError("--out: cannot be written", str(path), "a writable place", f"free it ({error})") from error
    except KeyboardInterrupt:
        remark("interrupted; nothing written")
        raise Interrupted(INTERRUPTED) from None
    result(f"animation: {path} ({frames} frames, {path.stat().st_size / 1e6:.1f} MB)")


def watch_live(options: dict, cycles: int) -> "Played":
    """Train a network, shown on a terminal or with a line now and then elsewhere; returns what an animation shows."""
    from lava_sleep.runs.configuration import read_configuration
    from lava_sleep.show.live import LineByLine, cycles_ahead, train_and_watch
    from lava_sleep.show.terminal_view import TerminalView

    configuration = read_configuration(None, options)
    name = f"network {configuration.seed} ({configuration.label})"
    if console.is_terminal:
        with TerminalView(console, name) as view:
            return train_and_watch(configuration, cycles, view)
    from lava_sleep.runs.progress import Reporter

    with Reporter(cycles_ahead(configuration)) as progress:
        return train_and_watch(configuration, cycles, LineByLine(progress))
