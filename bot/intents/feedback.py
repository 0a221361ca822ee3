"""Thumbs up or down on an answer. The platform shows by itself that it was taken."""

from typing import Literal

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.reply import Reply
from bot.ports.tools import Tools

LONGEST = 1000
_GOOD = (
    r"(?:that(?:'s| is| was) |it was )?(?:very |really |super |so |quite )*(?:helpful|useful)"
    r"(?: and (?:accurate|correct|clear|precise))?(?: (?:response|answer|reply|summary))?",
    r"(?:that|this|it) (?:really )?helped(?: a lot| me)?", r"(?:great|good|nice) (?:answer|response|work|job)",
)  # fmt: skip
_BAD = (
    r"(?:that(?:'s| is| was) |it was )?(?:not (?:very |really )?|un)helpful(?: at all)?(?: (?:response|answer))?",
    r"(?:that|this) (?:did not|didn't) help(?: at all| me)?",
)


class Said(BaseModel, frozen=True):
    positive: bool
    comment: str = Field("", max_length=LONGEST)


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


async def say(words: Said, tools: Tools) -> Reply:
    """Kept with the last answer of this thread; without one, with the thread."""
    known = [str(tools.turn.memory.get("data", "")), *reversed([*tools.turn.memory.get("queries", {})])]
    of = next((one for one in known if one), f"thread:{tools.turn.place.thread}")
    await tools.feedback.keep(tools.turn, of, positive=words.positive, comment=words.comment)
    return Reply("Thank you, that is kept with the answer." if words.positive else "Thank you, that is kept; it helps.")


def reads(question: Question) -> Reading | None:
    for positive, phrases in ((True, _GOOD), (False, _BAD)):
        if asked(question.text, phrases):
            return Reading("say_feedback", {"positive": positive, "comment": question.text.strip()[:LONGEST]}, 0.9)
    return None


INTENT = Intent(name="feedback", help="Rate an answer.", examples=(), asks=Rating, answer=answer, remembered=False)
SAID = Intent(
    name="say_feedback", help="Say what you think of an answer.", examples=(), asks=Said, answer=say, reads=reads,
    remembered=False,
)  # fmt: skip
INTENTS: tuple[AnyIntent, ...] = (INTENT, SAID)
