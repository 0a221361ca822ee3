"""A link to a dashboard, from the address to what is said of it: real engine, desks and storage, and a Grafana."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.conversation.engine import Engine
from bot.conversation.previewing import Previewer
from bot.desk.catalogs import Catalogs
from bot.desk.feedback import KeptFeedback
from bot.desk.office import terminal
from bot.desk.queries import Queries
from bot.desk.reader import Readership
from bot.desk.readers import Readers
from bot.model import plain
from bot.model.message import Click
from bot.model.reply import Chart, Picture, Query, Reply
from bot.model.source import SourceDraft
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.sourcing import Sourcing, build
from integrations.catalog import SOURCES
from integrations.networks import Networks
from integrations.opener import Opener
from storage.storage import open_storage
from tests.builders import CHANNEL, CHAT, NoMeters, message
from tests.conftest import KEY
from tests.desks import desks
from tests.fakes import DrivenClock
from tests.grafana import PNG, TOKEN, Grafana, serving

ME, ACME = terminal(DEFAULT_TENANT, "t1"), TenantId("acme")
LATENCY = {'latency_ms{env="prod"}': [({"service": "checkout"}, 320.0), ({"service": "search"}, 40.0)]}
PLACES = pytest.mark.parametrize("place", [CHANNEL, CHAT], ids=["slack", "teams"])


@dataclass
class Scene:
    grafana: Grafana
    sourcing: Sourcing
    previewer: Previewer

    async def of(self, path: str, *, place=CHANNEL, tenant=DEFAULT_TENANT) -> Reply | None:
        url = path if "://" in path else f"{self.grafana.url}{path}"
        return await self.previewer.of(tenant, message(click=Click("show_panel", {"url": url}), place=place))


@pytest.fixture
async def scene(sqlite_url: str, clock: DrivenClock, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    label = getattr(request, "param", "")
    async with (
        serving(Grafana({**LATENCY, "queue_depth": [({}, 7.0)], "up": [({}, 1.0)]}, renders=True)) as grafana,
        open_storage(sqlite_url, keys=[KEY], clock=clock) as storage,
        Opener(SOURCES, Networks.of(["127.0.0.0/8"]), clock) as opener,
    ):
        for one in (DEFAULT_TENANT, ACME):
            await storage.directory.save_tenant(Tenant(one, str(one)))
        sourcing = build(storage, clock, opener, tenant_label=label)
        await sourcing.desk.add(ME, SourceDraft(name="Grafana", type="grafana", url=grafana.url, token=TOKEN))
        await sourcing.desk.adopt(ME, "Grafana", "prom1")
        queries = Queries(storage, clock, Catalogs(clock), sourcing.reading, a_minute=1000)
        engine = Engine(
            clock=clock, sources=Readers(sourcing.reading, Readership(clock, NoMeters())),
            feedback=KeptFeedback(storage), questions_a_minute=5, patience=timedelta(seconds=10), meters=NoMeters(),
            desks=replace(desks(), sources=sourcing.desk, queries=queries),
        )  # fmt: skip
        yield Scene(grafana, sourcing, Previewer(storage, engine, "UTC"))
        await sourcing.registry.close()


@PLACES
async def test_a_panel_says_what_it_shows_now_with_its_query(scene: Scene, place) -> None:
    scene.grafana.renders = False
    reply = await scene.of("/d/shop1/shop?viewPanel=2", place=place)
    assert reply is not None
    assert (reply.title, reply.summary) == (
        "Latency of prod", "Latency of prod: 2 series, the highest is checkout with 320 ms."
    )  # fmt: skip
    (query,) = [block for block in reply.blocks if isinstance(block, Query)]
    assert (query.source, query.text) == ("Mimir", 'latency_ms{env="prod"}')
    (chart,) = [block for block in reply.blocks if isinstance(block, Chart)]
    assert [line.name for line in chart.series] == ["checkout", "search"]
    assert "search" in plain.render(reply)
    assert reply.footer.startswith("Shop of prod · Mimir, 1 query")
    assert reply.buttons == ()


async def test_the_picture_is_the_pages_own_where_it_draws_one(scene: Scene) -> None:
    reply = await scene.of("/d/shop1/shop?viewPanel=2&var-env=prod&from=now-1h&to=now")
    (picture,) = [block for block in reply.blocks if isinstance(block, Picture)]
    assert picture.file.content == PNG
    assert picture.file.alt == "Latency of prod: checkout 320 ms; search 40 ms"
    assert not [block for block in reply.blocks if isinstance(block, Chart)]
    (drawn,) = [one for one in scene.grafana.seen if "/render/" in one.path]
    assert (drawn.query["panelId"], drawn.query["var-env"]) == ("2", "prod")


@pytest.mark.parametrize("scene", ["org"], indirect=True)
async def test_no_picture_is_drawn_of_what_a_tenant_may_not_see(scene: Scene) -> None:
    scene.grafana.answers = {'latency_ms{env="prod",org="default"}': [({}, 90.0)]}
    reply = await scene.of("/d/shop1/shop?viewPanel=2")
    assert reply.summary == "Latency of prod is 90 ms."
    assert not [one for one in scene.grafana.seen if "/render/" in one.path]


async def test_a_whole_dashboard_shows_its_first_panels(scene: Scene) -> None:
    reply = await scene.of("/d/shop1")
    assert reply.title == "Shop of prod"
    assert "Latency of prod: 2 series" in reply.summary
    assert "Queue is 7." in reply.summary
    assert "Not ours cannot be told: it reads from a datasource that is not kept here." in reply.summary
    assert "2 more panels are on the page." in plain.render(reply)
    assert "/proxy/uid/other" not in " ".join(one.path for one in scene.grafana.seen)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/d/shop1/x?viewPanel=6", "Lines cannot be told: it reads from a datasource that is not kept here."),
        ("/d/shop1/x?viewPanel=7", "Read me cannot be told: it asks no query that I can read."),
        ("/d/shop1/x?viewPanel=2&var-env=none", "Latency of none cannot be told: no data, which is not zero."),
    ],
)
async def test_what_cannot_be_told_is_said_and_is_no_zero(scene: Scene, path: str, says: str) -> None:
    reply = await scene.of(path)
    assert (reply.summary, reply.tone) == (says, "warning")


@pytest.mark.parametrize(
    "path",
    [
        "https://grafana.example.org/d/shop1/shop",
        "http://127.0.0.1:1/grafana/d/shop1/shop",
        "/explore",
        "/d/gone/shop",  # no dashboard
        "/d/shop1/x?viewPanel=99",
        "/d/shop1/x?viewPanel=8",  # its variable has no value
        '/d/shop1/x?viewPanel=2&var-env=a"}%20or%20up{a="',
        "not a link",
    ],
)
async def test_other_links_are_left_alone(scene: Scene, path: str) -> None:
    assert await scene.of(path) is None


async def test_a_tenant_sees_nothing_of_anothers_grafana(scene: Scene) -> None:
    before = len(scene.grafana.seen)
    assert await scene.of("/d/shop1/shop?viewPanel=2", tenant=ACME) is None
    assert len(scene.grafana.seen) == before


async def test_a_grafana_that_is_off_or_away_leaves_its_links_alone(scene: Scene) -> None:
    scene.grafana.away = True
    assert await scene.of("/d/shop1/shop?viewPanel=2") is None
    scene.grafana.away = False
    await scene.sourcing.desk.enable(ME, "Grafana", on=False)
    assert await scene.of("/d/shop1/shop?viewPanel=2") is None


async def test_who_asks_too_often_gets_no_more_previews(scene: Scene) -> None:
    found = [await scene.of("/d/shop1/shop?viewPanel=4") for _ in range(6)]
    assert [one is not None for one in found] == [True] * 5 + [False]
