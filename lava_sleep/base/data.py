"""The files of lava_sleep/data: protocols, presets, profiles and targets in TOML."""

from importlib.resources import files

import tomli


def data_names(folder: str) -> list[str]:
    """Names of the TOML files in a folder of lava_sleep/data; none where there is no such folder."""
    found = files("lava_sleep").joinpath(f"data/{folder}")
    entries = found.iterdir() if found.is_dir() else ()
    return sorted(entry.name.removesuffix(".toml") for entry in entries if entry.name.endswith(".toml"))


def read_data(path: str) -> dict:
    """A TOML file of lava_sleep/data."""
    return tomli.loads(files("lava_sleep").joinpath(f"data/{path}").read_text(encoding="utf-8"))
