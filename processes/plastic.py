"""PlasticDense and PlasticSparse: Lava's plastic connections with the learning of `emulation`.

In place of Lava's LearningDense (lava/proc/dense/process.py): the same arguments, ports and Vars.

    from processes import PlasticDense as LearningDense

What happens in a timestep, and in which order, is Lava's (lava/magma/core/model/py/connection.py): send the activation
of the timestep before, receive spikes, then the post neurons' spikes and third factors; at the end of an epoch learn.
"""

from typing import Any

import numpy as np
from lava.magma.core.process.connection import LearningConnectionProcess
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.variable import Var
from lava.proc.dense.process import LearningDense
from scipy.sparse import csr_matrix, issparse

from processes.declaration import OWN
from processes.models import cpu_model
from processes.plasticity.arguments import learning_parameters
from processes.plasticity.models import AbstractPyPlasticModelFixed, AbstractPyPlasticModelFloat
from processes.plasticity.variables import SynapseVar


class PlasticDense(LearningDense):
    """A plastic synapse from every pre to every post neuron: a_out = weights * s_in of the timestep before.

    Parameters
    ----------
    weights, tag_1, tag_2, num_message_bits, weight_exp, num_weight_bits, sign_mode, graded_spike_cfg, name, log_config
        As of LearningDense. w -256..255, tag_1 (t) -257..255, tag_2 (d) 0..255 in fixed point; a learnt delay does not
        delay, as in Lava.
    learning_rule : Loihi2FLearningRule or Loihi3FLearningRule
        The rule of the connection, if it has one only.
    learning_rules : sequence of such rules, optional
        Rules among which the port `rule_in` chooses by number; all with the same t_epoch and number of factors. The
        number received in the first timestep of an epoch holds for this epoch; 0 where nothing is connected, -1 for
        none: spikes are not noted, and nothing changes.
    rounding : {"stochastic", "lava", "nearest", "floor"}
        Fractions are rounded by a draw per synapse and trace; by Lava's streams, shared by all, so that weights, tags,
        delays and traces equal LearningDense bit for bit; to the nearest; or down. In floating point, "lava" lets third
        factors decay within an epoch (tau 65535) as Lava does; otherwise they are held.
    seed : int, optional
        Of the draws of "stochastic"; by default the rng_seed of the first rule. Connections with the same seed draw
        the same numbers.
    clear_on_swap : bool
        Whether a change of rule clears tags and traces.
    stream : int
        First of the eight purposes of the draws (`emulation.randomness.Purpose`): connections with the same seed and
        other streams draw independently.
    tables : list of Rule, optional
        The rules as the kernels take them, in place of those made from `learning_rules`: with registers of fewer bits.
    held : Connection, optional
        Weights, tags and traces to go on from; changed in place, in memory that processes share.
    arriving : array (n_post,), optional
        What is on its way at the start; written in every timestep.
    clock : int
        Timesteps that lie before the first one.

    Ports beside those of LearningDense: `rule_in` (1,); `clear_in` (1,), bits of what to forget before the timestep
    (`emulation.graph.plan`: traces, tags, what is on its way; one bit shuffles tags before updates); `offset_in` (1,),
    added to the weight of each spike that arrives in the timestep.

    Raises
    ------
    RuleError
        If a rule is not of the grammar, or out of the range of the hardware's registers.
    PlasticityError
        If another argument cannot be taken.
    """

    hardware = OWN["PlasticDense"]
    _runtime = None  # Lava's destructor reads it, also after a constructor that raised

    def __init__(self, *, weights: np.ndarray, **arguments: Any) -> None:
        super().__init__(weights=weights, **learning_parameters(**arguments))
        self.rule_in, self.clear_in, self.offset_in = (InPort(shape=(1,)) for _ in range(3))


class PlasticSparse(LearningConnectionProcess):
    """As PlasticDense, but only the existing synapses are stored, learnt and shown.

    Parameters
    ----------
    weights : scipy.sparse matrix (n_post, n_pre), or array
        Every stored entry is a synapse, of weight 0 too; of an array, every value that is not 0. Rows may differ in
        their number of synapses.
    tag_1, tag_2 : scipy.sparse matrix or array (n_post, n_pre), optional
        Initial tags and delays of these synapses.
    **arguments
        As of PlasticDense.

    Notes
    -----
    The Vars weights, tag_1 and tag_2 return a csr_matrix with an explicit entry per synapse, and take a matrix with the
    same synapses, or a vector of them in the order of a csr_matrix with sorted indices. As in LearningSparse, weights
    of value 0 stay synapses while they learn.
    """

    hardware = OWN["PlasticSparse"]
    _runtime = None  # see PlasticDense

    def __init__(
        self, *, weights: Any, tag_2: Any = None, tag_1: Any = None, num_message_bits: int = 0, **arguments: Any
    ) -> None:
        pattern = csr_matrix(weights, copy=True) if issparse(weights) else csr_matrix(weights)
        pattern.sum_duplicates()  # sorts the indices too
        super().__init__(shape=pattern.shape, pattern=pattern, **learning_parameters(**arguments))
        self.s_in = InPort(shape=(pattern.shape[1],))
        self.a_out = OutPort(shape=(pattern.shape[0],))
        self.rule_in, self.clear_in, self.offset_in = (InPort(shape=(1,)) for _ in range(3))
        self.weights = SynapseVar(pattern, pattern.data)
        self.tag_1 = SynapseVar(pattern, 0 if tag_1 is None else tag_1)
        self.tag_2 = SynapseVar(pattern, 0 if tag_2 is None else tag_2)
        self.a_buff = Var(shape=(pattern.shape[0],), init=0)
        self.num_message_bits = Var(shape=(1,), init=num_message_bits)


@cpu_model(PlasticDense, "bit_approximate_loihi", "fixed_pt")
class PyPlasticDenseModelFixed(AbstractPyPlasticModelFixed):
    """PlasticDense in fixed point."""


@cpu_model(PlasticDense, "floating_pt")
class PyPlasticDenseModelFloat(AbstractPyPlasticModelFloat):
    """PlasticDense in floating point."""


@cpu_model(PlasticSparse, "bit_approximate_loihi", "fixed_pt")
class PyPlasticSparseModelFixed(AbstractPyPlasticModelFixed):
    """PlasticSparse in fixed point."""


@cpu_model(PlasticSparse, "floating_pt")
class PyPlasticSparseModelFloat(AbstractPyPlasticModelFloat):
    """PlasticSparse in floating point."""
