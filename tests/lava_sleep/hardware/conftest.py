"""The command line, in this process."""

import sys
from types import SimpleNamespace

import pytest

from lava_sleep.cli.main import main


@pytest.fixture
def lava_sleep(tmp_path, monkeypatch, capsys):
    """Run the command line in `tmp_path`."""

    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["lava-sleep", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        captured = capsys.readouterr()
        return SimpleNamespace(returncode=left.value.code, stdout=captured.out, stderr=captured.err)

    return run
