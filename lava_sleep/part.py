"""The base of every part of a description."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a description: immutable, and a name that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
