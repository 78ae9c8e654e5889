"""SIGTERM ends a run as Ctrl-C does."""

import signal
import threading
from types import FrameType

INTERRUPTED, TERMINATED = 130, 143  # exit codes after Ctrl-C and SIGTERM


class Interrupted(Exception):
    """A run was ended by Ctrl-C or SIGTERM, and what is kept has been printed.

    Attributes
    ----------
    exit_code : int
    """

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"interrupted (exit {exit_code})")
        self.exit_code = exit_code


class StopSignals:
    """SIGTERM ends a run as Ctrl-C does; a context manager.

    Attributes
    ----------
    code : int
        Exit code of an interrupted run, as a shell gives it: 130, or 143 after SIGTERM.
    """

    def __init__(self) -> None:
        self.code = INTERRUPTED

    def __enter__(self) -> "StopSignals":
        self._in_main_thread = threading.current_thread() is threading.main_thread()
        if self._in_main_thread:
            self._before = signal.signal(signal.SIGTERM, self._terminate)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._in_main_thread:
            signal.signal(signal.SIGTERM, self._before)

    def _terminate(self, number: int, _: FrameType | None) -> None:
        self.code = 128 + number
        raise KeyboardInterrupt
