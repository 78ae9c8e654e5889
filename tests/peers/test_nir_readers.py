"""Our NIR file in other libraries: the same winner as ours in floating point, frozen and without noise.

Run with ``uv run --group nir-readers pytest -m peers``.
"""

import numpy as np
import pytest

from emulation.engine.network import HIDDEN_STEP, STEPS
from emulation.engine.phase import Mode
from emulation.environments.foraging import DIRECTIONS, sense
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.environments.foraging import PAPER
from lava_sleep.exchange.nir import TIMESTEP, write_nir
from lava_sleep.exchange.trained import Trained, checked_arrays, state_of
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.integer.description import HiddenSynapses, IntegerNetwork
from lava_sleep.protocols.schedule import Segment, make_phase

pytestmark = [pytest.mark.peers, pytest.mark.timeout(900)]
TRAINING, DECISIONS = 10_000, 1_000
DELAY = HIDDEN_STEP + 1  # timesteps of our connections, which NIR does not have


@pytest.fixture(scope="module", params=list(Arithmetic), ids=[arithmetic.value for arithmetic in Arithmetic])
def trained(request) -> Trained:
    """A network after Task 1 in either arithmetic, with a constructed hidden layer."""
    description = IntegerNetwork(hidden_synapses=HiddenSynapses(wiring="constructed"))
    instance = description.instance(21, request.param)
    segment = Segment("T1", make_phase(description, Mode.WAKE, "T1"), TRAINING)
    state, _ = run_segments(COMPILED, instance, instance.start, [segment])
    hidden = state.hidden_synapses
    arrays = [hidden.pre, hidden.weights, state.output_synapses.weights]
    return Trained(description, 21, "T1", *checked_arrays(description, arrays, "the network"))


@pytest.fixture(scope="module")
def decisions(trained) -> tuple[np.ndarray, np.ndarray]:
    """What is seen in each cycle, uint8 (1000, 49), and our output's spike counts, int (1000, 8)."""
    instance = trained.description.instance(trained.seed, Arithmetic.FLOAT)
    phase = make_phase(trained.description, Mode.WAKE, "T1", learns=False, noise_exponent=-1)
    segment = Segment("frozen", phase, DECISIONS)
    views = np.zeros((DECISIONS, PAPER.inputs), np.uint8)
    start = state_of(trained, Arithmetic.FLOAT)
    with COMPILED.open(instance, start, [segment], rasters=True) as running:
        running.begin(segment)
        for view in views:
            sense(running.state.world, PAPER.ground(), view)
            running.advance(1)
        return views, running.record.output_raster.sum(axis=1)


def counts_of(module, views, torch):
    """Output spikes per cycle of a reader's network."""
    spikes = np.zeros((DECISIONS, STEPS, PAPER.inputs), np.float32)
    spikes[:, DELAY] = views
    state, found = None, []
    with torch.no_grad():
        for step in torch.tensor(spikes.reshape(-1, PAPER.inputs)):
            out, state = module(step[None], state)
            found.append(np.asarray(out).reshape(DIRECTIONS))
    return np.array(found).reshape(DECISIONS, STEPS, DIRECTIONS).sum(axis=1)


def assert_same_winners(found, counts):
    """The same direction has most spikes (where there is one) in 99 % of the cycles with spikes, and of all."""
    fired = counts.max(axis=1) > 0
    assert fired.sum() > 500
    same = found.argmax(axis=1) == counts.argmax(axis=1)
    assert same.mean() >= 0.99 and same[fired].mean() >= 0.99


def test_norse_picks_the_same_winner(trained, decisions, tmp_path):
    torch, norse = pytest.importorskip("torch"), pytest.importorskip("norse.torch")
    import nir

    write_nir(trained, tmp_path / "n.nir")
    module = norse.from_nir(nir.read(tmp_path / "n.nir"), dt=TIMESTEP)
    assert_same_winners(counts_of(module, decisions[0], torch), decisions[1])


def test_snntorch_picks_the_same_winner(trained, decisions, tmp_path):
    torch, snntorch = pytest.importorskip("torch"), pytest.importorskip("snntorch.import_nir")
    import nir

    write_nir(trained, tmp_path / "n.nir")
    module = snntorch.import_from_nir(nir.read(tmp_path / "n.nir"))
    assert_same_winners(counts_of(module, decisions[0], torch), decisions[1])
