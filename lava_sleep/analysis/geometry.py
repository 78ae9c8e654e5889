"""Where the weights are in their space: support vector machine, PCA, kernel PCA, manifolds (Figs 3D-E, 4D-E, 7)."""

from functools import reduce

import numpy as np
import xarray as xr
from sklearn.decomposition import PCA, KernelPCA
from sklearn.svm import SVC

from emulation.errors import InputError
from lava_sleep.analysis.selection import main_chains, of_task, preferred_particles, snapshots, trained_stage
from lava_sleep.protocols.rows import chain
from lava_sleep.runs.configuration import world_of_data

LAST_FIFTH = 0.2  # of a task's training: the states that stand for having learnt it (paper)


def boundary_distances(data: xr.Dataset, rows: list[str]) -> xr.DataArray:
    """Distance of the weights after every row from the border between the states of two tasks.

    A support vector machine with a radial basis function separates, network by network, the flattened weights of the
    last fifth of the first task from those of the last fifth of the second; its kernel's width is scikit-learn's
    ``scale``.

    Returns
    -------
    xarray.DataArray
        (network, row); decision value over that of the training states: -1 at the first task, 0 at the border, +1 at
        the second.

    Raises
    ------
    InputError
        If there are not two tasks.
    """
    tasks = world_of_data(data).task_names
    if len(tasks) != 2:
        hint = "see the manifolds, which are of any number"
        raise InputError("results: tasks that one border parts", ", ".join(tasks), "two tasks", hint)
    ones, twos = (snapshots(data, trained_stage(data, task), LAST_FIFTH) for task in tasks)
    # The end of a stage stands for a row, before its tests, which leave weights as they are.
    ends = np.stack([snapshots(data, row)[:, -1] for row in rows], axis=1)
    found = []
    for one, two, end in zip(ones, twos, ends):
        machine = SVC(kernel="rbf", gamma="scale").fit(np.concatenate([one, two]), [0] * len(one) + [1] * len(two))
        sides = machine.decision_function(one).mean(), machine.decision_function(two).mean()
        value = machine.decision_function(end)
        found.append(np.where(value < 0, value / -sides[0], value / sides[1]))
    return xr.DataArray(found, dims=("network", "row"), coords={"network": data.network.values, "row": rows})


def principal_course(data: xr.Dataset, network: int = 0) -> xr.Dataset:
    """The first two principal components of the weights along the main rows, one network.

    Returns
    -------
    xarray.Dataset
        `component` (snapshot, axis), coordinate `stage` (snapshot,); attribute `explained`: share of the variance.
    """
    stages = list(dict.fromkeys(stage for row in main_chains(data) for stage in chain(row)))
    parts = [snapshots(data, stage)[network] for stage in stages]
    whole = np.concatenate(parts)
    if len(whole) < 2 or np.ptp(whole, axis=0).max() == 0:
        raise InputError("results: weights did not change", "constant weights", "a run that learns", "run for longer")
    machine = PCA(2, svd_solver="full")
    found = machine.fit_transform(whole)
    return xr.Dataset(
        {"component": (("snapshot", "axis"), found)},
        coords={"stage": ("snapshot", np.repeat(np.array(stages), [len(part) for part in parts]))},
        attrs={"explained": machine.explained_variance_ratio_.tolist()},
    )


def aligned_weights(data: xr.Dataset, weights: np.ndarray) -> np.ndarray:
    """Weights in a space that networks share, for no two have the same hidden neurons.

    Parameters
    ----------
    weights : float array (networks, snapshots, outputs * hidden)

    Returns
    -------
    float array (networks, snapshots, outputs * particles)
        Mean weight from the hidden neurons of each particle; the output's mean where a network has none for it.
    """
    preferred, kinds = preferred_particles(data)
    shape = (*weights.shape[:2], data.sizes["output"], data.sizes["hidden"])
    whole = weights.reshape(shape)
    made = []
    for network, one in enumerate(whole):
        member = np.eye(len(kinds))[preferred[network]]
        number = member.sum(axis=0)
        mean = one @ (member / np.maximum(1, number))
        made.append(np.where(number > 0, mean, one.mean(axis=-1, keepdims=True)))
    return np.stack(made).reshape(*weights.shape[:2], -1)


def kernel_components(data: xr.Dataset) -> xr.Dataset:
    """Kernel PCA (radial basis function) of the aligned weights of all networks in the last fifth of the main rows.

    Returns
    -------
    xarray.Dataset
        `component` (stage, network, snapshot, axis).
    """
    stages = list(dict.fromkeys(stage for row in main_chains(data) for stage in chain(row)))
    ends = [snapshots(data, stage, LAST_FIFTH) for stage in stages]
    number = min(5, *(end.shape[1] for end in ends))  # very short stages have fewer snapshots
    parts = np.stack([aligned_weights(data, end[:, -number:]) for end in ends])
    flat = parts.reshape(-1, parts.shape[-1])
    # Squared distances are of the order of twice the summed variance: so wide a kernel reaches across the stages.
    width = 0.25 / max(1e-12, flat.var(axis=0).sum())
    found = KernelPCA(2, kernel="rbf", gamma=width, eigen_solver="dense").fit_transform(flat)
    return xr.Dataset(
        {"component": (("stage", "network", "snapshot", "axis"), found.reshape(*parts.shape[:3], 2))},
        coords={"stage": stages, "network": data.network.values},
    )


def nearest(weights: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Euclidean distance of each of `weights` (n, d) to the nearest of `states` (m, d), float array (n,)."""
    return np.min([np.linalg.norm(weights - state, axis=1) for state in states], axis=0)


def tasks_apart(data: xr.Dataset) -> tuple[str, ...]:
    """The tasks of the results, of which no two share a kind of particle.

    Raises
    ------
    InputError
        If two do: no hidden neuron is then of one of them alone.
    """
    world = world_of_data(data)
    owner: dict[int, str] = {}
    for task in world.task_names:
        for kind in world.kinds_of(task):
            if owner.setdefault(kind, task) != task:
                got = f"{owner[kind]} and {task} share {world.kind_names[kind]}"
                raise InputError("results: manifolds of tasks", got, "tasks without a kind in common", "run such tasks")
    return world.task_names


def manifold_distances(data: xr.Dataset, row: str) -> xr.Dataset:
    """Distance of the weights to the manifold of every task, and to where all of them meet, along a row.

    What a network does in a task depends on the synapses of the hidden neurons that answer to the task's particles;
    all others are free. So the manifold of a task is taken as a cylinder: the states of the last fifth of its training
    in these synapses, anything in the others. Where no hidden neuron is of two tasks, the manifolds meet in one and
    the squared distance to their intersection is the sum of the squares. (The paper samples its manifolds by states of
    many networks; the cylinder is chosen here.)

    Returns
    -------
    xarray.Dataset
        `distance` (manifold, network, snapshot) in units of a weight, coordinates `cycle` (of the whole row) and
        `stage`; manifolds by the names of the tasks, the last one is `both`: the intersection of all.

    Raises
    ------
    InputError
        If two tasks share a kind of particle.
    """
    stages, tasks = chain(row), tasks_apart(data)
    parts = [snapshots(data, stage) for stage in stages]
    weights = np.concatenate(parts, axis=1)
    found = np.zeros((len(tasks) + 1, *weights.shape[:2]))
    for index, task in enumerate(tasks):
        states = snapshots(data, trained_stage(data, task), LAST_FIFTH)
        relevant = np.tile(of_task(data, task), (1, data.sizes["output"]))
        for network, chosen in enumerate(relevant):
            found[index, network] = nearest(weights[network][:, chosen], states[network][:, chosen])
    found[-1] = reduce(np.hypot, found[:-1])
    cycles, start = [], 0
    for stage in stages:
        steps = data.snapshot_cycle.values[data.snapshot_stage.values == stage]
        cycles.append(start + steps)
        start += int(steps[-1])
    return xr.Dataset(
        {"distance": (("manifold", "network", "snapshot"), found)},
        coords={
            "manifold": [*tasks, "both"],
            "cycle": ("snapshot", np.concatenate(cycles)),
            "stage": ("snapshot", np.repeat(np.array(stages), [part.shape[1] for part in parts])),
        },
    )
