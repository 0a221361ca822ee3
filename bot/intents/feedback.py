"""Thumbs up or down on an answer. The platform shows by itself that it was taken; a thumb down may become a rule."""

from pydantic import BaseModel, Field

from bot.intents.intent import Intent
from bot.model.reply import Button, Reply
from bot.ports.tools import Tools


class Rating(BaseModel, frozen=True):
    positive: bool
    of: str
    comment: str = Field("", max_length=2000, title="What was wrong")


async def answer(rating: Rating, tools: Tools) -> Reply | None:
    await tools.feedback.keep(tools.turn, rating.of, positive=rating.positive, comment=rating.comment)
    if rating.positive:
        return None
    if rating.comment:
        return Reply("Thank you. Your words are kept with the answer.", buttons=_offers(rating.of))
    return Reply("Thank you. What was wrong? Somebody else reviews what you propose.", buttons=_offers(rating.of))


def _offers(of: str) -> tuple[Button, ...]:
    def rule(label: str, kind: str) -> Button:
        return Button(label, "propose_rule", {"kind": kind, "of": of}, asks=("said", "means", "why"))

    return (
        rule("I meant something else…", "alias"),
        rule("Wrong unit…", "unit"),
        rule("Wrong runbook…", "runbook"),
        rule("Wrong limit…", "threshold"),
        Button("Something else…", "feedback", {"positive": False, "of": of}, asks=("comment",)),
    )


INTENT = Intent(
    name="feedback", help="Rate an answer.", examples=(), asks=Rating, answer=answer, submit="Send", remembered=False
)
