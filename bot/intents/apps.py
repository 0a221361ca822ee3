"""Applications: what the bot knows of each, and which one a channel is about."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question
from bot.intents.save_app import ASKS, given
from bot.intents.sentences import named
from bot.model.message import Role
from bot.model.profile import Profile, Slos
from bot.model.reply import Block, Button, Choices, Fact, Facts, Option, Reply, Table, Text
from bot.model.text import many
from bot.ports.tools import Tools

SHOWN = 50
ADD = Button("Add an application…", "save_app", asks=ASKS)
FIND = Button("Find applications", "discover_apps")


class All(BaseModel, frozen=True):
    pass


class Named(BaseModel, frozen=True):
    app: str = Field(min_length=1, max_length=200, title="Application", description="Its name, or an alias")


class Wanted(BaseModel, frozen=True):
    name: str = Field("", max_length=80, title="Name")


async def every(_: All, tools: Tools) -> Reply:
    found = await tools.desks.profiles.every(tools.turn.tenant)
    buttons = (ADD, FIND) if tools.turn.person.role is Role.ADMIN else ()
    if not found:
        return Reply("I know of no application yet.", buttons=buttons)
    rows = tuple((one.name, ", ".join(one.services)[:80] or "-", objectives(one.slos) or "-") for one in found[:SHOWN])
    table = Table(("Application", "Services", "Objectives"), rows)
    options = tuple(Option(one.name, one.id) for one in found[:SHOWN])
    counted = many(len(found), "application")
    more = f", the first {SHOWN} of them here" if len(found) > SHOWN else ""
    choices = Choices("Open one", options, "app", "app")
    return Reply(f"{counted}{more}.", (table, choices), buttons, title="Applications")


async def one(ask: Named, tools: Tools) -> Reply:
    return await shown(await tools.desks.profiles.find(tools.turn.tenant, ask.app), tools)


async def add(ask: Wanted, _: Tools) -> Reply:
    said = {"name": ask.name} if ask.name else {}
    button = Button(ADD.label, ADD.intent, said, asks=ASKS, style="primary")
    return Reply("The next step asks for its name, its services and its objectives.", buttons=(button, FIND))


async def here(ask: Named, tools: Tools) -> Reply:
    done = await tools.desks.profiles.link(tools.turn.actor, ask.app, tools.turn.place)
    stop = Button("Undo", "forget_app_here")
    return Reply(f"Questions in this channel are about {done.name} from now on.", buttons=(stop,), tone="good")


async def nowhere(_: All, tools: Tools) -> Reply:
    done = await tools.desks.profiles.unlink(tools.turn.actor, tools.turn.place)
    if done is None:
        return Reply("This channel was about no application.")
    return Reply(f"Questions in this channel are no longer taken to be about {done.name}.")


async def remove(ask: Named, tools: Tools) -> Reply:
    gone = await tools.desks.profiles.remove(tools.turn.actor, ask.app)
    return Reply(f"{gone.name} is removed.", tone="good")


async def shown(profile: Profile, tools: Tools) -> Reply:
    told = {
        "Also called": ", ".join(profile.aliases),
        "Services": "\n".join(_service(name, profile) for name in profile.services),
        "Read from": await _source(profile, tools),
        "Metrics": ", ".join(profile.default_metrics),
        "Objectives": objectives(profile.slos),
        **{key.replace("_", " ").capitalize(): _said(value) for key, value in profile.architecture.items()},
        "Channels": str(len(profile.channels)) if profile.channels else "",
    }
    facts = Facts(tuple(Fact(label, value) for label, value in told.items() if value))
    blocks: list[Block] = [Text((profile.description,))] if profile.description else []
    return Reply(profile.description or profile.name, (*blocks[1:], facts), _acts(profile, tools), title=profile.name)


def objectives(slos: Slos) -> str:
    told = []
    if slos.availability is not None:
        told.append(f"{slos.availability:.4%}".rstrip("0%").rstrip(".") + " % available")
    if slos.error_rate is not None:
        told.append(f"at most {slos.error_rate:.4%}".rstrip("0%").rstrip(".") + " % errors")
    if slos.p95_latency_ms is not None:
        told.append(f"p95 within {slos.p95_latency_ms:g} ms")
    return ", ".join(told)


async def _source(profile: Profile, tools: Tools) -> str:
    if profile.datasource is None:
        return "the default datasource"
    return (await tools.desks.sources.find(tools.turn.tenant, profile.datasource)).name


def _service(name: str, profile: Profile) -> str:
    known = profile.services[name]
    told = [
        *([f"{known.metrics_prefix}…"] if known.metrics_prefix else []),
        *([known.log_label] if known.log_label else []),
    ]
    return f"{name} ({', '.join(told)})" if told else name


def _said(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)


def _acts(profile: Profile, tools: Tools) -> tuple[Button, ...]:
    about = {"app": profile.id}
    metrics = (Button("Metrics", "app_metrics", about),) if profile.default_metrics else ()
    if tools.logs is not None:
        metrics = (*metrics, Button("Logs", "logs", {"service": profile.name}))
    if tools.turn.person.role is not Role.ADMIN:
        return metrics
    edit = Button("Edit…", "save_app", {**about, **given(profile)}, asks=ASKS)
    sure = f"Remove {profile.name} for everyone?"
    return (
        *metrics,
        edit,
        Button("This channel is about it", "app_here", about),
        Button("Remove", "remove_app", about, style="danger", confirm=sure),
    )


def _named(question: Question) -> Mapping[str, Any] | None:
    name = named(question.text)
    return {"app": name} if name else None


def _shown(question: Question) -> Mapping[str, Any] | None:
    """“app abc-app logs” asks for its lines, which is another question."""
    asks_for_lines = question.text.lower().endswith((" logs", " events"))
    return None if asks_for_lines and question.names.app(question.text.lower()) else _named(question)


def _wanted(question: Question) -> Mapping[str, Any] | None:
    name = named(question.text)
    return {"name": name} if name else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "apps", "Which applications I know.", ("apps",), All, every, title="Applications", command="apps",
        remembered=False,
    ),
    Intent(
        "app", "One application: its services, metrics and objectives.", ("app abc-app",), Named, one,
        title="Show an application", command="app", words=_shown, submit="Show", remembered=False,
    ),
    Intent(
        "add_app", "Tell me of an application.", ("app add abc-app",), Wanted, add, title="Add an application",
        command="app add", words=_wanted, submit="Next", needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "app_here", "Questions in this channel are about it.", ("app here abc-app",), Named, here,
        title="What this channel is about", command="app here", words=_named, submit="Link", needs=Role.ADMIN,
        remembered=False,
    ),
    Intent(
        "forget_app_here", "This channel is about no application any more.", ("app stop here",), All, nowhere,
        command="app stop", words=lambda question: {} if question.text.lower() == "here" else None, needs=Role.ADMIN,
        remembered=False,
    ),
    Intent(
        "remove_app", "Forget an application.", ("app remove abc-app",), Named, remove, title="Remove an application",
        command="app remove", words=_named, submit="Remove", needs=Role.ADMIN, remembered=False,
    ),
)  # fmt: skip
