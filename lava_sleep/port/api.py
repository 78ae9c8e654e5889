"""For use from Python: the compliance of a description or of any graph of Lava processes.

from lava_sleep.port.api import check_network, check_processes
report = check_processes(my_lif, "loihi2")
print(report.verdict, report.as_json())
"""

from typing import Any

from lava_sleep.description import NetworkDescription
from lava_sleep.port.compliance import Report, check
from lava_sleep.port.profiles import Profile, load_profile


def check_network(description: NetworkDescription, target: str | Profile, seed: int = 1) -> Report:
    """Compliance of a described network with a chip (name of a profile, or a profile of one's own)."""
    from lava_sleep.port.network_usage import usage_of_network

    return check(usage_of_network(description, seed=seed), as_profile(target))


def check_processes(process: Any, target: str | Profile, title: str = "Lava graph") -> Report:
    """Compliance of the graph that a Lava process belongs to; nothing is compiled or run."""
    from lava_sleep.port.lava_usage import usage_of_processes

    return check(usage_of_processes(process, title), as_profile(target))


def as_profile(target: str | Profile) -> Profile:
    """A profile by name, or the one that is given."""
    return load_profile(target) if isinstance(target, str) else target
