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
    """Point numba at a cache folder of these sources, unless the user has chosen a writable one (NUMBA_CACHE_DIR)."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen and _is_writable(Path(chosen)):
        return
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    setattr(numba.config, "CACHE_DIR", str(_writable_base() / "lava-sleep" / digest.hexdigest()[:16]))  # noqa: B010


def _writable_base() -> Path:
    """The user's cache folder, or a temporary one where that cannot be written."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if _is_writable(base):
        return base
    temporary = Path(tempfile.gettempdir()) / f"lava-sleep-{os.getuid()}"
    temporary.mkdir(mode=0o700, exist_ok=True)
    if temporary.lstat().st_uid == os.getuid() and not temporary.is_symlink():
        return temporary
    return Path(tempfile.mkdtemp(prefix="lava-sleep-"))  # machine code is not taken from another user's folder


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
