"""Application profiles, on both engines: found by every name, each name means one, every change in the trail."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.desk.office import terminal
from bot.desk.profiles import ProfilesDesk
from bot.model.errors import Missing, Rejected
from bot.model.message import Place, PlaceKind
from bot.model.profile import ProfileDraft, Service, Slos, aliases_of, spelt
from bot.model.series import Metric
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.ports.desks import ProfileDesk
from bot.ports.tools import MetricsSource
from bot.query.names import Names
from storage.storage import SqlStorage
from tests.builders import FakeMetrics
from tests.contracts.sources import source
from tests.fakes import NOON, DrivenClock

ME = terminal(DEFAULT_TENANT, "t1")
HERE, THERE = Place("slack", "T1", "C1", "1.1"), Place("teams", "t", "19:x@thread.tacv2")
WHOLE: dict[str, Any] = {
    "name": "abc-app",
    "description": "The shop.",
    "architecture_info": {"type": "microservices", "components": ["web", "api"], "language": "Python"},
    "service_mappings": {"web": {"metrics_prefix": "abc_web_", "log_label": "app=abc-web"}, "api": {}},
    "datasource_id": "EU",
    "default_metrics": ["http_requests_total", "up", "up"],
    "slos": {"availability": 0.999, "error_rate": 0.02, "p95_latency_ms": 500},
}


@dataclass
class Scene:
    storage: SqlStorage
    clock: DrivenClock
    told: list[TenantId] = field(default_factory=list)
    read_from: list[str] = field(default_factory=list)
    names: Names = field(default_factory=Names)

    @property
    def desk(self) -> ProfileDesk:
        async def find(tenant: TenantId, named: str) -> Any:
            if named.casefold() != "eu":
                raise Missing(f"There is no datasource “{named}”.")
            return source("eu")

        async def metrics(tenant: TenantId, named: str) -> MetricsSource:
            self.read_from.append(named)
            return FakeMetrics(lambda query, _: [({}, float(len(query)))], self.names)

        return ProfilesDesk(self.storage, self.clock, find, metrics, self.told.append)

    async def acts(self) -> list[tuple[str, object]]:
        async with self.storage.work(DEFAULT_TENANT) as work:
            found = await work.audit.latest(99)
        return [(one.act.removeprefix("application."), one.details.get("changed")) for one in reversed(found)]


@pytest.fixture
async def on(storage: SqlStorage, clock: DrivenClock) -> Scene:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    return Scene(storage, clock)


def draft(name: str = "abc-app", **given: Any) -> ProfileDraft:
    return ProfileDraft.model_validate({"name": name, **given})


async def test_a_profile_with_all_there_is(on: Scene):
    made = await on.desk.add(ME, ProfileDraft.model_validate(WHOLE))
    assert made.architecture == WHOLE["architecture_info"]
    assert made.services == {"web": Service("abc_web_", "app=abc-web"), "api": Service()}
    assert (made.datasource, made.default_metrics) == (source("eu").id, ("http_requests_total", "up"))
    assert made.slos == Slos(0.999, 0.02, 500)
    assert made.aliases == ("abc app", "abc")
    for name in ("abc-app", "ABC App", "abc_app", "abc", "Abc", made.id):
        assert await on.desk.find(DEFAULT_TENANT, name) == made
    with pytest.raises(Missing, match="There is no application “abcd”") as caught:
        await on.desk.find(DEFAULT_TENANT, "abcd")
    assert "abc-app" in caught.value.advice
    with pytest.raises(Missing, match="no datasource"):
        await on.desk.add(ME, draft("x", datasource_id="mars"))


@pytest.mark.parametrize(
    "given", [{"name": "ABC app"}, {"name": "abc"}, {"name": "shop", "aliases": ["abc"]}, {"name": "abc-service"}]
)
async def test_a_name_means_one_application(on: Scene, given: dict[str, Any]):
    await on.desk.add(ME, draft())
    with pytest.raises(Rejected, match="is abc-app already") as caught:
        await on.desk.add(replace(ME, cause="t2"), draft(**given))
    assert caught.value.code == "taken"
    assert len(await on.desk.every(DEFAULT_TENANT)) == 1


async def test_a_change_replaces_what_was_said_and_is_told(on: Scene):
    made = await on.desk.add(ME, ProfileDraft.model_validate(WHOLE))
    await on.clock.advance(60)
    assert await on.desk.edit(ME, "abc", ProfileDraft.model_validate(WHOLE)) == made
    changed = await on.desk.edit(ME, "abc", draft("abc-app", aliases=["shop"], slos={"availability": 0.99}))
    assert (changed.id, changed.aliases, changed.slos, changed.services) == (made.id, ("shop",), Slos(0.99), {})
    assert (changed.created_at, changed.updated_at > NOON) == (NOON, True)
    await on.desk.remove(ME, "shop")
    assert await on.desk.every(DEFAULT_TENANT) == []
    assert await on.acts() == [
        ("add", None),
        ("edit", ["description", "architecture", "services", "datasource", "default_metrics", "slos", "aliases"]),
        ("remove", None),
    ]
    assert on.told == [DEFAULT_TENANT] * 3, "what rests on profiles is read anew"


async def test_a_channel_is_about_one_application(on: Scene):
    await on.desk.add(ME, draft())
    await on.desk.add(ME, draft("pay"))
    assert await on.desk.at(DEFAULT_TENANT, HERE) is None
    assert (await on.desk.link(ME, "abc", HERE)).channels == ("slack/T1/C1",)
    await on.desk.link(ME, "abc", THERE)
    await on.desk.link(ME, "abc", HERE)
    found = await on.desk.at(DEFAULT_TENANT, replace(HERE, thread="9.9"))
    assert found is not None
    assert found.channels == ("slack/T1/C1", THERE.lane)
    await on.desk.link(ME, "pay", HERE)
    assert [(one.name, one.channels) for one in await on.desk.every(DEFAULT_TENANT)] == [
        ("abc-app", (THERE.lane,)), ("pay", ("slack/T1/C1",)),
    ]  # fmt: skip
    assert await on.desk.unlink(ME, HERE) is not None
    assert await on.desk.unlink(ME, HERE) is None
    assert [act for act, _ in await on.acts()] == ["add", "add", "link", "link", "unlink", "link", "unlink"]
    with pytest.raises(Rejected, match="A channel is linked"):
        await on.desk.link(ME, "pay", replace(HERE, kind=PlaceKind.PERSONAL))


@pytest.mark.parametrize(
    ("name", "aliases"),
    [
        ("abc-app", ("abc app", "abc")),
        ("checkout", ()),
        ("Checkout Service", ("checkout service", "checkout")),
        ("eu_shop_svc", ("eu shop svc", "eu shop", "eu-shop")),
        ("app", ()),
    ],
)
def test_aliases_are_what_people_will_say(name: str, aliases: tuple[str, ...]):
    assert aliases_of(name) == aliases


@pytest.mark.parametrize(
    ("name", "same"),
    [("ABC app", "abc-app"), ("  abc__App. ", "abc-app"), ("Ä1", "ä1"), ("買い物", "買い物"), ("--", "")],
)
def test_names_are_compared_as_people_hear_them(name: str, same: str):
    assert spelt(name) == same


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "--"}, "name"),
        ({"slos": {"availability": 99.9}}, "availability"),
        ({"slos": {"error_rate": 2}}, "error_rate"),
        ({"slos": {"p95_latency_ms": 0}}, "p95_latency_ms"),
        ({"service_mappings": {"web": {"log_label": "abc-web"}}}, "log_label"),
        ({"architecture_info": {"x": "y" * 30_000}}, "architecture_info"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_what_is_said_of_an_application_is_checked(given: dict[str, Any], field: str):
    with pytest.raises(ValueError, match=field):
        draft(**given)


@pytest.mark.parametrize(
    ("given", "values", "queries"),
    [
        (
            {"service_mappings": {"web": {"log_label": "app=abc-web"}, "api": {"log_label": "app=abc.api"}}},
            {"app": ("abc-web", "abc.api", "pay")},
            [
                'sum(rate(http_requests_total{app=~"abc\\\\-web|abc\\\\.api"}[5m]))',
                'avg(up{app=~"abc\\\\-web|abc\\\\.api"})',
            ],
        ),
        (
            {"service_mappings": {"web": {"log_label": "pod=nowhere"}}},
            {"service": ("abc", "pay"), "job": ("abc",)},
            ['sum(rate(http_requests_total{service="abc"}[5m]))', 'avg(up{service="abc"})'],
        ),
        (
            {"aliases": ['a"b']},
            {"app": ('a"b',)},
            ['sum(rate(http_requests_total{app="a\\"b"}[5m]))', 'avg(up{app="a\\"b"})'],
        ),
    ],
)  # fmt: skip
async def test_the_metrics_of_an_application(
    on: Scene, given: dict[str, Any], values: dict[str, tuple[str, ...]], queries: list[str]
):
    names = ("http_requests_total", "up", "http_request_duration_seconds_bucket")
    on.names = Names(values, {name: Metric(name) for name in names})
    metrics = ["http_requests_total", "up", 'up} or secret{a="b', "gone", "http_request_duration_seconds"]
    await on.desk.add(ME, draft(**{**given, "default_metrics": metrics, "datasource_id": "eu"}))
    found = await on.desk.metrics(DEFAULT_TENANT, "abc-app", NOON - timedelta(hours=1), NOON)
    assert [one.query for one in found[:2]] == queries
    assert [bool(one.series) for one in found] == [True, True, False, False, True]
    assert found[2].problem == '“up} or secret{a="b” cannot be the name of a metric.'
    assert found[3].problem == "test source knows no metric gone."
    assert found[4].query.startswith("histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{")
    assert on.read_from == [source("eu").id]


async def test_series_that_cannot_be_told_apart_are_not_guessed(on: Scene):
    await on.desk.add(ME, draft(default_metrics=["up"]))
    on.names = Names({"app": ("pay",)}, {"up": Metric("up")})
    with pytest.raises(Rejected, match="I cannot tell the series of abc-app from others"):
        await on.desk.metrics(DEFAULT_TENANT, "abc", NOON - timedelta(hours=1), NOON)
    await on.desk.edit(ME, "abc", draft())
    with pytest.raises(Rejected, match="abc-app has no default metrics"):
        await on.desk.metrics(DEFAULT_TENANT, "abc", NOON - timedelta(hours=1), NOON)
