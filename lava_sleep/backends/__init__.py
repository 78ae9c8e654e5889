"""Backends: what runs a network. Each is one file; others come by entry points (group ``lava_sleep.backends``)."""

from lava_sleep.base.registry import Registry

BACKENDS: Registry = Registry(
    "backend",
    {
        "compiled": "lava_sleep.backends.compiled:COMPILED",
        "graph": "lava_sleep.backends.graph:GRAPH",
        "lava": "lava_sleep.backends.lava:LAVA",
        "lava-cycle": "lava_sleep.backends.lava:LAVA_CYCLE",
    },
)
