"""What is done to an issue with one word: acknowledged, resolved, escalated and the like."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.acting import act
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import IMPERATIVE, STATEMENT, issue_in, matches, only_names_it
from bot.model.message import Role
from bot.model.reply import Reply
from bot.ports.desks import ActKind
from bot.ports.tools import Tools

LONGEST = 1000


class OnIssue(BaseModel, frozen=True):
    issue: str = Field("", max_length=200, title="Issue", description="Its id; none: the issue of this thread")
    text: str = Field("", max_length=LONGEST, title="Why", description="May stay empty")


class Written(BaseModel, frozen=True):
    issue: str = Field("", max_length=200, title="Issue", description="Its id; none: the issue of this thread")
    text: str = Field(min_length=1, max_length=LONGEST, title="Text")


def _one(
    name: str,
    kind: ActKind,
    *,
    help: str,  # noqa: A002 - as the intent calls it
    examples: tuple[str, ...],
    command: str,
    commands: tuple[str, ...],
    states: tuple[str, ...] = (),
    because: tuple[tuple[str, str], ...] = (),
    overheard: bool = True,
) -> Intent[OnIssue]:
    """`commands` ask for it, `states` say it of an issue that is known; `because`: a statement that gives a reason."""

    async def answer(ask: OnIssue, tools: Tools) -> Reply | None:
        return await act(tools, name, kind, ask.issue, text=ask.text)

    def reads(question: Question) -> Reading | None:
        issue = issue_in(question.text)
        given = {"issue": issue} if issue else {}
        if matches(question.text, commands):
            return Reading(name, given, IMPERATIVE)
        if not (issue or question.issue):
            return None
        if matches(question.text, states):
            return Reading(name, given, STATEMENT)
        reason = next((why for phrase, why in because if matches(question.text, (phrase,))), "")
        return Reading(name, {**given, "text": reason}, STATEMENT) if reason else None

    def words(question: Question) -> Mapping[str, Any] | None:
        return only_names_it(question.text)

    return Intent(
        name, help, examples, OnIssue, answer, reads,
        command=command, words=words, submit="Do it",
        needs=Role.OPERATOR, remembered=False, overheard=overheard,
    )  # fmt: skip


def _written(
    name: str,
    kind: ActKind,
    *,
    help: str,  # noqa: A002 - as the intent calls it
    examples: tuple[str, ...],
    command: str,
    title: str,
) -> Intent[Written]:
    async def answer(ask: Written, tools: Tools) -> Reply | None:
        return await act(tools, name, kind, ask.issue, text=ask.text)

    def words(question: Question) -> Mapping[str, Any] | None:
        """An id may stand first; everything else is the text, as it was written."""
        text, issue = question.text.strip(), issue_in(question.text.split(" ", 1)[0])
        if issue:
            text = text.partition(" ")[2].strip()
        text = text.lstrip(": ")
        return {"text": text, **({"issue": issue} if issue else {})} if text else None

    return Intent(
        name, help, examples, Written, answer,
        title=title, command=command, words=words, submit="Keep it", needs=Role.OPERATOR, remembered=False,
    )  # fmt: skip


ACKNOWLEDGE = _one(
    "acknowledge",
    "acknowledge",
    help="Say that you are on it; nobody else is called.",
    examples=("ack this", "I'm on it"),
    command="ack",
    commands=(r"ack(?: IT)?", r"acknowledge(?: IT)?"),
    states=(
        r"(?:i am|i'm|im) on (?:it|this|IT)", r"on it", r"take (?:it|this)", r"taking (?:it|this)", r"mine",
        r"(?:i'll|i will|i) take (?:it|this|IT)", r"(?:i've|i have|i) got (?:it|this|IT)", r"acknowledged",
        r"(?:i am |i'm |im )?looking(?: into| at)?(?: IT)?", r"(?:i'll|i will) (?:have a )?look(?: into IT| at IT)?",
    ),
)  # fmt: skip

UNACKNOWLEDGE = _one(
    "unacknowledge",
    "unacknowledge",
    help="Take your acknowledgement back.",
    examples=("unack this",),
    command="unack",
    commands=(r"un-?ack(?: IT)?", r"un-?acknowledge(?: IT)?", r"undo (?:the |my )?(?:ack|acknowledge(?:ment)?)"),
)

IDENTIFY = _one(
    "identify",
    "identify",
    help="Say that the cause is found.",
    examples=("identified", "we found the cause"),
    command="identify",
    commands=(r"mark (?:IT )?(?:as )?identified",),
    states=(
        r"identified", r"(?:the )?(?:root )?cause (?:is )?(?:found|identified|known)",
        r"(?:we|i)(?:'ve| have)? (?:found|identified|know) the (?:root )?cause",
    ),
)  # fmt: skip

RESOLVE = _one(
    "resolve",
    "resolve",
    help="Close an issue.",
    examples=("resolve this", "it's fixed"),
    command="resolve",
    commands=(r"resolve(?: IT)?", r"close(?: IT)", r"mark (?:IT )?(?:as )?(?:resolved|fixed|closed|done)"),
    states=(r"resolved", r"fixed", r"(?:IT|that)(?: is|'s| has been) (?:now )?(?:resolved|fixed|over)"),
    because=((r"(?:(?:IT|that)(?: is| was|'s) )?(?:just )?(?:a )?false alarm", "False alarm."),),
)

REOPEN = _one(
    "reopen",
    "reopen",
    help="Open a resolved issue again.",
    examples=("reopen this",),
    command="reopen",
    commands=(r"re-?open(?: IT)?", r"open (?:IT )?again"),
    states=(r"(?:IT|that)(?: is|'s) (?:back|still broken)", r"still broken"),
)

ESCALATE = _one(
    "escalate",
    "escalate",
    help="Call the next one in line, now.",
    examples=("escalate", "page the next one"),
    command="escalate",
    commands=(r"escalate(?: IT)?", r"(?:page|call|wake)(?: up)?(?: the)? next(?: one| person| level| in line)?"),
)

OPEN_TICKET = _one(
    "open_ticket",
    "ticket",
    help="Open a ticket for an issue.",
    examples=("open a ticket",),
    command="",
    commands=(r"open (?:a |the )?ticket(?: for IT)?", r"(?:create|file|make) (?:a )?ticket(?: for IT)?"),
    overheard=False,
)

NOTE = _written(
    "note",
    "note",
    help="Write something into an issue's history.",
    examples=("note restarted the pods",),
    command="note",
    title="Add a note",
)

WORKAROUND = _written(
    "set_workaround",
    "identify",
    help="Say what helps until it is fixed; the cause counts as identified.",
    examples=("workaround turn the new search off",),
    command="workaround",
    title="Set the workaround",
)

INTENTS: tuple[AnyIntent, ...] = (
    ACKNOWLEDGE,
    UNACKNOWLEDGE,
    IDENTIFY,
    RESOLVE,
    REOPEN,
    ESCALATE,
    OPEN_TICKET,
    NOTE,
    WORKAROUND,
)
