"""The commands `network ...`: a network of one's own, described in a TOML file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from lava_sleep.base.terminal import result
from lava_sleep.cli.hardware import CHIPS, tell
from lava_sleep.cli.options import Out

if TYPE_CHECKING:
    from lava_sleep.graphs.results import GraphResults

File = Annotated[Path, typer.Argument(help="TOML file that describes the network; see docs/networks.md")]
Results = Annotated[Path, typer.Argument(help="a results folder of `lava-sleep network run`")]
Target = Annotated[str, typer.Option(help=f"{CHIPS}, or the path of a TOML file")]
Arithmetic = Annotated[str, typer.Option(help="fixed, float")]
Backend = Annotated[str, typer.Option(help="compiled, lava")]

commands = typer.Typer(no_args_is_help=True, help="A network of your own, described in a TOML file (docs/networks.md).")


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(commands, name="network")


@commands.command()
def run(
    file: File,
    arithmetic: Arithmetic = "fixed",
    backend: Backend = "compiled",
    out: Out = None,
    voltages: Annotated[bool, typer.Option("--voltages", help="keep u and v of every timestep, too")] = False,
) -> None:
    """Run all phases, and write spikes, weights, summary and figures."""
    from lava_sleep.base.files import check_writable, choose_folder
    from lava_sleep.figures.graphs import write_graph_figures
    from lava_sleep.graphs.files import read_graph
    from lava_sleep.graphs.results import run_graph

    graph = read_graph(file)
    folder = choose_folder(out, file.stem)
    check_writable(folder)
    results = run_graph(graph, arithmetic, backend, voltages=voltages, title=file.stem)
    show_numbers(results)
    result(f"results: {results.write(folder, write_graph_figures).folder}")


def show_numbers(results: "GraphResults") -> None:
    """The tables of a run."""
    from lava_sleep.tables import terminal
    from lava_sleep.tables.graphs import activity_table, facts, weights_table

    terminal.show(activity_table(results.summary))
    weights = weights_table(results.summary)
    if weights.rows:
        terminal.show(weights)
    for line in facts(results.summary):
        result(line)


@commands.command()
def port(
    file: File,
    target: Target,
    out: Annotated[Optional[Path], typer.Option(help="folder of report, map and cost, of a run")] = None,  # noqa: UP045
    as_json: Annotated[bool, typer.Option("--json", help="the report alone, as JSON")] = False,
) -> None:
    """Ask whether it fits a chip: compliance report and placement; with --out the cost, too. Exit 1 if a rule fails."""
    from lava_sleep.base.files import check_writable, choose_folder
    from lava_sleep.graphs.files import read_graph
    from lava_sleep.hardware.api import check

    graph = read_graph(file)
    report = check(graph, target, title=file.stem)
    if out is not None:
        from lava_sleep.graphs.results import run_graph
        from lava_sleep.hardware.folder import write_port_folder
        from lava_sleep.hardware.graph_events import events_of_graph

        check_writable(choose_folder(out, file.stem))
        write_port_folder(out, report, events_of_graph(run_graph(graph), report.usage))
    tell(report, out, as_json)


@commands.command()
def cost(file: File, target: Target) -> None:
    """Estimate energy and time of a cycle in every phase: spikes of a run, times published figures of the chip."""
    from lava_sleep.graphs.files import read_graph
    from lava_sleep.graphs.results import run_graph
    from lava_sleep.graphs.usage import usage_of_graph
    from lava_sleep.hardware.cost import cost_lines, estimate
    from lava_sleep.hardware.graph_events import events_of_graph
    from lava_sleep.hardware.placement import place
    from lava_sleep.hardware.profiles import load_profile
    from lava_sleep.hardware.text import placement_lines

    profile, graph = load_profile(target), read_graph(file)
    usage = usage_of_graph(graph, file.stem)
    events = events_of_graph(run_graph(graph), usage)
    lines = [f"{file.stem} on {profile.title}", *placement_lines(place(usage, profile))]
    sys.stdout.write("\n".join([*lines, *cost_lines([estimate(usage, profile, one) for one in events])]) + "\n")


@commands.command()
def verify(
    file: File,
    every: Annotated[int, typer.Option(min=1, help="cycles between two comparisons of weights, tags and traces")] = 1,
) -> None:
    """Compare the compiled engine with Lava bit for bit: spikes, u, v, weights, tags, traces. Exit 1 if any differs."""
    from lava_sleep.graphs.files import read_graph
    from lava_sleep.studies.graph_verify import verify_graph
    from lava_sleep.tables import terminal

    found = verify_graph(read_graph(file), every)
    terminal.show(found.table(f"{file.stem}: differing values"))
    for line in found.remarks():
        result(line)
    if any(found.differences.values()):
        raise typer.Exit(1)


@commands.command()
def compare(file: File) -> None:
    """Compare integers with floats: rates by population and phase, weights by projection and phase."""
    from lava_sleep.graphs.files import read_graph
    from lava_sleep.studies.graph_compare import compare_graph
    from lava_sleep.tables import terminal

    for table in compare_graph(read_graph(file)).tables():
        terminal.show(table)


@commands.command()
def figures(folder: Results) -> None:
    """Draw structure, spikes, rates and weights of a run, as PNG into its folder figures/."""
    from emulation.errors import InputError
    from lava_sleep.figures.graphs import GRAPH_FIGURES, write_graph_figures
    from lava_sleep.graphs.results import FIGURES, read_graph_results

    results, place = read_graph_results(folder), folder / FIGURES
    try:
        place.mkdir(exist_ok=True)
        write_graph_figures(results, place)
    except OSError as error:
        raise InputError("figures: cannot be written", str(place), "a writable folder", f"free it ({error})") from error
    for name in GRAPH_FIGURES:
        result(f"{place / name}.png")


@commands.command()
def report(
    folder: Results,
    out: Annotated[Optional[Path], typer.Option(help="by default report.html of the folder")] = None,  # noqa: UP045
) -> None:
    """Write one self-contained HTML page: structure, spikes, rates, weights, numbers."""
    from lava_sleep.graphs.results import read_graph_results
    from lava_sleep.show.document import write_page
    from lava_sleep.show.graph_page import make_graph_page

    path = out or folder / "report.html"
    size = write_page(make_graph_page(read_graph_results(folder)), path)
    result(f"report: {path} ({size / 1e6:.1f} MB)")
