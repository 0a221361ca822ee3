"""Work that was planned: what it touches stays quiet until it is over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from bot.desk.spans import until
from bot.intents import when
from bot.intents.intent import AnyIntent, Intent, Question
from bot.intents.sentences import request
from bot.intents.silence import of_service, parsed, split_span, told
from bot.model.errors import Rejected
from bot.model.message import Role
from bot.model.plan import Maintenance as Window
from bot.model.reply import Button, Code, Moment, Reply, Text
from bot.ports.tools import Tools


class Maintenance(BaseModel, frozen=True):
    match: str = Field(
        min_length=1, max_length=2000, title="What", description='A service, or labels: service="checkout"'
    )
    span: str = Field(min_length=1, max_length=60, title="How long", description="Such as 2h, tomorrow, until 14:00")
    why: str = Field("", max_length=500, title="Why", description="Others will read it")


class Confirmed(BaseModel, frozen=True):
    match: str = Field(min_length=1)
    until: AwareDatetime
    why: str = ""


async def answer(ask: Maintenance, tools: Tools) -> Reply:
    turn = tools.turn
    lines = parsed(_labels(ask.match))
    ends_at: datetime = until(ask.span, turn.at, turn.zone)
    preview = await tools.desks.silences.preview(turn.tenant, lines)
    if preview.refused:
        return Reply(preview.refused, (Text((Code(", ".join(lines)),)),), tone="warning")
    given = {"match": ", ".join(lines), "until": ends_at.isoformat(), **({"why": ask.why} if ask.why else {})}
    label = f"Maintenance until {when.label(ends_at, turn.at, turn.zone)}"
    ours = replace(preview, where="Nightdesk", critical=0)  # it stands here, whatever the source, and needs no second
    return told(ours, ends_at, tools, Button(label, "confirm_maintenance", given, style="primary"))


async def confirm(ask: Confirmed, tools: Tools) -> Reply:
    if ask.until <= tools.turn.at:
        raise Rejected("That time is over.", advice="Ask for the window again.")
    window = Window(match=parsed(ask.match), start=tools.turn.at, end=ask.until, why=ask.why)
    made = await tools.desks.office.maintain(tools.turn.actor, window)
    why = f" “{ask.why}”" if ask.why else ""
    return Reply(
        f"Maintenance until {made.ends_at:%Y-%m-%d %H:%M} UTC: what it touches stays quiet.",
        (Text(("Until ", Moment(made.ends_at), ": ", Code(", ".join(made.matchers)), why)),),
        (Button("End it now", "unsilence", {"silence": made.id}),),
    )


def _labels(text: str) -> str:
    return text if any(sign in text for sign in "={") else of_service(text.strip())


def _words(question: Question) -> Mapping[str, Any] | None:
    """“checkout 2h”, “service="checkout" until 14:00”."""
    text, span = split_span(question.text)
    text = text if "=" in text else text.removeprefix("of ").removeprefix("for ")
    if not text or not span or ("=" not in text and (" " in text or request(text) is None)):
        return None
    return {"match": text, "span": span}


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "maintenance", "Keep planned work quiet.", ("maintenance checkout 2h why=database move",), Maintenance, answer,
        title="Maintenance", command="maintenance", words=_words, submit="Show what it hides",
        needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "confirm_maintenance", "Begin the window that was shown.", (), Confirmed, confirm,
        needs=Role.OPERATOR, remembered=False,
    ),
)  # fmt: skip
