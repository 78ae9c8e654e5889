"""The command line."""

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.table import Table

from emulation.errors import LavaSleepError
from lava_sleep.options import EVERY, Every, Out, Resume, check_one_folder
from lava_sleep.port.commands import register as add_port_commands
from lava_sleep.presets import protocol_names
from lava_sleep.report.commands import add_report_commands
from lava_sleep.studies import add_study_commands
from lava_sleep.terminal import INTERRUPTED, TERMINATED, console, errors

BAD_INPUT = 2


app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


def show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        console.print(version("lava-sleep"), highlight=False)
        raise typer.Exit


@app.callback()
def about(
    show: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Sleep against catastrophic forgetting in a spiking network, in the arithmetic of neuromorphic hardware."""


@app.command()
def run(
    config: Annotated[Optional[Path], typer.Argument(help="TOML file; see `lava-sleep config`")] = None,  # noqa: UP045
    protocol: Annotated[Optional[str], typer.Option(help=", ".join(protocol_names()))] = None,  # noqa: UP045
    executor: Annotated[Optional[str], typer.Option(help="emulation, float, map, lava-cycle, lava")] = None,  # noqa: UP045
    arithmetic: Annotated[Optional[str], typer.Option(help="fixed_pt, floating_pt (Lava)")] = None,  # noqa: UP045
    networks: Annotated[Optional[int], typer.Option(help="network k has seed + k")] = None,  # noqa: UP045
    seed: Annotated[Optional[int], typer.Option(help="0 .. 2147483647")] = None,  # noqa: UP045
    out: Out = None,
    resume: Resume = None,
    checkpoint_every: Every = EVERY,
) -> None:
    """Train, sleep, test: run a protocol and write its table, arrays and figure."""
    from lava_sleep.configuration import read_configuration

    check_one_folder(out, resume)
    options = {"protocol": protocol, "executor": executor, "arithmetic": arithmetic, "networks": networks, "seed": seed}
    new = config is not None or any(value is not None for value in (protocol, networks, seed))
    given = read_configuration(config, options) if new or resume is None else None

    from lava_sleep.execution import resume_run, start_run  # takes longer than to find a mistake in the settings

    if resume is not None:
        resume_run(resume, given, executor, arithmetic, checkpoint_every)
    elif given is not None:
        start_run(given, out, checkpoint_every)


@app.command("config")
def show_config(
    protocol: Annotated[str, typer.Option(help=", ".join(protocol_names()))] = "quick",
    executor: Annotated[str, typer.Option(help="lengths of the phases differ for map")] = "emulation",
) -> None:
    """Print the whole default configuration as TOML."""
    from lava_sleep.configuration import as_toml, read_configuration

    sys.stdout.write(as_toml(read_configuration(None, {"protocol": protocol, "executor": executor})))


@app.command()
def verify(
    cycles: Annotated[int, typer.Option(min=10, max=100_000, help="movement cycles, in all")] = 300,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1)] = 1,
) -> None:
    """Compare emulation, lava-cycle and lava bit for bit in every cycle, and float from where it departs."""
    from lava_sleep.verification import OTHER, QUANTITIES, verify_executors

    verification = verify_executors(cycles, seed)
    comparisons = verification.comparisons
    table = Table(title=f"differing values after each of {cycles} cycles, seed {seed}")
    for heading in ("quantity", "compared", *(comparison.label for comparison in comparisons)):
        table.add_column(heading, justify="left" if heading == "quantity" else "right")
    for name in (*QUANTITIES, OTHER):
        differing = [str(comparison.differences[name]) for comparison in comparisons]
        table.add_row(name, f"{comparisons[0].values[name]:,}", *differing)
    console.print(table)
    for comparison in comparisons:
        if comparison.first:
            names = f"{comparison.name} (against {comparison.reference})"
            console.print(f"{names}: first difference in {comparison.first}", highlight=False)
    console.print(f"{verification.values:,} values compared, {verification.differences:,} differ", highlight=False)
    console.print(verification.remark, soft_wrap=True, highlight=False)
    if verification.differences:
        raise typer.Exit(1)


add_study_commands(app)
add_report_commands(app)
add_port_commands(app)


def main() -> None:
    """Run the command line: a person's mistake is one line and exit 2, Ctrl-C is exit 130."""
    try:
        command = typer.main.get_command(app)
        with command.make_context("lava-sleep", sys.argv[1:]) as context:
            command.invoke(context)
    except typer.Exit as end:
        leave(end.exit_code)
    except LavaSleepError as error:
        errors.print(f"error: {error}", soft_wrap=True, highlight=False, markup=False)
        leave(BAD_INPUT if type(error).__name__ != "LavaRunError" else 1)
    except (KeyboardInterrupt, typer.Abort):
        errors.print("interrupted")
        leave(INTERRUPTED)
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        errors.print(f"error: {error.strerror or error}{place}", soft_wrap=True, highlight=False, markup=False)
        leave(BAD_INPUT)
    except MemoryError as error:
        errors.print(
            f"error: not enough memory, do run fewer or smaller networks ({error})",
            soft_wrap=True,
            markup=False,
        )
        leave(BAD_INPUT)
    except Exception as error:
        if not hasattr(error, "exit_code") or not hasattr(error, "format_message"):
            raise
        if message := error.format_message():  # none where the help was printed instead
            errors.print(f"error: {message}", soft_wrap=True, highlight=False, markup=False)
        leave(BAD_INPUT)
    else:
        leave(0)


def leave(code: int) -> None:
    """End the process with an exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    if code in (INTERRUPTED, TERMINATED):
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
