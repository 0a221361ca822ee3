"""Thumbs up or down on an answer. The platform shows by itself that it was taken."""

from typing import Literal

from pydantic import BaseModel, Field

from bot.intents.intent import Intent
from bot.model.reply import Reply
from bot.ports.tools import Tools


class Rating(BaseModel, frozen=True):
    """Without stars a thumb up counts as five of them, a thumb down as one."""

    positive: bool
    of: str
    comment: str = ""
    rating: int | None = Field(None, ge=1, le=5)
    categories: tuple[Literal["accuracy", "helpfulness", "speed"], ...] = ()


async def answer(rating: Rating, tools: Tools) -> Reply | None:
    await tools.feedback.keep(
        tools.turn, rating.of, positive=rating.positive, comment=rating.comment, rating=rating.rating,
        categories=rating.categories,
    )  # fmt: skip
    return None


INTENT = Intent(name="feedback", help="Rate an answer.", examples=(), asks=Rating, answer=answer, remembered=False)
