"""The three packages belong together: a foreign `processes` or `emulation` on the path is refused by name."""

import importlib.util
import sys
from pathlib import Path

HOME = Path(__file__).parents[2]
COMPANIONS = ("processes", "emulation")
COMMANDS = ("lava-sleep", "-m")  # how the command line is started; it says the same in one line


class ForeignPackageError(ImportError):
    """A module of another project stands in the way of one of ours."""


def check_companions() -> None:
    """Raise unless `processes` and `emulation` are those that lie beside this package.

    Raises
    ------
    ForeignPackageError
        With the file in the way.
    """
    for name in COMPANIONS:
        found = importlib.util.find_spec(name)
        place = None if found is None else found.origin or next(iter(found.submodule_search_locations or []), None)
        expected = HOME / name / "__init__.py"
        if place is None or Path(place).resolve() != expected.resolve():
            raise ForeignPackageError(
                f"module {name}: another one comes first on the path, got {place!r} (allowed: {expected}). "
                "Remove it from PYTHONPATH or from the folder that Python starts in."
            )


def check_unless_command() -> None:
    """`check_companions`, but not for the command line, which checks when it begins."""
    if Path(sys.argv[0]).name not in COMMANDS:
        check_companions()
