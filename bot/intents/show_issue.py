"""One issue, with all there is to show of it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.acting import which
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked, issue_in, only_names_it
from bot.model.errors import Missing
from bot.model.issue import IssueId
from bot.model.reply import Reply
from bot.pipeline import wording
from bot.ports.tools import Tools

_BY_ID = (
    r"(?:show|open|see|details of|details for|tell (?:me )?about|what about|what is|what's|how is|status of|explain)?"
    r"(?: me)? ?<id>(?: details)?",
    r"what happened (?:to|with) <id>",
)
_HERE = (r"(?:show )?(?:me )?(?:the )?details(?: of IT)?", r"show (?:me )?IT", r"what happened (?:here|to IT|with IT)")


class ShowIssue(BaseModel, frozen=True):
    issue: str = Field("", max_length=200, title="Issue", description="Its id; none: the issue of this thread")


async def answer(ask: ShowIssue, tools: Tools) -> Reply:
    if not ask.issue:
        return await which(tools, "show_issue", {})
    found = await tools.desks.incidents.whole(tools.turn.tenant, IssueId(ask.issue))
    if found is None:
        raise Missing(f"There is no issue {ask.issue}.", advice="Say `issues` to see which there are.")
    return wording.whole(found, tools.turn.at)


def reads(question: Question) -> Reading | None:
    if asked(question.text, _BY_ID):
        return Reading("show_issue", {"issue": issue_in(question.text)}, 0.97)
    here = question.issue and asked(question.text, _HERE)
    return Reading("show_issue", {"issue": question.issue}, 0.9) if here else None


def words(question: Question) -> Mapping[str, Any] | None:
    return only_names_it(question.text.rstrip("?"))


INTENT = Intent(
    name="show_issue",
    help="One issue: what fires, what happened, what helped before.",
    examples=("issue ISS-1773835200-checkout",),
    asks=ShowIssue,
    answer=answer,
    reads=reads,
    title="Show an issue",
    command="issue",
    words=words,
    submit="Show",
    remembered=False,
)
