"""Options that several commands have."""

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from emulation.errors import InputError
from lava_sleep.base.data import data_names

EVERY = 1.0  # s between two checkpoints; a kill loses this, one call of a backend and one writing

PROTOCOLS = ", ".join(data_names("protocols"))
EXECUTORS = "emulation, float, graph, map, lava-cycle, lava: a network, an arithmetic and a backend in one word"

# typer needs Optional where a default is None.
Protocol = Annotated[str, typer.Option(help=PROTOCOLS)]
SomeProtocol = Annotated[Optional[str], typer.Option(help=PROTOCOLS)]  # noqa: UP045
Executor = Annotated[Optional[str], typer.Option(help=EXECUTORS)]  # noqa: UP045
Network = Annotated[Optional[str], typer.Option(help="integer, golden2022, or an installed one")]  # noqa: UP045
Arithmetic = Annotated[Optional[str], typer.Option(help="fixed, float")]  # noqa: UP045
Backend = Annotated[Optional[str], typer.Option(help="compiled, lava, lava-cycle, or an installed one")]  # noqa: UP045
SomeNetworks = Annotated[Optional[int], typer.Option(help="network k has seed + k")]  # noqa: UP045
SomeSeed = Annotated[Optional[int], typer.Option(help="0 .. 2147483647")]  # noqa: UP045
Networks = Annotated[int, typer.Option(min=1, max=10_000, help="network k has seed + k")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1)]
Config = Annotated[Optional[Path], typer.Argument(help="TOML file; see `lava-sleep config`")]  # noqa: UP045
Out = Annotated[Optional[Path], typer.Option(help="folder of the results")]  # noqa: UP045
OutFile = Annotated[Optional[Path], typer.Option(help="the file to write")]  # noqa: UP045
Resume = Annotated[Optional[Path], typer.Option(help="the --out of one that was stopped: go on with it")]  # noqa: UP045
Every = Annotated[float, typer.Option(min=0.0, max=86_400.0, help="seconds between checkpoints")]
Readme = Annotated[Optional[Path], typer.Option(help="a file to put the table into, between its markers")]  # noqa: UP045
Folder = Annotated[Path, typer.Argument(help="a results folder of `lava-sleep run`")]


def given_options(context: typer.Context, *names: str) -> dict[str, Any]:
    """Those of the named options that the person has given, without the defaults."""
    sources = {name: context.get_parameter_source(name) for name in names}
    return {name: context.params[name] for name, source in sources.items() if source and source.name == "COMMANDLINE"}


def check_one_folder(out: Path | None, resume: Path | None) -> None:
    """Raise an InputError where a new folder and one to go on with are given."""
    if out is not None and resume is not None:
        raise InputError("--out: beside --resume", str(out), "one of the two", "leave --out out")
