"""Kernels that were compiled for a class of another package are no hindrance where that package is gone."""

import subprocess
import sys

KERNEL = """
from emulation.compiling import kernel

@kernel
def first(pair):
    return pair[0]
"""
OUTSIDE = "from typing import NamedTuple\n\nclass Pair(NamedTuple):\n    one: int\n    other: float\n"


def run(code, *folders):
    """Run code with folders on the path."""
    text = f"import sys; sys.path[:0] = {[str(one) for one in folders]!r}\n{code}"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_kernel_is_loaded_without_the_package_that_it_was_compiled_for(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder, name, text in ((ours, "kernels", KERNEL), (theirs, "outside", OUTSIDE)):
        folder.mkdir()
        (folder / f"{name}.py").write_text(text)
    run("import kernels, outside; kernels.first(outside.Pair(1, 2.0))", ours, theirs)
    alone = "import kernels; print(kernels.first((3, 4.0)), sum(kernels.first.stats.cache_hits.values()))"
    assert run(alone, ours).split() == ["3", "0"]
    assert run(alone, ours).split() == ["3", "1"]
