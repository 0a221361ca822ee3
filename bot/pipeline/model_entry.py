"""The summary of an entry of knowledge, by a model: what it is told, and what of its words may stand. Pure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.desk.fence import fenced, private
from bot.desk.grounding import Facts, ground
from bot.model import figures
from bot.model.issue import Happening, Issue
from bot.pipeline import phrases
from bot.pipeline.prompts.prompts import EntryPrompt, rendered
from bot.ports.model import Brief, Task

PATIENCE = timedelta(seconds=40)
LONGEST, LEAST_WORDS, MOST_HISTORY = 700, 6, 20
SOMEBODY = "somebody"


class EntryWords(BaseModel):
    model_config = ConfigDict(extra="forbid")

    summary: str = Field(min_length=1, max_length=LONGEST)


def brief(issue: Issue, history: Sequence[Happening]) -> Brief[EntryWords]:
    data = (fenced("The alert", _alert(issue)), fenced("What people wrote", _remarks(issue, history)))
    told = tuple(private(one) for one in _told(issue))
    asked = rendered(EntryPrompt(told, tuple(filter(None, data))))
    return Brief(Task.ENTRY, asked.version, asked.system, asked.user, EntryWords, PATIENCE, issue.id)


def checked(summary: str, issue: Issue, history: Sequence[Happening]) -> str:
    """Its sentences that hold; nothing where too little is left to be worth reading."""
    theirs = (*_alert(issue), *_remarks(issue, history))
    facts = Facts(tuple(_told(issue)), theirs, severity=issue.severity.value, open=issue.open)
    said = ground(summary, facts).text
    return said if len(said.split()) >= LEAST_WORDS else ""


def _told(issue: Issue) -> Iterator[str]:
    """What was measured or done, in our words."""
    yield f"{issue.severity.capitalize()} severity; opened {figures.clock(issue.opened_at)}"
    if issue.resolved_at:
        yield f"Resolved {figures.clock(issue.resolved_at)}, after {phrases.lasted(issue)}"
    if issue.services:
        yield f"Services: {', '.join(issue.services)}"
    if issue.regions:
        yield f"Regions: {', '.join(issue.regions)}"
    if told := phrases.measured(issue):
        yield f"Measured: {told}"
    yield f"{phrases.number(issue.alerts, 'alert')} fired"
    if issue.diagnosis:
        yield f"Probably: {issue.diagnosis.cause}"
        yield from (one.says for one in issue.diagnosis.clues)


def _alert(issue: Issue) -> tuple[str, ...]:
    return (issue.title, *issue.description.splitlines())


def _remarks(issue: Issue, history: Sequence[Happening]) -> tuple[str, ...]:
    """Who wrote it is nobody's business outside."""
    lines = [issue.workaround, *(str(one.details.get("text", "")) for one in history[-MOST_HISTORY:])]
    names = {one.by.name for one in history if one.by.person}
    return tuple(dict.fromkeys(_unnamed(line, names) for line in lines if line))


def _unnamed(line: str, names: set[str]) -> str:
    for name in sorted(filter(None, names), key=len, reverse=True):
        line = line.replace(name, SOMEBODY)
    return line
