"""Watches, and the anomalies that they found."""

from bot.model.errors import Rejected
from bot.model.issue import Issue
from bot.model.message import Role
from bot.model.watch import Watch, WatchDraft, Watched
from bot.pipeline import watch_words
from bot.pipeline.watch_kinds import kind_of, known_kind
from bot.ports.incidents import Wanted
from handlers.api import watch_shapes as shapes
from handlers.api.asked import Nothing
from handlers.api.route import AnyRoute, Call, Given, Route, simple
from handlers.api.shapes import Issue as IssueShape

TAG = "Watches"
MOST = 500


async def every(call: Call) -> Given:
    return shapes.Watches(watches=[_watched(one) for one in await call.desks.watches.every(call.tenant)])


async def make(call: Call, asked: shapes.Watching) -> Given:
    await call.desks.queries.admit(call.actor, "promql", asked.query, call.now, asked.datasource)
    kind = known_kind(asked.kind or kind_of(asked.query, asked.unit))
    draft = WatchDraft(**{**asked.model_dump(exclude={"confirm"}), "kind": kind})
    found = await call.desks.watches.trial(call.tenant, draft)
    if not found.series:
        raise Rejected("That query has no data in the last 7 days, so there is nothing to learn from.")
    made = await call.desks.watches.make(call.actor, [draft]) if asked.confirm else ()
    says = (
        "It is watched from now on." if made
        else "It is watched already." if asked.confirm
        else "Nothing is watched yet: send it with confirm."
    )  # fmt: skip
    return shapes.Tried(
        says=says, series=found.series, tried=found.tried, told=found.told, days=found.days,
        watch=_watch(made[0]) if made else None,
    )  # fmt: skip


async def delete(call: Call) -> Given:
    return _watch(await call.desks.watches.delete(call.actor, call.id))


async def anomalies(call: Call, asked: shapes.WantedAnomalies) -> Given:
    wanted = Wanted(open=asked.open, since=asked.since, limit=MOST)
    found = await call.desks.incidents.find(call.tenant, wanted)
    mine = watch_words.told_by_watches(found)[: asked.limit]
    return shapes.Anomalies(anomalies=[_anomaly(one) for one in mine])


def _anomaly(issue: Issue) -> shapes.Anomaly:
    def part(name: str) -> str:
        return watch_words.part(issue.description, name)

    return shapes.Anomaly(
        issue=IssueShape.model_validate(issue), where=part(watch_words.WHERE), also=part(watch_words.ALSO),
        coincides=part(watch_words.COINCIDES), impact=part(watch_words.IMPACT), confidence=part(watch_words.SURE),
        suggested=part(watch_words.NEXT),
    )  # fmt: skip


def _watched(one: Watched) -> shapes.Watched:
    return shapes.Watched(
        watch=_watch(one.watch), state=one.standing.state, says=one.standing.says, series=one.standing.series,
        strange=one.strange,
    )  # fmt: skip


def _watch(watch: Watch) -> shapes.Watch:
    return shapes.Watch.model_validate(watch)


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET", path="/api/watches", says="What is watched, and how it is.", tag=TAG,
        asks=Nothing, gives=shapes.Watches, act=simple(every),
    ),
    Route(
        method="POST", path="/api/watches", says="Watch a query; first what it would have told.", tag=TAG,
        asks=shapes.Watching, gives=shapes.Tried, act=make, needs=Role.OPERATOR,
    ),
    Route(
        method="DELETE", path="/api/watches/{id}", says="Watch it no more; what it told and is open ends.", tag=TAG,
        asks=Nothing, gives=shapes.Watch, act=simple(delete), needs=Role.OPERATOR,
    ),
    Route(
        method="GET", path="/api/anomalies", says="What the watches found, part by part.", tag=TAG,
        asks=shapes.WantedAnomalies, gives=shapes.Anomalies, act=anomalies,
    ),
)  # fmt: skip
