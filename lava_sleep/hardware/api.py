"""Whether a network fits a chip, from Python."""

from typing import Any

from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.graphs import Graph, usage_of_graph
from lava_sleep.hardware.compliance import Report, report_of
from lava_sleep.hardware.profiles import Profile, load_profile
from lava_sleep.networks.base import Network
from lava_sleep.networks.graph import Usage


def check(
    subject: Network | Graph | Any,
    target: str | Profile,
    *,
    seed: int = 1,
    title: str = "Lava graph",
    overflow: str = "lava",
    world: Environment = PAPER,
) -> Report:
    """Compliance of a described network or graph, or of the graph of a Lava process; nothing is compiled or run.

    Parameters
    ----------
    subject : Network, Graph or AbstractProcess
        A description, or any process of a graph of Lava.
    target : str or Profile
        A chip by the name of its profile or by the path of a TOML file, or a profile.
    seed : int
        Of a described network.
    title : str
        Of the report on a graph.
    overflow : str
        What a run of a Lava graph does with a sum that outgrows its register, a name of `OVERFLOWS`
        (`lava_sleep.networks.graph`). "lava" is what Lava does; "strict" says that you have seen the sums of a run stay
        within.
    world : Environment
        Of a described network: it gives the sizes of input and output.

    Returns
    -------
    Report
        With `verdict`, `findings` and `as_json()`.
    """
    profile = load_profile(target) if isinstance(target, str) else target
    return report_of(usage_of(subject, seed, title, overflow, world), profile)


def usage_of(subject: Network | Graph | Any, seed: int, title: str, overflow: str, world: Environment = PAPER) -> Usage:
    """What a description or a Lava graph asks of hardware."""
    if isinstance(subject, Network):
        return subject.graph(seed, world)
    if isinstance(subject, Graph):
        return usage_of_graph(subject, title)
    from lava_sleep.hardware.lava_usage import usage_of_processes

    return usage_of_processes(subject, title, overflow)
