"""The one base class of every error that the project raises for a person to read."""


class LavaSleepError(Exception):
    """Base of all errors of lava-sleep; its text says what, got, allowed and what to do."""
