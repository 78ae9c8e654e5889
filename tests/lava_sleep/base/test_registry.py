"""Registries: ours, those of this process and those of installed packages, by name."""

import sys
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from emulation.errors import InputError
from lava_sleep.backends import BACKENDS
from lava_sleep.backends.compiled import COMPILED, Compiled
from lava_sleep.base import registry as registry_module
from lava_sleep.base.registry import Registry
from lava_sleep.figures.registry import FIGURES, Drawing, drawing
from lava_sleep.networks import NETWORKS
from lava_sleep.networks.golden2022.description import GoldenNetwork
from lava_sleep.runs.configuration import read_configuration
from lava_sleep.studies import STUDIES

ALL = {"backends": BACKENDS, "networks": NETWORKS, "studies": STUDIES, "figures": FIGURES}


@pytest.fixture
def registry() -> Registry:
    """One with two entries of ours."""
    return Registry("thing", {"path": "pathlib:Path", "late": "module_that_is_not_there:THING"})


@pytest.fixture
def install(monkeypatch):
    """Installs entry points as packages would, seen by our registries only."""
    found: list[EntryPoint] = []

    def chosen(group: str) -> EntryPoints:
        return EntryPoints(one for one in found if one.group == group)

    monkeypatch.setattr(registry_module, "entry_points", chosen)
    return lambda group, name, value: found.append(EntryPoint(name, value, group))


def test_an_entry_is_imported_when_it_is_asked_for(registry):
    assert registry.names() == ["path", "late"] and "late" in registry
    assert registry.get("path").__name__ == "Path"
    with pytest.raises(ModuleNotFoundError):
        registry.get("late")


def test_an_unknown_name_is_refused_with_those_that_are_known(registry):
    registry.register("new", 1)
    with pytest.raises(InputError) as error:
        registry.get("old")
    found = error.value
    assert (found.what, found.got, found.allowed) == ("thing: unknown name", "old", "path, late, new")
    assert found.hint == "choose one of these" and "old" not in registry


def test_a_name_that_is_taken_is_refused(registry):
    assert registry.register("new", 1) == 1
    for name in ("new", "path"):
        with pytest.raises(InputError) as error:
            registry.register(name, 2)
        assert (error.value.what, error.value.got) == ("thing: the name is taken", name)
    assert registry.get("new") == 1 and list(registry) == ["path", "late", "new"]


def test_entry_points_are_entries(registry, install):
    install("lava_sleep.things", "theirs", "fractions:Fraction")
    install("lava_sleep.others", "another", "fractions:Fraction")
    assert registry.names() == ["path", "late", "theirs"] and "another" not in registry
    assert registry.get("theirs").__name__ == "Fraction"


def test_ours_go_before_those_of_packages_of_the_same_name(registry, install):
    install("lava_sleep.things", "path", "fractions:Fraction")
    registry.register("new", 1)
    install("lava_sleep.things", "new", "fractions:Fraction")
    assert registry.get("path").__name__ == "Path" and registry.get("new") == 1
    assert registry.names() == ["path", "late", "new"]


@pytest.mark.parametrize("group", ALL)
def test_every_registry_takes_entry_points_of_its_group(install, monkeypatch, group):
    monkeypatch.setitem(sys.modules, "package_of_someone", sys.modules[__name__])
    install(f"lava_sleep.{group}", "theirs", "package_of_someone:" + ("FIGURE" if group == "figures" else "SLOW"))
    names = ALL[group].names()
    assert "theirs" in names and len(names) > 1 and "theirs" in ALL[group]
    assert ALL[group].get("theirs") is (FIGURE if group == "figures" else SLOW)


@pytest.mark.parametrize("kind", ["backend", "network", "figure", "study"])
def test_an_unknown_name_of_every_registry(kind):
    registry = next(one for one in ALL.values() if one.kind == kind)
    with pytest.raises(InputError) as error:
        registry.get("abacus")
    assert error.value.what == f"{kind}: unknown name" and error.value.allowed == ", ".join(registry.names())


def test_every_entry_of_ours_is_there():
    assert BACKENDS.get("compiled") is COMPILED and NETWORKS.get("golden2022") is GoldenNetwork
    assert {name: NETWORKS.get(name)().model for name in NETWORKS} == {name: name for name in NETWORKS}
    assert {name: BACKENDS.get(name).name for name in BACKENDS} == {name: name for name in BACKENDS}
    assert STUDIES.names() == ["reproduce", "compare", "precision", "drift", "ablate", "policies"]
    assert all(STUDIES.get(name).settings.command for name in STUDIES)


class Slow(Compiled):
    """Another backend."""

    name = "slow"


SLOW = Slow()
FIGURE = Drawing("theirs", "Theirs", print, (), "What there is to see.")


def test_a_backend_of_a_package_can_be_chosen_in_the_settings(install, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "package_of_someone", sys.modules[__name__])
    install("lava_sleep.backends", "slow", "package_of_someone:SLOW")
    (tmp_path / "c.toml").write_text('backend = "slow"\n')
    made = read_configuration(tmp_path / "c.toml", {})
    assert made.engine() is SLOW and made.label == "integer fixed slow"


def test_a_figure_has_a_name_of_its_own(monkeypatch):
    monkeypatch.setattr(FIGURES, "_registered", dict(FIGURES._registered))
    add = drawing("new", "A new one", needs=("rates",), caption="What there is to see.", order=1)
    assert add(print) is print and FIGURES.names()[0] == "new"  # by their order
    with pytest.raises(InputError, match="figure: the name is taken, got 'raster'"):
        drawing("raster", "Another", needs=(), caption="")(print)
