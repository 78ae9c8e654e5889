"""The base of every part of a graph: immutable, errors of one line with their place, arrays allowed."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, ConfigDict, ValidationError

from emulation.errors import InputError
from lava_sleep.base.settings import Part

_inside: ContextVar[bool] = ContextVar("inside", default=False)


class GraphPart(Part):
    """A part of a graph. Made in Python or from the tables of a TOML file, by the same checks.

    Raises
    ------
    InputError
        With the place of the first mistake, the value and what is allowed.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, strict=True)

    def __init__(self, **data: Any) -> None:
        is_outermost = not _inside.get()
        token = _inside.set(True)
        try:
            super().__init__(**data)
        except ValidationError as error:
            if not is_outermost:
                raise  # pydantic puts the place of this part before it
            raise first_finding(error, type(self).__name__) from None
        finally:
            _inside.reset(token)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            same(getattr(self, name), getattr(other, name)) for name in type(self).model_fields
        )

    __hash__ = None  # type: ignore[assignment]


def same(one: Any, other: Any) -> bool:
    """Equality of values that may hold arrays."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and np.array_equal(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


# Words of pydantic for what a place is, which say nothing to a person.
NOT_A_PLACE = {"tagged-union", "is-instance[ndarray]", "int", "str", "tuple", "array", "[key]", "function-before"}


def first_finding(error: ValidationError, root: str) -> InputError:
    """The first finding of pydantic as one sentence with its place."""
    finding = error.errors()[0]
    tags = {"given", "random", "outside", "lif", "coincidence", "readout", "dense", "sparse", "one-to-one", "uniform"}
    tags |= {"convolution", "constant", "count", "ramp", "label"}
    names = [str(part) for part in finding["loc"]]
    kept = [name for i, name in enumerate(names) if not (i and name in tags and i < len(names)) and "[" not in name]
    place = ".".join([("graph" if root == "Graph" else root), *(name for name in kept if name not in NOT_A_PLACE)])
    got, kind = finding["input"], finding["type"]
    if kind == "extra_forbidden":
        return InputError(f"{place}: unknown key", names[-1], "the keys of this part", "correct it or take it out")
    if kind == "missing":
        return InputError(f"{place}: missing", None, "a value", "give it")
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        given = got.get("kind") if isinstance(got, dict) else got
        allowed = str(finding["ctx"].get("expected_tags", "one of the kinds")).replace("'", "")
        return InputError(f"{place}.kind: unknown", given, allowed, "choose one of these")
    if kind == "value_error":
        what, _, allowed = str(finding["ctx"]["error"]).partition("|")
        return InputError(f"{place}: {what}", got, allowed, "correct it")
    message = finding["msg"].removeprefix("Input should be ")
    return InputError(f"{place}: not allowed", got, message, "correct it")


def _as_array(value: Any, dtype: type, kinds: str, what: str) -> np.ndarray:
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"rows of unequal length|{what}") from None
    if array.dtype.kind not in kinds and array.size:
        raise ValueError(f"not numbers of this kind|{what}")
    array = np.array(array, dtype)
    array.flags.writeable = False
    return array


def as_integers(value: Any) -> np.ndarray:
    """An immutable int64 array."""
    return _as_array(value, np.int64, "iu", "integers")


def as_reals(value: Any) -> np.ndarray:
    """An immutable float64 array."""
    return _as_array(value, np.float64, "iuf", "numbers")


def as_names(value: Any) -> Any:
    """A list of names as a tuple; a single name is no list of letters."""
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str | dict) else value


Integers = Annotated[np.ndarray, BeforeValidator(as_integers)]
Reals = Annotated[np.ndarray, BeforeValidator(as_reals)]
Names = Annotated[tuple[str, ...], BeforeValidator(as_names)]
Sizes = Annotated[tuple[int, ...], BeforeValidator(as_names)]
