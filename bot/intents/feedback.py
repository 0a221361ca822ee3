"""Thumbs up or down on an answer. The platform shows by itself that it was taken."""

from pydantic import BaseModel

from bot.intents.intent import Intent
from bot.model.reply import Reply
from bot.ports.tools import Tools


class Rating(BaseModel, frozen=True):
    positive: bool
    of: str
    comment: str = ""


async def answer(rating: Rating, tools: Tools) -> Reply | None:
    await tools.feedback.keep(tools.turn, rating.of, positive=rating.positive, comment=rating.comment)
    return None


INTENT = Intent(name="feedback", help="Rate an answer.", examples=(), asks=Rating, answer=answer, remembered=False)
