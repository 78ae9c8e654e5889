"""For use from Python: the compliance of a description or of any graph of Lava processes.

from lava_sleep.port.api import check_network, check_processes
report = check_processes(my_lif, "loihi2")
print(report.verdict, report.as_json())
"""

from typing import Any

from lava_sleep.hardware.compliance import Report, check
from lava_sleep.hardware.profiles import Profile, load_profile
from lava_sleep.networks.base import Network


def check_network(network: Network, target: str | Profile, seed: int = 1) -> Report:
    """Compliance of a described network with a chip (name of a profile, or a profile of one's own)."""
    return check(network.graph(seed), as_profile(target))


def check_processes(process: Any, target: str | Profile, title: str = "Lava graph", overflow: str = "lava") -> Report:
    """Compliance of the graph that a Lava process belongs to; nothing is compiled or run.

    Parameters
    ----------
    process : AbstractProcess
        Any process of the graph.
    target : str or Profile
        A chip by the name of its profile, or a profile of one's own.
    title : str
        Of the report.
    overflow : str
        What a run does with a sum that outgrows its register, a name of `OVERFLOWS` (`lava_sleep.networks.graph`).
        "lava" is what Lava does; "strict" says that you have seen the sums of a run stay within.
    """
    from lava_sleep.hardware.lava_usage import usage_of_processes

    return check(usage_of_processes(process, title, overflow), as_profile(target))


def as_profile(target: str | Profile) -> Profile:
    """A profile by name, or the one that is given."""
    return load_profile(target) if isinstance(target, str) else target
