"""What the process models of PlasticDense and PlasticSparse share: ports, Vars, and the phases of a timestep."""

import numpy as np
from lava.magma.core.learning.learning_rule import LoihiLearningRule
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort, PyOutPort, PyVarPort
from lava.magma.core.model.py.type import LavaPyType
from lava.utils.weightutils import SignMode, truncate_weights

from emulation.graph.plan import CLEAR_INPUT
from emulation.rules.rule import Rule
from processes.lava_rules import floating_rule_from_lava, rule_from_lava
from processes.plasticity.arguments import update_from_vars
from processes.plasticity.engine import Engine
from processes.plasticity.synapses import NAMES, SYNAPTIC, Synapses


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
        held, tables = self.proc_params.get("held"), self.proc_params.get("tables")
        synapses = Synapses(values, self.proc_params.get("pattern"), held)
        tables = [self.table_of(rule) for rule in self.learning_rules] if tables is None else tables
        self.engine = Engine(synapses, tables, self.proc_params["options"])
        if held is None:
            self.adopt_vars(set(NAMES) - set(SYNAPTIC))
        else:
            self.publish_vars()
        arriving = self.proc_params.get("arriving")
        if arriving is not None:
            self.a_buff[:] = arriving

    def table_of(self, rule: LoihiLearningRule) -> Rule:
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

    def _handle_var_port(self, var_port: PyVarPort) -> None:
        self.publish_vars()
        shown = [getattr(self, name) for name in NAMES]
        super()._handle_var_port(var_port)
        if any(getattr(self, name) is not value for name, value in zip(NAMES, shown)):  # Lava puts another array there
            self.adopt_vars()
            self.engine.rules_changed()

    def run_spk(self) -> None:
        """Spiking phase."""
        engine, time = self.engine, self.time
        flags = int(self.clear_in.recv()[0])
        if flags or engine.shuffles:
            engine.clear(flags)
            if flags & CLEAR_INPUT:
                self.a_buff[:] = 0
        self.a_out.send(self.a_buff)
        spikes = self.s_in.recv()
        wanted = self.rule_in.recv()
        if engine.step_of_epoch(time) == 1:
            engine.choose(int(wanted[0]))
        totals = engine.receive(spikes, self.num_message_bits.item() > 0, time, int(self.offset_in.recv()[0]))
        self.a_buff[:] = self.scaled(totals)
        arriving = self.proc_params.get("arriving")
        if arriving is not None:
            arriving[:] = self.a_buff
        post_spikes = self.s_in_bap.recv().astype(bool)
        self.y0 |= post_spikes
        engine.receive_post(post_spikes, time)
        if engine.rule.three_factor:
            engine.receive_third_factors(self.s_in_y1.recv(), self.s_in_y2.recv(), self.s_in_y3.recv())

    @property
    def time(self) -> int:
        """Timestep of the network: that of Lava, and those that lie before this run."""
        return self.time_step + self.proc_params.get("clock", 0)

    def scaled(self, totals: np.ndarray) -> np.ndarray:
        """The activation that is sent."""
        raise NotImplementedError

    def lrn_guard(self) -> bool:
        """Whether this timestep ends an epoch."""
        return self.time % self.engine.rule.epoch == 0

    def run_lrn(self) -> None:
        """Learning phase."""
        self.engine.learn(self.time)
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
    clear_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    offset_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
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

    def table_of(self, rule: LoihiLearningRule) -> Rule:
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
    clear_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    offset_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
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

    def table_of(self, rule: LoihiLearningRule) -> Rule:
        return floating_rule_from_lava(rule, sign_mode=self.proc_params.get("sign_mode", SignMode.MIXED))

    def scaled(self, totals: np.ndarray) -> np.ndarray:
        # Stock Lava knows no exponent in floating point; the kernels of `tables` do.
        return totals if self.proc_params.get("tables") is None else totals * 2.0**self.weight_exp
