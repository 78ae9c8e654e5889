"""Learning of a projection: its rules, their traces, and where third factors come from."""

from typing import Annotated, Literal

from pydantic import Field

from emulation.rules.rule import Rule
from emulation.rules.table import Bits, Sign, TraceNumbers, compile_rule
from lava_sleep.graphs.part import GraphPart, Integers

Value = Annotated[int, Field(ge=-128, le=127)]
FROZEN = "frozen"


class LearningRule(GraphPart):
    """What changes w, t and d at the end of a learning epoch, in the grammar of `emulation.rules.grammar`.

    Attributes
    ----------
    dw, dt, dd : str, optional
        Sums of products, at least one, e.g. ``"2^-2*x0*y1"``.
    impulses, taus : dict
        By trace, x1 x2 y1 y2 y3: 0 .. 127, and timesteps. With third factors y1 y2 y3 have none: they are sent.
    """

    dw: str | None = None
    dt: str | None = None
    dd: str | None = None
    impulses: dict[str, float] = Field(default_factory=dict)
    taus: dict[str, float] = Field(default_factory=dict)


class Constant(GraphPart):
    """The same `value` for all post neurons in every epoch."""

    kind: Literal["constant"] = "constant"
    value: Value = 0


class Count(GraphPart):
    """scale * min(spikes of the post neuron in the cycle so far, limit); the target has to be a readout."""

    kind: Literal["count"] = "count"
    scale: int = Field(1, ge=-127, le=127)
    limit: int = Field(127, ge=0, le=127)


class Ramp(GraphPart):
    """Rises (or falls) over the phase: start + (end - start) * cycle // cycles."""

    kind: Literal["ramp"] = "ramp"
    start: Value
    end: Value
    cycles: int | None = Field(None, ge=1)


class Label(GraphPart):
    """`value` for the post neuron that the label of the cycle names, `others` for the rest; labels repeat."""

    kind: Literal["label"] = "label"
    labels: Integers
    value: Value
    others: Value = 0


class FromOutside(GraphPart):
    """What an environment sends to each post neuron, say a reward (`Engine.run_cycle`).

    Attributes
    ----------
    part : {"all", "positive", "negative"}
        What is sent as it is, or its positive part, or its negative part without the sign.
    """

    kind: Literal["outside"] = "outside"
    part: Literal["all", "positive", "negative"] = "all"


AnyFactor = Annotated[Constant | Count | Ramp | Label | FromOutside, Field(discriminator="kind")]
Y = Literal["y1", "y2", "y3"]


class Learning(GraphPart):
    """How a projection learns.

    Attributes
    ----------
    rules : dict
        By name; a phase chooses one (`Phase.rules`).
    epoch : int
        Timesteps between two updates; divides the cycle.
    sign : {"excitatory", "inhibitory", "mixed"}
        Range of the weights: 0..255, -255..0, -256..255.
    factors : dict, optional
        Where y1, y2, y3 come from, 0 where one is not named; without factors they are traces of the post spikes.
    stream : int, optional
        First of eight purposes of the draws; by default of its own.
    weight_bits, tag_bits, trace_bits : int
        Of what is learnt, in integers.
    """

    rules: dict[str, LearningRule]
    epoch: int = Field(1, ge=1, le=63)
    sign: Literal["excitatory", "inhibitory", "mixed"] = "excitatory"
    factors: dict[Y, AnyFactor] | None = None
    stream: int | None = Field(None, ge=0, le=2**31)
    weight_bits: int = Field(8, ge=1, le=8)
    tag_bits: int = Field(8, ge=1, le=8)
    trace_bits: int = Field(7, ge=1, le=7)

    def compiled(self, name: str) -> Rule:
        """The table of products of one of the rules.

        Raises
        ------
        RuleError
            If its text is not of the grammar, or a number is out of its range.
        """
        rule = self.rules[name]
        return compile_rule(
            {"dw": rule.dw, "dt": rule.dt, "dd": rule.dd},
            TraceNumbers(rule.impulses, rule.taus),
            t_epoch=self.epoch,
            three_factor=self.factors is not None,
            sign=Sign(self.sign),
            bits=Bits(self.weight_bits, self.tag_bits, self.trace_bits),
        )
