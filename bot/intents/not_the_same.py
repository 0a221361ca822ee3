"""What was taken for the same issue and is not: said with one click, or in words in its thread."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents import acting
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import STATEMENT, issue_in, matches, only_names_it
from bot.model.message import Role
from bot.model.reply import Reply
from bot.ports.tools import Tools

_SAID = (r"(?:(?:IT|that|these|those|they)(?: is|'s| are)? )?not the same(?: (?:issue|incident|problem|thing))?",)


class NotTheSame(BaseModel, frozen=True):
    issue: str = Field("", max_length=200, title="Issue", description="Its id; none: the issue of this thread")
    key: str = Field("", max_length=100, title="Which", description="None: what joined it last")


async def answer(ask: NotTheSame, tools: Tools) -> Reply | None:
    return await acting.act(tools, "not_the_same", "separate", ask.issue, text=ask.key)


def reads(question: Question) -> Reading | None:
    issue = issue_in(question.text)
    if not (issue or question.issue) or not matches(question.text, _SAID):
        return None
    return Reading("not_the_same", {"issue": issue} if issue else {}, STATEMENT)


def words(question: Question) -> Mapping[str, Any] | None:
    return only_names_it(question.text)


INTENT = Intent(
    name="not_the_same",
    help="Take out of an issue what joined it and is something else.",
    examples=("not the same",),
    asks=NotTheSame,
    answer=answer,
    reads=reads,
    title="Not the same",
    command="separate",
    words=words,
    submit="Separate it",
    needs=Role.OPERATOR,
    remembered=False,
    overheard=False,
)
