"""The shape that an answer has to have, as a model is told it; and its reading. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from bot.ports.model import A

# What strict output has no word for is checked when it is read.
_UNTOLD = {"title", "default", "minLength", "maxLength", "minItems", "maxItems", "examples"}
_FENCED = re.compile(r"\s*```(?:json)?\s*(\{.*\})\s*```\s*", re.DOTALL)


@lru_cache(maxsize=64)
def strict(shape: type[BaseModel]) -> Mapping[str, Any]:
    """Objects with exactly their properties, all of them."""
    made: dict[str, Any] = _strict(shape.model_json_schema())
    return made


def read(shape: type[A], text: str) -> A:
    """Servers without strict output like to put it into a fence. Raises pydantic's ValidationError."""
    fenced = _FENCED.fullmatch(text)
    return shape.model_validate_json(fenced[1] if fenced else text)


def _strict(node: Any, *, names: bool = False) -> Any:
    """`names`: its keys are names of properties, whatever they are called."""
    if isinstance(node, list):
        return [_strict(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    made = {
        key: _strict(value, names=key in ("properties", "$defs"))
        for key, value in node.items()
        if names or key not in _UNTOLD
    }
    if not names and node.get("type") == "object":
        made |= {"additionalProperties": False, "required": list(node.get("properties", {}))}
    return made
