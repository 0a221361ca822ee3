"""blocks.validate and apps.manifest.validate: what Slack says of a payload without using it."""

from collections.abc import Iterator
from typing import Any

from handlers.playground.doubles.slack.refusal import Refused, bad_arguments
from handlers.playground.doubles.slack.validate import block_flaws, view_flaws
from handlers.playground.doubles.slack.workspace import Json, Workspace

_CHECKED = ("blocks", "message", "view")
_TEXTS = {  # where in a manifest, and how many characters may stand there
    "/display_information/name": 35,
    "/display_information/description": 140,
    "/display_information/long_description": 4_000,
    "/features/bot_user/display_name": 80,
    "/features/agent_view/agent_description": 300,
    "/features/shortcuts/*/name": 24,
    "/features/shortcuts/*/callback_id": 255,
    "/features/shortcuts/*/description": 150,
    "/features/slash_commands/*/command": 32,
    "/features/slash_commands/*/description": 2_000,
    "/features/slash_commands/*/usage_hint": 1_000,
    "/settings/event_subscriptions/request_url": 3_500,
    "/settings/interactivity/request_url": 3_500,
}
_COUNTS = {
    "/features/shortcuts": 10,
    "/features/slash_commands": 50,
    "/features/unfurl_domains": 5,
    "/features/agent_view/suggested_prompts": 4,
    "/oauth_config/redirect_urls": 1_000,
    "/oauth_config/scopes/bot": 255,
    "/settings/event_subscriptions/bot_events": 100,
}


def blocks(_: Workspace, args: Json) -> Json:
    given = [name for name in _CHECKED if name in args]
    if len(given) != 1:
        raise bad_arguments("must provide exactly one of `blocks`, `view`, or `message`")
    value = args[given[0]]
    match given[0]:
        case "blocks":
            flaws = block_flaws(value, "")
        case "view":
            flaws = view_flaws(value, "")
        case _:
            flaws = block_flaws(value.get("blocks") or [])
    if flaws:
        raise Refused(f"invalid_{given[0]}", errors=[flaw.details() for flaw in flaws])
    return {}


def manifest(_: Workspace, args: Json) -> Json:
    given = args["manifest"]
    errors = [*_missing(given), *_too_long(given), *_too_many(given), *_commands(given)]
    if errors:
        raise Refused("invalid_manifest", errors=errors)
    return {"errors": []}


def _missing(given: Json) -> Iterator[Json]:
    if not (given.get("display_information") or {}).get("name"):
        yield _error("/display_information", "missing required field: name")
    features = given.get("features") or {}
    if "agent_view" in features and "assistant_view" in features:
        yield _error("/features", "agent_view and assistant_view are alternatives")


def _too_long(given: Json) -> Iterator[Json]:
    for path, most in _TEXTS.items():
        for at, value in _at(given, path.split("/")[1:], ""):
            if isinstance(value, str) and len(value) > most:
                yield _error(at, f"must be less than {most + 1} characters")


def _too_many(given: Json) -> Iterator[Json]:
    for path, most in _COUNTS.items():
        for at, value in _at(given, path.split("/")[1:], ""):
            if isinstance(value, list) and len(value) > most:
                yield _error(at, f"no more than {most} items allowed")


def _commands(given: Json) -> Iterator[Json]:
    for at, value in _at(given, ["features", "slash_commands", "*", "command"], ""):
        if not str(value).startswith("/"):
            yield _error(at, "must start with /")


def _at(value: Any, path: list[str], so_far: str) -> Iterator[tuple[str, Any]]:
    if not path:
        yield so_far, value
    elif path[0] == "*" and isinstance(value, list):
        for index, one in enumerate(value):
            yield from _at(one, path[1:], f"{so_far}/{index}")
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:], f"{so_far}/{path[0]}")


def _error(pointer: str, message: str) -> Json:
    return {"message": message, "pointer": pointer}
