"""What computes: versions and commit."""

import subprocess
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from lava_sleep.base.companions import HOME


def provenance() -> dict[str, str]:
    """Versions of what computes, and the commit where there is one."""
    versions = {}
    for name in ("lava-sleep", "lava-nc", "numpy", "numba", "xarray"):
        with suppress(PackageNotFoundError):  # Lava is there on Python 3.10 only
            versions[name] = version(name)
    versions["commit"] = "unknown"
    if (HOME / ".git").exists():  # not the repository that an installed package happens to lie in
        with suppress(OSError, subprocess.SubprocessError):
            commit = subprocess.run(
                ["git", "rev-parse", "HEAD"], cwd=HOME, capture_output=True, text=True, timeout=5, check=True
            )
            versions["commit"] = commit.stdout.strip()
    return versions
