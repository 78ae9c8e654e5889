"""A network from Python."""

from typing import Any

from lava_sleep.base.settings import validated
from lava_sleep.networks import NETWORKS
from lava_sleep.networks.base import Network


def network(model: str = "integer", *, hidden: int | dict[str, Any] | None = None, **parts: Any) -> Network:
    """The description of a network; what is not given has its default.

    Parameters
    ----------
    model : str
        A name of `lava_sleep.NETWORKS`: "integer", "golden2022", or an installed one.
    hidden : int or dict, optional
        Number of hidden neurons, or the table ``[network.hidden]``.
    parts
        Further tables by their keys, e.g. ``output={"threshold": 300}``; see ``lava-sleep config``.

    Raises
    ------
    InputError
        If a name or a value cannot be taken.
    """
    given = {
        **parts,
        **({} if hidden is None else {"hidden": {"neurons": hidden} if isinstance(hidden, int) else hidden}),
    }
    made = validated(NETWORKS.get(model), {"model": model, **given}, "network")
    made.check()
    return made
