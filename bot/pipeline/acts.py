"""What people do to an issue. Pure: the issue before, the act, and the change or the words that it is so already."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.model.errors import Rejected
from bot.model.issue import By, Happening, Issue, Notice, Status
from bot.pipeline.change import Change
from bot.pipeline.phrases import capped, when, whom, whom_when
from bot.ports.actor import Actor
from bot.ports.desks import Act, ActKind
from bot.ports.storage import Entry

LONGEST_NOTE = 1000

WHAT: Mapping[ActKind, str] = {
    "acknowledge": "acknowledged",
    "unacknowledge": "unacknowledged",
    "identify": "identified",
    "resolve": "resolved",
    "reopen": "reopened",
    "assign": "assigned",
    "unassign": "unassigned",
    "escalate": "escalated",
    "note": "noted",
    "ticket": "ticket",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """One act as it meets an issue. `to`: whom it is given to; `found`: what another desk made of it, in words."""

    issue: Issue
    act: Act
    by: By
    now: datetime
    to: By
    found: str

    def at(self, at: datetime | None) -> str:
        return when(at, self.now) if at else "before"


@dataclass(frozen=True, slots=True)
class _Becomes:
    """`says` follows the actor's name: “acknowledged it”."""

    issue: Issue
    says: str


def apply(
    issue: Issue, act: Act, actor: Actor, now: datetime, *, to: By | None = None, found: str = ""
) -> Change | str:
    """`to` is the new owner of an assignment; `found` the words of an escalation or the id of a ticket."""
    by = replace(actor.by, at=now)
    asked = _Asked(issue, act, by, now, replace(to or by, at=now), found)
    becomes = _ACTS[act.kind](asked)
    if isinstance(becomes, str):
        return becomes
    after = replace(becomes.issue, revision=issue.revision + 1, updated_at=now)
    says = f"{whom(by)} {becomes.says}"
    says = says if says.endswith(".") else f"{says}."
    place = actor.place.key if actor.place else ""
    details: dict[str, Any] = {"text": act.text} if act.text else {}
    if act.kind == "assign":
        details["to"] = asked.to.name
    if found:
        details["found"] = found
    happening = Happening(issue.id, WHAT[act.kind], now, by, place, says, details, actor.cause)
    told = {"from": by.platform, "name": by.name, "cause": actor.cause, **details}
    entry = Entry(f"issue.{act.kind}", issue.id, now, by.person, place, told)
    return Change(issue, after, (happening,), (entry,))


def _acknowledge(asked: _Asked) -> _Becomes | str:
    issue = asked.issue
    if not issue.open:
        return _resolved_already(asked)
    if issue.acknowledged:
        return f"It is acknowledged already: {whom_when(issue.acknowledged, asked.now)}."
    owner = issue.owner or asked.by
    return _Becomes(replace(issue, acknowledged=asked.by, owner=owner), "acknowledged it")


def _unacknowledge(asked: _Asked) -> _Becomes | str:
    issue = asked.issue
    if not issue.open:
        return _resolved_already(asked)
    if issue.acknowledged is None:
        return "It is not acknowledged."
    owner = None if issue.owner == issue.acknowledged else issue.owner  # what came with it goes with it
    return _Becomes(replace(issue, acknowledged=None, owner=owner), "took the acknowledgement back")


def _identify(asked: _Asked) -> _Becomes | str:
    issue, text = asked.issue, capped(asked.act.text.strip(), LONGEST_NOTE)
    if not issue.open:
        return _resolved_already(asked)
    if issue.status is Status.IDENTIFIED and text in ("", issue.workaround):
        return "Its cause is identified already."
    after = replace(issue, status=Status.IDENTIFIED, workaround=text or issue.workaround)
    return _Becomes(after, f"identified the cause: {text}" if text else "identified the cause")


def _resolve(asked: _Asked) -> _Becomes | str:
    issue, text = asked.issue, capped(asked.act.text.strip(), LONGEST_NOTE)
    if not issue.open:
        return _resolved_already(asked)
    after = replace(
        issue,
        status=Status.RESOLVED,
        resolved_at=asked.now,
        resolved_by=asked.by,
        escalation="",
        last=_noticed(asked, resolved=True),
    )
    return _Becomes(after, f"resolved it: {text}" if text else "resolved it")


def _reopen(asked: _Asked) -> _Becomes | str:
    issue = asked.issue
    if issue.open:
        return f"It is open, since {when(issue.opened_at, asked.now)}."
    after = replace(
        issue,
        status=Status.INVESTIGATING,
        resolved_at=None,
        resolved_by=None,
        acknowledged=None,
        last=_noticed(asked, resolved=False),
    )
    return _Becomes(after, "reopened it")


def _assign(asked: _Asked) -> _Becomes | str:
    issue, to = asked.issue, asked.to
    if not issue.open:
        return _resolved_already(asked)
    if issue.owner and _same(issue.owner, to):
        return f"{to.name} has it already, since {asked.at(issue.owner.at)}."
    says = "took it" if _same(to, asked.by) else f"gave it to {to.name}"
    return _Becomes(replace(issue, owner=to), says)


def _unassign(asked: _Asked) -> _Becomes | str:
    owner = asked.issue.owner
    if owner is None:
        return "Nobody has it."
    says = "gave it back" if _same(owner, asked.by) else f"took it from {owner.name}"
    return _Becomes(replace(asked.issue, owner=None), f"{says}; nobody has it now")


def _escalate(asked: _Asked) -> _Becomes | str:
    if not asked.issue.open:
        return _resolved_already(asked)
    return _Becomes(asked.issue, f"escalated it. {asked.found}" if asked.found else "escalated it")


def _note(asked: _Asked) -> _Becomes | str:
    text = capped(asked.act.text.strip(), LONGEST_NOTE)
    if not text:
        raise Rejected("A note needs words.")
    return _Becomes(asked.issue, f"noted: {text}")


def _ticket(asked: _Asked) -> _Becomes | str:
    if asked.issue.ticket:
        return f"It has a ticket already: {asked.issue.ticket}."
    return _Becomes(replace(asked.issue, ticket=asked.found), f"opened {asked.found}")


def _resolved_already(asked: _Asked) -> str:
    issue = asked.issue
    who = f", by {whom(issue.resolved_by)}" if issue.resolved_by and issue.resolved_by.person else ""
    return f"It is resolved, since {asked.at(issue.resolved_at)}{who}."


def _noticed(asked: _Asked, *, resolved: bool) -> Notice | None:
    """The act is told, so nothing else has to be; but what was never spoken of is new when it is spoken of."""
    return Notice(asked.now, asked.issue.severity, resolved) if asked.issue.last else None


def _same(one: By, other: By) -> bool:
    return one.person == other.person if one.person or other.person else one.name == other.name


_ACTS: Mapping[ActKind, Callable[[_Asked], _Becomes | str]] = {
    "acknowledge": _acknowledge,
    "unacknowledge": _unacknowledge,
    "identify": _identify,
    "resolve": _resolve,
    "reopen": _reopen,
    "assign": _assign,
    "unassign": _unassign,
    "escalate": _escalate,
    "note": _note,
    "ticket": _ticket,
}
