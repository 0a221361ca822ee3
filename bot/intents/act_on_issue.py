"""An act on the issue that some message tells of: from the shortcut in a message's menu."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.intents import acts, assign, show_issue, silence
from bot.intents.intent import Intent
from bot.model.errors import Rejected
from bot.model.message import Role
from bot.model.reply import Reply
from bot.ports.tools import Tools

Choice = Literal[
    "acknowledge", "resolve", "assign to me", "assign to somebody", "escalate", "silence", "identify the cause",
    "note", "reopen", "un-acknowledge", "open a ticket", "show details",
]  # fmt: skip


class ActOnIssue(BaseModel, frozen=True):
    of: str = Field(min_length=1, max_length=500, title="Message")
    act: Choice = Field("acknowledge", title="What shall be done?")
    text: str = Field("", max_length=1000, title="Words", description="A note, a reason, or to whom")
    span: str = Field("", max_length=60, title="How long", description="Of a silence: 30m, 2h, tomorrow")


async def answer(ask: ActOnIssue, tools: Tools) -> Reply | None:
    turn = tools.turn
    issue = await tools.desks.incidents.of_message(turn.tenant, turn.place, ask.of)
    if issue is None and turn.place.thread:
        issue = await tools.desks.incidents.here(turn.tenant, turn.place)
    if issue is None:
        raise Rejected("That message is not about an issue.", advice="Use this on a message of mine about one.")
    run, given = _RUNS[ask.act](ask)
    return await run({"issue": issue, **given}, tools)


_Run = Callable[[Mapping[str, Any], Tools], Awaitable[Reply | None]]


def _of(intent: Intent[Any]) -> _Run:
    async def run(given: Mapping[str, Any], tools: Tools) -> Reply | None:
        return await intent.answer(intent.asks.model_validate(dict(given)), tools)

    return run


def _with(intent: Intent[Any], **fields: str) -> Callable[[ActOnIssue], tuple[_Run, dict[str, str]]]:
    """`fields`: which of what was filled in goes where; what is empty stays away."""
    run = _of(intent)
    return lambda ask: (run, {name: value for name, of in fields.items() if (value := getattr(ask, of).strip())})


def _note(ask: ActOnIssue) -> tuple[_Run, dict[str, str]]:
    if not ask.text.strip():
        raise Rejected("A note needs words.", advice="Write them in the field below the choice.")
    return _of(acts.NOTE), {"text": ask.text}


def _somebody(ask: ActOnIssue) -> tuple[_Run, dict[str, str]]:
    if not ask.text.strip():
        raise Rejected("To whom?", advice="Write a name or an e-mail address in the field below the choice.")
    return _of(assign.INTENT), {"to": ask.text}


_RUNS: Mapping[str, Callable[[ActOnIssue], tuple[_Run, dict[str, str]]]] = {
    "acknowledge": _with(acts.ACKNOWLEDGE, text="text"),
    "un-acknowledge": _with(acts.UNACKNOWLEDGE, text="text"),
    "resolve": _with(acts.RESOLVE, text="text"),
    "reopen": _with(acts.REOPEN, text="text"),
    "identify the cause": _with(acts.IDENTIFY, text="text"),
    "assign to me": _with(assign.INTENT),
    "assign to somebody": _somebody,
    "escalate": _with(acts.ESCALATE, text="text"),
    "silence": _with(silence.INTENT, span="span", comment="text"),
    "note": _note,
    "open a ticket": _with(acts.OPEN_TICKET, text="text"),
    "show details": _with(show_issue.INTENT),
}


INTENT = Intent(
    name="act_on_issue",
    help="Act on the issue of a message.",
    examples=(),
    asks=ActOnIssue,
    answer=answer,
    title="Act on this alert",
    submit="Do it",
    needs=Role.OPERATOR,
    remembered=False,
)
