"""Datasources from the first test to the last removal, on both engines."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.desk.office import terminal
from bot.desk.open_sources import FRESH
from bot.model.errors import Forbidden, Missing, Problem, Rejected, Unavailable
from bot.model.profile import ProfileDraft
from bot.model.source import Auth, Datasource, Health, SourceDraft, SourceId
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.ports.desks import SourceDesk
from bot.ports.storage import Entry
from bot.sourcing import Sourcing, build
from integrations.integration import Integration
from storage.storage import SqlStorage
from tests.builders import FakeMetrics
from tests.fakes import NOON, DrivenClock
from tests.sourcing import UP, Openings

ME = terminal(DEFAULT_TENANT, "t1")
ACME = TenantId("acme")
AWAY = "http://away.example.com"


class Settings:
    """An integration of the environment that reads metrics."""

    silencer = outlet = logs = None

    def __init__(self) -> None:
        self.metrics = FakeMetrics(lambda *_: [])
        self.metrics.title = "Prometheus"
        self.problem: Problem | None = None

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    async def check(self) -> str:
        if self.problem:
            raise self.problem
        return "Prometheus answers."


@dataclass
class Scene:
    storage: SqlStorage
    clock: DrivenClock
    outside: Openings
    sourcing: Sourcing
    settings: Settings

    @property
    def desk(self) -> SourceDesk:
        return self.sourcing.desk

    async def add(self, name: str = "eu", url: str = "http://eu.example.com", **given: object) -> Datasource:
        return await self.desk.add(ME, draft(name, url, **given))

    async def trail(self) -> list[Entry]:
        async with self.storage.work(DEFAULT_TENANT) as work:
            return [*reversed(await work.audit.latest(99))]

    async def title(self, named: str = "", tenant: TenantId = DEFAULT_TENANT) -> str | None:
        found = await self.sourcing.registry.metrics(tenant, named)
        return found.title if found else None


def draft(name: str = "eu", url: str = "http://eu.example.com", **given: object) -> SourceDraft:
    return SourceDraft.model_validate({"name": name, "url": url, **given})


@pytest.fixture
async def on(storage: SqlStorage, clock: DrivenClock) -> AsyncIterator[Scene]:
    for tenant in (DEFAULT_TENANT, ACME):
        await storage.directory.save_tenant(Tenant(tenant, "T"))
    outside, settings = Openings(), Settings()
    outside.answers[AWAY] = Unavailable("eu", advice="Check that it runs.")
    integration: Integration = settings
    sourcing = build(storage, clock, outside, {"prometheus": integration})
    yield Scene(storage, clock, outside, sourcing, settings)
    await sourcing.registry.close()


async def test_what_is_added_was_asked_and_answers_questions_from_then_on(on: Scene):
    made = await on.add(token="hunter22")
    assert (made.auth, made.kept, made.is_default) == (Auth.BEARER, ("token",), False)
    assert made.health == Health(up=True, at=NOON, says=UP, latency=made.health.latency if made.health else None)
    assert await on.title("eu") == await on.title("EU") == await on.title(made.id) == "eu"
    assert [opened.secrets for opened in on.outside.made] == [{"token": "hunter22"}] * 2
    assert on.outside.made[0].closed, "what was opened to be tried is closed"
    (entry,) = await on.trail()
    assert (entry.act, entry.object) == ("datasource.add", made.id)
    assert "hunter22" not in repr(entry)


async def test_what_does_not_answer_is_not_saved(on: Scene):
    with pytest.raises(Rejected) as caught:
        await on.add(url=AWAY, token="hunter22")
    assert (
        caught.value.says
        == "Not saved, for it could not be asked: eu does not answer at the moment. Check that it runs."
    )
    assert [one.name for one in await on.desk.every(DEFAULT_TENANT)] == ["Prometheus"]
    assert all(opened.closed for opened in on.outside.made)
    assert await on.trail() == []
    await on.add(url=AWAY, is_enabled=False)  # one that is off may be prepared


async def test_a_test_saves_nothing_and_says_what_it_found(on: Scene):
    good = await on.desk.test(ME, draft())
    assert (good.up, good.says) == (True, UP)
    bad = await on.desk.test(ME, draft(url=AWAY))
    assert (bad.up, bad.says) == (False, "eu does not answer at the moment. Check that it runs.")
    assert len(await on.desk.every(DEFAULT_TENANT)) == 1
    assert all(opened.closed for opened in on.outside.made)


async def test_a_test_of_a_change_uses_the_secrets_that_are_kept(on: Scene):
    await on.add(token="hunter22")
    assert (await on.desk.test(ME, draft(org="acme"), instead_of="eu")).up
    assert on.outside.made[-1].secrets == {"token": "hunter22"}


async def test_the_source_of_the_settings_is_shown_and_cannot_be_changed(on: Scene):
    (given,) = await on.desk.every(DEFAULT_TENANT)
    assert (given.name, given.is_default, given.from_settings) == ("Prometheus", True, True)
    assert await on.title() == "Prometheus"
    for act in (
        on.desk.edit(ME, "Prometheus", draft()),
        on.desk.remove(ME, "Prometheus"),
        on.desk.enable(ME, "Prometheus", on=False),
        on.desk.make_default(ME, "Prometheus"),
        on.desk.test(ME, draft(), instead_of="Prometheus"),
    ):
        with pytest.raises(Forbidden):
            await act
    assert (await on.desk.look(DEFAULT_TENANT, "Prometheus")).health is not None
    with pytest.raises(Rejected, match="There is a datasource “prometheus” already"):
        await on.add("prometheus")


async def test_the_default_changes_hands_and_falls_back(on: Scene):
    await on.add("eu")
    await on.add("us", "http://us.example.com", is_default=True)
    assert await on.title() == "us"
    await on.desk.make_default(ME, "eu")
    assert await on.title() == "eu"
    assert [one.name for one in await on.desk.every(DEFAULT_TENANT) if one.is_default] == ["eu"]
    await on.desk.enable(ME, "eu", on=False)
    assert await on.title() == "Prometheus"
    with pytest.raises(Rejected, match="eu is switched off"):
        await on.desk.make_default(ME, "eu")
    on_again = await on.desk.enable(ME, "eu", on=True)
    assert (on_again.is_default, on_again.state) == (False, "up")
    assert [entry.act.removeprefix("datasource.") for entry in await on.trail()] == [
        "add", "add", "default", "disable", "enable",
    ]  # fmt: skip


async def test_the_first_of_a_type_that_has_no_default_is_it(on: Scene):
    assert (await on.add("logs", type="loki")).is_default
    assert not (await on.add("more logs", "http://l", type="loki")).is_default
    assert await on.title() == "Prometheus", "logs are no metrics"
    with pytest.raises(Rejected, match="logs has no metrics"):
        await on.title("logs")


async def test_a_change_is_tried_where_it_matters_and_the_rest_is_left(on: Scene):
    made = await on.add(token="hunter22", is_default=True)
    probes = len(on.outside.made)
    renamed = await on.desk.edit(ME, made.id, draft("europe"))
    assert (renamed.name, renamed.kept, renamed.is_default, renamed.created_at) == ("europe", ("token",), True, NOON)
    assert len(on.outside.made) == probes, "a new name is no reason to ask"
    assert await on.desk.edit(ME, "europe", draft("europe")) == renamed
    changed = await on.desk.edit(ME, "europe", draft("europe", "http://eu.example.com/prometheus"))
    assert on.outside.made[-1].secrets == {"token": "hunter22"}
    with pytest.raises(Rejected, match="Not saved"):
        await on.desk.edit(ME, "europe", draft("europe", AWAY, token="new"))
    assert (await on.desk.find(DEFAULT_TENANT, "europe")).url == changed.url
    assert [entry.details["changed"] for entry in await on.trail() if "changed" in entry.details] == [["name"], ["url"]]


@pytest.mark.parametrize("url", ["https://eu.example.com", "http://evil.example.com", "http://eu.example.com:81"])
async def test_a_kept_secret_never_goes_elsewhere(on: Scene, url: str):
    await on.add(token="hunter22")
    opened = len(on.outside.made)
    for act in (on.desk.edit(ME, "eu", draft("eu", url)), on.desk.test(ME, draft("eu", url), instead_of="eu")):
        with pytest.raises(Rejected, match="the token has to be given again"):
            await act
    assert len(on.outside.made) == opened
    await on.desk.edit(ME, "eu", draft("eu", url, token="another"))
    assert on.outside.made[-1].secrets == {"token": "another"}


async def test_a_secret_can_be_forgotten(on: Scene):
    await on.add(token="hunter22")
    made = await on.desk.edit(ME, "eu", draft("eu", token="", auth="none"))
    assert (made.auth, made.kept) == (Auth.NONE, ())
    async with on.storage.work(DEFAULT_TENANT) as work:
        assert await work.sources.secrets(made.id) == {}


async def test_what_is_used_is_not_removed(on: Scene):
    made = await on.add()
    await on.sourcing.profiles.add(ME, ProfileDraft(name="abc-app", datasource_id="eu"))
    with pytest.raises(Rejected, match=r"eu is used by abc-app\.") as caught:
        await on.desk.remove(ME, "eu")
    assert caught.value.code == "used"
    await on.sourcing.profiles.remove(ME, "abc-app")
    await on.title("eu")
    await on.desk.remove(ME, "eu")
    with pytest.raises(Missing, match="There is no datasource “eu”"):
        await on.title("eu")
    assert all(opened.closed for opened in on.outside.made), "what is gone is closed"
    assert (await on.trail())[-1].object == made.id


async def test_tenants_do_not_see_each_others(on: Scene):
    await on.add(is_default=True)
    assert [one.name for one in await on.desk.every(ACME)] == ["Prometheus"]
    assert await on.title(tenant=ACME) == "Prometheus"
    with pytest.raises(Missing):
        await on.title("eu", ACME)


async def test_a_change_by_another_replica_is_seen_soon(on: Scene):
    other = build(on.storage, on.clock, on.outside)
    await on.add(is_default=True)
    first = await on.sourcing.registry.metrics(DEFAULT_TENANT)
    await on.clock.advance(1)
    await other.desk.edit(ME, "eu", draft("eu", "http://eu.example.com/new"))
    assert await on.sourcing.registry.metrics(DEFAULT_TENANT) is first
    await on.clock.advance(FRESH.total_seconds())
    assert await on.sourcing.registry.metrics(DEFAULT_TENANT) is not first
    assert on.outside.made[-1].source.url == "http://eu.example.com/new"


async def test_what_cannot_be_opened_says_why_when_it_is_asked(on: Scene):
    made = await on.add(is_default=True)
    on.outside.kinds = {}  # this version cannot read it any more
    source = await on.sourcing.registry.metrics(DEFAULT_TENANT)
    assert source is not None
    assert source.title == made.name
    for asked in (
        source.instant("up", NOON),
        source.range("up", NOON, NOON, timedelta(1)),
        source.metrics(),
        source.values("a"),
    ):
        with pytest.raises(Rejected, match="I cannot read"):
            await asked


async def test_health_is_noted_and_told_once(on: Scene, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    await on.add(is_default=True)

    async def states() -> list[str]:
        await on.sourcing.health.look_at_all(on.clock.now())
        return [one.state for one in await on.desk.every(DEFAULT_TENANT)]

    def told() -> list[tuple[str, str]]:
        return [
            (one.message, one.__dict__["source"]) for one in caplog.records if one.message.startswith("datasource_")
        ]

    assert await states() == ["up", "up"]
    on.outside.answers["http://eu.example.com"] = Unavailable("eu")
    on.settings.problem = Unavailable("Prometheus")
    assert await states() == ["down", "down"]
    assert await states() == ["down", "down"]
    assert sorted(told()) == [("datasource_down", "Prometheus"), ("datasource_down", "eu")]
    on.outside.answers.clear()
    on.settings.problem = None
    assert await states() == ["up", "up"]
    assert sorted(told())[2:] == [("datasource_up", "Prometheus"), ("datasource_up", "eu")]
    await on.desk.enable(ME, "eu", on=False)
    assert await states() == ["up", "off"]


async def test_a_look_at_one_is_kept(on: Scene):
    await on.add()
    on.outside.answers["http://eu.example.com"] = Rejected("It says no.", advice="Ask nicely.")
    looked = await on.desk.look(DEFAULT_TENANT, "eu")
    assert (looked.state, looked.health and looked.health.says) == ("down", "It says no. Ask nicely.")
    async with on.storage.work(DEFAULT_TENANT) as work:
        kept = await work.sources.get(SourceId(looked.id))
    assert kept is not None
    assert kept.health == looked.health


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"url": ""}, "url"),
        ({"colour": "blue"}, "colour"),
        ({"auth": "magic"}, "auth"),
        ({"config": {"page": "javascript:alert(1)"}}, "config"),
        ({"config": {"x": "y" * 5000}}, "config"),
    ],
)
def test_what_is_said_of_a_datasource_is_checked(given: dict[str, object], field: str):
    with pytest.raises(ValueError, match=field) as caught:
        SourceDraft.model_validate({"name": "eu", "url": "http://x", "token": "hunter22", **given})
    assert "hunter22" not in str(caught.value)


async def test_lines_are_read_from_the_default_of_their_own_type(on: Scene):
    registry = on.sourcing.registry
    assert await registry.logs(DEFAULT_TENANT) is None
    await on.add("more logs", "http://l", type="loki")
    with pytest.raises(Rejected, match="Prometheus has no logs"):
        await registry.logs(DEFAULT_TENANT, "Prometheus")
    assert await on.title() == "Prometheus"
