"""Errors that a person reads: what is wrong, what was given, what is allowed, and what to do, as one sentence."""

from typing import Any

LONGEST_VALUE = 200  # characters of a value that are shown; chosen here


class LavaSleepError(Exception):
    """Base of all errors of lava-sleep.

    What is not printable, of a file's own keys and values too, is escaped: the text is one line.

    Parameters
    ----------
    what : str
        What is wrong, with its place; alone it is the whole text.
    got : Any, optional
        The value that was given.
    allowed : str
        What could have been given.
    hint : str
        What to do, as an imperative without a full stop.

    Attributes
    ----------
    what, got, allowed, hint
        As given.
    exit_code : int
        Of the command line: 2 for a person's mistake.
    """

    exit_code = 2

    def __init__(self, what: str, got: Any = None, allowed: str = "", hint: str = "") -> None:
        self.what, self.got, self.allowed, self.hint = what, got, allowed, hint
        super().__init__(sentence(what, got, allowed, hint) if allowed or hint else what)

    def __reduce__(self) -> tuple:
        return type(self), (self.what, self.got, self.allowed, self.hint)

    def at(self, place: str) -> "LavaSleepError":
        """The same error with the place where it was found in front."""
        return type(self)(f"{place}: {self.what}", self.got, self.allowed, self.hint)


class InputError(LavaSleepError):
    """A configuration, an option or a file that cannot be used."""


def sentence(what: str, got: Any, allowed: str, hint: str) -> str:
    """``what, got 'x' (allowed: y). Do this.``"""
    shown = repr(got)
    if len(shown) > LONGEST_VALUE:
        shown = f"{shown[:LONGEST_VALUE]}... ({len(shown)} characters)"
    bounds = f" (allowed: {allowed})" if allowed else ""
    advice = f" {hint[0].upper()}{hint[1:]}." if hint else ""
    text = f"{what}, got {shown}{bounds}.{advice}"
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
