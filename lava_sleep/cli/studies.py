"""Commands that make studies: reproduce, compare, drift, ablate."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lava_sleep.cli.options import (
    EVERY,
    Arithmetic,
    Backend,
    Every,
    Executor,
    Network,
    Networks,
    Out,
    Protocol,
    Readme,
    Resume,
    Seed,
    check_one_folder,
    given_options,
)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (reproduce, compare, drift, ablate, study):
        app.command()(command)


def reproduce(
    context: typer.Context,
    networks: Networks = 10,
    seed: Seed = 1,
    executor: Executor = None,
    network: Network = None,
    arithmetic: Arithmetic = None,
    backend: Backend = None,
    protocol: Annotated[str, typer.Option(help="paper, or long for 200,000 interleaved cycles")] = "paper",
    out: Out = None,
    resume: Resume = None,
    checkpoint_every: Every = EVERY,
    readme: Readme = None,
) -> None:
    """Run every row of the paper with all controls, and lay it beside the paper's figures with a verdict per row."""
    from lava_sleep.runs.configuration import Options

    given = given_options(context, "protocol", "networks", "seed")
    chosen = Options(executor=executor, network=network, arithmetic=arithmetic, backend=backend)
    options = {name: value for name, value in chosen.items() if value is not None}
    given |= {"options": options} if options else {}
    make("reproduce", given, out, resume, checkpoint_every, readme)


def compare(
    context: typer.Context,
    protocol: Protocol = "quick",
    networks: Networks = 5,
    seed: Seed = 1,
    out: Out = None,
    resume: Resume = None,
    checkpoint_every: Every = EVERY,
    sweep_precision: Annotated[bool, typer.Option(help="weights of 8 to 1 bit, rounded in three ways")] = False,
    readme: Readme = None,
) -> None:
    """Compare fixed point with float on the same seeds; the verdict is on the screen and in compare.json."""
    from lava_sleep.studies.study import is_sweep

    name = "precision" if sweep_precision or (resume is not None and is_sweep(resume)) else "compare"
    make(name, given_options(context, "protocol", "networks", "seed"), out, resume, checkpoint_every, readme)


def drift(
    context: typer.Context, networks: Networks = 4, seed: Seed = 1, out: Out = None, resume: Resume = None
) -> None:
    """Measure what 100 cycles of wake and of sleep do to weights of each size, in fixed point and in float."""
    make("drift", given_options(context, "networks", "seed"), out, resume)


def ablate(
    context: typer.Context,
    protocol: Protocol = "paper",
    networks: Networks = 5,
    seed: Seed = 1,
    out: Out = None,
    resume: Resume = None,
    checkpoint_every: Every = EVERY,
    readme: Readme = None,
) -> None:
    """Take the parts of the paper's own network (executor map) out, one at a time, and test what is left."""
    make("ablate", given_options(context, "protocol", "networks", "seed"), out, resume, checkpoint_every, readme)


def study(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="of one of ours, or of an installed one")],
    protocol: Protocol = "quick",
    networks: Networks = 5,
    seed: Seed = 1,
    out: Out = None,
    resume: Resume = None,
    checkpoint_every: Every = EVERY,
    readme: Readme = None,
) -> None:
    """Make any study by its name, say one that another package brings."""
    make(name, given_options(context, "protocol", "networks", "seed"), out, resume, checkpoint_every, readme)


def make(
    name: str,
    given: dict[str, Any],
    out: Path | None,
    resume: Path | None,
    every: float = EVERY,
    readme: Path | None = None,
) -> None:
    """Make a study or go on with one, and put its table into a document if there is one."""
    from lava_sleep.figures.performance import draw_performance
    from lava_sleep.runs.lifecycle import Manner
    from lava_sleep.studies import STUDIES
    from lava_sleep.tables.markdown import around, drawn, insert_between

    check_one_folder(out, resume)
    chosen = STUDIES.get(name)
    if readme is not None:
        around(readme, chosen.marker_before(given, resume))  # a file without markers is refused before the run
    manner = Manner(every, chosen.settings.command, draw=draw_performance)
    if resume is not None:
        folder = chosen.resume(resume, given, manner)
    else:
        folder = chosen.start(chosen.settings.model_copy(update=given), out, manner)
    if readme is not None:
        numbers = chosen.read(folder)
        insert_between(readme, chosen.marker(numbers), drawn(*chosen.document_tables(numbers)))
