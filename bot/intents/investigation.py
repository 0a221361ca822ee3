"""The rules' own investigation: a fixed walk over what can be read of one service, each step told while it is done."""

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.moves import Window, signs
from bot.intents import about_service, applications, issue_meant
from bot.intents.about_service import AboutService
from bot.intents.findings import Finding, Found
from bot.intents.kb import STRONG
from bot.intents.looks import look
from bot.model.errors import Problem, Rejected
from bot.model.issue import Issue, IssueId
from bot.model.severity import Severity
from bot.pipeline import agent_context
from bot.pipeline.agent_context import AFTER, BEFORE, Kept
from bot.ports.incidents import Wanted
from bot.ports.knowledge import Search
from bot.ports.tools import Tools
from bot.query import ranges
from bot.query.vitals import BY_VITAL

MOST_BESIDE, MOST_SIMILAR, MOST_PAGES = 20, 3, 2


class Investigate(AboutService, frozen=True):
    window: str = "last 2 hours"
    issue: str = ""


async def subject(ask: Investigate, tools: Tools) -> Found | None:
    """What is looked into: what is named, what this place is about, else what is worst. None: nothing is."""
    if ask.issue:
        issue = await issue_meant.meant(ask.issue, "", tools)
        if not ask.service or ask.service in issue.services:
            return Found(ask.service or issue.service, ask.window, issue) if issue.service else None
    name = ask.service or await applications.here(tools)
    if not name:
        name = await _worst(ask, tools)
    if not name:
        return None
    exact = await about_service.exactly(ask.model_copy(update={"service": name}), tools)
    service = exact.where.get("service", name)
    return Found(service, ask.window, await _open_issue(service, tools))


async def walk(ask: Investigate, found: Found, tools: Tools) -> None:
    service = found.service
    given = {"service": service, "region": ask.region, "window": ask.window}
    known = {service}
    found.looks.append(await look("health", given, known, tools))
    await tools.step(f"Reading what moved around {service}")
    await _beside(found, "what moved", _understand(ask, found, tools))
    if tools.logs is not None:
        found.looks.append(await look("events", {**given, "level": "errors"}, known, tools))
        found.looks.append(await look("logs", {**given, "level": "errors"}, known, tools))
    await tools.step(f"Looking for what is known of {service}")
    await _beside(found, "what is known", _remember(found, tools))


async def _understand(ask: Investigate, found: Found, tools: Tools) -> None:
    turn, incidents = tools.turn, tools.desks.incidents
    end = turn.at if found.issue else min(_range(ask, tools).end, turn.at)
    issue = found.issue or _as_if(ask, found.service, end, tools)
    found.read = Window(issue.opened_at - BEFORE, max(issue.opened_at, min(end, issue.opened_at + AFTER)))
    read = await agent_context.measured(tools.source(), incidents, turn.tenant, issue, end)
    beside = await _open_issues(tools)
    if found.issue and (whole := await incidents.whole(turn.tenant, found.issue.id)):
        found.similar = whole.similar[:MOST_SIMILAR]
    kept = Kept(issue, (), found.similar, [one for one in beside if one.id != issue.id][:MOST_BESIDE])
    context = agent_context.context(turn.tenant, kept, read, end)
    began = context.issue if found.issue else replace(context.issue, opened_at=context.since)
    found.understood(replace(context, issue=began))


async def _remember(found: Found, tools: Tools) -> None:
    about = found.issue.title if found.issue else f"{found.service} latency errors"
    hits = (await tools.desks.knowledge.search(tools.turn.tenant, Search(f"{found.service} {about}"))).hits
    found.pages = [one for one in hits if one.relevance >= STRONG][:MOST_PAGES]


async def _beside(found: Found, title: str, work: Awaitable[None]) -> None:
    """The rest stands without it."""
    try:
        await work
    except Problem as problem:
        found.looks.append(Finding(title, problem.says, failed=True))


def _as_if(ask: Investigate, service: str, end: datetime, tools: Tools) -> Issue:
    """Nobody was alerted: the same questions are asked of the time that is meant, of the end of a long one."""
    opened_at = min(max(_range(ask, tools).start + BEFORE, end - AFTER), end)
    regions = (ask.region,) if ask.region else ()
    return Issue(
        IssueId(""), "", "", service, Severity.MEDIUM, opened_at, end,
        labels={"env": ask.env} if ask.env else {}, services=(service,), regions=regions,
    )  # fmt: skip


def _range(ask: Investigate, tools: Tools) -> ranges.Range:
    found = ranges.find(ask.window.lower(), tools.turn.at, tools.turn.zone)
    if found is None:
        raise Rejected(f"I do not know the time “{ask.window}”.", advice="Say it like 24h, yesterday, or this month.")
    return found.range


async def _open_issues(tools: Tools, service: str = "") -> Sequence[Issue]:
    """The rest stands without them."""
    try:
        return await tools.desks.incidents.find(tools.turn.tenant, Wanted(open=True, service=service, limit=200))
    except Problem:
        return ()


async def _open_issue(service: str, tools: Tools) -> Issue | None:
    found = await _open_issues(tools, service)
    own = [one for one in found if service in one.services]
    return max(own, key=lambda one: (one.severity.rank, one.opened_at), default=None)


async def _worst(ask: Investigate, tools: Tools) -> str:
    """The worst issue that is open; without one, the service that is farthest from its usual."""
    found = await _open_issues(tools)
    issue = max((one for one in found if one.service), key=lambda one: (one.severity.rank, one.opened_at), default=None)
    if issue:
        return issue.service
    at, where = tools.turn.at, {"env": ask.env} if ask.env else {}
    window = Window(max(_range(ask, tools).start, at - timedelta(hours=12)), at)
    wanted = [BY_VITAL["latency"], BY_VITAL["errors"]]
    moved = [one for one in await signs(tools.source(), where, window, wanted, "service") if one.moved and one.name]
    worse = [one for one in moved if one.move and one.move.score > 0]
    return max(worse, key=lambda one: one.move.score if one.move else 0.0).name if worse else ""
