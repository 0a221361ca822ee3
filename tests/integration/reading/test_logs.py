"""Logs through the reader, over real HTTP to a double of Loki: lines, their catalogue, and a query in chat."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from bot.conversation.grounding import Trace, TracedLogs
from bot.desk.catalogs import Catalogs
from bot.desk.log_catalog import read_logs
from bot.desk.logs_reader import LogsReader
from bot.desk.reader import Asker, Readership
from bot.intents import logql
from bot.intents.logql import LogQL
from bot.model.errors import Rejected, Unavailable
from bot.model.lines import nanoseconds
from bot.model.reply import Chart, Code, Files, Query, Text
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.tools import Tools
from bot.query.pieces import Sizes
from integrations.demo.logql.streams import Stream
from integrations.loki.connection import Access, Connection
from integrations.loki.logs import LokiLogs
from tests.builders import FakeMetrics, NoMeters, turn
from tests.desks import desks
from tests.fakes import NOON, DrivenClock
from tests.loki import ONE, Loki, says, serving

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WHO = Asker()


def stream(labels: dict[str, str], *lines: tuple[timedelta, str]) -> Stream:
    return Stream(labels, tuple(sorted((nanoseconds(NOON - ago), text) for ago, text in lines)))


API = stream(
    {"service": "api", "env": "prod"}, *((n * MINUTE, json.dumps({"level": "error", "n": n})) for n in range(1, 31))
)
OLD = stream({"service": "cron", "env": "prod"}, *((n * DAY, f"run {n} failed") for n in range(1, 20)))


@asynccontextmanager
async def reading(
    clock: DrivenClock, *streams: Stream, tenant_label: str = ""
) -> AsyncIterator[tuple[LogsReader, Loki, LokiLogs]]:
    shared = Readership(clock, NoMeters(), Sizes(), tenant_label=tenant_label)
    async with serving(Loki({ONE: streams or (API, OLD)})) as loki, aiohttp.ClientSession() as session:
        source = LokiLogs(Connection(Access(loki.url), session, clock), clock)
        yield LogsReader(source, "loki", shared), loki, source


def tools(clock: DrivenClock, reader: LogsReader) -> tuple[Tools, Trace]:
    async def silent(_: str) -> None: ...

    trace = Trace(clock)
    logs = TracedLogs(trace, reader, WHO)
    return Tools(turn(), clock, None, None, silent, desks(), logs), trace  # type: ignore[arg-type]


async def test_lines_of_a_long_time_are_read_piece_by_piece_and_no_further_than_needed(clock):
    async with reading(clock) as (reader, loki, _):
        few = await reader.lines('{service="cron"}', NOON - 20 * DAY, NOON, 3, "backward", WHO)
        asked = len(loki.seen)
        every = await reader.lines('{service="cron"}', NOON - 20 * DAY, NOON, 100, "backward", WHO)
        oldest = await reader.lines('{service="cron"}', NOON - 20 * DAY, NOON, 2, "forward", WHO)

    assert ([line.text for line in few.rows], asked) == (["run 1 failed", "run 2 failed", "run 3 failed"], 1)
    assert few.said == ("the newest 3 lines",)
    assert [line.text for line in every.rows] == [f"run {n} failed" for n in range(1, 20)]
    assert every.said == ()
    assert [line.text for line in oldest.rows] == ["run 19 failed", "run 18 failed"]


async def test_lines_are_kept_with_their_age(clock):
    async with reading(clock) as (reader, loki, _):
        first = await reader.lines('{service="api"}', NOON - 30 * MINUTE, NOON, 5, "backward", WHO)
        again = await reader.lines('{service="api"}', NOON - 30 * MINUTE, NOON, 5, "backward", WHO)
        assert len(loki.seen) == 1
        other = Asker(TenantId("acme"))
        await reader.lines('{service="api"}', NOON - 30 * MINUTE, NOON, 5, "backward", other)
        assert len(loki.seen) == 2
    assert (again.rows, again.cached, again.read_at) == (first.rows, True, NOON)


async def test_every_selector_is_limited_to_the_tenant(clock):
    async with reading(clock, tenant_label="org") as (reader, loki, _):
        read = await reader.instant(
            'sum(count_over_time({service="api", org="other"}[1h]))', NOON, Asker(TenantId("acme"))
        )
    assert list(read.rows) == []
    assert 'org="acme"' in read.query
    assert "other" not in str(loki.seen[0].url)


async def test_the_catalogue_of_logs(clock):
    async with reading(clock) as (_, _, source):
        found = await read_logs(source, NOON)
    assert found.stream_labels == {"env": ("prod",), "service": ("api", "cron")}
    api, cron = found.services
    assert (cron.service, cron.sample) == ("cron", "")  # silent for a day
    assert (api.service, api.format, api.fields) == ("api", "json", {"level": "error", "n": "number"})


async def test_metrics_are_known_while_logs_are_away_and_what_was_known_of_them_stays(clock, caplog):
    metrics, catalogs = FakeMetrics(lambda *_: [({"env": "prod"}, 1.0)]), Catalogs(clock)
    metrics._names = type(metrics._names)({"__name__": ("up",)}, {})
    async with reading(clock) as (_, loki, source):
        before = await catalogs.of(DEFAULT_TENANT, metrics, source)
        metrics._names = type(metrics._names)({"__name__": ("down", "up")}, {})
        loki.faults += [says(500)] * 9
        await clock.advance(600)
        await catalogs.refresh(clock.now())
        after = await catalogs.of(DEFAULT_TENANT, metrics, source)
    assert [one.name for one in after.metrics] == ["down", "up"]
    assert (after.stream_labels, after.logs) == (before.stream_labels, before.logs)
    assert "catalogue_renewed_in_part" in [record.message for record in caplog.records]


async def test_where_nobody_answers_nothing_is_known(clock):
    async with reading(clock) as (_, loki, source):
        loki.faults += [says(500)] * 9
        with pytest.raises(Unavailable):
            await Catalogs(clock).of(DEFAULT_TENANT, None, source)


@pytest.mark.parametrize(
    ("ask", "summary"),
    [
        (LogQL(query='{service="api"}'), "30 lines, the last 1 h; these are the newest 15 (UTC)."),
        (LogQL(query='{service="api"}', limit=5), "The newest 5 lines, the last 1 h (UTC)."),
        (LogQL(query='{service="api"} | json | n = 7'), "1 line, the last 1 h (UTC)."),
        (LogQL(query='{service="api"} |= "absent"'), "The query has no data, the last 1 h."),
        (LogQL(query='sum(count_over_time({service="api"}[1h]))'), "It comes to 30."),
        (LogQL(query='sum(count_over_time({service="api"}[5m]))', window="last hour"), "4 at the end of the last 1 h."),
    ],
)
async def test_a_query_in_chat(clock, ask, summary):
    async with reading(clock) as (reader, _, _):
        on, trace = tools(clock, reader)
        reply = trace.ground(await logql.answer(ask, on), "answer:1")  # type: ignore[arg-type]
    assert reply.summary == summary
    (query,) = (block for block in reply.blocks if isinstance(block, Query))
    assert (query.language, query.source, query.text) == ("logql", "Loki", ask.query)
    assert reply.buttons[0].intent == "logql"


async def test_lines_stand_as_literal_text_and_all_of_them_in_a_file(clock):
    async with reading(clock) as (reader, _, _):
        on, _ = tools(clock, reader)
        reply = await logql.answer(LogQL(query='{service="api"}'), on)
    shown = [block for block in reply.blocks if isinstance(block, Text)]
    assert len(shown) == 15
    assert shown[0].parts == ("11:59:00 ", Code('{"level": "error", "n": 1}'))
    (files,) = (block for block in reply.blocks if isinstance(block, Files))
    assert len(files.files[0].content.splitlines()) == 30
    assert b'env=prod,service=api {"level": "error", "n": 30}' in files.files[0].content


async def test_what_is_counted_over_a_range_is_drawn(clock):
    async with reading(clock) as (reader, _, _):
        on, _ = tools(clock, reader)
        ask = LogQL(query='sum(count_over_time({service="api"}[5m]))', window="last hour", step="5m")
        reply = await logql.answer(ask, on)
    (chart,) = (block for block in reply.blocks if isinstance(block, Chart))
    # By hand: a line a minute from 11:30 to 11:59, and a range leaves its beginning out.
    assert [point.value for point in chart.series[0].points] == [1, 5, 5, 5, 5, 5, 4]


async def test_without_a_source_of_logs(clock):
    async def silent(_: str) -> None: ...

    on = Tools(turn(), clock, None, None, silent, desks())  # type: ignore[arg-type]
    with pytest.raises(Rejected, match="No source of logs is connected"):
        await logql.answer(LogQL(query='{a="b"}'), on)
