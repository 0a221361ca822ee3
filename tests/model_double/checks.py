"""What the real service refuses, refused here in its words: (status, message, code) of the first fault, or None."""

import re
from collections.abc import Mapping
from typing import Any

KNOWN = {
    "model", "messages", "response_format", "temperature", "max_tokens", "max_completion_tokens", "seed", "stop",
    "stream", "top_p", "n", "user", "store", "metadata", "presence_penalty", "frequency_penalty", "logit_bias",
    "stream_options",
}  # fmt: skip
SHAPED = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "$ref", "$defs",
    "description", "title", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf",
}  # fmt: skip
Fault = tuple[int, str, str]


def fault(headers: Mapping[str, str], body: Any, key: str, models: set[str]) -> Fault | None:
    if headers.get("Authorization") != f"Bearer {key}":
        return 401, "Incorrect API key provided.", "invalid_api_key"
    if not isinstance(body, dict):
        return 400, "We could not parse the JSON body of your request.", "invalid_json"
    if strange := sorted(set(body) - KNOWN):
        return 400, f"Unrecognized request argument supplied: {strange[0]}", "unknown_parameter"
    if body.get("model") not in models:
        return (
            404,
            f"The model `{body.get('model')}` does not exist or you do not have access to it.",
            "model_not_found",
        )
    if "stream_options" in body and not body.get("stream"):
        return 400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "invalid_value"
    return _messages(body.get("messages")) or _numbers(body) or _format(body.get("response_format"))


def _messages(messages: Any) -> Fault | None:
    if not isinstance(messages, list) or not messages:
        return 400, "Invalid 'messages': empty array.", "empty_array"
    for at, one in enumerate(messages):
        if not isinstance(one, dict) or one.get("role") not in {"system", "user", "assistant", "developer"}:
            return 400, f"Invalid value: 'messages[{at}].role'.", "invalid_value"
        if not isinstance(one.get("content"), str):
            return 400, f"Invalid type for 'messages[{at}].content'.", "invalid_type"
    return None


def _numbers(body: Mapping[str, Any]) -> Fault | None:
    if "max_tokens" in body and "max_completion_tokens" in body:
        return 400, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "invalid"
    most = body.get("max_tokens", body.get("max_completion_tokens", 1))
    if not isinstance(most, int) or most < 1:
        return 400, "Invalid 'max_tokens': integer below minimum value.", "integer_below_min_value"
    warmth = body.get("temperature", 1)
    if not isinstance(warmth, int | float) or not 0 <= warmth <= 2:
        return 400, "Invalid 'temperature': decimal above maximum value.", "decimal_above_max_value"
    return None


def _format(given: Any) -> Fault | None:
    if given is None or given == {"type": "json_object"} or given == {"type": "text"}:
        return None
    if not isinstance(given, dict) or given.get("type") != "json_schema":
        return 400, "Invalid value: 'response_format.type'.", "invalid_value"
    shape = given.get("json_schema")
    if not isinstance(shape, dict) or not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", str(shape.get("name", ""))):
        return 400, "Invalid 'response_format.json_schema.name'.", "invalid_value"
    if shape.get("strict") is not True:
        return 400, "This server of the tests wants strict output.", "invalid_value"
    root = shape.get("schema")
    says = "schema must be a JSON Schema of 'type: \"object\"'" if not _is_object(root) else _schema(root, ())
    if says:
        return 400, f"Invalid schema for response_format '{shape['name']}': {says}", "invalid_json_schema"
    return None


def _is_object(node: Any) -> bool:
    return isinstance(node, dict) and node.get("type") == "object"


def _schema(node: Any, at: tuple[str, ...]) -> str:
    """Strict output's own rules, which are more than those of JSON Schema."""
    if not isinstance(node, dict):
        return ""
    if strange := sorted(set(node) - SHAPED):
        return f"In context={at}, '{strange[0]}' is not permitted."
    if _is_object(node):
        if node.get("additionalProperties") is not False:
            return f"In context={at}, 'additionalProperties' is required to be supplied and to be false."
        if sorted(node.get("required", ())) != sorted(node.get("properties", {})):
            return f"In context={at}, 'required' is required to be an array including every key in properties."
    inner = [(name, part) for group in ("properties", "$defs") for name, part in node.get(group, {}).items()]
    inner += [("items", node["items"])] if "items" in node else []
    inner += [("anyOf", part) for part in node.get("anyOf", ())]
    return next((says for name, part in inner if (says := _schema(part, (*at, name)))), "")
