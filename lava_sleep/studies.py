"""Commands that run more than one protocol or judge what they find: reproduce, compare, ablate."""

import json
import time
from pathlib import Path
from typing import Annotated, Any, Optional

import typer
from rich.table import Column, Table

from lava_sleep.terminal import INTERRUPTED, Reporter, cell, console, errors, show

Protocol = Annotated[str, typer.Option(help="quick, paper, long or tiny")]
Networks = Annotated[int, typer.Option(min=1, max=10_000, help="network k has seed + k")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1)]
Out = Annotated[Optional[Path], typer.Option(help="folder of the results")]  # noqa: UP045
Readme = Annotated[Optional[Path], typer.Option(help="a file to put the table into, between its markers")]  # noqa: UP045
CYCLES_APART = 2000  # movement cycles of the course on which two executors are seen to depart


def add_study_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(reproduce)
    app.command()(compare)
    app.command()(drift)
    app.command()(ablate)


def run_into(folder: Path, configuration: Any) -> dict:
    """Run a configuration into a results folder; returns its summary."""
    from lava_sleep.experiment import cycles_of, run_networks
    from lava_sleep.results import write_folder

    began = time.perf_counter()
    with Reporter(cycles_of(configuration) * configuration.networks) as report:
        results, interrupted = run_networks(configuration, report)
    if interrupted:
        errors.print("interrupted; what was finished before is kept")
        raise typer.Exit(INTERRUPTED)
    return write_folder(folder, configuration, results, time.perf_counter() - began)


def reproduce(
    networks: Networks = 10,
    seed: Seed = 1,
    executor: Annotated[str, typer.Option(help="emulation, float or map")] = "emulation",
    protocol: Annotated[str, typer.Option(help="paper, or long for 200,000 interleaved cycles")] = "paper",
    out: Out = None,
    readme: Readme = None,
) -> None:
    """Run every row of the paper with all controls, and lay it beside the paper's figures with a verdict per row."""
    from lava_sleep.analysis.markdown import around, insert_between
    from lava_sleep.analysis.reproduction import as_json, as_markdown
    from lava_sleep.analysis.reproduction import reproduce as lay_beside
    from lava_sleep.configuration import read_configuration
    from lava_sleep.results import check_writable, choose_folder

    options = {"protocol": protocol, "executor": executor, "networks": networks, "seed": seed}
    configuration = read_configuration(None, options)
    marker = protocol if executor == "emulation" else f"{protocol}-{executor}"
    if readme:
        around(readme, marker)  # a file without markers is refused before the run
    folder = choose_folder(out, "reproduce")
    check_writable(folder)
    summary = run_into(folder, configuration)
    show(summary)
    made = lay_beside(summary)
    (folder / "reproduction.json").write_text(json.dumps(as_json(made), indent=1) + "\n")
    (folder / "reproduction.md").write_text(as_markdown(made) + "\n")
    show_reproduction(made)
    if readme:
        insert_between(readme, marker, as_markdown(made, measures=False))
    console.print(f"results: {folder}", soft_wrap=True, highlight=False)


def show_reproduction(made: Any) -> None:
    """The table and the claims on the terminal."""
    from lava_sleep.analysis.reproduction import MEASURES

    console.print(f"{made.networks} networks, mean ± SD; beside it the paper's", highlight=False)
    table = Table()
    for heading in ("after", "Task 1", "paper", "Task 2", "paper", "holds"):
        table.add_column(heading, no_wrap=True)
    for one, two in zip(made.entries[::2], made.entries[1::2]):
        cells = []
        for entry in (one, two):
            beside = f"{entry.target.paper[0]:.2f}" if entry.target else ""
            cells += [f"{entry.found.mean:.3f} ± {entry.found.sd:.3f}", beside]
        holds = "" if one.holds is None else "yes" if one.holds and two.holds else "NO"
        table.add_row(one.after, *cells, holds)
    console.print(table)
    table = Table("claim", "found", "holds")
    for judged in made.claims:
        table.add_row(judged.claim.text, judged.found, "yes" if judged.holds else "NO")
    console.print(table)
    table = Table(Column("after", no_wrap=True), *MEASURES.values())
    for row in made.measures:
        table.add_row(row.after, *(f"{getattr(row, name).mean:+.3f}" for name in MEASURES))
    console.print(table)
    console.print("all of it holds" if made.holds else "not all of it holds", highlight=False)


def compare(
    protocol: Protocol = "quick",
    networks: Networks = 5,
    seed: Seed = 1,
    out: Out = None,
    sweep_precision: Annotated[bool, typer.Option(help="weights of 8 to 1 bit, rounded in three ways")] = False,
) -> None:
    """Compare fixed point with float on the same seeds; the verdict is on the screen and in compare.json."""
    from lava_sleep.configuration import read_configuration
    from lava_sleep.results import check_writable, choose_folder

    options = {"protocol": protocol, "networks": networks, "seed": seed}
    folder = choose_folder(out, "compare")
    check_writable(folder)
    if sweep_precision:
        sweep(read_configuration(None, options), folder)
    else:
        compare_executors(options, folder)
    console.print(f"results: {folder}", soft_wrap=True, highlight=False)


def compare_executors(options: dict, folder: Path) -> None:
    """Run both executors, compare rows, weights and the course of one network."""
    import xarray as xr

    from lava_sleep.analysis import agreement, figures
    from lava_sleep.configuration import read_configuration

    folder.mkdir(parents=True, exist_ok=True)
    made, data = {}, {}
    for executor in ("emulation", "float"):
        configuration = read_configuration(None, {**options, "executor": executor})
        made[executor] = run_into(folder / executor, configuration)
        show(made[executor])
        data[executor] = xr.load_dataset(folder / executor / "results.nc")
    rows = agreement.row_agreement(made["emulation"], made["float"])
    weights = agreement.weight_agreement(data["emulation"], data["float"])
    apart = agreement.departure(configuration.network, options["seed"], CYCLES_APART)
    report = agreement.agreement_json(rows, weights, apart)
    (folder / "compare.json").write_text(json.dumps(report, indent=1) + "\n")
    figures.draw_agreement(rows, apart, folder / "compare.png")
    show_agreement(rows, weights, report)


def show_agreement(rows: list, weights: list, report: dict) -> None:
    """Rows, weights and departures on the terminal."""
    table = Table()
    for heading in ("after", "task", "fixed", "float", "difference [95 %]", "p of >.05"):
        table.add_column(heading, no_wrap=True)
    for row in rows:
        found = row.contrast.difference
        interval = f"{found.mean:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
        table.add_row(
            row.after, str(row.task), f"{row.fixed:.3f}", f"{row.floating:.3f}", interval, f"{row.equivalence:.4f}"
        )
    console.print(table)
    table = Table("output weights after", "correlation", "distance of distributions")
    for one in weights:
        table.add_row(one.after, f"{one.correlation:.3f}", f"{one.distance:.2f}")
    console.print(table)
    departure = report["departure"]
    first = ", ".join(f"{name} {cycle}" for name, cycle in departure["first_cycle"].items())
    console.print(f"first cycle that differs: {first}", soft_wrap=True, highlight=False)
    console.print(f"correlation of output spike counts: {departure['spike_counts']:.3f}", highlight=False)
    verdict = "equivalent" if report["equivalent"] else "not shown to be equivalent"
    largest = report["largest_difference"]
    summary = f"largest difference of a mean {largest:.3f}; all rows {verdict} at margin {report['margin']:g}"
    console.print(summary, soft_wrap=True, highlight=False)


def sweep(configuration: Any, folder: Path) -> None:
    """Run all precisions, write the table and the figure."""
    from lava_sleep.analysis import figures, precision
    from lava_sleep.experiment import cycles_of

    combinations = len(precision.BITS) * len(precision.ROUNDINGS)
    one = precision.with_precision(configuration, 8, "nearest")
    with Reporter(cycles_of(one) * configuration.networks * combinations) as report:
        found = precision.sweep_precision(configuration, report)
    folder.mkdir(parents=True, exist_ok=True)
    table = Table("bits", "rounding", *(f"{row}: T{task}" for row, task in SWEEP_COLUMNS))
    rows = []
    for made in found:
        means = [float(made.performance[:, precision.ROWS.index(row), task - 1].mean()) for row, task in SWEEP_COLUMNS]
        rows.append({"bits": made.bits, "rounding": made.rounding, "means": means})
        table.add_row(str(made.bits), made.rounding, *(f"{mean:.3f}" for mean in means))
    (folder / "precision.json").write_text(json.dumps({"columns": SWEEP_COLUMNS, "rows": rows}, indent=1) + "\n")
    figures.draw_precision(found, folder / "precision.png")
    console.print(table)


SWEEP_COLUMNS = (
    ("T1", 1),
    ("T1>T2>i(S,T1)", 1),
    ("T1>T2>i(S,T1)", 2),
    ("T1>T2>i(R,T1)", 2),
)


def drift(networks: Networks = 4, seed: Seed = 1, out: Out = None) -> None:
    """Measure what 100 cycles of wake and of sleep do to weights of each size, in fixed point and in float."""
    from lava_sleep.analysis import figures
    from lava_sleep.analysis.drift import EDGES, measure_drift
    from lava_sleep.description import NetworkDescription
    from lava_sleep.results import check_writable, choose_folder

    folder = choose_folder(out, "drift")
    check_writable(folder)
    description = NetworkDescription()
    found: dict[str, list[Any]] = {}
    with Reporter(2 * networks) as report:
        for executor in ("emulation", "float"):
            found[executor] = []
            for number in range(networks):
                found[executor].append(measure_drift(executor, description, seed + number, executor == "float"))
                report(1)
    folder.mkdir(parents=True, exist_ok=True)
    plain = {name: [one.change.tolist() for one in made] for name, made in found.items()}
    (folder / "drift.json").write_text(json.dumps({"edges": EDGES.tolist(), "change": plain}, indent=1) + "\n")
    figures.draw_drift(found, folder / "drift.png")
    console.print(f"results: {folder}", soft_wrap=True, highlight=False)


def ablate(
    protocol: Protocol = "paper", networks: Networks = 5, seed: Seed = 1, out: Out = None, readme: Readme = None
) -> None:
    """Take the parts of the paper's own network (executor map) out, one at a time, and test what is left."""
    from lava_sleep.analysis.ablation import ablations, as_markdown, run_ablations
    from lava_sleep.analysis.markdown import around, insert_between
    from lava_sleep.experiment import cycles_of
    from lava_sleep.results import check_writable, choose_folder

    if readme:
        around(readme, "ablate")  # a file without markers is refused before the run
    folder = choose_folder(out, "ablate")
    check_writable(folder)
    chosen = ablations(protocol, networks, seed)
    with Reporter(sum(cycles_of(ablation.configuration) for ablation in chosen) * networks) as report:
        tables, interrupted = run_ablations(chosen, report)
    if not tables:
        errors.print("interrupted before the first ablation was finished; nothing written")
        raise typer.Exit(INTERRUPTED)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ablate.json").write_text(json.dumps(tables, indent=1) + "\n")
    (folder / "ablate.md").write_text(as_markdown(tables) + "\n")
    show_ablations(tables)
    if readme and not interrupted:
        insert_between(readme, "ablate", as_markdown(tables))
    console.print(f"results: {folder}", soft_wrap=True, highlight=False)
    if interrupted:
        errors.print(f"interrupted: {len(tables)} of {len(chosen)} ablations were finished and kept")
        raise typer.Exit(INTERRUPTED)


def show_ablations(tables: list[dict]) -> None:
    """The rows of every ablation on the terminal."""
    number = tables[0]["networks"]
    console.print(f"performance on frozen weights; map, {number} network{'s' if number > 1 else ''}", highlight=False)
    table = Table()
    for heading in ("network", "after", "Task 1", "Task 2"):
        table.add_column(heading, justify="right" if heading.startswith("Task") else "left")
    for made in tables:
        for row in made["rows"]:
            name, is_last = made["ablation"] if row is made["rows"][0] else "", row is made["rows"][-1]
            table.add_row(name, row["after"], cell(row["task1"]), cell(row["task2"]), end_section=is_last)
    console.print(table)
