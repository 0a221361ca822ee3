"""Which incident a question means: the one it names, else the one of its thread, else the last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.issue_scope import machines, where
from bot.desk.moves import Window
from bot.intents import about_service
from bot.intents.about_service import AboutService
from bot.model.errors import Missing
from bot.model.issue import Issue, IssueId
from bot.ports.incidents import Wanted
from bot.ports.tools import Tools

LONGEST = timedelta(hours=12)  # that an incident is looked at; what lasts longer is looked at from its beginning


@dataclass(frozen=True, slots=True)
class Span:
    start: datetime
    end: datetime
    cut: bool = False  # it lasted longer


async def meant(issue: str, service: str, tools: Tools) -> Issue:
    """Raises Missing with what to ask for instead."""
    if issue:
        whole = await tools.desks.incidents.whole(tools.turn.tenant, IssueId(issue))
        if whole is None:
            raise Missing(f"There is no issue {issue}.", advice="Say `issues` to see which there are.")
        return whole.issue
    found = await tools.desks.incidents.find(tools.turn.tenant, Wanted(service=service, limit=200))
    found = [one for one in found if not service or service in one.services]
    if not found:
        of = f" of {service}" if service else ""
        raise Missing(f"I know of no incident{of}.", advice="Name a service and a time: impact checkout last 2 hours.")
    return max(found, key=lambda one: one.opened_at)


def span(issue: Issue, now: datetime) -> Span:
    """From when it was opened to its end, or to now."""
    end = min(issue.resolved_at or now, now)
    if end - issue.opened_at > LONGEST:
        return Span(issue.opened_at, issue.opened_at + LONGEST, cut=True)
    return Span(issue.opened_at, max(end, issue.opened_at + timedelta(minutes=5)))


@dataclass(frozen=True, slots=True)
class Case:
    """What is looked at: an incident, or a service in a time that somebody named."""

    name: str
    where: Mapping[str, str]
    hosts: Mapping[str, str]
    window: Window
    now: bool
    issue: Issue | None = None
    cut: bool = False


async def case(ask: AboutService, issue_id: str, tools: Tools) -> Case:
    """An incident; or, where no incident but a service and a time are named, that."""
    now = tools.turn.at
    if ask.window and ask.service and not issue_id:
        subject = await about_service.exactly(ask, tools)
        window = Window(subject.range.start, subject.range.end)
        return Case(subject.name, subject.where, machines(subject.where, None), window, subject.now)
    issue = await meant(issue_id, ask.service, tools)
    found = span(issue, now)
    place = where(issue)
    if "env" not in place and "prod" in await tools.source().values("env"):
        place["env"] = "prod"
    window = Window(found.start, found.end)
    return Case(issue.service or issue.title, place, machines(place, issue), window, issue.open, issue, found.cut)
