"""From a request's query, form or JSON to a method's arguments, checked against the table."""

import base64
import binascii
import json
from typing import Any

from aiohttp import web

from handlers.playground.doubles.slack.methods import Argument, Method
from handlers.playground.doubles.slack.refusal import Refused, bad_arguments

TRUE = frozenset({"true", "1", "True", True})
FALSE = frozenset({"false", "0", "False", "", False})


async def read(request: web.Request) -> dict[str, Any]:
    """Everything that was sent, wherever it stood; Slack takes a token from there as well."""
    given: dict[str, Any] = dict(request.query)
    if request.method != "POST" or not request.can_read_body:
        return given
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(body, dict):
            raise Refused("json_not_object")
        return {**given, **body}
    return {**given, **dict(await request.post())}


def client_of(request: web.Request) -> dict[str, str]:
    """An app's id and secret, where they came as HTTP Basic authorization."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(value).decode().partition(":") if scheme == "Basic" else ("", "", "")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": name, "client_secret": secret} if name else {}


def token_of(request: web.Request, given: dict[str, Any]) -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    argument = given.pop("token", "")
    return value.strip() if scheme == "Bearer" else str(argument or "")


def bind(method: Method, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments by name, each of its kind. Unknown ones are refused: a typing error is seen at once."""
    present = {name: value for name, value in given.items() if value is not None}
    unknown = [name for name in present if name not in method.arguments]
    if unknown:
        raise bad_arguments(*(f"unsupported argument: {name}" for name in unknown))
    absent = [name for name, known in method.arguments.items() if known.required and name not in present]
    if absent and method.missing != "invalid_arguments":
        raise Refused(method.missing)
    if absent:
        raise bad_arguments(*(f"missing required field: {name}" for name in absent))
    return {name: _value(name, value, method.arguments[name]) for name, value in present.items()}


def _value(name: str, value: Any, argument: Argument) -> Any:
    match argument.kind:
        case "flag":
            return _flag(name, value)
        case "number":
            return _number(name, value)
        case "array":
            return _parsed(name, value, list, "array")
        case "object":
            return _parsed(name, value, dict, "object")
        case "text":
            if not isinstance(value, (str, int, float)) or isinstance(value, bool):
                raise bad_arguments(f"must be a string [json-pointer:/{name}]")
            return str(value)
        case "any":
            return value


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, (str, int)) and value in TRUE:
        return True
    if isinstance(value, (str, int)) and value in FALSE:
        return False
    raise bad_arguments(f"must be a boolean [json-pointer:/{name}]")


def _number(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad_arguments(f"must be an integer [json-pointer:/{name}]") from None


def _parsed(name: str, value: Any, kind: type, word: str) -> Any:
    if isinstance(value, str):
        if not value.strip():
            return kind()
        try:
            value = json.loads(value)
        except ValueError:
            code = "invalid_blocks_format" if name == "blocks" else ""
            raise (Refused(code) if code else bad_arguments(f"invalid JSON [json-pointer:/{name}]")) from None
    if not isinstance(value, kind):
        raise bad_arguments(f"must be an {word} [json-pointer:/{name}]")
    return value
