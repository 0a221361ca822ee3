"""What everything that programs are told has in common."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """Read from the model's own objects, by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)
