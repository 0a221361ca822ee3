"""Which issues there are: open ones, mine, those of a service or a severity."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.issue import Issue
from bot.model.reply import Button, Reply
from bot.model.severity import Severity
from bot.pipeline import wording
from bot.ports.incidents import Wanted
from bot.ports.tools import Tools

LATELY = timedelta(days=7)
MOST = 50
_WHICH = {"open": "open", "mine": "mine", "my": "mine", "all": "all", "resolved": "resolved", "closed": "resolved"}
_OPEN = (
    r"(?:what|which (?:issues|incidents))(?: is|'s| are) (?:currently |still )?(?:open|burning|on fire)(?: right now)?",
    r"(?:is )?(?:there )?anything (?:burning|on fire|open)(?: right now)?",
    r"(?:show |list |see )?(?:me )?(?:all )?(?:the )?(?:open|current|ongoing) (?:issues|incidents)",
    r"(?:show |list )(?:me )?(?:all )?(?:the )?(?:issues|incidents)",
    r"(?:are there )?any (?:open )?(?:issues|incidents)",
    r"how many (?:issues|incidents) are open",
)
_MINE = (
    r"what(?: is|'s) mine", r"(?:show |list )?(?:me )?my (?:open )?(?:issues|incidents)", r"what do i have",
    r"what am i on", r"what(?: is|'s) assigned to me",
)  # fmt: skip


class Issues(BaseModel, frozen=True):
    which: Literal["open", "mine", "all", "resolved"] = "open"
    severity: Severity | None = None
    service: str = Field("", max_length=200)
    storm: str = Field("", max_length=100)  # those that one digest counts


async def answer(ask: Issues, tools: Tools) -> Reply:
    found = await _find(ask, tools)
    of = f" of {ask.service}" if ask.service else ""
    how = f", {ask.severity}" if ask.severity else ""
    titles = {"open": "Open issues", "mine": "Your open issues", "all": "Issues of the last seven days"}
    inside = " of this storm" if ask.storm else ""
    title = f"{titles.get(ask.which, 'Issues resolved in the last seven days')}{of}{how}{inside}"
    reply = wording.listed(found, title, tools.turn.at)
    others = [(name, label) for name, label in _OTHERS if name != ask.which]
    given = ask.model_dump(exclude_defaults=True, mode="json", exclude={"which"})
    row = tuple(Button(label, "issues", {**given, "which": name}) for name, label in others)
    return Reply(reply.summary, reply.blocks, (*reply.buttons, *row), reply.title, reply.tone, reply.footer)


_OTHERS = (("open", "Open"), ("mine", "Mine"), ("resolved", "Resolved lately"))


async def _find(ask: Issues, tools: Tools) -> Sequence[Issue]:
    turn = tools.turn
    wanted = Wanted(
        open={"open": True, "mine": True, "resolved": False}.get(ask.which),
        severity=ask.severity,
        service=ask.service,
        storm=ask.storm,
        owner=turn.person.id if ask.which == "mine" else None,
        since=turn.at - LATELY if ask.which in ("all", "resolved") else None,
        limit=MOST,
    )
    return await tools.desks.incidents.find(turn.tenant, wanted)


def reads(question: Question) -> Reading | None:
    if asked(question.text, _OPEN):
        return Reading("issues", {}, 0.95)
    return Reading("issues", {"which": "mine"}, 0.95) if asked(question.text, _MINE) else None


def words(question: Question) -> Mapping[str, Any] | None:
    """Behind the verb, in any order: which, how bad, of what; a word that is neither of the first is a service."""
    given: dict[str, Any] = {}
    for word in question.text.strip(" ?.!").split():
        small = word.lower()
        if small in _WHICH:
            given["which"] = _WHICH[small]
        elif small in tuple(Severity):
            given["severity"] = small
        elif "service" not in given and small not in ("of", "for", "in"):
            given["service"] = word
        elif small not in ("of", "for", "in"):
            return None
    return given


INTENT = Intent(
    name="issues",
    help="Which issues are open, yours, or were resolved lately.",
    examples=("what is open?", "issues mine", "issues high checkout"),
    asks=Issues,
    answer=answer,
    reads=reads,
    title="List issues",
    command="issues",
    words=words,
    submit="List",
    remembered=False,
    by_clock=True,
)
