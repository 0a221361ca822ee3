"""Who shall have an issue: me, somebody else, or nobody."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.acting import act, which
from bot.intents.intent import Intent, Question, Reading
from bot.intents.people import ME, whom, whom_else
from bot.intents.sentences import IMPERATIVE, issue_in, matches
from bot.model.message import Role
from bot.model.reply import Reply
from bot.ports.tools import Tools

_NOBODY = frozenset({"nobody", "no one", "noone", "none"})
_NAME = r"(?P<to>@?[\w.'+-]+(?:@[\w.-]+)?(?: [\w.'-]+){0,2})"
_SAID = (
    rf"(?:assign|give|hand)(?: IT)?(?: over)? to {_NAME}",
    r"assign(?: IT)? (?P<to>me|@\S+(?: [\w.'-]+){0,2}|\S+@\S+)",
    r"(?P<to>un)assign(?: IT)?",
)


class Assign(BaseModel, frozen=True):
    issue: str = Field("", max_length=200, title="Issue", description="Its id; none: the issue of this thread")
    to: str = Field("", max_length=200, title="To", description="A name, @mention or e-mail address; empty: you")


async def answer(ask: Assign, tools: Tools) -> Reply | None:
    to = ask.to.strip()
    if not ask.issue:
        return await which(tools, "assign", {"to": to} if to else {})
    if to.lower() in _NOBODY:
        return await act(tools, "assign", "unassign", ask.issue)
    if to.lower() in ME:
        return await act(tools, "assign", "assign", ask.issue)
    found = await whom(tools, to)
    if len(found) != 1:
        return await whom_else(tools, to, "assign", "to", {"issue": ask.issue})
    return await act(tools, "assign", "assign", ask.issue, to=found[0].id)


def reads(question: Question) -> Reading | None:
    found = matches(question.text, _SAID)
    if found is None:
        return None
    issue, to = issue_in(question.text), "nobody" if found["to"] == "un" else found["to"]
    return Reading("assign", {"to": to, **({"issue": issue} if issue else {})}, IMPERATIVE)


def words(question: Question) -> Mapping[str, Any] | None:
    """Behind the verb: “@ben”, “ISS-… ben”, “this to me”."""
    found = matches(question.text, (rf"(?:IT )?(?:to )?{_NAME}", r"(?P<to>)(?:IT)?"))
    if found is None:
        return None
    issue, to = issue_in(question.text), found["to"]
    if to in ("this", "it", "that"):
        to = ""
    return {"to": to, **({"issue": issue} if issue else {})}


INTENT = Intent(
    name="assign",
    help="Give an issue to somebody.",
    examples=("assign @ben", "assign this to me"),
    asks=Assign,
    answer=answer,
    reads=reads,
    title="Assign the issue",
    command="assign",
    words=words,
    submit="Assign",
    needs=Role.OPERATOR,
    remembered=False,
    overheard=True,
)
