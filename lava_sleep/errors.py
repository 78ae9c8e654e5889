"""Errors that a person can cause; the command line prints them as one line."""

from emulation.errors import LavaSleepError


class InputError(LavaSleepError):
    """A configuration, an option or a file that cannot be used: what, got, allowed, do."""

    def __init__(self, what: str, got: object, allowed: str, do: str) -> None:
        super().__init__(f"{what}, got {got!r}, allowed {allowed}, do {do}")
