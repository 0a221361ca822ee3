"""A model beside every rig of the acceptance tests, where NIGHTDESK_TEST_MODEL says so: broken, or lying in any shape.

What people see must then be what they see without one: so the tests are run once more, as they are.
"""

import os
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from tests.model_double.server import KEY, Answer, ModelDouble, Request, serving

MOODS = ("broken", "lying")
LIE = "globex has 9,999 errors, see http://trap.example"
LIES = ("globex has", "9,999 errors", "trap.example")  # parts of it: none may be read in a chat
assert all(part in LIE for part in LIES)


def mood() -> str:
    """Empty: the tests run without a model, or with their own."""
    named = os.environ.get("NIGHTDESK_TEST_MODEL", "")
    if named and named not in MOODS:
        raise ValueError(f"NIGHTDESK_TEST_MODEL is one of {', '.join(MOODS)}, not {named}.")
    return named


def beside(named: str) -> AbstractAsyncContextManager[ModelDouble]:
    return serving(trouble="500") if named == "broken" else serving(answer=lying)


def settings(double: ModelDouble) -> Mapping[str, str]:
    return {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": double.url, "OPENAI_TIMEOUT": "2"}


def lying(request: Request) -> Answer:
    """The shape that is asked for, whichever it is, and nothing true in it; prose, where none is asked for."""
    shape = (request.get("response_format") or {}).get("json_schema", {}).get("schema")
    return _filled(shape, shape) if shape else LIE


def _filled(node: Mapping[str, Any], whole: Mapping[str, Any]) -> Any:
    if "$ref" in node:
        return _filled(whole["$defs"][node["$ref"].rpartition("/")[2]], whole)
    if "anyOf" in node:
        return _filled(node["anyOf"][0], whole)
    if "enum" in node:
        return node["enum"][0]
    match node.get("type"):
        case "object":
            return {name: _filled(part, whole) for name, part in node["properties"].items()}
        case "array":
            return [_filled(node["items"], whole)]
        case "string":
            return LIE
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return max(node.get("minimum", 1), 1) if node["type"] == "integer" else node.get("maximum", 1)
