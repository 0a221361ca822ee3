"""Thumbs up or down on an answer. The platform shows by itself that it was taken; a thumb down may become a rule."""

from typing import Literal

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.reply import Button, Reply
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
    comment: str = Field("", max_length=2000, title="What was wrong")
    rating: int | None = Field(None, ge=1, le=5)
    categories: tuple[Literal["accuracy", "helpfulness", "speed"], ...] = ()


async def answer(rating: Rating, tools: Tools) -> Reply | None:
    await tools.feedback.keep(
        tools.turn, rating.of, positive=rating.positive, comment=rating.comment, rating=rating.rating,
        categories=rating.categories,
    )  # fmt: skip
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


async def say(words: Said, tools: Tools) -> Reply:
    """Kept with the last answer of this thread; without one, with the thread."""
    known = [str(tools.turn.memory.get("data", "")), *reversed([*tools.turn.memory.get("queries", {})])]
    of = next((one for one in known if one), f"thread:{tools.turn.place.thread}")
    await tools.feedback.keep(tools.turn, of, positive=words.positive, comment=words.comment)
    if words.positive:
        return Reply("Thank you, that is kept with the answer.")
    return Reply("Thank you, that is kept; it helps.", buttons=_offers(of))


def reads(question: Question) -> Reading | None:
    for positive, phrases in ((True, _GOOD), (False, _BAD)):
        if asked(question.text, phrases):
            return Reading("say_feedback", {"positive": positive, "comment": question.text.strip()[:LONGEST]}, 0.9)
    return None


INTENT = Intent(
    name="feedback", help="Rate an answer.", examples=(), asks=Rating, answer=answer, submit="Send", remembered=False
)
SAID = Intent(
    name="say_feedback", help="Say what you think of an answer.", examples=(), asks=Said, answer=say, reads=reads,
    remembered=False,
)  # fmt: skip
INTENTS: tuple[AnyIntent, ...] = (INTENT, SAID)
