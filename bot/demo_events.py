"""What the demo's page of log events shows and does: over the same desks as the chats."""

from collections.abc import Mapping
from typing import Any

from bot.desk.office import terminal
from bot.intents import event_words
from bot.model.errors import Missing
from bot.model.issue import Issue
from bot.model.log_event import LogEvent
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.thresholds import DEFAULTS
from bot.ports.desks import Desks
from bot.ports.events import WantedEvents
from bot.ports.incidents import Wanted

SHOWN, SHOWN_ISSUES = 50, 30


class DemoEvents:
    """Fills handlers.playground.log_events.LogEvents."""

    def __init__(self, desks: Desks) -> None:
        self._desks = desks

    async def shown(self) -> Mapping[str, Any]:
        desk = self._desks.events
        state = await desk.state(DEFAULT_TENANT)
        events = await desk.find(DEFAULT_TENANT, WantedEvents(limit=SHOWN))
        issues = await self._desks.incidents.find(DEFAULT_TENANT, Wanted(since=state.cleared_at, limit=200))
        since = state.cleared_at
        mine = [one for one in issues if one.told_by("events") and (since is None or one.opened_at > since)]
        changed = await desk.limits(DEFAULT_TENANT)
        return {
            "running": state.running,
            "rate": state.rate,
            "seen": state.seen,
            "flagged": state.flagged,
            "events": [_event(one) for one in events],
            "issues": [_issue(one) for one in mine[:SHOWN_ISSUES]],
            "thresholds": [
                {
                    "what": one.title,
                    "metric": one.metric,
                    "limit": "off" if limit is None else one.says(limit),
                    "changed": one.metric in changed,
                }
                for one in DEFAULTS
                for limit in [changed.get(one.metric, one.limit)]
            ],
        }

    async def act(self, name: str) -> None:
        desk, actor = self._desks.events, terminal(DEFAULT_TENANT, "page")
        match name:
            case "start":
                await desk.start(actor)
            case "stop":
                await desk.stop(actor)
            case "clear":
                await desk.clear(actor)
            case "force":
                await desk.force(actor, None, critical=True)
            case _:
                raise Missing(f"There is nothing called “{name}” to be done here.")


def _event(one: LogEvent) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "at": one.at.isoformat(),
        "sign": event_words.sign(one),
        "service": one.service,
        "measured": event_words.key_metric(one),
        "region": one.region,
        "customer": one.customer,
        "level": one.level,
        "message": one.message,
        "mark": event_words.mark(one) if one.flagged else "",
    }


def _issue(one: Issue) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "severity": one.severity,
        "status": one.status,
        "at": one.opened_at.isoformat(),
        "measured": one.measured,
        "normal": one.normal,
        "ticket": one.ticket,
        "region": ", ".join(one.regions),
        "description": one.description,
    }
