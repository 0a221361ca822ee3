"""What can be pressed below an issue: only what makes sense as it stands, and what matters most first."""

from bot.model.document import of_issue
from bot.model.issue import Happening, Issue, IssueId, Seen
from bot.model.reply import Block, Button, Buttons
from bot.model.severity import Severity
from bot.pipeline import phrases
from bot.pipeline.ai_budget_words import SOURCE as AI_BUDGET

PLANNED = "maintenance"  # a window of the plan, which no button can end
WEB = ("http://", "https://")
ASKED, ALSO = "silence_asked", "also_seen"


def first(issue: Issue, *, details: bool = True) -> Buttons:
    """Below the summary, where a phone shows them without scrolling."""
    about = {"issue": issue.id}
    if not issue.open:
        reopen = Button("Reopen", "reopen", about)
        return Buttons((reopen, Button("Details", "show_issue", about)) if details else (reopen,))
    resolve = Button("Resolve", "resolve", about, confirm=_sure(issue))
    if issue.acknowledged:
        return Buttons((resolve, Button("Undo acknowledge", "unacknowledge", about)))
    return Buttons((Button("Acknowledge", "acknowledge", about, style="primary"), resolve))


def pages(issue: Issue) -> tuple[Block, ...]:
    """Where to read on: each opens a page, or asks what belongs to it."""
    known = (("Runbook", issue.runbook), ("Dashboard", issue.dashboard), ("Graph", issue.graph))
    links = tuple(Button(label, url=url) for label, url in known if url.startswith(WEB))
    money = (Button("Forecast", "forecast"), Button("How to save", "advice")) if issue.source == AI_BUDGET else ()
    return (Buttons((*links, *money)),) if links or money else ()


def last(issue: Issue, *, details: bool = True) -> tuple[Button, ...]:
    """Who shall have it, and what else can be done."""
    about = {"issue": issue.id}
    impact = () if details else (Button("Impact", "impact", about),)
    if not issue.open:
        return impact
    row = [Button("Assign to me", "assign", about), Button("Assign…", "assign", about, asks=("to",))]
    if issue.policy:
        row.append(Button("Escalate", "escalate", about))
    if _silenced(issue) and not issue.silence.startswith(PLANNED):
        row.append(Button("Undo silence", "unsilence", {**about, "silence": issue.silence}))
    elif not issue.silence.startswith(PLANNED):
        row.append(Button("Silence…", "silence", about))
    row.append(Button("Draft e-mail", "draft_mail", about))
    if not issue.ticket:
        row.append(Button("Open ticket", "open_ticket", about))
    if details:
        row.append(Button("Details", "show_issue", about))
    return (*row, *impact)


def apart(issue: Issue, key: str) -> Buttons:
    return Buttons((_apart(issue.id, key),))


def _apart(issue: IssueId, key: str) -> Button:
    return Button("Not the same", "not_the_same", {"issue": issue, "key": key})


def entry(seen: Seen) -> Buttons:
    return Buttons((Button("What was learnt", "kb_show", {"document": seen.entry}),))


def learnt(issue: Issue) -> tuple[Block, ...]:
    """Of what is over there is an entry."""
    if issue.open:
        return ()
    return (Buttons((Button("What was learnt", "kb_show", {"document": of_issue(issue.id)}),)),)


def beside(happening: Happening) -> tuple[Button, ...]:
    """What a line of the story asks for: the word of a second person, in whichever chat they are."""
    if happening.what == ALSO and (key := happening.details.get("key")):
        return (_apart(happening.issue, str(key)),)
    silence = happening.details.get("silence") if happening.what == ASKED else None
    if not silence:
        return ()
    about = {"silence": str(silence)}
    return (Button("Approve", "approve_silence", about, style="primary"), Button("Refuse", "unsilence", about))


def _silenced(issue: Issue) -> bool:
    return bool(issue.silence) and phrases.silenced(issue)


def _sure(issue: Issue) -> str:
    if issue.severity is not Severity.CRITICAL:
        return ""
    if issue.firing:
        still = "1 alert fires" if issue.firing == 1 else f"{issue.firing} alerts fire"
        return f"This issue is critical and {still} still. Resolve it for everyone?"
    return "This issue is critical. Resolve it for everyone?"
