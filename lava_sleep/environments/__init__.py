"""Environments and their tasks as descriptions; what each of them can be asked is in `lava_sleep.environments.base`."""

from lava_sleep.base.registry import Registry

ENVIRONMENTS: Registry = Registry(
    "environment",
    {
        "foraging": "lava_sleep.environments.foraging:Foraging",
        "classification": "lava_sleep.environments.classification:Classification",
        "gymnasium": "lava_sleep.environments.gymnasium:Gymnasium",
    },
)
