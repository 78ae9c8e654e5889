"""Options that several commands have."""

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from lava_sleep.errors import InputError

EVERY = 1.0  # s between two checkpoints; a kill loses this, one call of an executor and one writing

Protocol = Annotated[str, typer.Option(help="quick, paper, long or tiny")]
Networks = Annotated[int, typer.Option(min=1, max=10_000, help="network k has seed + k")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1)]
Out = Annotated[Optional[Path], typer.Option(help="folder of the results")]  # noqa: UP045
Resume = Annotated[Optional[Path], typer.Option(help="the --out of one that was stopped: go on with it")]  # noqa: UP045
Every = Annotated[float, typer.Option(min=0.0, max=86_400.0, help="seconds between checkpoints")]


def given_options(context: typer.Context, *names: str) -> dict[str, Any]:
    """Those of the named options that the person has given, without the defaults."""
    sources = {name: context.get_parameter_source(name) for name in names}
    return {name: context.params[name] for name, source in sources.items() if source and source.name == "COMMANDLINE"}


def check_one_folder(out: Path | None, resume: Path | None) -> None:
    """Raise an InputError where a new folder and one to go on with are given."""
    if out is not None and resume is not None:
        raise InputError("--out: beside --resume", str(out), "one of the two", "leave --out out")
