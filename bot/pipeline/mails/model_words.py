"""What a model adds to a draft: an opening for engineers, a paragraph for customers; the rest is as the rules have it.

Pure. Customers' drafts are made of what customers may read alone, so nothing else can get into them.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.desk.fence import fenced, private
from bot.desk.grounding import Facts, ground
from bot.model import figures
from bot.model.issue import Issue
from bot.model.mail import LONGEST_BODY, Audience, MailDraft
from bot.pipeline import phrases
from bot.pipeline.mails import numbers
from bot.pipeline.mails.words import SOMETHING, size
from bot.pipeline.prompts.prompts import MailPrompt, rendered
from bot.ports.model import Brief, Task

PATIENCE = timedelta(seconds=30)
LONGEST, LEAST_WORDS = 600, 5
FELT = {"latency": "Pages take longer to load than usual.", "error": "Some requests fail."}


class MailWords(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=LONGEST)


def brief(draft: MailDraft, issue: Issue) -> Brief[MailWords]:
    inside = draft.audience is Audience.ENGINEERING
    data = (fenced("The alert", (issue.title, *issue.description.splitlines())),) if inside else ()
    told = tuple(private(one) for one in _told(draft, issue))
    asked = rendered(MailPrompt(not inside, told, tuple(filter(None, data))))
    return Brief(Task.MAIL, asked.version, asked.system, asked.user, MailWords, PATIENCE, draft.id)


def reworded(draft: MailDraft, issue: Issue, text: str) -> MailDraft | None:
    """None: nothing of it holds, or somebody has had the draft in hand meanwhile."""
    if not untouched(draft):
        return None
    inside = draft.audience is Audience.ENGINEERING
    theirs, lines = ((issue.title,), (issue.description,)) if inside else ((), ())
    told = tuple(_told(draft, issue))
    facts = Facts(told, theirs, lines, severity=issue.severity.value, open=issue.open)
    said = ground(text, facts).text
    body = _with(draft, said)
    if len(said.split()) < LEAST_WORDS or size(body) > LONGEST_BODY:
        return None
    known = (*draft.figures, *told)
    if numbers.strangers(body, known):
        return None
    return replace(
        draft, body=body, figures=known, by_model=True, edition=draft.edition + 1, revision=draft.revision + 1
    )  # fmt: skip


def untouched(draft: MailDraft) -> bool:
    return draft.editable and draft.edition == 1 and not draft.by_model and draft.edited is None


def _with(draft: MailDraft, said: str) -> str:
    """At the top for engineers; for customers after the sentence that says since when."""
    if draft.audience is Audience.ENGINEERING:
        return f"{said}\n\n{draft.body}"
    parts = draft.body.split("\n\n")
    return "\n\n".join((*parts[:2], said, *parts[2:]))


def _told(draft: MailDraft, issue: Issue) -> Iterator[str]:
    if draft.audience is Audience.CUSTOMER:
        yield from _for_customers(draft, issue)
        return
    state = phrases.state(issue).lower()
    yield f"{issue.severity.capitalize()} severity; {state}; since {figures.clock(issue.opened_at)}"
    if issue.services or issue.regions:
        yield f"Affected: {', '.join((*issue.services, *issue.regions))}"
    if told := phrases.measured(issue):
        yield f"Measured: {told}"
    if issue.diagnosis:
        yield f"Probably: {issue.diagnosis.cause}"
        yield from (one.says for one in issue.diagnosis.clues)


def _for_customers(draft: MailDraft, issue: Issue) -> Iterator[str]:
    name = draft.service or SOMETHING
    yield f"The service, as customers know it: {name}"
    if issue.open:
        yield f"{name} may not work as usual since {figures.clock(issue.opened_at)}; engineers look into it."
    else:
        yield f"{name} works as usual again."
    signs = " ".join(f"{one.label} {one.says}".lower() for one in (issue.diagnosis.clues if issue.diagnosis else ()))
    yield from (told for sign, told in FELT.items() if sign in signs)
