"""Loki's lines as log events: each once, from where the last look ended, whatever fails in between."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.model.errors import Unavailable
from bot.model.lines import LogLine, nanoseconds
from bot.model.log_event import Kind
from bot.model.plan import Plan, Tail
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.pipeline import event_tails
from bot.pipeline.event_keeping import Keeping
from bot.pipeline.event_tails import Tails, events_of
from bot.pipeline.event_watch import Watch
from bot.ports.events import WantedEvents
from storage.storage import open_storage
from tests.conftest import KEY
from tests.fakes import NOON

TAIL = Tail(query='{app="checkout"} | json', service="app", metrics={"latency_ms": "duration_ms"})
SECOND = timedelta(seconds=1)


def line(second: float, text: str = "served", **labels: str) -> LogLine:
    return LogLine(nanoseconds(NOON + second * SECOND), text, {"app": "checkout", "duration_ms": "120", **labels})


class Loki:
    """Holds lines; `away` once, where told."""

    title = "Loki"

    def __init__(self) -> None:
        self.held: list[LogLine] = []
        self.away = False

    async def lines(self, query: str, start: datetime, end: datetime, limit: int, direction: str) -> Sequence[LogLine]:
        assert (query, direction) == (TAIL.query, "forward")
        if self.away:
            raise Unavailable("Loki")
        found = sorted((one for one in self.held if start <= one.at < end), key=lambda one: one.nanoseconds)
        return found[:limit]

    async def logs(self, tenant: TenantId, named: str = "") -> "Loki":
        return self


@pytest.fixture
async def storage(sqlite_url, clock):
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as opened:
        yield opened


@pytest.fixture
async def watch(storage, clock, meters, pipeline) -> Watch:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    async with storage.work(DEFAULT_TENANT) as work:
        plan = await work.plans.get() or Plan()
        await work.plans.save(plan.model_copy(update={"tails": {"checkout": TAIL}}), NOON)
    return Watch(storage, clock, meters, Keeping(pipeline.merge))


async def seen(watch: Watch) -> list[str]:
    found = await watch.find(DEFAULT_TENANT, WantedEvents(limit=500))
    return [one.message for one in reversed(found)]


async def test_lines_come_in_once_and_late_ones_too(watch: Watch, storage, clock):
    loki = Loki()
    tails = Tails(storage, clock, loki, watch.take)
    loki.held = [line(-60, "old"), line(-1, "a")]
    await tails.look(NOON)
    loki.held += [line(5, "c"), line(8, "d")]
    await tails.look(NOON + 10 * SECOND)
    loki.held += [line(4, "b"), line(12, "e")]  # one of them came late
    await tails.look(NOON + 20 * SECOND)
    await tails.look(NOON + 30 * SECOND)
    assert await seen(watch) == ["a", "b", "c", "d", "e"]


async def test_what_could_not_be_read_is_read_later(watch: Watch, storage, clock, caplog):
    loki = Loki()
    tails = Tails(storage, clock, loki, watch.take)
    await tails.look(NOON)
    loki.held, loki.away = [line(30, "a"), line(200, "b")], True
    for second in (40, 50):
        await tails.look(NOON + second * SECOND)
    assert [one.message for one in caplog.records].count("tail_not_read") == 1
    loki.away = False
    await Tails(storage, clock, loki, watch.take).look(NOON + 300 * SECOND)  # also another process
    assert await seen(watch) == ["a", "b"]


async def test_more_than_a_page(watch: Watch, storage, clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(event_tails, "PAGE", 3)
    loki = Loki()
    loki.held = [line(-10 + n / 2, f"{n:02}") for n in range(10)]
    await Tails(storage, clock, loki, watch.take).look(NOON)
    assert await seen(watch) == [f"{n:02}" for n in range(10)]


def test_what_a_line_says():
    labels = {"level": "warn", "region": "eu", "customer_id": "acme", "duration_ms": "650", "event_type": "frontend"}
    [event] = events_of("t", TAIL, [line(0, "slow\u202e", **labels)])
    assert (event.service, event.region, event.customer, event.level) == ("checkout", "eu", "acme", "warning")
    assert (event.kind, event.metrics, event.at) == (Kind.FRONTEND, {"latency_ms": 650.0}, NOON)
    assert event.message == "slow\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("told", "metrics"), [("fast", {}), ("nan", {}), ("", {}), ("7", {"latency_ms": 7}), ("0.5", {"latency_ms": 0.5})]
)
def test_what_is_no_number_is_no_measure(told, metrics):
    [event] = events_of("t", TAIL, [line(0, duration_ms=told)])
    assert event.metrics == metrics


def test_lines_of_no_service_are_left_out_and_equal_lines_are_told_apart():
    assert events_of("t", TAIL, [line(0, app="")]) == []
    first, again, later = events_of("t", TAIL, [line(0), line(0), line(0.001)])
    assert first.id == again.id != later.id
