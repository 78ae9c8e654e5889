"""Imports run one way: lava_sleep -> processes -> emulation, and down the rooms of lava_sleep.

What needs Lava is named; no foreign package takes the place of one of ours.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OF_LAVA_SLEEP = {"pydantic", "rich", "typer", "xarray", "matplotlib"}
FORBIDDEN = {
    "emulation": {"lava", "processes", "lava_sleep", *OF_LAVA_SLEEP},
    "processes": {"lava_sleep", *OF_LAVA_SLEEP},
    "lava_sleep": {"helpers"},
}
# Rooms of lava_sleep: what stands in a row may import what stands in the rows above it, and nothing else.
ROWS = (
    ("base",),
    ("environments",),
    ("protocols", "networks"),
    ("statistics", "graphs"),
    ("backends",),
    ("runs",),
    ("analysis", "exchange"),
    ("figures", "tables"),
    ("studies", "show", "hardware"),
    ("cli", "gym"),
)
ROOMS = {room: {above for row in ROWS[:level] for above in row} for level, row in enumerate(ROWS) for room in row}
ROOMS["testing"] = ROOMS["runs"] | {"runs"}  # for the tests of whoever writes a backend or a network
ENTRIES = {"__init__", "__main__"}  # files beside the rooms
BY_NAME = re.compile(r"(lava_sleep(?:\.\w+)+):\w+")  # an entry of a registry: module:object
NEEDS_LAVA = {
    "lava_sleep.backends.lava_graph",
    "lava_sleep.exchange.lava_graph",
    "lava_sleep.graphs.lava",
    "lava_sleep.graphs.lava_cycles",
    "lava_sleep.graphs.lava_parts",
    "lava_sleep.hardware.lava_usage",
}
WITHOUT_LAVA_TOO = {"processes", "processes.declaration", "processes.shared_memory"}


def imported_modules(path: Path) -> Iterator[str]:
    """Full names of all that a file imports, anywhere in it, and of what a registry imports for it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and BY_NAME.fullmatch(node.value):
            yield node.value.partition(":")[0]


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_run_one_way(package):
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    for path in files:
        assert not {name.split(".")[0] for name in imported_modules(path)} & FORBIDDEN[package], path


def test_every_room_stands_in_the_table():
    folders = {path.parent.name for path in (ROOT / "lava_sleep").glob("*/__init__.py")}
    assert folders == set(ROOMS)
    assert {path.stem for path in (ROOT / "lava_sleep").glob("*.py")} == ENTRIES


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_what_stands_above_it_alone(room):
    files = sorted((ROOT / "lava_sleep" / room).rglob("*.py"))
    assert files
    for path in files:
        ours = {name.split(".")[1] for name in imported_modules(path) if name.startswith("lava_sleep.")}
        assert ours <= {room} | ROOMS[room], path


# Prints the modules of ours that cannot be imported where there is no Lava.
WITHOUT_LAVA = """
import importlib, pkgutil, sys


class NoLava:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == "lava":
            raise ModuleNotFoundError(f"no {name} here", name="lava")


sys.meta_path.insert(0, NoLava)
for package in ("emulation", "processes", "lava_sleep"):
    module = importlib.import_module(package)
    names = [one.name for one in pkgutil.walk_packages(module.__path__, f"{package}.", onerror=lambda name: None)]
    for name in [package, *names]:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            assert error.name == "lava", (name, error)
            print(name)
"""


def test_what_needs_lava():
    done = subprocess.run([sys.executable, "-c", WITHOUT_LAVA], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    found = set(done.stdout.split())
    assert {name for name in found if not name.startswith("processes")} == NEEDS_LAVA
    assert not found & WITHOUT_LAVA_TOO and "processes.plastic" in found


def foreign(folder: Path, form: str, name: str) -> Path:
    """A module of another project."""
    path = folder / form.format(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    return path


def with_path(folder: Path, *command: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder that comes first on Python's path."""
    environment = {"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        list(map(str, command)), env=environment, cwd=folder, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("name", ["processes", "emulation"])
@pytest.mark.parametrize("form", ["{}.py", "{}/__init__.py"])
def test_a_foreign_module_in_the_way_is_named(tmp_path, name, form):
    path = foreign(tmp_path, form, name)
    script = Path(sys.executable).parent / "lava-sleep"
    for command in ((script,), (sys.executable, "-m", "lava_sleep")):
        done = with_path(tmp_path, *command, "config")
        assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
        assert str(path) in done.stderr and done.stderr.startswith(f"error: module {name}")
    for module in ("lava_sleep", "lava_sleep.networks.integer.build"):
        done = with_path(tmp_path, sys.executable, "-c", f"import {module}")
        assert done.returncode == 1 and "ForeignPackageError: module" in done.stderr and str(path) in done.stderr
    code = "try:\n    import lava_sleep\nexcept ImportError as error:\n    print(error)"
    done = with_path(tmp_path, sys.executable, "-c", code)
    assert done.returncode == 0 and str(path) in done.stdout and done.stderr == ""
