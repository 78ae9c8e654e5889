"""The examples: as scripts in processes of their own, as their first lines say, or in this process, for speed."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

EXAMPLES = Path(__file__).parents[2] / "examples"


def output_of(name: str, folder: Path) -> str:
    """What the script prints."""
    script = EXAMPLES / f"{name}.py"
    done = subprocess.run([sys.executable, script], cwd=folder, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    return done.stdout


def module_of(name: str, monkeypatch) -> ModuleType:
    """The script as a module, whose lengths can be changed for one test; its `main` is not run."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)  # Lava looks for models where a process was defined
    spec.loader.exec_module(module)
    return module
