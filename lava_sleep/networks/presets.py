"""Sets of plasticity parameters by name (data/plasticity), or of one's own by the path of a TOML file."""

from functools import cache
from pathlib import Path

from emulation.errors import InputError
from lava_sleep.base.data import data_names, read_data
from lava_sleep.base.files import read_toml

SUFFIX = ".toml"


def preset_names() -> list[str]:
    """All presets of the project."""
    return data_names("plasticity")


def plasticity_preset(name: object) -> dict:
    """The parameters of a preset.

    Raises
    ------
    InputError
        If there is no such name or file.
    """
    if isinstance(name, str) and name.endswith(SUFFIX):
        return read_toml(Path(name), "plasticity preset")
    if name not in preset_names():
        allowed = f"{', '.join(preset_names())}, or the path of a TOML file"
        raise InputError(
            "network.output_synapses.plasticity.preset: unknown name", name, allowed, "choose one of these"
        )
    return own_preset(str(name))


@cache
def own_preset(name: str) -> dict:
    """A preset of the project."""
    return read_data(f"plasticity/{name}.toml")
