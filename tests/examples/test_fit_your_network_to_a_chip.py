"""The example runs as its first lines say, and shows what they promise."""

import pytest
from helpers.examples import output_of

pytestmark = pytest.mark.lava


def test_what_fails_is_told_and_three_changes_mend_it(tmp_path):
    output = output_of("fit_your_network_to_a_chip", tmp_path)
    verdicts = [line.strip() for line in output.splitlines() if "verdict:" in line]
    assert len(verdicts) == 3
    assert verdicts[0].startswith("verdict: fail: 3 fail (threshold, accumulator, epoch)")
    assert verdicts[1].startswith("verdict: unknown: nothing fails")
    assert verdicts[2].startswith("verdict: fail") and "inputs, fan_in, learning" in verdicts[2]
    assert "placement on 3 cores" in output and "core 0: hidden 0-1023" in output
    assert "map drawn: True" in output and "read back from NIR as it was: True" in output
    assert not list(tmp_path.iterdir())
