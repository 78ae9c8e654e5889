"""Will my Lava network fit a chip? Check it, change it, place it onto cores, and hand a network over.

    uv run python examples/fit_your_network_to_a_chip.py

1. A network of stock Lava processes, built as for any Lava run, is checked against Loihi 1 and Xylo: any process of the
   graph will do, nothing is compiled or run. Each failure says what to change; on Loihi 1 three changes mend it.
2. It is placed onto cores, and the map is drawn.
3. A network of this project goes into a NIR file, which snnTorch, Norse and others read, and comes back as it was.
"""

import tempfile
from pathlib import Path

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from lava.proc.dense.process import Dense, LearningDense
from lava.proc.io.source import RingBuffer as Source
from lava.proc.lif.process import LIF

from lava_sleep import check
from lava_sleep.exchange.nir import read_nir, write_nir
from lava_sleep.exchange.trained import Trained, are_equal
from lava_sleep.hardware.compliance import Report
from lava_sleep.hardware.finding import Verdict
from lava_sleep.hardware.placement_figure import draw_map
from lava_sleep.hardware.text import placement_lines, verdict_line
from lava_sleep.networks.integer.description import IntegerNetwork

PIXELS, HIDDEN, CLASSES = 64, 1500, 10


def my_network(epoch: int, threshold: int, exponent: int) -> LIF:
    """Pixels -> hidden layer -> plastic synapses -> classes; returns one of its processes."""
    random = np.random.default_rng(1)
    source = Source(data=np.zeros((PIXELS, 10), int))
    wiring = Dense(weights=40 * (random.random((HIDDEN, PIXELS)) < 0.1), name="pixels to hidden")
    hidden = LIF(shape=(HIDDEN,), vth=threshold, du=1000, dv=400, name="hidden")
    rule = Loihi2FLearningRule(dw="2^-2*x1*y0 - 2^-4*y1*x0", x1_impulse=100, x1_tau=8, y1_impulse=100, y1_tau=8,
                               t_epoch=epoch)  # fmt: skip
    weights = np.zeros((CLASSES, HIDDEN), int)
    learning = LearningDense(weights=weights, learning_rule=rule, weight_exp=exponent, name="hidden to classes")
    classes = LIF(shape=(CLASSES,), vth=200, du=1000, dv=400, name="classes")
    source.s_out.connect(wiring.s_in)
    wiring.a_out.connect(hidden.a_in)
    hidden.s_out.connect(learning.s_in)
    learning.a_out.connect(classes.a_in)
    classes.s_out.connect(learning.s_in_bap)
    return hidden


def show(title: str, report: Report) -> None:
    """What fails, with what to do about it, and the verdict."""
    print(title)
    for finding in report.findings:
        if finding.verdict == Verdict.FAIL:
            print(f"  {finding.rule}, {finding.object}: {finding.remedy}")
    print(f"  {verdict_line(report)}")


def hand_over(path: Path) -> bool:
    """Write an untrained network as NIR and read it again; whether it is the same."""
    description = IntegerNetwork()
    untrained = description.instance(seed=1).start
    hidden, output = untrained.hidden_synapses, untrained.output_synapses
    network = Trained(description, 1, "untrained", hidden.pre, hidden.weights, output.weights)
    write_nir(network, path)
    return are_equal(read_nir(path), network)


def main() -> None:
    """Check, change, place, hand over."""
    show("my network on Loihi 1", check(my_network(epoch=100, threshold=150_000, exponent=0), "loihi1"))
    changed = my_network(epoch=50, threshold=300, exponent=-4)
    fitting = check(changed, "loihi1")
    show("with a shorter epoch, a lower threshold and smaller weights to the classes", fitting)
    show("the same on Xylo", check(changed, "xylo"))
    print("\n".join(placement_lines(fitting.placement)))
    with tempfile.TemporaryDirectory() as folder:
        draw_map(fitting.usage, fitting.placement, fitting.profile, Path(folder) / "map.png")
        print(f"map drawn: {(Path(folder) / 'map.png').is_file()}")
        print(f"read back from NIR as it was: {hand_over(Path(folder) / 'network.nir')}")


if __name__ == "__main__":
    main()
