"""The commands `run`, `config` and `verify`."""

import sys
from typing import Annotated

import typer

from lava_sleep.base.terminal import result
from lava_sleep.cli.options import (
    EVERY,
    Arithmetic,
    Backend,
    Config,
    Every,
    Executor,
    Network,
    Out,
    Resume,
    SomeNetworks,
    SomeProtocol,
    SomeSeed,
    check_one_folder,
)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(run)
    app.command("config")(show_config)
    app.command()(verify)


def run(
    config: Config = None,
    protocol: SomeProtocol = None,
    executor: Executor = None,
    network: Network = None,
    arithmetic: Arithmetic = None,
    backend: Backend = None,
    networks: SomeNetworks = None,
    seed: SomeSeed = None,
    out: Out = None,
    resume: Resume = None,
    checkpoint_every: Every = EVERY,
) -> None:
    """Train, sleep, test: run a protocol and write its table, arrays and figures."""
    from lava_sleep.runs.configuration import Options, read_configuration

    check_one_folder(out, resume)
    how = Options(executor=executor, arithmetic=arithmetic, backend=backend)
    which = Options(protocol=protocol, network=network, networks=networks, seed=seed)
    is_new = config is not None or any(value is not None for value in which.values())
    given = read_configuration(config, {**which, **how}) if is_new or resume is None else None

    # takes longer than to find a mistake in the settings
    from lava_sleep.figures.performance import draw_performance
    from lava_sleep.runs.lifecycle import Manner, resume_run, start_run, unfinished_settings

    manner = Manner(checkpoint_every, draw=draw_performance, show=show_summary)
    if resume is not None:
        resume_run(resume, given or unfinished_settings(resume, how), manner)
    elif given is not None:
        start_run(given, out, manner)


def show_summary(summary: dict) -> None:
    """The table of a run, what it means, and what else there is to know."""
    from lava_sleep.tables import terminal
    from lava_sleep.tables.summary import summary_remarks, summary_table

    terminal.show(summary_table(summary))
    for line in (summary["verdict"]["text"], *summary_remarks(summary)):
        result(line)


def show_config(
    config: Config = None,
    protocol: SomeProtocol = None,
    executor: Executor = None,
    network: Network = None,
    arithmetic: Arithmetic = None,
    backend: Backend = None,
    networks: SomeNetworks = None,
    seed: SomeSeed = None,
) -> None:
    """Print the whole configuration as TOML: the defaults, or a file and options laid over them."""
    from lava_sleep.runs.configuration import Options, as_toml, read_configuration

    how = Options(executor=executor, arithmetic=arithmetic, backend=backend)
    options = {**Options(protocol=protocol, network=network, networks=networks, seed=seed), **how}
    sys.stdout.write(as_toml(read_configuration(config, options)))


def verify(
    cycles: Annotated[int, typer.Option(min=10, max=100_000, help="movement cycles, in all")] = 300,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1)] = 1,
) -> None:
    """Compare emulation, lava-cycle and lava bit for bit in every cycle, and float from where it departs."""
    from lava_sleep.studies.verify import verify as verify_backends
    from lava_sleep.tables import terminal

    verification = verify_backends(cycles, seed)
    terminal.show(verification.table(f"differing values after each of {cycles} cycles, seed {seed}"))
    for line in verification.remarks():
        result(line)
    if verification.differences:
        raise typer.Exit(1)
