"""Log events: taken in, seen, held against thresholds; and the demo that makes them up."""

from collections.abc import Sequence

from aiohttp import web

from bot.model.errors import Malformed, Missing, Rejected
from bot.model.log_event import EventId, LogEvent, read_events
from bot.model.message import Role
from bot.model.payload import read_json
from bot.pipeline import thresholds
from bot.ports.events import WantedEvents
from bot.ports.incidents import Wanted
from handlers.api import event_shapes as shapes
from handlers.api.asked import ChangingLimit, Nothing, Payload, StartingEvents, WantedLatest
from handlers.api.route import AnyRoute, Call, Given, Route, simple
from handlers.api.shapes import Issue

TAG = "Log events"
EVENTS = "events"  # the source of the keys that let them in
MOST_AT_ONCE = 1000
SHOWN_ISSUES = 50


async def ingest(call: Call, _: Payload) -> Given:
    try:
        body = read_json(await call.request.read())
    except web.RequestPayloadError:
        raise Malformed("", "The body is not packed as its Content-Encoding says.") from None
    given = body.get("events") if isinstance(body, dict) else body
    events = read_events(given, MOST_AT_ONCE)
    new = await call.desks.events.take(call.tenant, events)
    return shapes.EventsTaken(accepted=len(events), new=new)


async def start(call: Call, asked: StartingEvents) -> Given:
    try:
        await call.desks.events.start(call.actor, seed=asked.seed, rate=asked.rate)
    except Rejected as problem:
        raise _as_things_are(problem) from None
    return await status(call)


async def stop(call: Call) -> Given:
    try:
        await call.desks.events.stop(call.actor)
    except Rejected as problem:
        raise _as_things_are(problem) from None
    return await status(call)


async def status(call: Call) -> Given:
    found = await call.desks.events.state(call.tenant)
    return shapes.EventStatus(
        running=found.running, event_count=found.seen, flagged_count=found.flagged, queue=found.waiting,
    )  # fmt: skip


async def latest(call: Call, asked: WantedLatest) -> Given:
    return _listed(await call.desks.events.find(call.tenant, _wanted(asked)))


async def flagged(call: Call, asked: WantedLatest) -> Given:
    return _listed(await call.desks.events.find(call.tenant, _wanted(asked, flagged=True)))


async def one(call: Call) -> Given:
    found = await call.desks.events.get(call.tenant, EventId(call.id))
    if found is None:
        raise Missing(f"There is no event {call.id}.")
    return _shaped(found)


async def actions(call: Call) -> Given:
    """Those since the last clearing; what was told in chats of earlier ones stays there."""
    since = (await call.desks.events.state(call.tenant)).cleared_at
    found = await call.desks.incidents.find(call.tenant, Wanted(since=since, limit=SHOWN_ISSUES))
    mine = [issue for issue in found if issue.told_by(EVENTS) and (since is None or issue.opened_at > since)]
    return shapes.EventActions(issues=[Issue.model_validate(issue) for issue in mine], alerts=[])


async def clear(call: Call) -> Given:
    return shapes.EventsCleared(cleared=await call.desks.events.clear(call.actor))


async def limits(call: Call) -> Given:
    changed = await call.desks.events.limits(call.tenant)
    return shapes.Thresholds(
        thresholds=[
            shapes.Threshold(
                metric=held.metric,
                title=held.title,
                rule=held.rule,
                limit=changed.get(held.metric, held.limit),
                default=held.limit,
                unit=held.unit,
            )
            for held in thresholds.DEFAULTS
        ]
    )


async def change_limit(call: Call, asked: ChangingLimit) -> Given:
    await call.desks.events.change_limit(call.actor, call.id, asked.limit, default=asked.default)
    return await limits(call)


def _wanted(asked: WantedLatest, *, flagged: bool = False) -> WantedEvents:
    return WantedEvents(flagged, asked.service, asked.region, limit=asked.limit)


def _as_things_are(problem: Rejected) -> Exception:
    return Malformed("", problem.says) if problem.code in ("running", "stopped") else problem


def _listed(found: Sequence[LogEvent]) -> Given:
    return shapes.LogEvents(events=[_shaped(event) for event in found])


def _shaped(event: LogEvent) -> shapes.LogEvent:
    return shapes.LogEvent(
        event_id=event.id,
        timestamp=event.at,
        event_type=event.kind.value,
        service_name=event.service,
        region=event.region,
        customer_id=event.customer or None,
        severity=event.level,
        message=event.message,
        metrics=event.metrics,
        endpoint=event.endpoint,
        user_agent=event.agent,
        stack_trace=event.stack,
        flagged=event.flagged,
        critical=event.critical,
        breaches=[shapes.Breach.model_validate(breach) for breach in event.breaches],
    )


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="POST", path="/api/monitoring/ingest", says="Take log events in, with a key of the source events.",
        tag=TAG, asks=Payload, gives=shapes.EventsTaken, act=ingest, status=202, source=EVENTS,
    ),
    Route(
        method="POST", path="/api/monitoring/start", says="Begin to make events up; the demo's only.", tag=TAG,
        asks=StartingEvents, gives=shapes.EventStatus, act=start, needs=Role.OPERATOR,
    ),
    Route(
        method="POST", path="/api/monitoring/stop", says="Make no more events up.", tag=TAG,
        asks=Nothing, gives=shapes.EventStatus, act=simple(stop), needs=Role.OPERATOR,
    ),
    Route(
        method="GET", path="/api/monitoring/status", says="Whether events are made up, and how many there were.",
        tag=TAG, asks=Nothing, gives=shapes.EventStatus, act=simple(status),
    ),
    Route(
        method="GET", path="/api/monitoring/events", says="The latest log events, newest first.", tag=TAG,
        asks=WantedLatest, gives=shapes.LogEvents, act=latest,
    ),
    Route(
        method="GET", path="/api/monitoring/events/{id}", says="One log event.", tag=TAG,
        asks=Nothing, gives=shapes.LogEvent, act=simple(one),
    ),
    Route(
        method="GET", path="/api/monitoring/flagged", says="Log events that broke a threshold, newest first.", tag=TAG,
        asks=WantedLatest, gives=shapes.LogEvents, act=flagged,
    ),
    Route(
        method="GET", path="/api/monitoring/ai-actions", says="Issues that came of log events, and drafts of mails.",
        tag=TAG, asks=Nothing, gives=shapes.EventActions, act=simple(actions),
    ),
    Route(
        method="POST", path="/api/monitoring/clear", says="Forget every log event; their issues are over.", tag=TAG,
        asks=Nothing, gives=shapes.EventsCleared, act=simple(clear), needs=Role.ADMIN,
    ),
    Route(
        method="GET", path="/api/monitoring/thresholds", says="What log events are held against.", tag=TAG,
        asks=Nothing, gives=shapes.Thresholds, act=simple(limits),
    ),
    Route(
        method="PUT", path="/api/monitoring/thresholds/{id}", says="Change the limit of one metric.", tag=TAG,
        asks=ChangingLimit, gives=shapes.Thresholds, act=change_limit, needs=Role.ADMIN,
    ),
)  # fmt: skip
