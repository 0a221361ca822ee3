"""A model looks further: one look of ours after the other, within bounds; then it says in plain words what was found.

It chooses where to look, never what is asked there, and it can do nothing: what acts is a button for a person.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.desk.fence import fenced, private
from bot.desk.session_words import USUAL_WORDS, session_words
from bot.desk.speaking import Speaking
from bot.intents.findings import Found
from bot.intents.looks import LOOKS, look
from bot.model.errors import Problem
from bot.pipeline.prompts.prompts import LookPrompt, Rendered, TalkPrompt, rendered
from bot.ports.model import A, Brief, Consults, PlainWords, Task
from bot.ports.tools import Tools

MOST_LOOKS = 8
MOST_SERVICES, MOST_FACTS = 40, 60
ASKED, TOLD = timedelta(seconds=10), timedelta(seconds=30)


class NextLook(BaseModel):
    model_config = ConfigDict(extra="forbid")

    next: Literal["health", "why", "metric", "events", "logs", "impact", "slo", "issues", "anomalies", "kb", "answer"]
    service: str = Field("", max_length=200)
    region: str = Field("", max_length=200)
    window: str = Field("", max_length=100)
    text: str = Field("", max_length=200)

    @property
    def given(self) -> dict[str, str]:
        return {name: value for name, value in self.model_dump().items() if name != "next" and value}


async def further(found: Found, consults: Consults, tools: Tools) -> bool:
    """Looks until it has seen enough, or may not go on. False: there is no model to be had, so nobody waits for it."""
    services = found.services = await _services(found, tools)
    done: dict[tuple[str, ...], str] = {}
    for left in range(MOST_LOOKS, 0, -1):
        await tools.step("Choosing where to look next")
        asked = rendered(_look_prompt(found, services, tuple(done.values()), left))
        wanted = await consults.ask(tools.turn.tenant, _brief(asked, NextLook, tools))
        if wanted is None:
            return bool(done)
        if wanted.next == "answer":
            break
        key = (wanted.next, *wanted.given.values())
        if key in done:
            break  # it goes round in circles
        seen = await look(wanted.next, wanted.given, services, tools)
        named = wanted.service if wanted.service in services else ""  # its own words are not told to it as ours
        done[key] = f"{wanted.next} {named}".strip() + (" (could not be read)" if seen.failed else "")
        if not seen.failed:
            found.looks.append(seen)
    return True


async def tell(found: Found, consults: Consults, tools: Tools) -> None:
    """Sentence by sentence; where it breaks off, nothing of it stands."""
    await tools.step("Writing what was found")
    speaking = Speaking(found.grounds, tools.words)
    turn = tools.turn
    session = await _session(tools)
    about = fenced("What this session is about", [f"{name}: {value}" for name, value in turn.context.items()])
    data = (*_data(found), about) if about else _data(found)
    asked = rendered(TalkPrompt(private(found.service), private(found.window), _facts(found), data, session))
    written = await consults.tell(tools.turn.tenant, _brief(asked, PlainWords, tools, TOLD), speaking.heard)
    if written is None:
        found.broke_off = bool(speaking.said)
        return
    await speaking.end(cut=written.cut)
    found.words, found.left_out = speaking.said, len(speaking.left_out)


async def _session(tools: Tools) -> str:
    """How it is spoken here."""
    turn = tools.turn
    kind = await tools.desks.sessions.kind(turn.tenant, turn.place)
    own = (await tools.desks.office.plan(turn.tenant)).sessions.get(kind, USUAL_WORDS)
    return session_words(kind, own, turn.context)


async def _services(found: Found, tools: Tools) -> Sequence[str]:
    """Those that may be named."""
    try:
        return (await tools.source().values("service"))[:MOST_SERVICES]
    except Problem:
        return (found.service,)


def _brief(asked: Rendered, shape: type[A], tools: Tools, patience: timedelta = ASKED) -> Brief[A]:
    return Brief(
        Task.TALK, asked.version, asked.system, asked.user, shape, patience, tools.turn.answer,
        tools.turn.person.id, tools.turn.conversation,
    )  # fmt: skip


def _look_prompt(found: Found, services: Sequence[str], done: tuple[str, ...], left: int) -> LookPrompt:
    looks = tuple((name, one.intent.help) for name, one in LOOKS.items())
    before = tuple(look.title for look in found.looks)
    return LookPrompt(
        private(found.service), private(found.window), _facts(found), looks, tuple(private(one) for one in services),
        (*before, *done), left, _data(found),
    )  # fmt: skip


def _facts(found: Found) -> tuple[str, ...]:
    return tuple(private(one) for one in found.facts[:MOST_FACTS])


def _data(found: Found) -> tuple[str, ...]:
    """What others wrote is data, and named as such."""
    alert = [found.issue.title, *found.issue.description.splitlines()] if found.issue else []
    blocks = [fenced("The alert", alert), *(fenced(one.title, one.theirs) for one in found.looks if one.theirs)]
    return tuple(filter(None, blocks))
