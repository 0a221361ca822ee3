"""Silences: first what one would hide, then, confirmed, the silence itself."""

from collections.abc import Sequence
from datetime import datetime

from bot.model.errors import Missing
from bot.model.issue import Issue, IssueId
from bot.model.message import Role
from bot.model.silence import Silence, SilenceId
from handlers.api import shapes
from handlers.api.asked import Nothing, Silencing, SilencingIssue, Until
from handlers.api.refusals import Unfit
from handlers.api.route import AnyRoute, Call, Given, Route, simple

TAG = "Silences"


async def standing(call: Call) -> Given:
    return _all(await call.desks.silences.standing(call.tenant))


async def of_issue(call: Call, asked: SilencingIssue) -> Given:
    found = await call.desks.incidents.whole(call.tenant, IssueId(call.id))
    if found is None:
        raise Missing(f"There is no issue {call.id}.")
    matchers = asked.matchers or await call.desks.silences.matchers(call.tenant, found.issue.id)
    return await _silence(call, asked, matchers, found.issue)


async def of_labels(call: Call, asked: Silencing) -> Given:
    return await _silence(call, asked, asked.matchers, None)


async def approve(call: Call) -> Given:
    return _one(await call.desks.silences.approve(call.actor, SilenceId(call.id)))


async def extend(call: Call, asked: Until) -> Given:
    return _one(await call.desks.silences.extend(call.actor, SilenceId(call.id), _end(call, asked)))


async def expire(call: Call) -> Given:
    return _one(await call.desks.silences.expire(call.actor, SilenceId(call.id)))


async def _silence(call: Call, asked: SilencingIssue, matchers: Sequence[str], issue: Issue | None) -> Given:
    until, desk = _end(call, asked), call.desks.silences
    if asked.confirm:
        made = await desk.create(call.actor, matchers, until, issue=issue.id if issue else None, comment=asked.comment)
        waits = made.state == "asked"
        says = "A second person has to agree; nothing is silenced yet." if waits else "It is silenced."
        return shapes.Silenced(says=says, silence=_one(made))
    found = await desk.preview(call.tenant, matchers, issue.source if issue else "")
    preview = shapes.Preview(
        matchers=found.matchers,
        now=found.now,
        past=[shapes.Hidden(title=title, count=count) for title, count in found.past],
        critical=found.critical,
        where=found.where,
        refused=found.refused,
    )
    return shapes.Silenced(says=found.refused or "Nothing is silenced yet: send it with confirm.", preview=preview)


def _end(call: Call, asked: Until) -> datetime:
    if asked.span is not None:
        return call.now + asked.span
    assert asked.until is not None
    if asked.until <= call.now:
        raise Unfit({"until": "that time is over"})
    return asked.until


def _one(silence: Silence) -> shapes.Silence:
    return shapes.Silence.model_validate(silence)


def _all(silences: Sequence[Silence]) -> shapes.Silences:
    return shapes.Silences(silences=[_one(one) for one in silences])


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET", path="/api/silences", says="What stands: ours, and what others made at the source.", tag=TAG,
        asks=Nothing, gives=shapes.Silences, act=simple(standing),
    ),
    Route(
        method="POST", path="/api/issues/{id}/silence", says="Keep an issue quiet for a while.", tag=TAG,
        asks=SilencingIssue, gives=shapes.Silenced, act=of_issue, needs=Role.OPERATOR,
    ),
    Route(
        method="POST", path="/api/silences", says="Keep alerts with some labels quiet for a while.", tag=TAG,
        asks=Silencing, gives=shapes.Silenced, act=of_labels, needs=Role.OPERATOR,
    ),
    Route(
        method="POST", path="/api/silences/{id}/approve", says="Agree, as a second person.", tag=TAG,
        asks=Nothing, gives=shapes.Silence, act=simple(approve), needs=Role.OPERATOR,
    ),
    Route(
        method="POST", path="/api/silences/{id}/extend", says="Let it end at another time.", tag=TAG,
        asks=Until, gives=shapes.Silence, act=extend, needs=Role.OPERATOR,
    ),
    Route(
        method="DELETE", path="/api/silences/{id}", says="End it, or refuse what waits for a second person.", tag=TAG,
        asks=Nothing, gives=shapes.Silence, act=simple(expire), needs=Role.OPERATOR,
    ),
)  # fmt: skip
