"""The command line."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from emulation.errors import LavaSleepError
from lava_sleep.port.commands import register

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console()
errors = Console(stderr=True)
BAD_INPUT, INTERRUPTED = 2, 130


@app.callback()
def about() -> None:
    """Sleep against catastrophic forgetting in a spiking network, in the arithmetic of neuromorphic hardware."""


@app.command()
def run(
    config: Annotated[Optional[Path], typer.Argument(help="TOML file; see `lava-sleep config`")] = None,  # noqa: UP045
    protocol: Annotated[Optional[str], typer.Option(help="quick, paper or tiny")] = None,  # noqa: UP045
    executor: Annotated[Optional[str], typer.Option(help="emulation, float, lava-cycle, lava")] = None,  # noqa: UP045
    arithmetic: Annotated[Optional[str], typer.Option(help="fixed_pt, floating_pt (Lava)")] = None,  # noqa: UP045
    networks: Annotated[Optional[int], typer.Option(help="network k has seed + k")] = None,  # noqa: UP045
    seed: Annotated[Optional[int], typer.Option(help="0 .. 2147483647")] = None,  # noqa: UP045
    out: Annotated[Optional[Path], typer.Option(help="folder of the results")] = None,  # noqa: UP045
) -> None:
    """Train, sleep, test: run a protocol and write its table, arrays and figure."""
    from lava_sleep.configuration import read_configuration
    from lava_sleep.experiment import cycles_of, run_networks
    from lava_sleep.results import check_writable, choose_folder, write_folder

    options = {"protocol": protocol, "executor": executor, "arithmetic": arithmetic, "networks": networks, "seed": seed}
    configuration = read_configuration(config, options)
    folder = choose_folder(out, configuration.protocol.name)
    check_writable(folder)
    began = time.perf_counter()
    with Reporter(cycles_of(configuration) * configuration.networks) as report:
        results, interrupted = run_networks(configuration, report)
    if not results:
        errors.print("interrupted before the first network was finished; nothing written")
        raise typer.Exit(INTERRUPTED)
    made = write_folder(folder, configuration, results, time.perf_counter() - began)
    show(made)
    console.print(f"results: {folder}", soft_wrap=True, highlight=False)
    if interrupted:
        errors.print(f"interrupted: {len(results)} of {configuration.networks} networks were finished and kept")
        raise typer.Exit(INTERRUPTED)


class Reporter:
    """Progress: a live bar on a terminal, a plain line now and then elsewhere."""

    SECONDS = 10.0

    def __init__(self, total: int) -> None:
        self.total, self.done, self.began = total, 0, time.perf_counter()
        self.shown = self.began
        columns = (TextColumn("cycles"), BarColumn(), TextColumn("{task.percentage:.0f} %"), TimeElapsedColumn())
        self.bar = Progress(*columns, TimeRemainingColumn(), console=errors) if errors.is_terminal else None
        self.task = self.bar.add_task("cycles", total=total) if self.bar else None

    def __enter__(self) -> "Reporter":
        if self.bar:
            self.bar.start()
        else:
            first = "the first start compiles the kernels, about half a minute"
            errors.print(f"{self.total:,} cycles to run ({first})", soft_wrap=True, highlight=False)
        return self

    def __exit__(self, *exception: object) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, cycles: int) -> None:
        self.done += cycles
        now = time.perf_counter()
        if self.bar and self.task is not None:
            self.bar.update(self.task, completed=self.done)
        elif now - self.shown > self.SECONDS:
            self.shown = now
            errors.print(f"{self.done:,} of {self.total:,} cycles, {now - self.began:.0f} s", highlight=False)


def show(made: dict) -> None:
    """The table of a summary, and what it means."""
    number = made["networks"]
    title = f"performance on frozen weights; {made['executor']}, {number} network{'s' if number > 1 else ''}"
    console.print(title, highlight=False)
    table = Table()
    for heading in ("after", "Task 1", "Task 2"):
        table.add_column(heading, justify="left" if heading == "after" else "right")
    for row in made["rows"]:
        table.add_row(row["after"], cell(row["task1"]), cell(row["task2"]))
    console.print(table)
    console.print(meaning(made["rows"]), soft_wrap=True, highlight=False)
    overflows = ", ".join(f"{name} {number:,}" for name, number in made["overflow"].items())
    console.print(f"registers of the output layer that overflowed: {overflows}", soft_wrap=True, highlight=False)


def cell(values: dict) -> str:
    """Mean and SD of one entry."""
    if values["mean"] is None:
        return "-"
    return f"{values['mean']:.3f} ± {values['sd']:.3f}" if len(values["per_network"]) > 1 else f"{values['mean']:.3f}"


def meaning(rows: list[dict]) -> str:
    """One line that says what the table shows, from its own numbers."""
    found = {row["after"]: row for row in rows}
    names = ("T1", "T1>T2", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)")
    if any(name not in found or found[name]["task1"]["mean"] is None for name in names):
        return "chance is 0.5"
    learnt, forgotten = (found[name]["task1"]["mean"] for name in names[:2])
    if learnt < 0.6:
        return "Task 1 was not learnt in so few cycles, so nothing can be said of sleep (chance 0.5)."
    asleep, rested = (found[name]["task2"]["mean"] for name in names[2:])
    verdict = "sleep kept the old task" if asleep - rested > 0.05 else "sleep did not keep the old task"
    return (
        f"Task 1 was learnt ({learnt:.2f}) and forgotten with Task 2 ({forgotten:.2f}); when Task 1 is trained again, "
        f"Task 2 stands at {asleep:.2f} with sleep and {rested:.2f} with rest: {verdict} (chance 0.5)."
    )


@app.command("config")
def show_config(
    protocol: Annotated[str, typer.Option(help="quick, paper or tiny")] = "quick",
) -> None:
    """Print the whole default configuration as TOML."""
    from lava_sleep.configuration import as_toml, read_configuration

    sys.stdout.write(as_toml(read_configuration(None, {"protocol": protocol})))


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


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="results folder")],
    second: Annotated[Path, typer.Argument(help="another one")],
    tolerance: Annotated[float, typer.Option(min=0, max=1, help="of the difference of two means")] = 0.05,
) -> None:
    """Compare the rows of two runs, say of fixed point and float; exit 1 where means differ by more than allowed."""
    from lava_sleep.comparison import compare_folders

    differences = compare_folders(first, second)
    table = Table(title=f"{first} against {second}")
    for heading in ("after", "task", "first", "second", "difference"):
        table.add_column(heading, justify="left" if heading in ("after", "task") else "right")
    for row in differences:
        table.add_row(row.after, row.task[-1], f"{row.first:.3f}", f"{row.second:.3f}", f"{row.distance:.3f}")
    console.print(table)
    far = [row for row in differences if row.distance > tolerance]
    console.print(f"{len(far)} of {len(differences)} means differ by more than {tolerance:g}", highlight=False)
    if far:
        raise typer.Exit(1)


register(app)


def main() -> None:
    """Run the command line: a person's mistake is one line and exit 2, Ctrl-C is exit 130."""
    try:
        code = app(standalone_mode=False)
    except LavaSleepError as error:
        errors.print(f"error: {error}", soft_wrap=True, highlight=False, markup=False)
        leave(BAD_INPUT if type(error).__name__ != "LavaRunError" else 1)
    except (KeyboardInterrupt, typer.Abort):
        errors.print("interrupted; nothing written")
        leave(INTERRUPTED)
    except Exception as error:
        if not hasattr(error, "exit_code") or not hasattr(error, "format_message"):
            raise
        errors.print(f"error: {error.format_message()}", soft_wrap=True, highlight=False, markup=False)
        leave(BAD_INPUT)
    else:
        leave(code if isinstance(code, int) else 0)


def leave(code: int) -> None:
    """End the process with an exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    if code == INTERRUPTED:
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
