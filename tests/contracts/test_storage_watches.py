"""Watches: kept, listed by number, how they are, and what was told of them."""

from dataclasses import replace
from datetime import timedelta

from bot.model.severity import Severity
from bot.model.watch import Mark, Standing
from storage.storage import SqlStorage
from tests.contracts.incidents import ACME, OTHER
from tests.contracts.sources import watch
from tests.fakes import NOON

WHOLE = watch(
    10, kind="latency", unit="seconds", above=0.5, severity=Severity.HIGH, weeks=8.0, service="checkout",
    labels={"env": "prod"}, datasource="eu", by="Anna Berger", cause="letter 1",
)  # fmt: skip


async def test_a_watch_with_all_there_is(storage: SqlStorage):
    away = Standing("away", 3, "Prometheus cannot be reached.", NOON)
    async with storage.work(ACME) as work:
        for one in (WHOLE, watch(9)):
            await work.watches.save(one)
        await work.watches.note(WHOLE.id, away)
        await work.watches.save(replace(WHOLE, paused=True))
    async with storage.work(ACME) as work:
        assert await work.watches.every() == [(watch(9), Standing()), (replace(WHOLE, paused=True), away)]
        assert await work.watches.get(WHOLE.id) == replace(WHOLE, paused=True)
        assert await work.watches.remove(watch(9).id)
        assert not await work.watches.remove(watch(9).id)
    async with storage.work(OTHER) as work:
        assert await work.watches.every() == []


async def test_what_was_told_goes_with_its_watch(storage: SqlStorage):
    told, over = Mark(WHOLE.id, "a", NOON, open=True), Mark(WHOLE.id, "b", NOON, open=False)
    async with storage.work(ACME) as work:
        await work.watches.save(WHOLE)
        await work.watches.mark([told, over])
        assert await work.watches.open() == [told]
        later = replace(told, told_at=NOON + timedelta(minutes=5), open=False)
        await work.watches.mark([later])
        assert {one.series: one for one in await work.watches.marks(WHOLE.id)} == {"a": later, "b": over}
        assert await work.watches.open() == []
        await work.watches.remove(WHOLE.id)
        assert await work.watches.marks(WHOLE.id) == []
