"""Usage of any graph of Lava processes, given as a Python object. Nothing is compiled or run.

Connections (processes with `weights`, `s_in` and `a_out`) become projections, stock neurons populations, and what
declares a place beside the neuro cores (`processes.hardware`) a service. What declares nothing is of unknown place.
"""

from typing import Any

import numpy as np
from lava.magma.compiler.compiler_graphs import find_processes
from lava.magma.core.learning.learning_rule import Loihi3FLearningRule, LoihiLearningRule
from lava.magma.core.process.process import AbstractProcess
from lava.proc.lif.process import AbstractLIF
from scipy.sparse import csr_matrix, issparse

from emulation.arithmetic import DECAY_UNITY
from emulation.errors import InputError
from emulation.graph.plan import COUNTED, CURRENT_DECAY, FLOOR, SUBTRACTS, VOLTAGE_DECAY
from lava_sleep.graphs.populations import NO_FLOOR
from lava_sleep.graphs.usage import kind_of_lif, needed
from lava_sleep.networks.graph import OVERFLOWS, LearningRule, Noise, Population, Projection, Service, Usage
from processes.declaration import Place, declaration_of
from processes.graphs.populations import Coincidence, LoihiLIF

NEURONS = (AbstractLIF, Coincidence, LoihiLIF)
BIAS_BITS = 12  # of the mantissa; a larger bias takes an exponent
TRACES = ("x1", "x2", "y1", "y2", "y3")
FULL_BITS = 8  # of weights and tags where a process gives none
NO_THIRD_FACTOR_KNOWN = "a process outside of the synapse"


def usage_of_processes(process: AbstractProcess, title: str = "Lava graph", overflow: str = "lava") -> Usage:
    """What the graph that a process belongs to asks of hardware.

    Parameters
    ----------
    process : AbstractProcess
        Any process of the graph; all that are connected with it are found.
    title : str
    overflow : str
        A name of `OVERFLOWS`.

    Raises
    ------
    InputError
        If there is no such name.
    """
    if overflow not in OVERFLOWS:
        raise InputError("overflow", overflow, ", ".join(OVERFLOWS), "choose one of these")
    found = sorted(dict.fromkeys(find_processes(process)), key=lambda one: one.id)  # in the order of their making
    names = unique_names(found)
    connections = [one for one in found if is_connection(one)]
    others = [one for one in found if not is_connection(one)]
    projections = [
        projection_of(one, names, source, target)
        for one in connections
        for source in neighbours(one.s_in.get_src_ports())
        for target in neighbours(one.a_out.get_dst_ports())
    ]
    ends = {end for one in projections for end in (one.source, one.target)}
    populations = [population_of(one, names[one], projections) for one in others if is_population(one, names, ends)]
    services = [service_of(one, names[one]) for one in others if not isinstance(one, NEURONS)]
    parts = tuple(populations), tuple(projections), tuple(one for one in services if one)
    return Usage(title, *parts, overflow=overflow)


def unique_names(found: list[AbstractProcess]) -> dict[AbstractProcess, str]:
    """A name for each process: its own, with its number where another one has it too."""
    counts: dict[str, int] = {}
    names = {}
    for one in found:
        counts[one.name] = counts.get(one.name, 0) + 1
        names[one] = one.name if counts[one.name] == 1 else f"{one.name} {counts[one.name]}"
    return names


def is_connection(process: AbstractProcess) -> bool:
    """Whether a process holds synapses."""
    return all(hasattr(process, name) for name in ("weights", "s_in", "a_out"))


def is_population(process: AbstractProcess, names: dict[AbstractProcess, str], ends: set[str]) -> bool:
    """Whether a process holds neurons, or sends spikes to synapses."""
    return isinstance(process, NEURONS) or names[process] in ends


def neighbours(ports: list) -> list[AbstractProcess]:
    """The processes of some ports, each once."""
    return list(dict.fromkeys(port.process for port in ports))


def population_of(process: AbstractProcess, name: str, projections: list[Projection]) -> Population:
    """A process that holds neurons or sends spikes."""
    declared = declaration_of(process)
    size = size_of(name, projections) or int(np.prod(process.proc_params.get("shape", (1,))))
    if isinstance(process, Coincidence | LoihiLIF):
        return population_of_graph(process, name, size)
    if not isinstance(process, AbstractLIF):
        is_outside = declared.place in (Place.HOST, Place.EMBEDDED)
        return Population(
            name,
            size,
            declared.place,
            type(process).__name__,
            declared.needs,
            is_input=is_outside,
            current_decay=None,
            voltage_decay=None,
        )
    du, dv = float(np.max(process.du.init)), float(np.max(process.dv.init))
    is_whole = du == int(du) and dv == int(dv)
    return Population(
        name,
        size,
        declared.place,
        "lif" if is_whole else "lif in floating point",
        declared.needs,
        current_decay=int(du) + 1 if is_whole else round(du * DECAY_UNITY),
        voltage_decay=int(dv) if is_whole else round(dv * DECAY_UNITY),
        threshold=int(np.ceil(np.max(getattr(process, "vth", getattr(process, "vth_hi", process.du)).init))),
        bias_mantissa=int(np.ceil(np.max(np.abs(process.bias_mant.init)))),
        bias_exponent=int(np.max(process.bias_exp.init)),
    )


def population_of_graph(process: Coincidence | LoihiLIF, name: str, size: int) -> Population:
    """Neurons of the processes that the Lava networks of graphs are made of."""
    given = process.proc_params
    threshold = int(max(given.get("thresholds", (0,))))
    if isinstance(process, Coincidence):
        return Population(name, size, voltage_decay=DECAY_UNITY - 1, threshold=threshold)
    numbers, bias, noise = given["numbers"], given["bias"], max(given["noise"])
    largest, exponent = int(bias[np.abs(bias).argmax()]), 0
    while abs(largest) >> exponent >= 1 << BIAS_BITS:
        exponent += 1
    floor, subtracts, counts = (int(numbers[column]) for column in (FLOOR, SUBTRACTS, COUNTED))
    return Population(
        name,
        size,
        *kind_of_lif(needed(floor < NO_FLOOR, bool(subtracts), bool(counts))),
        current_decay=int(numbers[CURRENT_DECAY]),
        voltage_decay=int(numbers[VOLTAGE_DECAY]),
        threshold=threshold,
        bias_mantissa=largest >> exponent,
        bias_exponent=exponent,
        noise=Noise(int(noise)) if noise >= 0 else None,
    )


def size_of(name: str, projections: list[Projection]) -> int:
    """Neurons of a population, from the synapses that begin or end there; 0 if none does."""
    sizes = [one.synapses.shape[1] for one in projections if one.source == name]
    sizes += [one.synapses.shape[0] for one in projections if one.target == name]
    return max(sizes, default=0)


def service_of(process: AbstractProcess, name: str) -> Service | None:
    """A process that works beside the neuro cores, or whose place is not known."""
    declared = declaration_of(process)
    if declared.place == Place.MICROCODE:
        return None
    values = sum(int(np.prod(port.shape)) for port in [*process.in_ports.members, *process.out_ports.members])
    if declared.place == Place.CORE:
        work = f"{declared.needs}; its rule strings cannot be read, give it as stock LearningDense"
        return Service(name, Place.UNKNOWN, work, values)
    return Service(name, declared.place, declared.needs or type(process).__name__, values)


def projection_of(
    process: Any, names: dict[AbstractProcess, str], source: AbstractProcess, target: AbstractProcess
) -> Projection:
    """A connection between two processes."""
    rules = rules_of(process)
    synapses, magnitudes = synapses_of(process, bool(rules))
    delays = getattr(process, "delays", None)
    beyond = process.proc_params.get("delays", np.ones(1, int)) - 1  # of ours, of which one is that of every connection
    return Projection(
        name=names[process],
        source=names[source],
        target=names[target],
        synapses=synapses,
        weight_bits=int(process.proc_params.get("num_weight_bits", FULL_BITS)),
        weight_exponent=int(process.proc_params.get("weight_exp", 0)),
        delay=int(np.max(beyond, initial=0)) if delays is None else int(np.max(np.asarray(dense(delays.init)))),
        rules=rules,
        magnitudes=magnitudes,
    )


def synapses_of(process: Any, is_plastic: bool) -> tuple[csr_matrix, np.ndarray | None]:
    """Existing synapses, and their magnitudes where they are fixed (`Projection`).

    Every stored entry of a sparse matrix is a synapse; of a full one what is not 0, or everything where it learns.
    """
    weights = process.proc_params.get("pattern", process.weights.init)
    if is_plastic and not issparse(weights):
        return csr_matrix(np.ones(np.shape(weights), np.int16)), None
    found = csr_matrix(weights)
    pattern = csr_matrix((np.ones(found.nnz, np.int16), found.indices, found.indptr), found.shape)
    return pattern, None if is_plastic else np.abs(found.data)


def dense(value: Any) -> Any:
    """An array of a matrix that may be sparse."""
    return value.toarray() if issparse(value) else value


def rules_of(process: Any) -> tuple[LearningRule, ...]:
    """The learning rules of a connection; none for fixed weights."""
    rules = process.proc_params.get("learning_rules") or [getattr(process, "_learning_rule", None)]
    number = len(rules)
    return tuple(
        rule_of(rule, f"rule {index}" if number > 1 else "rule") for index, rule in enumerate(rules) if rule is not None
    )


def rule_of(rule: LoihiLearningRule, name: str) -> LearningRule:
    """A Lava learning rule as strings and numbers."""
    strings = {"dw": rule.dw_str, "dt": rule.dt_str, "dd": rule.dd_str}
    is_driven = isinstance(rule, Loihi3FLearningRule)
    return LearningRule(
        name,
        {target: text for target, text in strings.items() if text},
        {trace: getattr(rule, f"{trace}_impulse") or 0 for trace in TRACES},
        {trace: getattr(rule, f"{trace}_tau") or 0 for trace in TRACES},
        int(rule.t_epoch),
        third_factor_by=NO_THIRD_FACTOR_KNOWN if is_driven else "",
        tag_bits=FULL_BITS if strings["dt"] else 0,
    )
