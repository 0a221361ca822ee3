"""LokiLogs against a double of Loki over real HTTP: right answers, and what each fault means to us."""

import asyncio
import json
import math
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web

from bot.model.errors import Rejected, Unavailable
from bot.model.lines import nanoseconds
from bot.ports.tools import LogsSource
from integrations.demo.logql.streams import Stream
from integrations.integration import Integration, Parts
from integrations.loki import connection
from integrations.loki.connection import Access, Connection
from integrations.loki.integration import INTEGRATION, Settings
from integrations.loki.logs import LokiLogs
from integrations.transport import FAILURES
from tests.fakes import NOON, DrivenClock
from tests.loki import ONE, Fault, Loki, breaks, says, sends, serving

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
BEGAN = nanoseconds(NOON - HOUR)
STREAMS = (
    Stream({"app": "api"}, tuple((BEGAN + i * 60 * 10**9, f'{{"level":"{w}","n":{i}}}') for i, w in enumerate("abab"))),
    Stream({"app": "web", "env": "prod"}, ((BEGAN + 1, "one"), (BEGAN + 90 * 10**9, "two"))),
)
OTHERS = (Stream({"app": "secret"}, ((BEGAN, "not yours"),)),)


class PromptClock(DrivenClock):
    """Time passes at once when somebody sleeps; keeps how long."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)


@asynccontextmanager
async def asked(
    *faults: Fault, clock: PromptClock | None = None, patience: float = 5, auth: bool = False, **access: str
) -> AsyncIterator[tuple[LokiLogs, Loki]]:
    clock = clock or PromptClock()
    there = Loki({ONE: STREAMS, "acme": STREAMS, "other": OTHERS}, auth, list(faults))
    async with serving(there) as loki, aiohttp.ClientSession() as session:
        limits = aiohttp.ClientTimeout(total=patience)
        yield LokiLogs(Connection(Access(loki.url, **access), session, clock, limits), clock), loki


async def _count(logs: LokiLogs) -> float:
    (series,) = await logs.instant('sum(count_over_time({app=~".+"}[1h]))', NOON - SECOND)
    return series.points[0].value


@pytest.mark.parametrize(
    ("direction", "limit", "texts"),
    [
        ("backward", 3, ["two", "b", "one"]),
        ("forward", 2, ["a", "one"]),
        ("forward", 100, ["a", "one", "b", "two"]),
    ],
)
async def test_lines_of_all_streams_in_one_order(direction, limit, texts):
    async with asked() as (logs, _):
        source: LogsSource = logs
        found = await source.lines('{app=~".+"}', NOON - HOUR, NOON - HOUR + 2 * MINUTE, limit, direction)

    shown = [json.loads(line.text)["level"] if line.text.startswith("{") else line.text for line in found]
    assert shown == texts


async def test_a_line_has_its_labels_and_its_instant():
    async with asked() as (logs, _):
        (line,) = await logs.lines('{app="web"} |= "one" | label_format x="y"', NOON - HOUR, NOON, 10)

    assert (line.nanoseconds, line.labels) == (BEGAN + 1, {"app": "web", "env": "prod", "x": "y"})


async def test_numbers_at_an_instant_and_over_a_range():
    async with asked() as (logs, _):
        (one,) = await logs.instant('sum by (level) (count_over_time({app="api"} | json | level="a" [1h]))', NOON)
        (many,) = await logs.range('sum(count_over_time({app="api"}[1m]))', NOON - HOUR, NOON, MINUTE)
        (scalar,) = await logs.instant("1 + 2", NOON)
        nothing = await logs.instant('sum(count_over_time({app="none"}[1h]))', NOON)

    assert (one.labels, one.points[0].value, one.points[0].at) == ({"level": "a"}, 1, NOON)  # the first is too old
    assert [point.value for point in many.points] == [1, 1, 1, 1]
    assert (scalar.points[0].value, nothing) == (3, ())


async def test_not_a_number_stays_one():
    async with asked() as (logs, _):
        (series,) = await logs.instant("vector(0) / vector(0)", NOON)

    assert math.isnan(series.points[0].value)


async def test_labels_and_their_values():
    async with asked() as (logs, loki):
        assert (await logs.labels(), await logs.values("app")) == (("app", "env"), ("api", "web"))
        with pytest.raises(Rejected, match="cannot be the name"):
            await logs.values("../query")

    assert int(loki.seen[0].query["end"]) - int(loki.seen[0].query["start"]) == 6 * 3600 * 10**9


@pytest.mark.parametrize(("tenant", "count"), [("acme", 6), ("other", 1)])
async def test_a_tenant_sees_its_own(tenant, count):
    async with asked(auth=True, tenant=tenant) as (logs, _):
        (series,) = await logs.instant('sum(count_over_time({app=~".+"}[2h]))', NOON)
    assert series.points[0].value == count


async def test_without_a_tenant_where_one_is_needed():
    async with asked(auth=True) as (logs, _):
        with pytest.raises(Rejected, match=r"does not accept our credentials \(no org id\)"):
            await logs.labels()


@pytest.mark.parametrize(
    ("access", "sent"),
    [
        ({}, None),
        ({"token": "secret"}, "Bearer secret"),
        ({"user": "anna", "password": "grün"}, "Basic YW5uYTpncsO8bg=="),
    ],
)
async def test_credentials_are_sent(access, sent):
    async with asked(**access) as (logs, loki):
        await logs.labels()

    assert loki.seen[0].headers.get("Authorization") == sent
    assert "X-Scope-OrgID" not in loki.seen[0].headers


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ('{app="x"', "Loki says: parse error"),
        ('{app=~".*"}', "a selector needs a label"),
        ('{app="web"} | line_format "{{ nothing }}"', "does not know “nothing”"),
    ],
)
async def test_what_loki_refuses_is_said_in_its_words(query, told):
    async with asked() as (logs, _):
        with pytest.raises(Rejected) as problem:
            await logs.lines(query, NOON - HOUR, NOON, 10)

    assert told in problem.value.says


async def test_limits_of_loki_are_told():
    async with asked() as (logs, _):
        with pytest.raises(Rejected, match="max entries limit"):
            await logs.lines('{app="web"}', NOON - HOUR, NOON, 6000)
        with pytest.raises(Rejected, match="time range exceeds the limit"):
            await logs.lines('{app="web"}', NOON - 1000 * HOUR, NOON, 10)
        with pytest.raises(Rejected, match="not supported as an instant query"):
            await logs.instant('{app="web"}', NOON)
        with pytest.raises(Rejected, match="JSONParserErr"):
            await logs.instant('sum by (app) (count_over_time({app="web"} | json [2h]))', NOON)


@pytest.mark.parametrize(("start", "end", "step"), [(NOON, NOON - HOUR, MINUTE), (NOON - HOUR, NOON, 0 * MINUTE)])
async def test_a_range_that_is_none_is_not_asked_for(start, end, step):
    async with asked() as (logs, loki):
        with pytest.raises(Rejected):
            await logs.range("vector(1)", start, end, step)
        with pytest.raises(Rejected):
            await logs.lines('{app="web"}', NOON, NOON, 10)
        with pytest.raises(Rejected, match="11,000 steps"):
            await logs.range("vector(1)", NOON - 10 * HOUR, NOON, SECOND)

    assert loki.seen == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            says(400, '{"status":"invalid-query","error":"parse error at line 1, col 5"}'),
            "parse error at line 1, col 5",
        ),
        (says(404, "404 page not found"), "404 page not found"),
        (says(401), "does not accept our credentials"),
        (says(403, "<html>forbidden</html>"), "does not accept our credentials."),
        (says(302, "", Location="/login"), "is not a Loki"),
        (says(204), "is not a Loki"),
        (sends("<html>please log in</html>"), "is not a Loki"),
        (sends('{"status":"succ'), "is not a Loki"),
        (sends("[" * 100_000), "is not a Loki"),
        (sends({"status": "success", "data": {"resultType": "matrix", "result": "no"}}), "is not a Loki"),
    ],
)
async def test_what_will_not_pass(fault, told):
    async with asked(fault) as (logs, _):
        with pytest.raises(Rejected) as problem:
            await _count(logs)

    assert told in problem.value.says
    assert "<html>" not in problem.value.says


@pytest.mark.parametrize(
    ("fault", "definite", "wait"),
    [
        (says(500, "rpc error"), False, None),
        (says(503, "empty ring", Retry_After="7"), False, 7 * SECOND),
        (says(504, "request timed out"), False, None),
        (says(429, "too many outstanding requests", Retry_After="60"), True, MINUTE),
        (breaks, False, None),
    ],
)
async def test_what_may_pass_later(fault, definite, wait):
    async with asked(fault) as (logs, loki):
        with pytest.raises(Unavailable) as problem:
            await _count(logs)

    assert (problem.value.definite, problem.value.retry_after) == (definite, wait)
    assert len(loki.seen) == 1


@pytest.mark.parametrize(
    ("faults", "pauses"),
    [
        ([says(502)], [0.2]),
        ([says(502), says(502)], [0.2, 0.8]),
        ([says(429, "too many outstanding requests")], [0.2]),
        ([says(429, "", Retry_After="3")], [3]),
    ],
)
async def test_what_passes_at_once_is_asked_for_again(faults, pauses):
    clock = PromptClock()
    async with asked(*faults, clock=clock) as (logs, _):
        assert await _count(logs) == 6

    assert clock.slept == pauses


async def test_it_does_not_ask_for_ever():
    async with asked(*[says(502)] * 5) as (logs, loki):
        with pytest.raises(Unavailable):
            await _count(logs)

    assert len(loki.seen) == 3


async def test_a_query_that_takes_too_long_says_what_helps():
    async with asked(says(504, "request timed out")) as (logs, _):
        with pytest.raises(Unavailable) as problem:
            await _count(logs)

    assert "shorter range" in problem.value.advice


async def test_an_answer_that_does_not_come_is_not_waited_for():
    never = asyncio.Event()

    async def holds(_: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    async with asked(holds, patience=0.2) as (logs, _):
        begun = time.perf_counter()
        with pytest.raises(Unavailable):
            await _count(logs)
        never.set()

    assert time.perf_counter() - begun < 2


async def test_a_loki_that_is_away(unused_port):
    clock = PromptClock()
    async with aiohttp.ClientSession() as session:
        logs = LokiLogs(Connection(Access(f"http://127.0.0.1:{unused_port}"), session, clock), clock)
        with pytest.raises(Unavailable) as problem:
            await logs.labels()
    assert problem.value.definite
    assert "LOKI_URL" in problem.value.advice


async def test_a_loki_that_is_ill_is_left_alone_for_a_while():
    async with asked(*[says(500)] * FAILURES) as (logs, loki):
        for _ in range(FAILURES + 1):
            with pytest.raises(Unavailable):
                await _count(logs)

    assert len(loki.seen) == FAILURES


async def test_an_answer_that_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr(connection, "LARGEST", 10_000)
    async with asked(sends("x" * 20_000)) as (logs, _):
        with pytest.raises(Rejected, match="too large") as problem:
            await _count(logs)
    assert "fewer lines" in problem.value.advice


async def test_a_large_answer_is_read_in_full():
    values = [[str(BEGAN + i), "x" * 200] for i in range(5000)]
    body = {"status": "success", "data": {"resultType": "streams", "result": [{"stream": {}, "values": values}]}}
    async with asked(sends(body)) as (logs, _):
        assert len(await logs.lines('{app="x"}', NOON - HOUR, NOON, 5000)) == 5000


async def test_no_more_than_a_few_are_asked_at_once():
    now, most = 0, 0
    hold = asyncio.Event()

    async def holds(_: web.Request) -> web.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        if now == connection.AT_ONCE:
            hold.set()
        await hold.wait()
        now -= 1
        return web.json_response({"status": "success", "data": []})

    async with asked(*[holds] * 20) as (logs, _):
        await asyncio.gather(*(logs.labels() for _ in range(20)))

    assert most == connection.AT_ONCE


async def test_waiting_for_a_place_has_an_end():
    never = asyncio.Event()

    async def holds(_: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    there = Loki({ONE: STREAMS}, faults=[holds] * 20)
    async with serving(there) as loki, aiohttp.ClientSession() as session:
        clock = PromptClock()
        logs = LokiLogs(Connection(Access(loki.url), session, clock, longest=0.3), clock)
        found = await asyncio.gather(*(logs.labels() for _ in range(connection.AT_ONCE + 3)), return_exceptions=True)
        never.set()

    assert [type(one) for one in found] == [Unavailable] * len(found)


def test_a_link_opens_grafanas_page_and_without_one_there_is_none():
    with_page = LokiLogs(None, PromptClock(), "https://grafana.example/")  # type: ignore[arg-type]
    found = urlsplit(with_page.link('{app="x y"} |= "&"', NOON - HOUR, NOON))
    (pane,) = json.loads(parse_qs(found.query)["panes"][0]).values()

    assert (found.netloc, found.path) == ("grafana.example", "/explore")
    assert pane["queries"][0]["expr"] == '{app="x y"} |= "&"'
    assert int(pane["range"]["to"]) - int(pane["range"]["from"]) == 3600 * 1000
    assert LokiLogs(None, PromptClock()).link("{}", NOON, NOON) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("streams", "told"),
    [
        (STREAMS, "Loki answers; its streams are known by app, env."),
        ((), "Loki answers, but holds no lines of the last hours."),
    ],
)
async def test_the_check_says_what_it_found(streams: Sequence[Stream], told: str):
    async with serving(Loki({ONE: streams})) as loki, aiohttp.ClientSession() as session:
        built: Integration = INTEGRATION.build(Settings(url=loki.url), Parts(session, PromptClock()))
        await built.start()
        assert await built.check() == told
        assert (built.metrics, built.silencer, built.outlet) == (None, None, None)
        assert built.logs is not None
        await built.stop()
