"""A study: the same networks with sleep of two rates."""

from lava_sleep.studies.study import Study, StudySettings
from lava_sleep.tables.table import Table, columns

GAINS = {"slow": 0.5, "fast": 2.0}


class GainStudy(Study):
    """Mean performance at two rates of sleep."""

    name = "gain"
    settings = StudySettings(command="study gain", protocol="tiny", networks=2)

    def runs(self, settings):
        base = settings.configuration()
        asleep = {name: base.network.sleep.model_copy(update={"rate_gain": gain}) for name, gain in GAINS.items()}
        networks = {name: base.network.model_copy(update={"sleep": sleep}) for name, sleep in asleep.items()}
        return {name: base.model_copy(update={"network": network}) for name, network in networks.items()}

    def numbers(self, settings, made):
        return {name: float(made.data(name).performance.mean()) for name in GAINS}

    def tables(self, numbers):
        rows = [[name, f"{value:.3f}"] for name, value in numbers.items()]
        return [Table(columns("sleep", "performance"), rows)]

    def remarks(self, numbers):
        return ["verdict: the outsider's study was made"]


GAIN = GainStudy()
