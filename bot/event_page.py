"""What the live page of log events shows and does: over the same desks as the chats."""

from collections.abc import Mapping
from typing import Any

from bot.conversation.guard import may_do
from bot.intents.pipeline import INTENTS
from bot.model.document import Document
from bot.model.errors import Forbidden, Missing
from bot.model.issue import Issue
from bot.model.log_event import LogEvent
from bot.model.mail import MailDraft
from bot.model.message import Role
from bot.model.tenant import TenantId
from bot.pipeline import event_words
from bot.pipeline.event_outcome import outcome
from bot.pipeline.thresholds import DEFAULTS
from bot.ports.desks import Desks
from bot.ports.events import WantedEvents
from handlers.playground.log_events import Viewer

SHOWN, SHOWN_ISSUES = 50, 30
# What is pressed here needs what it needs in a chat.
_NEEDS: Mapping[str, Role] = {
    name: next(one.needs for one in INTENTS if one.name == intent)
    for name, intent in {
        "start": "start_pipeline", "stop": "stop_pipeline", "force": "force_anomaly", "clear": "clear_pipeline"
    }.items()
}  # fmt: skip


class EventPage:
    """Fills handlers.playground.log_events.LogEvents."""

    def __init__(self, desks: Desks) -> None:
        self._desks = desks

    async def shown(self, tenant: TenantId) -> Mapping[str, Any]:
        desk = self._desks.events
        state = await desk.state(tenant)
        events = await desk.find(tenant, WantedEvents(limit=SHOWN))
        came = await outcome(self._desks, tenant, state, SHOWN_ISSUES)
        changed = await desk.limits(tenant)
        return {
            "running": state.running,
            "can_run": state.can_run,
            "rate": state.rate,
            "seen": state.seen,
            "flagged": state.flagged,
            "events": [_event(one) for one in events],
            "issues": [_issue(one) for one in came.issues],
            "drafts": [_draft(one) for one in came.drafts],
            "entries": [_entry(one) for one in came.entries],
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

    def may(self, viewer: Viewer) -> list[str]:
        return [name for name, needs in _NEEDS.items() if may_do(viewer.person, needs)]

    async def act(self, viewer: Viewer, name: str) -> None:
        if name not in _NEEDS:
            raise Missing(f"There is nothing called “{name}” to be done here.")
        if not may_do(viewer.person, _NEEDS[name]):
            raise Forbidden(f"This needs the role {_NEEDS[name]}; yours is {viewer.person.role}.")
        desk, actor = self._desks.events, viewer.actor
        match name:
            case "start":
                await desk.start(actor)
            case "stop":
                await desk.stop(actor)
            case "clear":
                await desk.clear(actor)
            case "force":
                await desk.force(actor, None, critical=True)


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


def _draft(one: MailDraft) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "audience": one.audience,
        "state": one.state,
        "subject": one.subject,
        "body": one.body,
        "to": ", ".join(one.recipients),
        "issue": one.issue,
        "ticket": one.ticket,
        "at": one.drafted_at.isoformat(),
    }


def _entry(one: Document) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "by_model": one.ai_generated,
        "text": one.content,
        "at": one.updated_at.isoformat(),
    }
