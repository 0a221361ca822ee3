"""What a person who is called reads, at night on a phone. Pure; texts from alerts stay literal."""

from datetime import datetime

from bot.model import figures
from bot.model.issue import Issue
from bot.model.reply import Block, Button, Buttons, Fact, Facts, Reply
from bot.model.text import capped as capped

LONGEST_TITLE, LONGEST_VALUE, LONGEST_NAME = 160, 200, 60
FORWARDS = ("http://", "https://")


def page(issue: Issue, turn: str, then: str, asked_by: str = "") -> Reply:
    """`turn`: whose it is. `then`: what happens without an answer."""
    return Reply(
        f"{_what(issue)}, since {figures.clock(issue.opened_at)}. Nobody has it yet."
        if not issue.acknowledged
        else f"{_what(issue)}, since {figures.clock(issue.opened_at)}. {_name(issue)} asks for help.",
        blocks=(
            _acts(issue),
            _facts(issue, Fact("Called", turn), Fact("Asked by", asked_by), Fact("Without an answer", then)),
        ),
        tone=issue.severity.tone,
        footer=str(issue.id),
    )


def settled(issue: Issue) -> Reply:
    """The same message once somebody has it, it is over, or it is open again."""
    blocks: tuple[Block, ...] = (_acts(issue), _facts(issue))
    footer = str(issue.id)
    if not issue.open:
        at = f", {figures.clock(issue.resolved_at)}" if issue.resolved_at else ""
        return Reply(f"Resolved{at}: {_title(issue)}. Nothing is left to do.", blocks, tone="good", footer=footer)
    if issue.acknowledged:
        at = f" since {figures.clock(issue.acknowledged.at)}" if issue.acknowledged.at else ""
        return Reply(f"{_name(issue)} has it{at}: {_what(issue)}.", blocks, tone="neutral", footer=footer)
    return Reply(f"Open again, nobody has it: {_what(issue)}.", blocks, tone=issue.severity.tone, footer=footer)


def reminder(issue: Issue, until: datetime) -> Reply:
    """To whoever acknowledged, before the acknowledgement runs out."""
    return Reply(
        f"{_what(issue)}: no news since you acknowledged it. "
        f"At {figures.clock(until)} it counts as open again and others are called.",
        blocks=(
            Buttons(
                (
                    Button("Add a note", "note", {"issue": issue.id}, asks=("text",), style="primary"),
                    Button("Resolve", "resolve", {"issue": issue.id}),
                    Button("Show issue", "show_issue", {"issue": issue.id}),
                )
            ),
        ),
        tone="warning",
        footer="A note, an assignment or any other act on it counts as news.",
    )


def _what(issue: Issue) -> str:
    return f"{issue.severity.capitalize()}: {_title(issue)}"


def _title(issue: Issue) -> str:
    return capped(issue.title, LONGEST_TITLE).rstrip(".")


def _name(issue: Issue) -> str:
    return capped(issue.acknowledged.name, LONGEST_NAME) if issue.acknowledged else ""


def _acts(issue: Issue) -> Buttons:
    about = {"issue": issue.id}
    row = [Button("Show issue", "show_issue", about)]
    if issue.open and not issue.acknowledged:
        row.insert(0, Button("Acknowledge", "acknowledge", about, style="primary"))
    if issue.open and issue.runbook.startswith(FORWARDS):
        row.append(Button("Runbook", url=issue.runbook))
    return Buttons(tuple(row))


def _facts(issue: Issue, *more: Fact) -> Facts:
    measured = figures.compared(capped(issue.measured, LONGEST_VALUE), capped(issue.normal, LONGEST_VALUE))
    rows = (
        Fact("Severity", issue.severity.capitalize()),
        Fact("Since", figures.clock(issue.opened_at)),
        Fact("Measured", measured),
        Fact("Where", capped(", ".join((*issue.services, *issue.regions)), LONGEST_VALUE)),
        *more,
    )
    return Facts(tuple(row for row in rows if row.value))
