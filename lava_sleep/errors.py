"""Errors that a person can cause; the command line prints them as one line."""

from emulation.errors import LavaSleepError

LONGEST_VALUE = 200  # characters of a value that are shown


class InputError(LavaSleepError):
    """A configuration, an option or a file that cannot be used: what, got, allowed, do.

    What is not printable, of a file's own keys and values too, is escaped: the message is one line.
    """

    def __init__(self, what: str, got: object, allowed: str, do: str) -> None:
        shown = repr(got)
        if len(shown) > LONGEST_VALUE:
            shown = f"{shown[:LONGEST_VALUE]}... ({len(shown)} characters)"
        message = f"{what}, got {shown}, allowed {allowed}, do {do}"
        super().__init__("".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in message))
