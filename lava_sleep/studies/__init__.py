"""Studies: questions that take several runs or measurements; each is one file."""

from lava_sleep.base.registry import Registry

STUDIES: Registry = Registry(
    "study",
    {
        "reproduce": "lava_sleep.studies.reproduce:REPRODUCE",
        "compare": "lava_sleep.studies.compare:COMPARE",
        "precision": "lava_sleep.studies.precision:PRECISION",
        "drift": "lava_sleep.studies.drift:DRIFT",
        "ablate": "lava_sleep.studies.ablate:ABLATE",
        "policies": "lava_sleep.studies.policies:POLICIES",
    },
    group="lava_sleep.studies",
)
