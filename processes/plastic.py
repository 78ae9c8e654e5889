"""PlasticDense and PlasticSparse: Lava's plastic connections with the learning of `emulation`.

In place of Lava's LearningDense (lava/proc/dense/process.py): the same arguments, ports and Vars.

    from processes import PlasticDense as LearningDense

What happens in a timestep, and in which order, is Lava's (lava/magma/core/model/py/connection.py): send the activation
of the timestep before, receive spikes, then the post neurons' spikes and third factors; at the end of an epoch learn.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from lava.magma.core.decorator import implements, requires, tag
from lava.magma.core.learning.constants import GradedSpikeCfg
from lava.magma.core.learning.learning_rule import LoihiLearningRule
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.connection import LearningConnectionProcess
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.variable import Var
from lava.magma.core.resources import CPU
from lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol
from lava.proc.dense.process import LearningDense
from lava.utils.weightutils import SignMode, truncate_weights
from scipy.sparse import csr_matrix, issparse

from processes.plasticity.arguments import checked_rules, options_of, update_from_vars
from processes.plasticity.engine import Engine
from processes.plasticity.synapses import NAMES, SYNAPTIC, Synapses
from processes.plasticity.variables import SynapseVar
from processes.rules import floating_rule_from_lava, rule_from_lava


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
        number received in the first timestep of an epoch holds for this epoch; 0 where nothing is connected.
    rounding : {"stochastic", "lava", "nearest", "floor"}
        Fractions are rounded by a draw per synapse and trace; by Lava's streams, shared by all, so that weights, tags,
        delays and traces equal LearningDense bit for bit; to the nearest; or down. In floating point, "lava" lets third
        factors decay within an epoch (tau 65535) as Lava does; otherwise they are held.
    seed : int, optional
        Of the draws of "stochastic"; by default the rng_seed of the first rule. Connections with the same seed draw
        the same numbers.
    clear_on_swap : bool
        Whether a change of rule clears tags and traces.

    Raises
    ------
    RuleError
        If a rule is not of the grammar, or out of the range of the hardware's registers.
    PlasticityError
        If another argument cannot be taken.
    """

    _runtime = None  # Lava's destructor reads it, also after a constructor that raised

    def __init__(
        self,
        *,
        weights: np.ndarray,
        learning_rule: LoihiLearningRule | None = None,
        learning_rules: Sequence[LoihiLearningRule] | None = None,
        graded_spike_cfg: GradedSpikeCfg = GradedSpikeCfg.USE_REGULAR_IMPULSE,
        rounding: str = "stochastic",
        seed: int | None = None,
        clear_on_swap: bool = False,
        **rest: Any,
    ) -> None:
        rules = checked_rules(learning_rule, learning_rules, graded_spike_cfg, rest.get("sign_mode", SignMode.MIXED))
        super().__init__(
            weights=weights,
            learning_rule=rules[0],
            graded_spike_cfg=graded_spike_cfg,
            learning_rules=rules,
            options=options_of(rounding, seed, rules[0].rng_seed, graded_spike_cfg, clear_on_swap),
            **rest,
        )
        self.rule_in = InPort(shape=(1,))


class PlasticSparse(LearningConnectionProcess):
    """As PlasticDense, but only the existing synapses are stored, learnt and shown.

    Parameters
    ----------
    weights : scipy.sparse matrix (n_post, n_pre), or array
        Every stored entry is a synapse, of weight 0 too; of an array, every value that is not 0. Rows may differ in
        their number of synapses.
    tag_1, tag_2 : scipy.sparse matrix or array (n_post, n_pre), optional
        Initial tags and delays of these synapses.
    **rest
        As of PlasticDense.

    Notes
    -----
    The Vars weights, tag_1 and tag_2 return a csr_matrix with an explicit entry per synapse, and take a matrix with the
    same synapses, or a vector of them in the order of a csr_matrix with sorted indices. As in LearningSparse, weights
    of value 0 stay synapses while they learn.
    """

    _runtime = None  # see PlasticDense

    def __init__(
        self,
        *,
        weights: Any,
        tag_2: Any = None,
        tag_1: Any = None,
        num_message_bits: int = 0,
        learning_rule: LoihiLearningRule | None = None,
        learning_rules: Sequence[LoihiLearningRule] | None = None,
        graded_spike_cfg: GradedSpikeCfg = GradedSpikeCfg.USE_REGULAR_IMPULSE,
        rounding: str = "stochastic",
        seed: int | None = None,
        clear_on_swap: bool = False,
        **rest: Any,
    ) -> None:
        rules = checked_rules(learning_rule, learning_rules, graded_spike_cfg, rest.get("sign_mode", SignMode.MIXED))
        pattern = csr_matrix(weights, copy=True) if issparse(weights) else csr_matrix(weights)
        pattern.sum_duplicates()  # sorts the indices too
        super().__init__(
            shape=pattern.shape,
            learning_rule=rules[0],
            learning_rules=rules,
            graded_spike_cfg=graded_spike_cfg,
            options=options_of(rounding, seed, rules[0].rng_seed, graded_spike_cfg, clear_on_swap),
            pattern=pattern,
            **rest,
        )
        self.s_in = InPort(shape=(pattern.shape[1],))
        self.a_out = OutPort(shape=(pattern.shape[0],))
        self.rule_in = InPort(shape=(1,))
        self.weights = SynapseVar(pattern, pattern.data)
        self.tag_1 = SynapseVar(pattern, 0 if tag_1 is None else tag_1)
        self.tag_2 = SynapseVar(pattern, 0 if tag_2 is None else tag_2)
        self.a_buff = Var(shape=(pattern.shape[0],), init=0)
        self.num_message_bits = Var(shape=(1,), init=num_message_bits)


class AbstractPyPlasticModel(PyLoihiProcessModel):
    """Both arithmetics and both kinds of connection."""

    engine: Engine

    def start(self) -> None:
        """Called by the runtime when the Vars have been set."""
        self.bind()
        super().start()

    def bind(self) -> None:
        """Build the synapses from the Vars; from here on the Vars are views of them."""
        self.learning_rules = self.proc_params["learning_rules"]
        self.weight_exp = self.proc_params.get("weight_exp", 0)
        values = {name: getattr(self, name) for name in SYNAPTIC}
        synapses = Synapses(values, self.proc_params.get("pattern"))
        self.engine = Engine(synapses, [self.table_of(r) for r in self.learning_rules], self.proc_params["options"])
        self.adopt_vars(set(NAMES) - set(SYNAPTIC))

    def table_of(self, rule: LoihiLearningRule):
        """The kernels' table of a rule."""
        raise NotImplementedError

    def publish_vars(self) -> None:
        """Let the Vars show the synapses' present state."""
        for name in NAMES:
            setattr(self, name, self.engine.synapses.read(name))

    def adopt_vars(self, names: set[str] | tuple[str, ...] = NAMES) -> None:
        """Take over what was written to the Vars."""
        for name in names:
            self.engine.synapses.write(name, getattr(self, name))
        self.publish_vars()

    def on_var_update(self) -> None:
        """A Var was set: a value, or a part of the rule (the first one, where there are several)."""
        update_from_vars(self.learning_rules[0], self)
        self.engine.rules[0] = self.table_of(self.learning_rules[0])
        self.adopt_vars()
        self.engine.rules_changed()

    def _get_var(self) -> None:
        self.publish_vars()
        super()._get_var()

    def _set_var(self) -> None:
        self.publish_vars()
        super()._set_var()

    def _handle_var_port(self, var_port) -> None:
        self.publish_vars()
        shown = [getattr(self, name) for name in NAMES]
        super()._handle_var_port(var_port)
        if any(getattr(self, name) is not value for name, value in zip(NAMES, shown)):  # Lava puts another array there
            self.adopt_vars()
            self.engine.rules_changed()

    def run_spk(self) -> None:
        """Spiking phase."""
        engine = self.engine
        self.a_out.send(self.a_buff)
        spikes = self.s_in.recv()
        wanted = self.rule_in.recv()
        if engine.step_of_epoch(self.time_step) == 1:
            engine.choose(int(wanted[0]))
        totals = engine.receive(spikes, self.num_message_bits.item() > 0, self.time_step)
        self.a_buff[:] = self.scaled(totals)
        post_spikes = self.s_in_bap.recv().astype(bool)
        self.y0 |= post_spikes
        engine.receive_post(post_spikes, self.time_step)
        if engine.rule.three_factor:
            engine.receive_third_factors(self.s_in_y1.recv(), self.s_in_y2.recv(), self.s_in_y3.recv())

    def scaled(self, totals: np.ndarray) -> np.ndarray:
        """The activation that is sent."""
        raise NotImplementedError

    def lrn_guard(self) -> bool:
        """Whether this timestep ends an epoch."""
        return self.time_step % self.engine.rule.epoch == 0

    def run_lrn(self) -> None:
        """Learning phase."""
        self.engine.learn(self.time_step)
        self.y0[:] = False


class AbstractPyPlasticModelFixed(AbstractPyPlasticModel):
    """Fixed point: the arithmetic of LearningDense's model of the same tag, on 32 bits."""

    s_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, bool, precision=1)
    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32, precision=16)
    s_in_bap: PyInPort = LavaPyType(PyInPort.VEC_DENSE, bool, precision=1)
    s_in_y1: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=7)
    s_in_y2: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=7)
    s_in_y3: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32, precision=7)
    rule_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    a_buff: np.ndarray = LavaPyType(np.ndarray, np.int32, precision=16)
    num_message_bits: np.ndarray = LavaPyType(np.ndarray, int, precision=5)
    weights: np.ndarray = LavaPyType(np.ndarray, np.int32, precision=8)
    tag_2: np.ndarray = LavaPyType(np.ndarray, np.int32, precision=8)
    tag_1: np.ndarray = LavaPyType(np.ndarray, np.int32, precision=8)
    x0: np.ndarray = LavaPyType(np.ndarray, bool)
    tx: np.ndarray = LavaPyType(np.ndarray, np.int64, precision=6)
    x1: np.ndarray = LavaPyType(np.ndarray, np.int32, precision=7)
    x2: np.ndarray = LavaPyType(np.ndarray, np.int32, precision=7)
    y0: np.ndarray = LavaPyType(np.ndarray, bool)
    ty: np.ndarray = LavaPyType(np.ndarray, np.int64, precision=6)
    y1: np.ndarray = LavaPyType(np.ndarray, np.int32, precision=7)
    y2: np.ndarray = LavaPyType(np.ndarray, np.int32, precision=7)
    y3: np.ndarray = LavaPyType(np.ndarray, np.int32, precision=7)
    dw: str = LavaPyType(str, str)
    dd: str = LavaPyType(str, str)
    dt: str = LavaPyType(str, str)
    x1_tau: np.ndarray = LavaPyType(np.ndarray, int, precision=8)
    x1_impulse: np.ndarray = LavaPyType(np.ndarray, int, precision=8)
    x2_tau: np.ndarray = LavaPyType(np.ndarray, int, precision=8)
    x2_impulse: np.ndarray = LavaPyType(np.ndarray, int, precision=8)
    y1_tau: np.ndarray = LavaPyType(np.ndarray, int, precision=8)
    y1_impulse: np.ndarray = LavaPyType(np.ndarray, int, precision=8)
    y2_tau: np.ndarray = LavaPyType(np.ndarray, int, precision=8)
    y2_impulse: np.ndarray = LavaPyType(np.ndarray, int, precision=8)
    y3_tau: np.ndarray = LavaPyType(np.ndarray, int, precision=8)
    y3_impulse: np.ndarray = LavaPyType(np.ndarray, int, precision=8)

    def __init__(self, proc_params) -> None:
        super().__init__(proc_params)
        self.sign_mode = proc_params.get("sign_mode", SignMode.MIXED)
        self.num_weight_bits = proc_params.get("num_weight_bits", 8)
        self.weights_set = False

    def table_of(self, rule: LoihiLearningRule):
        return rule_from_lava(rule, sign_mode=self.sign_mode)

    def scaled(self, totals: np.ndarray) -> np.ndarray:
        return totals << self.weight_exp if self.weight_exp > 0 else totals >> -self.weight_exp

    def run_spk(self) -> None:
        if not self.weights_set:  # not before: a Var may be set until then
            weights = self.engine.synapses.connection.weights
            weights[:] = truncate_weights(weights, self.sign_mode, self.num_weight_bits)
            self.weights_set = True
        super().run_spk()


class AbstractPyPlasticModelFloat(AbstractPyPlasticModel):
    """Floating point: nothing is rounded or saturated, as in LearningDense's model of the same tag."""

    s_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, bool, precision=1)
    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, float)
    s_in_bap: PyInPort = LavaPyType(PyInPort.VEC_DENSE, bool)
    s_in_y1: PyInPort = LavaPyType(PyInPort.VEC_DENSE, float)
    s_in_y2: PyInPort = LavaPyType(PyInPort.VEC_DENSE, float)
    s_in_y3: PyInPort = LavaPyType(PyInPort.VEC_DENSE, float)
    rule_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    a_buff: np.ndarray = LavaPyType(np.ndarray, float)
    num_message_bits: np.ndarray = LavaPyType(np.ndarray, int, precision=5)
    weights: np.ndarray = LavaPyType(np.ndarray, float)
    tag_2: np.ndarray = LavaPyType(np.ndarray, float)
    tag_1: np.ndarray = LavaPyType(np.ndarray, float)
    x0: np.ndarray = LavaPyType(np.ndarray, bool)
    tx: np.ndarray = LavaPyType(np.ndarray, np.int64, precision=6)
    x1: np.ndarray = LavaPyType(np.ndarray, float)
    x2: np.ndarray = LavaPyType(np.ndarray, float)
    y0: np.ndarray = LavaPyType(np.ndarray, bool)
    ty: np.ndarray = LavaPyType(np.ndarray, np.int64, precision=6)
    y1: np.ndarray = LavaPyType(np.ndarray, float)
    y2: np.ndarray = LavaPyType(np.ndarray, float)
    y3: np.ndarray = LavaPyType(np.ndarray, float)
    dw: str = LavaPyType(str, str)
    dd: str = LavaPyType(str, str)
    dt: str = LavaPyType(str, str)
    x1_tau: np.ndarray = LavaPyType(np.ndarray, float)
    x1_impulse: np.ndarray = LavaPyType(np.ndarray, float)
    x2_tau: np.ndarray = LavaPyType(np.ndarray, float)
    x2_impulse: np.ndarray = LavaPyType(np.ndarray, float)
    y1_tau: np.ndarray = LavaPyType(np.ndarray, float)
    y1_impulse: np.ndarray = LavaPyType(np.ndarray, float)
    y2_tau: np.ndarray = LavaPyType(np.ndarray, float)
    y2_impulse: np.ndarray = LavaPyType(np.ndarray, float)
    y3_tau: np.ndarray = LavaPyType(np.ndarray, float)
    y3_impulse: np.ndarray = LavaPyType(np.ndarray, float)

    def table_of(self, rule: LoihiLearningRule):
        return floating_rule_from_lava(rule, sign_mode=self.proc_params.get("sign_mode", SignMode.MIXED))

    def scaled(self, totals: np.ndarray) -> np.ndarray:
        return totals


@implements(proc=PlasticDense, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_approximate_loihi", "fixed_pt")
class PyPlasticDenseModelFixed(AbstractPyPlasticModelFixed):
    """PlasticDense in fixed point."""


@implements(proc=PlasticDense, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyPlasticDenseModelFloat(AbstractPyPlasticModelFloat):
    """PlasticDense in floating point."""


@implements(proc=PlasticSparse, protocol=LoihiProtocol)
@requires(CPU)
@tag("bit_approximate_loihi", "fixed_pt")
class PyPlasticSparseModelFixed(AbstractPyPlasticModelFixed):
    """PlasticSparse in fixed point."""


@implements(proc=PlasticSparse, protocol=LoihiProtocol)
@requires(CPU)
@tag("floating_pt")
class PyPlasticSparseModelFloat(AbstractPyPlasticModelFloat):
    """PlasticSparse in floating point."""
