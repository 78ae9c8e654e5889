"""A function in a process of its own, so that a call that crashes or blocks is seen: libraries in C can do both."""

import multiprocessing
import resource
import traceback
from collections.abc import Callable
from types import TracebackType

from emulation.errors import LavaSleepError

HANGS = 600.0  # s, more than `lava_sleep.base.files` gives a library on a busy machine; reached where something hangs
MEMORY = 8 * 2**30  # bytes of address space: a file that asks for more is refused by the system


class Apart:
    """Calls a function with one argument in a fork; a context manager.

    A call returns the text of the error by which the function refused its argument, or an empty text.

    Raises
    ------
    AssertionError
        If the function raised anything else, told more than one line, killed its process, or did not return.
    """

    def __init__(self, function: Callable[[object], object]) -> None:
        self._function = function

    def __enter__(self) -> "Apart":
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=self._serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.join()

    def _serve(self, pipe) -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        while True:
            argument = pipe.recv()
            try:
                self._function(argument)
                pipe.send(("", ""))
            except LavaSleepError as error:
                pipe.send((str(error), ""))
            except BaseException:
                pipe.send(("", traceback.format_exc()))

    def __call__(self, argument: object) -> str:
        self._pipe.send(argument)
        assert self._pipe.poll(HANGS), "the call hangs"
        try:
            refusal, uncaught = self._pipe.recv()
        except EOFError:
            self._process.join()
            raise AssertionError(f"the call ended its process, exit code {self._process.exitcode}") from None
        assert not uncaught, uncaught
        assert "\n" not in refusal
        return refusal
