"""What becomes of a silence: made, agreed to by a second person, prolonged, ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from bot.desk.spans import until
from bot.intents import home
from bot.intents.acting import on_its_message, which
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import IMPERATIVE, issue_in, matches, only_names_it
from bot.intents.silence import parsed
from bot.model.errors import Missing, Rejected
from bot.model.issue import IssueId
from bot.model.message import PlaceKind, Role
from bot.model.reply import Button, Code, Moment, Reply, Text
from bot.model.silence import Silence, SilenceId
from bot.ports.tools import Tools


class ConfirmSilence(BaseModel, frozen=True):
    matchers: str = Field(min_length=1)
    until: AwareDatetime
    issue: str = ""
    comment: str = ""


class OneSilence(BaseModel, frozen=True):
    silence: str = Field(min_length=1, max_length=200)


class Unsilence(BaseModel, frozen=True):
    silence: str = Field("", max_length=200, title="Silence")
    issue: str = Field("", max_length=200, title="Issue", description="Its id; none: the issue of this thread")


class Extend(BaseModel, frozen=True):
    silence: str = Field(min_length=1, max_length=200)
    span: str = Field(
        "1h", max_length=60, title="For how long from now", description="Such as 2h, tomorrow, until 14:00"
    )


async def confirm(ask: ConfirmSilence, tools: Tools) -> Reply | None:
    if ask.until <= tools.turn.at:
        raise Rejected("That time is over.", advice="Ask for the silence again.")
    issue = IssueId(ask.issue) if ask.issue else None
    made = await tools.desks.silences.create(
        tools.turn.actor, parsed(ask.matchers), ask.until, issue=issue, comment=ask.comment
    )
    if made.state == "asked":
        return None if await _in_its_thread(made, tools) else _second_person(made)
    return _stands(made, "Silenced until ")


async def approve(ask: OneSilence, tools: Tools) -> Reply:
    return _stands(
        await tools.desks.silences.approve(tools.turn.actor, SilenceId(ask.silence)), "Agreed: silenced until "
    )


async def unsilence(ask: Unsilence, tools: Tools) -> Reply | None:
    silence = ask.silence or await _of_issue(ask.issue, tools)
    if silence is None:
        return await which(tools, "unsilence", {})
    ended = await tools.desks.silences.expire(tools.turn.actor, SilenceId(silence))
    if ended.issue and await on_its_message(tools, ended.issue):
        return None
    if tools.turn.place.kind is PlaceKind.HOME:
        return await home.page(tools)
    return Reply("The silence has ended; what fires is heard again.")


async def extend(ask: Extend, tools: Tools) -> Reply:
    ends_at = until(ask.span, tools.turn.at, tools.turn.zone)
    longer = await tools.desks.silences.extend(tools.turn.actor, SilenceId(ask.silence), ends_at)
    return _stands(longer, "Silenced until ")


async def _of_issue(issue: str, tools: Tools) -> str | None:
    if not issue:
        return None
    found = await tools.desks.incidents.whole(tools.turn.tenant, IssueId(issue))
    if found is None:
        raise Missing(f"There is no issue {issue}.")
    if not found.issue.silence:
        raise Rejected(f"{found.issue.id} is not silenced.")
    return found.issue.silence


async def _in_its_thread(silence: Silence, tools: Tools) -> bool:
    """There the issue's own story puts the question, as it does in the other chat."""
    return (
        bool(silence.issue) and await tools.desks.incidents.here(tools.turn.tenant, tools.turn.place) == silence.issue
    )


def _second_person(silence: Silence) -> Reply:
    return Reply(
        f"{silence.by.name} asks to silence critical alerts. A second person has to agree.",
        (_parts(silence, "It would last until ", silence.ends_at),),
        (
            Button("Approve", "approve_silence", {"silence": silence.id}, style="primary"),
            Button("Refuse", "unsilence", {"silence": silence.id}),
        ),
        tone="warning",
        footer="Nothing is silenced yet.",
    )


def _stands(silence: Silence, says: str) -> Reply:
    agreed = f", approved by {silence.approved.name}" if silence.approved else ""
    return Reply(
        f"{says}{silence.ends_at:%Y-%m-%d %H:%M} UTC, asked for by {silence.by.name}{agreed}.",
        (_parts(silence, "In your time until ", silence.ends_at),),
        (
            Button("Undo", "unsilence", {"silence": silence.id}),
            Button("Extend…", "extend_silence", {"silence": silence.id}, asks=("span",)),
        ),
    )


def _parts(silence: Silence, says: str, at: datetime) -> Text:
    shown = Code(", ".join(silence.matchers))
    why = f" “{silence.comment}”" if silence.comment else ""
    return Text((says, Moment(at), ": alerts with ", shown, ".", why))


def _reads(question: Question) -> Reading | None:
    said = (r"un-?(?:silence|mute)(?: IT)?", r"(?:undo|end|lift|stop|remove|expire) (?:the |this )?(?:silence|mute)")
    if matches(question.text, said) is None:
        return None
    issue = issue_in(question.text)
    return Reading("unsilence", {"issue": issue} if issue else {}, IMPERATIVE)


def _words(question: Question) -> Mapping[str, Any] | None:
    return only_names_it(question.text)


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "confirm_silence", "Make the silence that was shown.", (), ConfirmSilence, confirm,
        needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "approve_silence", "Agree to a silence of critical alerts.", (), OneSilence, approve,
        needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "unsilence", "End the silence of an issue.", ("unsilence this",), Unsilence, unsilence, _reads,
        title="End the silence", command="unsilence", words=_words, submit="End it",
        needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "extend_silence", "Prolong a silence.", (), Extend, extend,
        title="Prolong the silence", submit="Prolong", needs=Role.OPERATOR, remembered=False,
    ),
)  # fmt: skip
