"""lava-sleep: sleep against catastrophic forgetting in a spiking network, the way neuromorphic hardware would run it.

    import lava_sleep as ls
    run = ls.run(protocol="tiny", seeds=[1])
    run.performance

Data flow: configuration -> description -> backend -> results -> analysis -> figures. Names are imported on first use.
"""

from importlib import import_module
from typing import Any

from lava_sleep.base.companions import check_unless_command

check_unless_command()

LAZY = {
    "BACKENDS": "lava_sleep.backends",
    "ENVIRONMENTS": "lava_sleep.environments",
    "Engine": "lava_sleep.graphs.engine",
    "FIGURES": "lava_sleep.figures.registry",
    "NETWORKS": "lava_sleep.networks",
    "RULES": "lava_sleep.hardware.rules",
    "STUDIES": "lava_sleep.studies",
    "Graph": "lava_sleep.graphs.graph",
    "GuardedRun": "processes.runtime",
    "LavaSleepError": "emulation.errors",
    "PlasticDense": "processes.plastic",
    "PlasticSparse": "processes.plastic",
    "Reactivation": "processes.reactivation",
    "Run": "lava_sleep.runs.folder",
    "SleepSchedule": "processes.reactivation",
    "check": "lava_sleep.hardware.api",
    "export": "lava_sleep.exchange.api",
    "figure": "lava_sleep.figures.registry",
    "network": "lava_sleep.networks.make",
    "open_run": "lava_sleep.runs.api",
    "protocol": "lava_sleep.protocols.protocol",
    "read": "lava_sleep.runs.api",
    "run": "lava_sleep.runs.api",
    "study": "lava_sleep.studies.api",
}
__all__ = ["__version__", *LAZY]


def __getattr__(name: str) -> Any:
    """A public name, imported on first use; what needs Lava says so where there is none."""
    if name == "__version__":
        from importlib.metadata import version

        return version("lava-sleep")
    if name not in LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(LAZY[name]), name)
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] == "lava":
            reason = f"{name} needs lava-nc, which runs on Python 3.10 only and is not installed here"
            raise ImportError(f"{reason}; install lava-sleep on Python 3.10.", name="lava") from None
        raise


def __dir__() -> list[str]:
    return __all__
