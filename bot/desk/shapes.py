"""The shape that an answer has to have, as a model is told it; and its reading. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.ports.model import A, Brief

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


def used(brief: Brief[A], text: str) -> tuple[A | None, str]:
    """What it says, or why that cannot be used."""
    try:
        value = read(brief.shape, text)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        return None, f"{'.'.join(map(str, first['loc'])) or 'JSON'}: {first['msg']}."
    wrong = brief.wrong(value) if brief.wrong else ""
    return (None, wrong) if wrong else (value, "")


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
