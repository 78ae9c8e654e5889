"""Networks: descriptions that a person writes, and what each of them can be asked (`lava_sleep.networks.base`)."""

from lava_sleep.base.registry import Registry

NETWORKS: Registry = Registry(
    "network",
    {
        "integer": "lava_sleep.networks.integer.description:IntegerNetwork",
        "golden2022": "lava_sleep.networks.golden2022.description:GoldenNetwork",
    },
)
