"""Doing something to an issue, whichever way it was asked for: pressed, typed, said or chosen from a list."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.intents import home
from bot.model.issue import Issue, IssueId
from bot.model.message import PersonId, PlaceKind
from bot.model.reply import Button, Choices, Option, Reply
from bot.model.text import capped
from bot.ports.desks import Act, ActKind, Done
from bot.ports.incidents import Wanted
from bot.ports.tools import Tools

FEW = 5  # so many issues are offered as buttons, more as a list
MOST_OFFERED = 50
_DONE: Mapping[ActKind, str] = {
    "acknowledge": "Acknowledged {issue} for {name}.",
    "unacknowledge": "{issue} is not acknowledged any more.",
    "identify": "The cause of {issue} is identified.",
    "resolve": "Resolved {issue}.",
    "reopen": "Opened {issue} again.",
    "assign": "{issue} is given to {owner}.",
    "unassign": "Nobody has {issue} now.",
    "escalate": "Escalated {issue}.",
    "note": "Noted with {issue}.",
    "separate": "{issue} is told without it now.",
    "ticket": "Opened {ticket} for {issue}.",
}


async def act(
    tools: Tools, intent: str, kind: ActKind, issue: str, *, to: PersonId | None = None, text: str = ""
) -> Reply | None:
    """None where the issue's own message shows it; where no issue is named, the question which one is meant."""
    turn = tools.turn
    if not issue:
        return await which(tools, intent, {"text": text} if text else {}, open_=kind != "reopen")
    done = await tools.desks.incidents.act(turn.actor, Act(kind, IssueId(issue), to, text))
    if turn.place.kind is PlaceKind.HOME:
        return await home.page(tools)
    if not done.changed:
        return Reply(done.says if await on_its_message(tools, issue) else f"{done.issue.id}: {done.says}")
    if await on_its_message(tools, issue):
        return None
    return Reply(_told(done, kind, turn.person.name))


async def on_its_message(tools: Tools, issue: str) -> bool:
    """Pressed on the message that changes by itself. One's own chat shows only pages, which do not."""
    turn = tools.turn
    if not turn.pressed_on or turn.place.kind is PlaceKind.PERSONAL:
        return False
    return await tools.desks.incidents.of_message(turn.tenant, turn.place, turn.pressed_on) == issue


async def which(
    tools: Tools, intent: str, arguments: Mapping[str, Any], *, open_: bool = True, asks: tuple[str, ...] = ()
) -> Reply:
    """Asks back: nothing is done to an issue that nobody named."""
    found = await tools.desks.incidents.find(tools.turn.tenant, Wanted(open=open_, limit=MOST_OFFERED))
    if not found:
        return Reply("No issue is open." if open_ else "No issue was resolved lately.", tone="good")
    if len(found) <= FEW or asks:
        row = (Button(named(one), intent, {**arguments, "issue": one.id}, asks=asks) for one in found[:FEW])
        return Reply("Which issue do you mean?", buttons=tuple(row))
    options = tuple(Option(named(one), one.id) for one in found)
    return Reply("Which issue do you mean?", (Choices("Issue", options, intent, "issue", arguments),))


def named(issue: Issue) -> str:
    """Short enough for a button."""
    title = capped(issue.title, 50)
    return f"{issue.severity.capitalize()}: {title}"


def titles(issues: Sequence[Issue], most: int = 3) -> str:
    """`Critical: checkout is slow; High: …; 2 more`."""
    shown = "; ".join(named(one) for one in issues[:most])
    return f"{shown}; {len(issues) - most} more" if len(issues) > most else shown


def _told(done: Done, kind: ActKind, name: str) -> str:
    issue = done.issue
    owner = issue.owner.name if issue.owner else "nobody"
    return _DONE[kind].format(issue=issue.id, name=name or "you", owner=owner, ticket=issue.ticket or "a ticket")
