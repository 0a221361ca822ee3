"""The document of the API, made from the table that its routes are registered from. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from handlers.api.asked import Nothing, Payload
from handlers.api.route import API, AnyRoute
from handlers.api.shapes import Error

JSON = "application/json"
_REFUSALS = {
    "400": "The body cannot be read, and `field` names where; or a limit is reached, and `details` names which.",
    "401": "The key or token is lacking, unknown, revoked or has run out.",
    "403": "The role of the key does not suffice, or somebody may not do this here.",
    "404": "There is no such thing, or no longer.",
    "409": "Things have changed since: read again.",
    "413": "More than 1 MB.",
    "422": "It can be read, and is not possible as it is; `fields` names what is wrong.",
    "429": "Too many requests; Retry-After says when it works again.",
    "503": "Something that is needed is away; Retry-After says when to try again. Nothing was done.",
}
_ABOUT = (
    "Send a key as `Authorization: Bearer <key>`. The roles: a viewer reads, an operator acts, an administrator sees "
    "the trail, keys and the plan. What changes something takes an `Idempotency-Key`: the same one acts once."
)
_REF = "#/components/schemas/{model}"


def document(routes: Sequence[AnyRoute], version: str) -> Mapping[str, Any]:
    schemas, refs = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas, refs)
    queries = {_name(refs[route.asks, "validation"]) for route in routes if _by_query(route)}
    shown = {name: schema for name, schema in schemas.items() if name not in queries}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Nightdesk", "version": version, "description": _ABOUT},
        "security": [{"key": []}],
        "tags": [{"name": name} for name in dict.fromkeys(route.tag for route in routes)],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": shown,
            "responses": {
                status: {"description": says, "content": {JSON: {"schema": refs[Error, "serialization"]}}}
                for status, says in _REFUSALS.items()
            },
        },
    }


def _schemas(routes: Sequence[AnyRoute]) -> tuple[Mapping[str, Any], Mapping[Any, Any]]:
    """Every model once, by name, and how each is referred to."""
    wanted: dict[tuple[type[BaseModel], str], None] = {}
    for route in routes:
        if route.asks not in (Nothing, Payload):
            wanted[route.asks, "validation"] = None
        wanted[route.gives, "serialization"] = None
    wanted[Error, "serialization"] = None
    refs, found = models_json_schema(list(wanted), ref_template=_REF)  # type: ignore[arg-type]
    return found["$defs"], refs


def _operation(route: AnyRoute, schemas: Mapping[str, Any], refs: Mapping[Any, Any]) -> Mapping[str, Any]:
    who = f"With a key of the role {route.needs} or above." if route.source == API else "With a key of its source."
    parameters = [_in_path(name) for name in re.findall(r"{(\w+)}", route.path)]
    if _by_query(route):
        parameters += _in_query(schemas[_name(refs[route.asks, "validation"])])
    elif route.method != "GET" and route.source == API:
        parameters.append(_IDEMPOTENCY)
    good = {JSON: {"schema": refs[route.gives, "serialization"]}}
    good |= {media: {"schema": {"type": "string"}} for media in route.media}
    told: dict[str, Any] = {
        "operationId": _id(route),
        "summary": route.says,
        "description": who,
        "tags": [route.tag],
        "responses": {
            str(route.status): {"description": "Done.", "content": good},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in _REFUSALS},
        },
    }
    if parameters:
        told["parameters"] = parameters
    if body := _body(route, refs):
        told["requestBody"] = body
    return told


def _body(route: AnyRoute, refs: Mapping[Any, Any]) -> Mapping[str, Any] | None:
    if route.asks is Payload:
        return {"required": True, "content": {JSON: {"schema": {"type": "object"}}}}
    if route.asks is Nothing or _by_query(route):
        return None
    needed = any(field.is_required() for field in route.asks.model_fields.values())
    return {"required": needed, "content": {JSON: {"schema": refs[route.asks, "validation"]}}}


def _by_query(route: AnyRoute) -> bool:
    return route.method in ("GET", "DELETE") and route.asks is not Nothing


def _in_path(name: str) -> Mapping[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    needed = schema.get("required", ())
    return [
        {
            "name": name,
            "in": "query",
            "required": name in needed,
            "schema": _without_null(one),
            **({"description": one["description"]} if "description" in one else {}),
        }
        for name, one in schema["properties"].items()
    ]


def _without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a query leaves out is not there; it cannot say null."""
    told: dict[str, Any] = {
        key: value for key, value in schema.items() if key not in ("title", "description", "anyOf", "default")
    }
    if "anyOf" not in schema:
        return {**told, **({"default": schema["default"]} if "default" in schema else {})}
    (only,) = (one for one in schema["anyOf"] if one.get("type") != "null")
    return {**told, **only}


_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same one of the same key acts once.",
}


def _name(reference: Mapping[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]


def _id(route: AnyRoute) -> str:
    words = re.findall(r"\w+", route.path.removeprefix("/api").removeprefix("/ai"))
    return "_".join((route.method.lower(), *words))
