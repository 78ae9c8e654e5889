"""The commands `port`, `export` and `chips`."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from lava_sleep.base.data import data_names

if TYPE_CHECKING:
    from lava_sleep.hardware.compliance import Report

FAILS = 1
CHIPS = ", ".join(data_names("profiles"))


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(port)
    app.command()(export)
    app.command()(chips)


def port(
    target: Annotated[str, typer.Option(help=f"{CHIPS}, or the path of a TOML file")],
    config: Annotated[Optional[Path], typer.Argument(help="TOML file; see `lava-sleep config`")] = None,  # noqa: UP045
    out: Annotated[Optional[Path], typer.Option(help="folder of report, map and cost")] = None,  # noqa: UP045
    as_json: Annotated[bool, typer.Option("--json", help="the report alone, as JSON")] = False,
) -> None:
    """Ask whether a network fits a chip: compliance report, placement and cost. Exit 1 if a rule fails."""
    from lava_sleep.base.files import check_writable, choose_folder
    from lava_sleep.hardware.compliance import report_of
    from lava_sleep.hardware.profiles import load_profile
    from lava_sleep.runs.configuration import read_configuration

    profile = load_profile(target)
    configuration = read_configuration(config, {})
    if out is not None:
        check_writable(choose_folder(out, "port"))
    report = report_of(configuration.network.graph(configuration.seed, configuration.world), profile)
    if out is not None:
        from lava_sleep.hardware.cost import count_events
        from lava_sleep.hardware.folder import write_port_folder

        events = count_events(configuration.network, report.usage, configuration.seed, world=configuration.world)
        write_port_folder(out, report, events)
    tell(report, out, as_json)


def tell(report: "Report", out: Path | None, as_json: bool) -> None:
    """Print a report, and where the folder of it is; exit 1 if a rule fails."""
    from lava_sleep.hardware.finding import Verdict
    from lava_sleep.hardware.text import report_lines

    if as_json:
        sys.stdout.write(json.dumps(report.as_json(), indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(report_lines(report)) + "\n")
        if out is not None:
            sys.stdout.write(f"report, map and cost: {out}\n")
    if report.verdict == Verdict.FAIL:
        raise typer.Exit(FAILS)


def export(
    folder: Annotated[Path, typer.Argument(help="results folder of `lava-sleep run`")],
    form: Annotated[str, typer.Option("--format", help="nir or netcdf")],
    out: Annotated[Optional[Path], typer.Option(help="file; by default network.nir or .nc in the folder")] = None,  # noqa: UP045
    row: Annotated[Optional[str], typer.Option(help="after which row; by default the last")] = None,  # noqa: UP045
    network: Annotated[Optional[int], typer.Option(help="seed of the network; by default the first")] = None,  # noqa: UP045
) -> None:
    """Hand a trained network over: as NIR (frozen policy, plasticity as metadata) or as integers in netCDF4."""
    from emulation.errors import InputError
    from lava_sleep.exchange.api import FORMATS
    from lava_sleep.exchange.api import export as hand_over

    if form not in FORMATS:
        raise InputError("--format", form, ", ".join(FORMATS), "choose one of these")
    path = out or folder / f"network{FORMATS[form]}"
    sys.stdout.write(f"{hand_over(folder, path, row=row, network=network)}\n")


def chips(
    into: Annotated[Optional[Path], typer.Option(help="a file to put the tables into, between their markers")] = None,  # noqa: UP045
) -> None:
    """Print what is known of each chip, with sources: limits, the default network's verdicts, places of processes."""
    from lava_sleep.hardware.tables import tables
    from lava_sleep.tables.markdown import insert_between

    made = tables()
    if into is None:
        sys.stdout.write("\n\n".join(made.values()) + "\n")
        return
    for name, table in made.items():
        insert_between(into, name, table)
    sys.stdout.write(f"{len(made)} tables: {into}\n")
