"""A tiny run in a folder, for what reads stored results."""

import pytest

from lava_sleep.runs.configuration import read_configuration
from lava_sleep.runs.folder import Run, read_run, write_folder
from lava_sleep.runs.run import run_networks


@pytest.fixture(scope="session")
def tiny_results():
    """Configuration and results of two networks."""
    configuration = read_configuration(None, {"protocol": "tiny", "networks": 2, "seed": 3})
    return configuration, run_networks(configuration)[0]


@pytest.fixture(scope="session")
def tiny_run(tiny_results, tmp_path_factory) -> Run:
    """The same, written and read back."""
    configuration, results = tiny_results
    folder = tmp_path_factory.mktemp("results") / "tiny"
    write_folder(folder, configuration, results, 1.0)
    return read_run(folder)


@pytest.fixture(scope="session")
def tiny_golden_run(tmp_path_factory) -> Run:
    """Two networks of the paper's own kind, written and read back."""
    configuration = read_configuration(None, {"protocol": "tiny", "network": "golden2022", "networks": 2, "seed": 3})
    folder = tmp_path_factory.mktemp("results") / "tiny-golden"
    write_folder(folder, configuration, run_networks(configuration)[0], 1.0)
    return read_run(folder)
