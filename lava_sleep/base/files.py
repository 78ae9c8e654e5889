"""Files: read where they may be damaged, written whole or not at all, folders put in place."""

import faulthandler
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import tomli

from emulation.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

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


def read_netcdf(path: Path, what: str) -> "xr.Dataset":
    """Read all of a netCDF4 file; `what` says to the person which kind of file it is.

    Raises
    ------
    InputError
        If it cannot be read.
    """

    import xarray as xr

    def read() -> xr.Dataset:
        return xr.load_dataset(path, engine="netcdf4")

    try_apart(read, path, what)
    try:
        return read()
    except Exception as error:  # the libraries raise what they like on damaged files
        raise InputError(what, str(path), "a netCDF4 file of ours", f"write it again ({error})") from error


def write_netcdf(data: "xr.Dataset", path: Path, packing: dict[str, dict]) -> None:
    """Write a data set; a full disk is an OSError here too, as it is with all other files."""
    try:
        data.to_netcdf(path, engine="netcdf4", encoding=packing)
    except RuntimeError as error:
        raise OSError(f"{error}; is the disk full?") from error


def read_toml(path: Path, what: str) -> dict:
    """The contents of a TOML file; `what` as of `read_netcdf`.

    Raises
    ------
    InputError
        If it cannot be read or is no TOML.
    """
    try:
        return tomli.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(what, str(path), "a readable TOML file", f"check it ({error.strerror})") from error
    except (ValueError, RecursionError) as error:  # broken, no text, a number without end, tables without end
        raise InputError(what, str(path), "TOML", f"correct it ({error})") from error


def write_whole(path: Path, content: bytes, durable: bool = True) -> None:
    """Write a file so that either the old content or the new one is there, whenever the program is killed.

    Parameters
    ----------
    path, content
    durable : bool
        Whether it has to be on the disk at the return, for a loss of power; costs some 10 ms.

    Raises
    ------
    OSError
        If there is no place or no permission; the old content stays.
    """
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    if durable:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the new name, too
        finally:
            os.close(folder)


def choose_folder(out: Path | None, protocol: str) -> Path:
    """The folder to write, which must not exist or be empty; by default the next free runs/<protocol>-<n>."""
    if out is None:
        taken = 1
        while any(Path("runs", f"{protocol}-{taken}{suffix}").exists() for suffix in ("", ".partial")):
            taken += 1
        return Path("runs", f"{protocol}-{taken}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError("--out: already holds something", str(out), "a new or empty folder", "choose another name")
    # Results take the place of an empty folder, which has to let itself be replaced.
    if out.is_symlink() or (out.exists() and (out.samefile(Path.cwd()) or out.is_mount())):
        raise InputError("--out: cannot be replaced", str(out), "a new folder", f"write e.g. {out / protocol}")
    return out


def check_writable(folder: Path) -> None:
    """Fail before the run, not after it, where the folder cannot be made."""
    parent = folder.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise InputError("--out: cannot be written", str(folder), "a folder below a writable one", "choose another")


def put_in_place(part: Path, folder: Path, replace: bool) -> None:
    """Give a whole folder its name; `replace` takes away what has it: what an interrupted run had finished."""
    if not folder.exists():
        part.rename(folder)
    elif not replace:
        folder.rmdir()
        part.rename(folder)
    else:
        earlier = part.with_name(f"{part.name}-earlier")
        folder.rename(earlier)
        part.rename(folder)
        shutil.rmtree(earlier, ignore_errors=True)


def write_together(
    folder: Path, fill: Callable[[Path], None], replace: bool = False, within: Path | None = None
) -> None:
    """Make a folder whole: `fill` gets an empty one, which then takes the name."""
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=within or folder.absolute().parent))
        try:
            os.chmod(part, 0o755)
            fill(part)
            put_in_place(part, folder, replace)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    except OSError as error:
        raise InputError("--out: cannot be written", str(folder), "a writable place", f"free it ({error})") from error
