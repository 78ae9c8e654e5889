"""What has a name: protocols and sets of plasticity parameters; they are data, in data/."""

from functools import cache
from importlib.resources import files

import tomli


@cache
def plasticity_presets() -> dict[str, dict]:
    """All presets by name."""
    return tomli.loads(files("lava_sleep").joinpath("data/plasticity.toml").read_text())


def plasticity_preset(name: object) -> dict:
    """One preset; an unknown name gives an empty one and is refused where it is validated."""
    return dict(plasticity_presets().get(name, {})) if isinstance(name, str) else {}


def protocol_names() -> list[str]:
    """Names of all protocols, in data/protocols."""
    folder = files("lava_sleep").joinpath("data/protocols")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
