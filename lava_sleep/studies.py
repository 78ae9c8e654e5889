"""Commands that run more than one protocol or judge what they find: reproduce, compare, drift, ablate."""

import json
from pathlib import Path
from typing import Annotated, Any, Optional

import typer
from rich.table import Column, Table

from lava_sleep.options import (
    EVERY,
    Every,
    Networks,
    Out,
    Protocol,
    Resume,
    Seed,
    check_one_folder,
    given_options,
)
from lava_sleep.terminal import cell, console, show

Readme = Annotated[Optional[Path], typer.Option(help="a file to put the table into, between its markers")]  # noqa: UP045
CYCLES_APART = 2000  # movement cycles of the course on which two executors are seen to depart


def add_study_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(reproduce)
    app.command()(compare)
    app.command()(drift)
    app.command()(ablate)


def reproduce(
    context: typer.Context,
    networks: Networks = 10,
    seed: Seed = 1,
    executor: Annotated[str, typer.Option(help="emulation, float or map")] = "emulation",
    protocol: Annotated[str, typer.Option(help="paper, or long for 200,000 interleaved cycles")] = "paper",
    out: Out = None,
    resume: Resume = None,
    checkpoint_every: Every = EVERY,
    readme: Readme = None,
) -> None:
    """Run every row of the paper with all controls, and lay it beside the paper's figures with a verdict per row."""
    from lava_sleep.analysis.markdown import around
    from lava_sleep.configuration import read_configuration
    from lava_sleep.execution import resume_run, start_run
    from lava_sleep.results import choose_folder

    check_one_folder(out, resume)
    options = {"protocol": protocol, "executor": executor, "networks": networks, "seed": seed}
    if resume is None:
        if readme:
            around(readme, marker(protocol, executor))  # a file without markers is refused before the run
        configuration = read_configuration(None, options)
        folder = start_run(configuration, choose_folder(out, "reproduce"), checkpoint_every, "reproduce")
    else:
        folder = resume
        new = read_configuration(None, options) if given_options(context, "protocol", "networks", "seed") else None
        other = given_options(context, "executor").get("executor")
        resume_run(folder, new, other, None, checkpoint_every, "reproduce")
    write_reproduction(folder, readme)


def marker(protocol: str, executor: str) -> str:
    """Name of the markers between which a reproduction's table stands."""
    return protocol if executor == "emulation" else f"{protocol}-{executor}"


def write_reproduction(folder: Path, readme: Path | None) -> None:
    """Lay a finished run beside the paper: its table into the folder, onto the terminal, and into a file."""
    from lava_sleep.analysis.markdown import insert_between
    from lava_sleep.analysis.reproduction import as_json, as_markdown
    from lava_sleep.analysis.reproduction import reproduce as lay_beside
    from lava_sleep.checkpoint import write_whole
    from lava_sleep.execution import StopSignals, tell
    from lava_sleep.report.folders import read_summary

    with StopSignals() as stop:
        try:
            summary = read_summary(folder)
            made = lay_beside(summary)
            write_whole(folder / "reproduction.json", as_text(as_json(made)))
            write_whole(folder / "reproduction.md", f"{as_markdown(made)}\n".encode())
            if readme:
                name = marker(summary["protocol"], summary["executor"])
                insert_between(readme, name, as_markdown(made, measures=False))
        except KeyboardInterrupt:
            again = f"lava-sleep reproduce --resume {folder}"
            tell(f"interrupted: the run is finished: {folder}; its table is not; `{again}` writes it")
            raise typer.Exit(stop.code) from None
    show_reproduction(made)
    console.print(f"results: {folder}", soft_wrap=True, highlight=False)


def as_text(found: Any) -> bytes:
    """The content of a JSON file."""
    return (json.dumps(found, indent=1) + "\n").encode()


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


def start_or_resume(context: typer.Context, out: Path | None, resume: Path | None, make: Any) -> Path:
    """Make a study with the options of a command, or go on with one; returns its folder."""
    from lava_sleep.series import StudySettings, resume_study, start_study

    check_one_folder(out, resume)
    names = [name for name in StudySettings.model_fields if name in context.params]
    new = StudySettings(command=context.info_name, **{name: context.params[name] for name in names})
    if resume is None:
        return start_study(new, out, make)
    return resume_study(resume, given_options(context, *names), new, make)


def write_table(folder: Path, name: str, as_markdown: Any, readme: Path) -> None:
    """Write the numbers of a study, finished now or before, as a table between markers.

    Parameters
    ----------
    folder : Path
        Of the study; holds ``<name>.json``.
    name : str
        Of the numbers and of the markers.
    as_markdown : callable
        The table (str) from the content of the JSON file (dict or list).
    readme : Path
        The file with the markers.
    """
    from lava_sleep.analysis.markdown import insert_between

    insert_between(readme, name, as_markdown(json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))))


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
    from lava_sleep.analysis.markdown import around
    from lava_sleep.series import settings_there

    begun = settings_there(resume) if resume else None
    name = "precision" if (begun.sweep_precision if begun else sweep_precision) else "compare"
    if readme:
        around(readme, name)  # refused before the run

    def make(study: Any, settings: Any) -> None:
        (sweep if settings.sweep_precision else compare_executors)(study, settings, checkpoint_every)

    folder = start_or_resume(context, out, resume, make)
    if readme:
        from lava_sleep.analysis import agreement, precision

        made_by = {"precision": precision, "compare": agreement}[name]
        write_table(folder, name, made_by.as_markdown, readme)


def compare_executors(study: Any, settings: Any, every: float) -> None:
    """Run both executors, compare rows, weights and the course of one network."""
    from lava_sleep.analysis import agreement
    from lava_sleep.checkpoint import write_whole
    from lava_sleep.figures import studies as figures
    from lava_sleep.reading import read_netcdf

    runs = {name: settings.configuration(executor=name) for name in ("emulation", "float")}
    made = study.run(runs, every)
    for summary in made.values():
        show(summary)
    data = {name: read_netcdf(study.folder / name / "results.nc", "results.nc") for name in runs}
    rows = agreement.row_agreement(made["emulation"], made["float"])
    weights = agreement.weight_agreement(data["emulation"], data["float"])
    apart = agreement.departure(runs["float"].network, settings.seed, CYCLES_APART)
    report = {"networks": settings.networks, **agreement.agreement_json(rows, weights, apart)}
    write_whole(study.folder / "compare.json", as_text(report))
    figures.draw_agreement(rows, apart, study.folder / "compare.png")
    show_agreement(rows, weights, report)


def show_agreement(rows: list, weights: list, report: dict) -> None:
    """Rows, weights and departures on the terminal."""
    table = Table(padding=(0, 0, 0, 1))  # so that it fits 80 columns
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
    if report["networks_needed"]:
        shown = f"equal means are then shown to be so with a probability of {report['power']:g}, each entry"
        needed = f"a comparison planned from this one needs {report['networks_needed']} networks of other seeds"
        console.print(f"{needed} ({shown})", soft_wrap=True, highlight=False)


def sweep(study: Any, settings: Any, every: float) -> None:
    """Run all precisions, write the numbers and the figure."""
    from lava_sleep.analysis import precision
    from lava_sleep.checkpoint import write_whole
    from lava_sleep.figures import studies as figures

    found = precision.performances(study.run(precision.combinations(settings.configuration()), every))
    report = precision.precision_json(found)
    table = Table("bits", "rounding", *(f"{row}\nTask {task}" for row, task in precision.COLUMNS))
    for row in report["rows"]:
        table.add_row(str(row["bits"]), row["rounding"], *(f"{mean:.3f}" for mean in row["means"]))
    write_whole(study.folder / "precision.json", as_text(report))
    figures.draw_precision(found, study.folder / "precision.png")
    console.print(table)


def drift(
    context: typer.Context, networks: Networks = 4, seed: Seed = 1, out: Out = None, resume: Resume = None
) -> None:
    """Measure what 100 cycles of wake and of sleep do to weights of each size, in fixed point and in float."""
    start_or_resume(context, out, resume, measure_drifts)


def measure_drifts(study: Any, settings: Any) -> None:
    """Measure each network with both executors, write the numbers and the figure."""
    from lava_sleep.analysis.drift import EDGES, SHAPE, cycles_of_drift, measure_drift
    from lava_sleep.checkpoint import write_whole
    from lava_sleep.figures import studies as figures

    description = settings.configuration().network
    seeds = range(settings.seed, settings.seed + settings.networks)
    parts = {f"{executor}-{seed}": (executor, seed) for executor in ("emulation", "float") for seed in seeds}

    def measure(name: str, progress: Any) -> Any:
        executor, seed = parts[name]
        return measure_drift(executor, description, seed, executor == "float", progress=progress).change

    changes = study.measure(list(parts), measure, SHAPE, cycles_of_drift(description))
    found = {"emulation": changes[: len(seeds)], "float": changes[len(seeds) :]}
    plain = {name: [change.tolist() for change in made] for name, made in found.items()}
    write_whole(study.folder / "drift.json", as_text({"edges": EDGES.tolist(), "change": plain}))
    figures.draw_drift(found, study.folder / "drift.png")


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
    from lava_sleep.analysis.markdown import around

    if readme:
        around(readme, "ablate")  # a file without markers is refused before the run

    def make(study: Any, settings: Any) -> None:
        run_ablations(study, settings, checkpoint_every)

    folder = start_or_resume(context, out, resume, make)
    if readme:
        from lava_sleep.analysis.ablation import as_markdown

        write_table(folder, "ablate", as_markdown, readme)


def run_ablations(study: Any, settings: Any, every: float) -> None:
    """Run every ablation, write their rows."""
    from lava_sleep.analysis.ablation import ablations, as_markdown, table_of
    from lava_sleep.checkpoint import write_whole

    chosen = ablations(settings.protocol, settings.networks, settings.seed)
    made = study.run({ablation.folder: ablation.configuration for ablation in chosen}, every)
    tables = [table_of(ablation, made[ablation.folder]) for ablation in chosen]
    write_whole(study.folder / "ablate.json", as_text(tables))
    write_whole(study.folder / "ablate.md", f"{as_markdown(tables)}\n".encode())
    show_ablations(tables)


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
