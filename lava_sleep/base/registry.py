"""What can be added from outside by name: networks, backends, figures, studies, compliance rules."""

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Generic, TypeVar

from emulation.errors import InputError

Entry = TypeVar("Entry")


def load(path: str) -> Any:
    """What stands at ``module:object``, imported now."""
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)


class Registry(Generic[Entry]):
    """Entries by name: ours, those of installed packages (entry points), and those registered in this process.

    An entry is imported when it is asked for.

    Parameters
    ----------
    kind : str
        What an entry is, e.g. "backend".
    own : dict of str to str
        Entries of this project as ``module:object``.
    group : str, optional
        Group of entry points; by default ``lava_sleep.<kind>s``.
    """

    def __init__(self, kind: str, own: dict[str, str] | None = None, group: str = "") -> None:
        self.kind, self.group = kind, group or f"lava_sleep.{kind}s"
        self._own = dict(own or {})
        self._registered: dict[str, Entry] = {}

    def register(self, name: str, entry: Entry) -> Entry:
        """Add an entry, which is returned; a name that is taken is refused.

        Raises
        ------
        InputError
        """
        if name in self._registered or name in self._own:
            raise InputError(f"{self.kind}: the name is taken", name, "a new name", "choose another one")
        self._registered[name] = entry
        return entry

    def names(self) -> list[str]:
        """All names, ours first."""
        return list(dict.fromkeys([*self._own, *self._registered, *self._installed()]))

    def get(self, name: str) -> Entry:
        """The entry of a name.

        Raises
        ------
        InputError
            If there is none.
        """
        if name in self._registered:
            return self._registered[name]
        if name in self._own:
            return load(self._own[name])
        installed = self._installed()
        if name in installed:
            return installed[name].load()
        raise InputError(f"{self.kind}: unknown name", name, ", ".join(self.names()), "choose one of these")

    def __contains__(self, name: object) -> bool:
        return name in self.names()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def items(self) -> list[tuple[str, Entry]]:
        """All names with their entries."""
        return [(name, self.get(name)) for name in self.names()]

    def _installed(self) -> dict[str, Any]:
        return {one.name: one for one in entry_points(group=self.group)}
