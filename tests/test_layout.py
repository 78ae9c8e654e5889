"""Imports run one way: lava_sleep -> processes -> emulation; no foreign package takes the place of one of ours."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORBIDDEN = {
    "emulation": {"lava", "processes", "lava_sleep", "pydantic", "rich", "typer"},
    "processes": {"lava_sleep", "pydantic", "rich", "typer"},
    "lava_sleep": set(),
}


def imported(path: Path) -> set[str]:
    """Top-level names that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(str(node.module).split(".")[0])
    return names


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_run_one_way(package):
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    for path in files:
        assert not imported(path) & FORBIDDEN[package], path


@pytest.mark.parametrize("name", ["processes", "emulation"])
@pytest.mark.parametrize("form", ["{}.py", "{}/__init__.py"])
def test_a_foreign_module_in_the_way_is_named(tmp_path, name, form):
    foreign = tmp_path / form.format(name)
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_text("")
    command = str(Path(sys.executable).parent / "lava-sleep")
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}
    options = {"env": environment, "cwd": tmp_path, "capture_output": True, "text": True, "timeout": 60}
    done = subprocess.run([command, "config"], **options)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert str(foreign) in done.stderr and done.stderr.startswith(f"error: module {name}")
    done = subprocess.run([sys.executable, "-c", "import lava_sleep.networks.integer.build"], **options)
    assert done.returncode == 1 and "ForeignPackageError" in done.stderr and str(foreign) in done.stderr
