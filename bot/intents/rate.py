"""Stars for a session, and what people gave so far."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question
from bot.intents.sessions import own
from bot.model.errors import Missing
from bot.model.message import Role
from bot.model.reply import Reply, Strong, Table, Text
from bot.ports.sessions import ConversationId, Rated
from bot.ports.tools import Tools

GOAL = 4.0
_STARS = re.compile(r"(?P<stars>[1-5])(?: ?(?:stars?|/ ?5|of 5|out of 5))?(?:\s*[:,.;–-]\s*(?P<comment>.+))?\s*[.!]?")


class Rate(BaseModel, frozen=True):
    stars: int = Field(ge=1, le=5, title="Stars, 1 to 5", examples=[5, 4, 3, 2, 1])
    comment: str = Field("", max_length=1000, title="What was good, what was not", json_schema_extra={"lines": True})
    good_at: Literal["", "accuracy", "helpfulness", "speed"] = Field("", title="It is about")
    session: str = Field("", max_length=60)


class Ratings(BaseModel, frozen=True):
    days: int = Field(30, ge=1, le=366, title="Of how many days")


async def answer(ask: Rate, tools: Tools) -> Reply:
    session = ConversationId(ask.session)
    if not session:
        found = await tools.desks.sessions.here(tools.turn.tenant, tools.turn.place)
        if found is None:
            raise Missing("There is no session here yet.")
        session = found.id
    categories = (ask.good_at,) if ask.good_at else ()
    await tools.desks.sessions.rate(own(tools.turn), session, ask.stars, ask.comment, categories)
    return Reply(f"Thank you: {ask.stars} of 5.", tone="good")


async def ratings(ask: Ratings, tools: Tools) -> Reply:
    since = tools.turn.at - timedelta(days=ask.days)
    sessions, answers = await tools.desks.sessions.rated(tools.turn.tenant, since)
    if not sessions.count and not answers.count:
        return Reply(f"Nobody rated anything in the last {ask.days} days.", footer=f"The aim is above {GOAL:g} of 5.")
    rows = tuple(
        (f"{stars} of 5", sessions.stars.get(stars, 0), answers.stars.get(stars, 0)) for stars in range(5, 0, -1)
    )
    said = [Text((Strong("Said lately"),))] if sessions.comments or answers.comments else []
    said += [Text((one[:300],), listed=True) for one in (*sessions.comments, *answers.comments)[:10]]
    below = any(one.mean is not None and one.mean <= GOAL for one in (sessions, answers))
    return Reply(
        f"Sessions: {_mean(sessions)}. Answers: {_mean(answers)}.",
        (Table(("Stars", "Sessions", "Answers"), rows), *said),
        title=f"Ratings of the last {ask.days} days",
        tone="warning" if below else "good",
        footer=f"The aim is above {GOAL:g} of 5. A thumb up counts as 5, a thumb down as 1.",
    )


def _mean(rated: Rated) -> str:
    return f"{rated.mean:.1f} of 5 from {rated.count}" if rated.mean is not None else "nobody rated"


def _stars(question: Question) -> Mapping[str, Any] | None:
    """“rate of errors” asks for something else."""
    found = _STARS.fullmatch(question.text.strip())
    return {"stars": int(found["stars"]), "comment": (found["comment"] or "").strip()} if found else None


def _days(question: Question) -> Mapping[str, Any] | None:
    text = question.text.strip().lower()
    found = re.fullmatch(r"(?:of )?(?:the )?(?:last )?(\d{1,3}) days?", text)
    return {} if not text else {"days": int(found[1])} if found else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "rate", "Say how a session was, from 1 to 5.", ("rate 5", "rate 2: too slow"), Rate, answer,
        title="How was it?", command="rate", words=_stars, submit="Rate", remembered=False,
    ),
    Intent(
        "ratings", "How sessions and answers were rated.", ("ratings", "ratings last 7 days"), Ratings, ratings,
        title="Ratings", command="ratings", words=_days, needs=Role.ADMIN, remembered=False,
    ),
)  # fmt: skip
