"""Where compiled kernels are kept between runs.

numba stores machine code per file and does not notice a change in a *called* function of another file. The folder of
our kernels is therefore named after a digest of all sources of this package: edited sources start an empty cache. It
is set kernel by kernel, so a program's own kernels stay where numba puts them.
"""

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator


class Locator(UserProvidedCacheLocator):
    """Places a kernel's machine code in our folder."""

    digest = ""

    def __init__(self, py_func: Any, py_file: str) -> None:
        super().__init__(py_func, py_file)
        self._cache_path = str(kernel_folder() / self.digest / self.get_suitable_cache_subpath(py_file))

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> "Locator | None":
        """A locator, or None where the folder cannot be written; numba's own places are tried then."""
        found = cls(py_func, py_file)
        try:
            found.ensure_cache_path()
        except OSError:
            return None
        return found


class TolerantCache(FunctionCache):
    """A cache that begins anew where it names a class that cannot be imported: of another package's environment."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The machine code for a signature, or None."""
        try:
            return super().load_overload(sig, target_context)
        except (ImportError, AttributeError):
            self.flush()
            return None


def keep_on_disk(dispatcher: Any, digest: str = "") -> Any:
    """Cache a dispatcher in our folder, or in the user's own where one is chosen (NUMBA_CACHE_DIR); returns it.

    Parameters
    ----------
    digest : str
        Of sources outside of this package that are compiled into it; such a kernel always goes into our folder.
    """
    if is_chosen_by_user() and not digest:
        dispatcher.enable_caching()
    else:
        dispatcher._cache = cache_of(digest)(dispatcher.py_func)
    return dispatcher


@cache
def cache_of(digest: str) -> type[FunctionCache]:
    """The cache of kernels into which sources of this digest are compiled."""
    locator = type("DigestLocator", (Locator,), {"digest": digest})
    locators = [locator, *CompileResultCacheImpl._locator_classes]
    implementation = type("KernelCacheImpl", (CompileResultCacheImpl,), {"_locator_classes": locators})
    return type("KernelCache", (TolerantCache,), {"_impl_class": implementation})


@cache
def is_chosen_by_user() -> bool:
    """Whether NUMBA_CACHE_DIR names a folder that can be written."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    return bool(chosen) and _is_writable(Path(str(chosen)))


@cache
def kernel_folder() -> Path:
    """The folder of kernels of these sources and this numba."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    return _writable_base() / "lava-sleep" / digest.hexdigest()[:16]


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
