"""Where compiled kernels are kept between runs.

numba stores machine code per file and does not notice a change in a *called* function of another file. The folder
is therefore named after a digest of all sources of this package: edited sources start an empty cache.
"""

import hashlib
import os
import tempfile
from pathlib import Path

import numba


def use_cache_of_these_sources() -> None:
    """Point numba at a cache folder of exactly these sources, unless the user has chosen one (NUMBA_CACHE_DIR)."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    setattr(numba.config, "CACHE_DIR", str(_writable_base() / "lava-sleep" / digest.hexdigest()[:16]))  # noqa: B010


def _writable_base() -> Path:
    """The user's cache folder, or a temporary one where that cannot be written."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    try:
        base.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=base):
            return base
    except OSError:
        return Path(tempfile.gettempdir()) / f"lava-sleep-{os.getuid()}"
