"""What profiles of applications say of a service: which it is, where its figures are, what it has to keep."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.analysis.objectives import DEFAULTS, Objective
from bot.model.errors import Missing, Problem
from bot.model.profile import Profile, spelt
from bot.model.reply import Button, Strong, Text
from bot.ports.tools import Tools


async def of(name: str, tools: Tools) -> Profile | None:
    """By its name or an alias, else the one that the service is a part of."""
    return among(await every(tools), name) if name else None


def among(known: Sequence[Profile], name: str) -> Profile | None:
    called = next((one for one in known if spelt(name) in one.names), None)
    return called or next((one for one in known if name in one.services), None)


async def every(tools: Tools) -> Sequence[Profile]:
    """Answers stand without them, with the defaults."""
    try:
        return await tools.desks.profiles.every(tools.turn.tenant)
    except Problem:
        return ()


async def objectives_of(services: Iterable[str], tools: Tools) -> Mapping[str, Sequence[Objective]]:
    """What each of them has to keep."""
    known = await every(tools)
    return {name: objectives(among(known, name)) for name in services}


async def here(tools: Tools) -> str:
    """The application that this channel is about; empty where it is about none."""
    found = await at(tools)
    return found.name if found else ""


async def at(tools: Tools) -> Profile | None:
    try:
        return await tools.desks.profiles.at(tools.turn.tenant, tools.turn.place)
    except Problem:
        return None


def taken(app: str) -> Text:
    """Says whose figures these are, where nobody named it."""
    return Text(("About ", Strong(app), ", as this channel is."))


def not_only(app: str, intent: str, given: Mapping[str, Any]) -> Button:
    return Button(f"Not only {app}"[:75], intent, {**given, "everything": True})


def service(app: Profile, name: str, known: Sequence[str]) -> str:
    """The value of the label that an application's name means."""
    if name in known:
        return name
    own = [one for one in app.services if one in known] or [one for one in known if spelt(one) in app.names]
    if len(own) > 1:
        raise Missing(f"{app.name} is made of {', '.join(own[:8])}.", advice="Ask for one of them.")
    return own[0] if own else name


def objectives(app: Profile | None) -> tuple[Objective, ...]:
    """Its own, and ours where it has none."""
    if app is None:
        return DEFAULTS
    p95 = app.slos.p95_latency_ms
    own = {
        "availability": app.slos.availability,
        "error_rate": app.slos.error_rate,
        "p95_latency": None if p95 is None else p95 / 1000,
    }
    return tuple(
        one if (target := own[one.kind]) is None else replace(one, target=target, default=False) for one in DEFAULTS
    )
