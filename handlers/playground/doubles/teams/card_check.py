"""What is wrong with an Adaptive Card, in the words of the place where it stands; empty when Teams would draw it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from handlers.playground.doubles.teams.card_words import ACTIONS, CARD, CHOICES, ELEMENTS, INLINES, SHAPES

VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")
REFRESH_USERS = 60
DEPTH = 40
_ADDRESS = re.compile(r"(https?|mailto|tel|msteams):", re.IGNORECASE)
_PICTURE = re.compile(r"(https?://|data:image/(png|jpe?g|gif|svg\+xml)[;,])", re.IGNORECASE)
Faults: TypeAlias = Iterator[str]


@dataclass(frozen=True, slots=True)
class _Property:
    kind: str
    needed: bool


@dataclass(slots=True)
class _Seen:
    """Ids of one card, its fallbacks apart: those stand in for what carries the same id."""

    ids: set[str] = field(default_factory=set)
    targets: list[str] = field(default_factory=list)


def check_card(card: Any) -> list[str]:
    seen = _Seen()
    faults = list(_card(card, "card", seen, 0))
    faults += [f"card: the target “{target}” is not in the card" for target in seen.targets if target not in seen.ids]
    return faults


@cache
def _properties(line: str) -> Mapping[str, _Property]:
    properties: dict[str, _Property] = {}
    for word in line.split():
        name, _, kind = word.partition(":")
        properties[name.rstrip("!")] = _Property(kind or "text", name.endswith("!"))
    return properties


def _card(card: Any, at: str, seen: _Seen, depth: int) -> Faults:
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        yield f"{at}: not an AdaptiveCard"
        return
    shown = depth > 0  # a card inside Action.ShowCard needs no version
    if not shown and card.get("version") not in VERSIONS:
        yield f"{at}: version {card.get('version')!r} is not one of 1.0 to 1.5"
    yield from _object({"version": "1.5", **card}, CARD, at, seen, depth)


def _typed(thing: Any, words: Mapping[str, str], what: str, at: str, seen: _Seen, depth: int) -> Faults:
    kind = thing.get("type") if isinstance(thing, dict) else None
    if not isinstance(kind, str):
        yield f"{at}: {what} without a type"
    elif depth > DEPTH:
        yield f"{at}: nested too deep"
    elif kind in words:
        yield from _identity(thing, f"{at} {kind}", seen)
        yield from _object(thing, words[kind], f"{at} {kind}", seen, depth)
    elif "fallback" in thing:
        yield from _value("fallback", thing["fallback"], f"{at} {kind}.fallback", seen, depth)
    else:
        yield f"{at}: unknown {what} “{kind}” without a fallback"


def _identity(thing: Mapping[str, Any], at: str, seen: _Seen) -> Faults:
    name = thing.get("id")
    if isinstance(name, str):
        if name in seen.ids:
            yield f"{at}: the id “{name}” is used twice"
        seen.ids.add(name)


def _object(thing: Any, line: str, at: str, seen: _Seen, depth: int) -> Faults:
    if not isinstance(thing, dict):
        yield f"{at}: not an object"
        return
    properties = _properties(line)
    for name, wanted in properties.items():
        if wanted.needed and thing.get(name) in (None, ""):
            yield f"{at}: “{name}” is missing"
    for name, value in thing.items():
        if name == "type":
            continue
        if name not in properties:
            yield f"{at}: unknown property “{name}”"
        elif value is not None:
            yield from _value(properties[name].kind, value, f"{at}.{name}", seen, depth + 1)


def _value(kind: str, value: Any, at: str, seen: _Seen, depth: int) -> Faults:
    match kind:
        case "any":
            pass
        case "text":
            if not isinstance(value, str):
                yield f"{at}: not text"
        case "bool":
            if not isinstance(value, bool):
                yield f"{at}: not true or false"
        case "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield f"{at}: not a number"
        case "list":
            if not isinstance(value, list):
                yield f"{at}: not a list"
        case "object":
            if not isinstance(value, dict):
                yield f"{at}: not an object"
        case "data":
            if not isinstance(value, dict | str):
                yield f"{at}: neither an object nor text"
        case "address":
            if not isinstance(value, str) or not _ADDRESS.match(value):
                yield f"{at}: not an address that Teams opens"
        case "picture":
            if not isinstance(value, str) or not _PICTURE.match(value):
                yield f"{at}: not the address of a picture"
        case "image":
            address = value.get("url") if isinstance(value, dict) else value
            yield from _value("picture", address, at, seen, depth)
        case "element":
            yield from _typed(value, ELEMENTS, "element", at, seen, depth)
        case "action":
            yield from _typed(value, ACTIONS, "action", at, seen, depth)
        case "inline":
            if not isinstance(value, str):
                yield from _typed(value, INLINES, "inline", at, seen, depth)
        case "column" | "row" | "cell":
            wanted = {"column": "Column", "row": "TableRow", "cell": "TableCell"}[kind]
            thing = {"type": wanted, **value} if isinstance(value, dict) else value
            yield from _typed(thing, {wanted: ELEMENTS[wanted]}, kind, at, seen, depth)
        case "elements" | "actions" | "inlines" | "columns" | "rows" | "cells":
            yield from _each(kind.removesuffix("s"), value, at, seen, depth)
        case "card":
            yield from _card(value, at, seen, depth)
        case "fallback":
            yield from _fallback(value, at, depth)
        case "refresh":
            yield from _refresh(value, at, seen, depth)
        case "targets":
            yield from _targets(value, at, seen)
        case _ if kind.startswith("["):
            yield from _each(f"<{kind[1:-1]}>", value, at, seen, depth)
        case _ if kind.startswith("<"):
            yield from _object(value, SHAPES[kind[1:-1]], at, seen, depth)
        case _:
            if not isinstance(value, str) or value.lower() not in CHOICES[kind]:
                yield f"{at}: {value!r} is not one of {', '.join(CHOICES[kind][:8])}"


def _each(kind: str, values: Any, at: str, seen: _Seen, depth: int) -> Faults:
    if not isinstance(values, list):
        yield f"{at}: not a list"
        return
    for number, value in enumerate(values):
        yield from _value(kind, value, f"{at}[{number}]", seen, depth)


def _fallback(value: Any, at: str, depth: int) -> Faults:
    if value == "drop":
        return
    action = isinstance(value, dict) and str(value.get("type")).startswith("Action.")
    yield from _value("action" if action else "element", value, at, _Seen(), depth)


def _refresh(value: Any, at: str, seen: _Seen, depth: int) -> Faults:
    action = value.get("action") if isinstance(value, dict) else None
    if not isinstance(action, dict) or action.get("type") != "Action.Execute":
        yield f"{at}: needs an Action.Execute"
        return
    yield from _value("action", action, f"{at}.action", seen, depth)
    users = value.get("userIds", [])
    if not isinstance(users, list) or len(users) > REFRESH_USERS:
        yield f"{at}.userIds: more than {REFRESH_USERS} people"


def _targets(value: Any, at: str, seen: _Seen) -> Faults:
    if not isinstance(value, list):
        yield f"{at}: not a list"
        return
    for target in value:
        name = target.get("elementId") if isinstance(target, dict) else target
        if not isinstance(name, str):
            yield f"{at}: a target without an id"
        else:
            seen.targets.append(name)
