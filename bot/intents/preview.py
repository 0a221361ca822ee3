"""Whether a question in free words shows the query that it becomes before that runs: for oneself, or for a channel."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question
from bot.model.errors import Rejected
from bot.model.message import PlaceKind, Role
from bot.model.reply import Button, Reply
from bot.ports.tools import Tools

_WORDS = {"on": True, "off": False, "": True}


class Preview(BaseModel, frozen=True):
    on: bool = Field(True, title="Show queries before they run")


async def mine(ask: Preview, tools: Tools) -> Reply:
    await tools.desks.habits.preview(tools.turn.actor, on=ask.on, channel=False)
    says = "I show you a query before I run it" if ask.on else "I run your queries at once"
    return _said(f"{says}, from now on.", "preview", ask)


async def here(ask: Preview, tools: Tools) -> Reply:
    if tools.turn.place.kind not in (PlaceKind.CHANNEL, PlaceKind.GROUP):
        raise Rejected("That is for channels.", advice="Say `preview on` for yourself.")
    await tools.desks.habits.preview(tools.turn.actor, on=ask.on, channel=True)
    says = "Queries are shown here before they run" if ask.on else "Queries run here at once"
    return _said(f"{says}, from now on. Who wants it otherwise says `preview` for themselves.", "preview_here", ask)


def _said(says: str, intent: str, ask: Preview) -> Reply:
    return Reply(says, buttons=(Button("Undo", intent, {"on": not ask.on}),), tone="good")


def _words(question: Question) -> Mapping[str, Any] | None:
    on = _WORDS.get(question.text.strip(" .!").lower())
    return None if on is None else {"on": on}


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "preview", "Show you a query before it runs.", ("preview on", "preview off"), Preview, mine,
        title="Queries before they run", command="preview", words=_words, submit="Save", remembered=False,
    ),
    Intent(
        "preview_here", "Show queries in this channel before they run.", ("preview here on",), Preview, here,
        title="Queries before they run", command="preview here", words=_words, submit="Save", needs=Role.ADMIN,
        remembered=False,
    ),
)  # fmt: skip
