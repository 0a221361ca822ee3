"""Applications that a datasource knows of: proposed one by one, and kept when somebody says that they are right."""

from pydantic import BaseModel, Field

from bot.desk.discovery import Proposal, find
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.message import Role
from bot.model.reply import Block, Button, Buttons, Code, Part, Reply, Strong, Text
from bot.model.text import many
from bot.ports.tools import Tools

SHOWN = 10
_SAID = (r"(?:find|discover|propose) (?:the |new )?(?:apps|applications)",)


class Discover(BaseModel, frozen=True):
    source: str = Field("", max_length=200, title="Datasource", description="Its name; none: the default one")


class Confirm(BaseModel, frozen=True):
    name: str = Field(min_length=1, max_length=80)
    label: str = Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$", max_length=80)
    metrics: str = Field("", max_length=1000)
    prefix: str = Field("", max_length=200)
    services: str = Field("", max_length=1000)
    source: str = Field("", max_length=200)


async def propose(ask: Discover, tools: Tools) -> Reply:
    await tools.step("Reading labels, jobs and metrics")
    source = await tools.source_of(ask.source)
    found = await find(source, tools.turn.at, await tools.desks.profiles.every(tools.turn.tenant))
    if not found:
        return Reply(f"{source.title} knows of no application that I do not know already.")
    blocks: list[Block] = []
    for one in found[:SHOWN]:
        blocks += [_told(one), Buttons((Button("Confirm", "confirm_app", _given(one, ask.source), style="primary"),))]
    counted = many(len(found), "application")
    more = f" The first {SHOWN} are here; say it again for more." if len(found) > SHOWN else ""
    says = f"{source.title} knows of {counted} that I do not know yet. Which are right?{more}"
    return Reply(says, tuple(blocks), title="Proposed applications")


async def confirm(ask: Confirm, tools: Tools) -> Reply:
    """A second press says that it is known already, in the words of the desk."""
    proposal = Proposal(ask.name, ask.label, tuple(ask.metrics.split()), ask.prefix, tuple(ask.services.split()))
    kept = await tools.desks.profiles.add(tools.turn.actor, proposal.draft(ask.source))
    called = f" It is also called {', '.join(kept.aliases)}." if kept.aliases else ""
    buttons = (Button("Show it", "app", {"app": kept.id}), Button("Find more", "discover_apps"))
    return Reply(f"{kept.name} is added.{called}", buttons=buttons, tone="good")


def _told(one: Proposal) -> Text:
    parts: list[Part] = [Strong(one.name), " (", Code(f'{one.label}="{one.name}"'), ")"]
    if one.services:
        parts.append(f": {', '.join(one.services[:6])}")
    if one.metrics or one.prefix:
        parts.append(f"; metrics {', '.join([*one.metrics, *([f'{one.prefix}…'] if one.prefix else [])])}")
    return Text(tuple(parts))


def _given(one: Proposal, source: str) -> dict[str, str]:
    said = {
        "name": one.name,
        "label": one.label,
        "metrics": " ".join(one.metrics),
        "prefix": one.prefix,
        "services": " ".join(one.services[:20]),
        "source": source,
    }
    return {name: value for name, value in said.items() if value}


def _reads(question: Question) -> Reading | None:
    return Reading("discover_apps", {}, 0.95) if asked(question.text, _SAID) else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "discover_apps", "Find applications in a datasource, to confirm.", ("apps discover",), Discover, propose,
        _reads,
        title="Find applications", command="apps discover", submit="Find", needs=Role.ADMIN, remembered=False,
        words=lambda question: {"source": question.text.strip()},
    ),
    Intent(
        "confirm_app", "Keep a proposed application.", (), Confirm, confirm, title="Confirm", submit="Confirm",
        needs=Role.ADMIN, remembered=False,
    ),
)  # fmt: skip
