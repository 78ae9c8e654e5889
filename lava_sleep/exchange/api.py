"""Handing a trained network over, from Python."""

from pathlib import Path

from emulation.errors import InputError
from lava_sleep.exchange.trained import read_trained, trained_of
from lava_sleep.runs.folder import Run

FORMATS = {"nir": ".nir", "netcdf": ".nc"}  # by name, the suffix of the file


def export(source: Run | str | Path, path: str | Path, *, row: str | None = None, network: int | None = None) -> Path:
    """Write a trained network: as NIR (frozen policy, plasticity as metadata), or as integers in netCDF4.

    Parameters
    ----------
    source : Run, str or Path
        A run, or its results folder.
    path : str or Path
        A new file; its suffix, .nir or .nc, is the format.
    row : str, optional
        After which row; by default the last one.
    network : int, optional
        Seed of the network; by default the first one.

    Raises
    ------
    InputError
        If the run has no such network, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix not in FORMATS.values():
        raise InputError("--out: kind of file", str(path), "a name that ends with .nir or .nc", "rename it")
    if path.exists():
        raise InputError("--out: already exists", str(path), "a new file", "choose another name")
    trained = trained_of(source, row, network) if isinstance(source, Run) else read_trained(Path(source), row, network)
    if path.suffix == FORMATS["nir"]:
        from lava_sleep.exchange.nir import write_nir as write
    else:
        from lava_sleep.exchange.registers import write_weights as write
    try:
        write(trained, path)
    except OSError as error:
        raise InputError("--out: cannot be written", str(path), "a writable place", f"free it ({error})") from error
    return path
