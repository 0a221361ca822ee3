"""Ends what is being worked on in this thread: an investigation that is under way ends with what is known."""

from pydantic import BaseModel

from bot.intents.intent import Intent, Question, Reading
from bot.model.message import Message
from bot.model.reply import Reply
from bot.ports.tools import Tools

NAME = "stop"
_WORDS = frozenset(("stop", "/stop", "stop it", "stop please", "please stop", "cancel", "abort"))


class Stop(BaseModel, frozen=True):
    pass


def says_stop(message: Message) -> bool:
    if message.click:
        return message.click.intent == NAME
    return _plain(message.text) in _WORDS


async def answer(ask: Stop, tools: Tools) -> Reply | None:  # noqa: ARG001
    """Whoever was at work has seen this letter behind its own, and has said so: here nothing is left to do."""
    if tools.turn.pressed_on or tools.turn.memory.get("intent") == "investigate":
        return None
    return Reply("Nothing is under way here.")


def reads(question: Question) -> Reading | None:
    return Reading(NAME, {}, 0.95) if _plain(question.text) in _WORDS else None


def _plain(text: str) -> str:
    return " ".join(text.lower().strip(" .!").split())


INTENT = Intent(
    name=NAME,
    help="Ends an investigation that is under way in this thread, with what is known.",
    examples=("stop",),
    asks=Stop,
    answer=answer,
    reads=reads,
    command=NAME,
    remembered=False,
)
