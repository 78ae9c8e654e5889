"""Reading files of HDF5 and netCDF, whose libraries crash or never end on some that are damaged."""

import faulthandler
import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import xarray as xr

from lava_sleep.errors import InputError

PROCESSOR_TIME = 10  # s that reading a file may take, and as much again for every BYTES of it; chosen here
BYTES = 100_000_000


def try_apart(read: Callable[[], object], path: Path, what: str) -> None:
    """Read a file in a process of its own first, so that it is that process which crashes or never ends.

    What `read` returns or raises there is left for the reading proper.

    Parameters
    ----------
    read : callable
        Reads all of the file.
    path : Path
    what : str
        Kind of file, for the person.

    Raises
    ------
    InputError
        If it is no file, or if the process had to be ended.
    """
    if not path.is_file():
        raise InputError(what, str(path), "a readable file", "check the path")
    limit = PROCESSOR_TIME * (1 + path.stat().st_size // BYTES)
    child = os.fork()
    if child == 0:
        try:
            faulthandler.disable()  # the parent tells
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            silent = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silent, 1)
            os.dup2(silent, 2)
            read()
        finally:
            os._exit(0)
    try:
        _, status = os.waitpid(child, 0)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        raise InputError(what, str(path), "a whole file", f"write it again (its library was ended by {name})")


def read_netcdf(path: Path, what: str) -> xr.Dataset:
    """Read all of a netCDF4 file.

    Parameters
    ----------
    path : Path
    what : str
        Kind of file, for the person.

    Raises
    ------
    InputError
        If it cannot be read.
    """

    def read() -> xr.Dataset:
        return xr.load_dataset(path, engine="netcdf4")

    try_apart(read, path, what)
    try:
        return read()
    except Exception as error:  # the libraries raise what they like on damaged files
        raise InputError(what, str(path), "a netCDF4 file of ours", f"write it again ({error})") from error
