"""Datasources and applications: kept by administrators; secrets come in and never go out."""

from datetime import timedelta
from math import isfinite

from bot.model.errors import Problem
from bot.model.message import Role
from bot.model.profile import Profile, ProfileDraft, Read
from bot.model.source import Datasource, Health, SourceDraft
from handlers.api import source_shapes as shapes
from handlers.api.asked import Nothing, TestingSource, WantedRange
from handlers.api.refusals import Unfit
from handlers.api.route import AnyRoute, Call, Given, Route, simple
from handlers.api.shapes import Changed

LONGEST_RANGE = timedelta(hours=168)
SOURCES, APPLICATIONS = "Datasources", "Applications"


async def every(call: Call) -> Given:
    return shapes.Datasources(datasources=[_source(one) for one in await call.desks.sources.every(call.tenant)])


async def one(call: Call) -> Given:
    return _source(await call.desks.sources.find(call.tenant, call.id))


async def add(call: Call, asked: SourceDraft) -> Given:
    _known(call, asked)
    return _source(await call.desks.sources.add(call.actor, asked))


async def edit(call: Call, asked: SourceDraft) -> Given:
    _known(call, asked)
    return _source(await call.desks.sources.edit(call.actor, call.id, asked))


async def remove(call: Call) -> Given:
    gone = await call.desks.sources.remove(call.actor, call.id)
    return Changed(changed=True, says=f"{gone.name} is removed.")


async def test(call: Call, asked: TestingSource) -> Given:
    """What cannot be one is an answer here, too: it is what was asked for."""
    draft = SourceDraft.model_validate(asked.model_dump(exclude={"instead_of"}, exclude_unset=True))
    _known(call, draft)
    try:
        return _health(await call.desks.sources.test(call.actor, draft, asked.instead_of))
    except Problem as problem:
        return shapes.Health(up=False, at=call.now, says=f"{problem.says} {problem.advice}".strip(), latency_ms=None)


async def look(call: Call) -> Given:
    return _source(await call.desks.sources.look(call.tenant, call.id))


async def applications(call: Call) -> Given:
    found = await call.desks.profiles.every(call.tenant)
    return shapes.Applications(applications=[_application(profile) for profile in found])


async def application(call: Call) -> Given:
    return _application(await call.desks.profiles.find(call.tenant, call.id))


async def metrics(call: Call, asked: WantedRange) -> Given:
    end = asked.until or call.now
    start = asked.since or end - timedelta(hours=1)
    if not timedelta(0) < end - start <= LONGEST_RANGE:
        raise Unfit({"since": f"it has to lie before the end, by at most {LONGEST_RANGE.days} days"})
    profile = await call.desks.profiles.find(call.tenant, call.id)
    found = await call.desks.profiles.metrics(call.tenant, profile.id, start, end)
    return shapes.AppMetrics(application=profile.name, start=start, end=end, metrics=[_read(one) for one in found])


async def add_application(call: Call, asked: ProfileDraft) -> Given:
    return _application(await call.desks.profiles.add(call.actor, asked))


async def edit_application(call: Call, asked: ProfileDraft) -> Given:
    return _application(await call.desks.profiles.edit(call.actor, call.id, asked))


async def remove_application(call: Call) -> Given:
    gone = await call.desks.profiles.remove(call.actor, call.id)
    return Changed(changed=True, says=f"{gone.name} is removed.")


def _known(call: Call, draft: SourceDraft) -> None:
    if draft.type not in call.desks.sources.kinds:
        raise Unfit({"type": f"“{draft.type}” cannot be read yet; one of {', '.join(call.desks.sources.kinds)}"})


def _source(source: Datasource) -> shapes.Datasource:
    return shapes.Datasource(
        id=source.id,
        name=source.name,
        type=source.type,
        url=source.url,
        auth=source.auth.value,
        user=source.user,
        org=source.org,
        ca=source.tls.ca,
        certificate=source.tls.certificate,
        verify=source.tls.verify,
        secrets=source.kept,
        is_default=source.is_default,
        is_enabled=source.is_enabled,
        config=source.config,
        from_settings=source.from_settings,
        health=_health(source.health) if source.health else None,
        created_at=source.created_at,
        updated_at=source.updated_at,
    )


def _health(health: Health) -> shapes.Health:
    latency = None if health.latency is None else round(health.latency.total_seconds() * 1000)
    return shapes.Health(up=health.up, at=health.at, says=health.says, latency_ms=latency)


def _read(read: Read) -> shapes.AppMetric:
    series = [
        shapes.SeriesOf(
            labels=one.labels,
            points=[(point.at, point.value if isfinite(point.value) else None) for point in one.points],
        )
        for one in read.series
    ]
    return shapes.AppMetric(metric=read.metric, query=read.query, unit=read.unit, series=series, problem=read.problem)


def _application(profile: Profile) -> shapes.Application:
    return shapes.Application(
        id=profile.id,
        name=profile.name,
        description=profile.description,
        architecture_info=profile.architecture,
        service_mappings={name: shapes.Service.model_validate(one) for name, one in profile.services.items()},
        datasource_id=profile.datasource,
        default_metrics=profile.default_metrics,
        slos=shapes.Slos.model_validate(profile.slos),
        aliases=profile.aliases,
        channels=profile.channels,
        created_at=profile.created_at,
        updated_at=profile.updated_at,
    )


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET", path="/api/grafana/datasources", says="Every datasource, and how it is.", tag=SOURCES,
        asks=Nothing, gives=shapes.Datasources, act=simple(every), needs=Role.OPERATOR,
    ),
    Route(
        method="POST", path="/api/grafana/datasources", says="Add one; it is asked first.", tag=SOURCES,
        asks=SourceDraft, gives=shapes.Datasource, act=add, needs=Role.ADMIN, status=201,
    ),
    Route(
        method="POST", path="/api/grafana/datasources/test", says="Ask one, and save nothing.", tag=SOURCES,
        asks=TestingSource, gives=shapes.Health, act=test, needs=Role.ADMIN,
    ),
    Route(
        method="GET", path="/api/grafana/datasources/{id}", says="One of them.", tag=SOURCES,
        asks=Nothing, gives=shapes.Datasource, act=simple(one), needs=Role.OPERATOR,
    ),
    Route(
        method="PUT", path="/api/grafana/datasources/{id}", says="Change it; secrets that are left out stay.",
        tag=SOURCES, asks=SourceDraft, gives=shapes.Datasource, act=edit, needs=Role.ADMIN,
    ),
    Route(
        method="DELETE", path="/api/grafana/datasources/{id}", says="Remove it; refused while applications use it.",
        tag=SOURCES, asks=Nothing, gives=Changed, act=simple(remove), needs=Role.ADMIN,
    ),
    Route(
        method="POST", path="/api/grafana/datasources/{id}/look", says="Ask it how it is, now.", tag=SOURCES,
        asks=Nothing, gives=shapes.Datasource, act=simple(look), needs=Role.OPERATOR,
    ),
    Route(
        method="GET", path="/api/grafana/metrics/{id}", says="The default metrics of an application.",
        tag=APPLICATIONS, asks=WantedRange, gives=shapes.AppMetrics, act=metrics,
    ),
    Route(
        method="GET", path="/api/applications", says="Every application profile.", tag=APPLICATIONS,
        asks=Nothing, gives=shapes.Applications, act=simple(applications),
    ),
    Route(
        method="POST", path="/api/applications", says="Add a profile.", tag=APPLICATIONS,
        asks=ProfileDraft, gives=shapes.Application, act=add_application, needs=Role.ADMIN, status=201,
    ),
    Route(
        method="GET", path="/api/applications/{id}", says="One of them, by its id, name or alias.", tag=APPLICATIONS,
        asks=Nothing, gives=shapes.Application, act=simple(application),
    ),
    Route(
        method="PUT", path="/api/applications/{id}", says="Replace it whole.", tag=APPLICATIONS,
        asks=ProfileDraft, gives=shapes.Application, act=edit_application, needs=Role.ADMIN,
    ),
    Route(
        method="DELETE", path="/api/applications/{id}", says="Remove it.", tag=APPLICATIONS,
        asks=Nothing, gives=Changed, act=simple(remove_application), needs=Role.ADMIN,
    ),
)  # fmt: skip
