"""Settings: the base of every part of a description, and the error for one that cannot be taken."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from emulation.errors import InputError, LavaSleepError

Model = TypeVar("Model", bound=BaseModel)


class Part(BaseModel):
    """A part of a description: immutable, and a name that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def validated(model: type[Model], data: object, place: str = "", *, strict: bool = True) -> Model:
    """Settings from plain data.

    Parameters
    ----------
    model : class
    data : object
        As read from TOML.
    place : str
        Dotted key at which they stand, for the person.
    strict : bool
        Whether 2.0, '2' and true are refused for a whole number, and a list for a tuple.

    Raises
    ------
    InputError
        With the first finding: place, value and what is allowed.
    """
    try:
        return model.model_validate(data, strict=strict)
    except ValidationError as error:
        raise finding_of(error, place) from error


def unreadable(error: ValidationError, place: str) -> InputError:
    """The first finding in a file that a run wrote."""
    finding = error.errors()[0]
    key = ".".join(map(str, finding["loc"])) or "the whole"
    return InputError(f"{place}: {key}", finding["input"], f"what a run wrote ({finding['msg']})", "run again")


def finding_of(error: ValidationError, place: str = "") -> LavaSleepError:
    """The first finding of pydantic as an error of ours."""
    finding = error.errors()[0]
    path = ".".join(str(part) for part in (*([place] if place else []), *finding["loc"])) or "configuration"
    if finding["type"] == "extra_forbidden":
        return InputError(
            f"{path}: unknown key", finding["input"], "the keys that `lava-sleep config` prints", "correct it"
        )
    if finding["type"] == "missing":
        return InputError(f"{path}: missing", None, "a value", "give it, or a preset that has it")
    if finding["type"] == "value_error":
        cause = finding["ctx"]["error"]
        if isinstance(cause, InputError):
            return cause.at(path)
        return InputError(f"{path}: {cause}", finding["input"], "", "correct the value")
    return InputError(path, finding["input"], finding["msg"].removeprefix("Input should be "), "correct the value")
