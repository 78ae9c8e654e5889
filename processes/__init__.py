"""Lava processes of this project, and a guarded runtime that any Lava network can use."""

from typing import Any

LAZY = ("PlasticDense", "PlasticSparse")
__all__ = list(LAZY)


def __getattr__(name: str) -> Any:
    """Import on first use: importing Lava sets the start method of multiprocessing."""
    if name in LAZY:
        from processes import plastic

        return getattr(plastic, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
