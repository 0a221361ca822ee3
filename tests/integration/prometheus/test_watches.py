"""A watch on a real Prometheus: learnt from its history, told at the onset, and not again after a restart."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.model.issue import By
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.model.watch import WatchDraft
from bot.pipeline.run import Pipeline
from bot.pipeline.watch_desk import WatchesDesk
from bot.pipeline.watching import Watching
from bot.ports.actor import Actor
from integrations.prometheus.connection import Access, Connection
from integrations.prometheus.metrics import PrometheusMetrics
from storage.storage import SqlStorage, open_storage
from tests.builders import FixedSources
from tests.conftest import KEY
from tests.fakes import NOON
from tests.integration.pipeline.flow import PLAN, Metered, plan, the_issue, workspace
from tests.integration.prometheus.peer import loaded

pytestmark = pytest.mark.peers

MINUTE, DAYS, ONSET = timedelta(minutes=1), timedelta(days=4), NOON + timedelta(minutes=5)
WAITING = WatchDraft(query="sum by (queue) (queue_depth)", name="jobs waiting", unit="jobs")


def samples() -> Iterator[str]:
    """All of what is too much waits in one region."""
    dice = Random(3)
    yield "# TYPE queue_depth gauge"
    minutes = int((DAYS + timedelta(hours=1)) / MINUTE)
    for region in ("eu", "us"):
        for place in range(minutes):
            at = NOON - DAYS + place * MINUTE
            value = 20 + dice.gauss(0, 1) + (200 if at >= ONSET and region == "eu" else 0)
            yield f'queue_depth{{queue="orders",region="{region}"}} {value:.3f} {int(at.timestamp())}'
    yield "# EOF"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with loaded(tmp_path_factory.mktemp("watches"), samples()) as address:
        yield address


@pytest.fixture
async def storage(sqlite_url, clock) -> AsyncIterator[SqlStorage]:
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as opened:
        yield opened


async def test_told_once_at_its_onset_with_where_it_is(storage, clock, url):
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    await plan(storage, PLAN)
    pipeline = Pipeline(storage, clock, Metered(), workspace)
    connection = Connection(Access(url), clock)
    sources = FixedSources(clock, PrometheusMetrics(connection, clock, url))

    async def merge(work, signals):
        await pipeline.merge(work, signals, clock.now())

    async def no_apps(_):
        return ()

    desk = WatchesDesk(storage, clock, sources, merge, no_apps)
    await desk.make(Actor(DEFAULT_TENANT, By("Anna Berger"), "letter 1"), [WAITING])

    async def started() -> Watching:
        built = Watching(storage, clock, Metered(), sources, pipeline.accept, learns=DAYS)
        await built.sweep(clock.now())
        await built.learnt()
        return built

    built, told = await started(), []
    for _ in range(9):
        await clock.advance(60)
        told.append((await built.sweep(clock.now())).told)
    assert sum(told[:4]) == 0
    assert sum(told) == 1
    issue = await the_issue(storage)
    assert issue.opened_at == datetime.fromtimestamp(ONSET.timestamp(), UTC)
    assert issue.measured.endswith("jobs")
    assert "of the excess is region eu." in issue.description
    again = await started()
    await clock.advance(60)
    assert (await again.sweep(clock.now())).told == 0
    connection.close()
