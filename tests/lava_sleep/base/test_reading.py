"""A library that crashes or never ends on a file ends a process of its own, and the person reads one line."""

import os
import re
import signal

import pytest

from emulation.errors import InputError
from lava_sleep.base import files as reading


@pytest.fixture
def path(tmp_path):
    (tmp_path / "file").write_bytes(b"something")
    return tmp_path / "file"


def never_end() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("read", "name"), [(never_end, "SIGXCPU|SIGKILL"), (lambda: os.kill(os.getpid(), signal.SIGSEGV), "SIGSEGV")]
)
def test_the_process_that_reads_is_ended(path, monkeypatch, read, name):
    monkeypatch.setattr(reading, "PROCESSOR_TIME", 1)
    with pytest.raises(InputError) as error:
        reading.try_apart(read, path, "kind of file")
    found = error.value
    assert (found.what, found.got, found.allowed) == ("kind of file", str(path), "a whole file")
    assert re.search(rf"\(.*({name})\)", found.hint)


@pytest.mark.parametrize("read", [lambda: 1 / 0, lambda: exec("raise SystemExit(3)"), lambda: None])
def test_all_else_is_left_for_the_reading_proper(path, capfd, read):
    reading.try_apart(read, path, "kind of file")
    assert capfd.readouterr() == ("", "")


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")  # opening it would wait for a writer
    for name in ("pipe", "missing", "."):
        with pytest.raises(InputError) as error:
            reading.try_apart(lambda: None, tmp_path / name, "kind of file")
        assert error.value.hint == "check the path"


def test_ctrl_c_ends_both(path, monkeypatch):
    children = []

    def interrupted(child: int, options: int) -> tuple[int, int]:
        children.append(child)
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "waitpid", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reading.try_apart(never_end, path, "kind of file")
    with pytest.raises(ProcessLookupError):
        os.kill(children[0], 0)
