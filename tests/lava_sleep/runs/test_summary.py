"""The summary of a run against the states that it is made of."""

from emulation.neurons import REPORT_VOLTAGE
from lava_sleep.runs.configuration import read_configuration
from lava_sleep.runs.run import run_networks
from lava_sleep.runs.summary import overflows

TOML = """
[protocol]
name = "tiny"
rows = ["T1", "T1>i(R,T2)", "T2"]
[protocol.cycles]
T1 = 40
T2 = 40
interleaved = 40
episode = 10
test = 10
[network.hidden_synapses]
wiring = "constructed"
[network.output]
threshold = 131071
current_decay = 0
voltage_decay = 0
drive = 255
"""


def test_overflows_of_every_stage_are_counted_once(tmp_path):
    (tmp_path / "c.toml").write_text(TOML)
    configuration = read_configuration(tmp_path / "c.toml", {})
    results, _ = run_networks(configuration)
    stages = results[0].stages
    after = {name: int(stage.state.overflow[REPORT_VOLTAGE]) for name, stage in stages.items()}
    assert 0 < after["T1"] < after["T1>i(R,T2)"] and after["T2"] > 0
    assert overflows(results)["v"] == after["T1>i(R,T2)"] + after["T2"]
