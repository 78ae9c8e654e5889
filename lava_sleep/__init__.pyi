from emulation.errors import LavaSleepError as LavaSleepError
from lava_sleep.backends import BACKENDS as BACKENDS
from lava_sleep.environments import ENVIRONMENTS as ENVIRONMENTS
from lava_sleep.exchange.api import export as export
from lava_sleep.figures.registry import FIGURES as FIGURES
from lava_sleep.figures.registry import figure as figure
from lava_sleep.graphs.engine import Engine as Engine
from lava_sleep.graphs.graph import Graph as Graph
from lava_sleep.hardware.api import check as check
from lava_sleep.hardware.rules import RULES as RULES
from lava_sleep.networks import NETWORKS as NETWORKS
from lava_sleep.networks.make import network as network
from lava_sleep.protocols.protocol import protocol as protocol
from lava_sleep.runs.api import open_run as open_run
from lava_sleep.runs.api import read as read
from lava_sleep.runs.api import run as run
from lava_sleep.runs.folder import Run as Run
from lava_sleep.studies import STUDIES as STUDIES
from lava_sleep.studies.api import study as study
from processes.plastic import PlasticDense as PlasticDense
from processes.plastic import PlasticSparse as PlasticSparse
from processes.reactivation import Reactivation as Reactivation
from processes.reactivation import SleepSchedule as SleepSchedule
from processes.runtime import GuardedRun as GuardedRun

__version__: str
