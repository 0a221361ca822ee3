"""PrometheusMetrics against a server that misbehaves over real HTTP."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.model.errors import Rejected, TooHeavy, Unavailable
from bot.ports.tools import MetricsSource
from integrations.integration import Integration, Parts
from integrations.prometheus.connection import ATTEMPTS, THREADS, Access, Connection, Patience
from integrations.prometheus.integration import INTEGRATION, Settings
from integrations.prometheus.metrics import PrometheusMetrics
from integrations.transport import FAILURES
from tests.fakes import NOON, DrivenClock
from tests.unit.prometheus.misbehaving import Reply, Server, serving

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PATIENT = Patience(connect=5, server=4, read=5, total=20)
HASTY = Patience(connect=2, server=0.3, read=0.4, total=4)

ONE = {
    "status": "success",
    "data": {"resultType": "vector", "result": [{"metric": {"__name__": "up"}, "value": [NOON.timestamp(), "1"]}]},
}


def error(kind: str, text: str) -> dict[str, object]:
    return {"status": "error", "errorType": kind, "error": text}


class PromptClock(DrivenClock):
    """Time passes at once when somebody sleeps; keeps how long."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)


@asynccontextmanager
async def connected(
    server: Server | str, clock: DrivenClock | None = None, patience: Patience = PATIENT, **access: str
) -> AsyncIterator[PrometheusMetrics]:
    url = server if isinstance(server, str) else server.url
    clock = clock or PromptClock()
    connection = Connection(Access(url, **access), clock, patience)
    try:
        yield PrometheusMetrics(connection, clock, url)
    finally:
        connection.close()


async def test_an_instant_is_asked_with_its_time_and_a_limit() -> None:
    with serving(Reply(body=ONE)) as server:
        async with connected(server) as source:
            metrics: MetricsSource = source
            (series,) = await metrics.instant("up", NOON)

    assert series.points[0].value == 1
    (request,) = server.seen
    assert request.path == "/api/v1/query"
    assert float(request.query["time"][0]) == NOON.timestamp()
    assert request.query["timeout"] == ["4s"]


async def test_a_range_is_asked_with_its_step() -> None:
    with serving(Reply(body={"status": "success", "data": {"resultType": "matrix", "result": []}})) as server:
        async with connected(server) as source:
            assert await source.range("up", NOON - HOUR, NOON, MINUTE) == ()

    (request,) = server.seen
    assert request.path == "/api/v1/query_range"
    assert [request.query[name][0] for name in ("start", "end", "step")] == [
        f"{NOON.timestamp() - 3600:.0f}",
        f"{NOON.timestamp():.0f}",
        "60",
    ]


@pytest.mark.parametrize(
    ("start", "end", "step"),
    [(NOON, NOON - HOUR, MINUTE), (NOON - HOUR, NOON, timedelta(0)), (NOON - HOUR, NOON, timedelta(seconds=0.3))],
)
async def test_ranges_that_make_no_sense_are_not_asked(start, end, step) -> None:  # type: ignore[no-untyped-def]
    with serving() as server:
        async with connected(server) as source:
            with pytest.raises(Rejected):
                await source.range("up", start, end, step)

    assert not server.seen


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(400, error("bad_data", "parse error: unexpected end")), "parse error: unexpected end"),
        (Reply(422, error("execution", "many-to-many matching")), "many-to-many matching"),
        (Reply(404, b"not here"), "HTTP 404"),
        (Reply(401, b"<html>log in</html>"), "credentials"),
        (Reply(403, {"error": "tenant unknown"}), "tenant unknown"),
        (Reply(200, b"<html>Welcome</html>", {"Content-Type": "text/html"}), "not a Prometheus"),
        (Reply(200, b""), "not a Prometheus"),
        (Reply(200, b"[" * 100_000), "not a Prometheus"),
        (Reply(200, {"hello": "world"}), "not a Prometheus"),
        (Reply(200, b"[1, 2]"), "not a Prometheus"),
        (Reply(200, {"status": "success"}), "cannot be read"),
        (Reply(200, {"status": "success", "data": {"resultType": "vector", "result": "no"}}), "cannot be read"),
        (
            Reply(200, {"status": "success", "data": {"resultType": "vector", "result": [{"metric": 5}]}}),
            "cannot be read",
        ),
    ],
)
async def test_what_later_will_not_help_is_rejected_at_once(reply: Reply, says: str) -> None:
    with serving(reply) as server:
        async with connected(server) as source:
            with pytest.raises(Rejected) as refused:
                await source.instant("up", NOON)

    assert says in refused.value.says
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [429, 502, 504])
async def test_what_may_help_soon_is_tried_again(status: int) -> None:
    clock = PromptClock()
    with serving(Reply(status, b"<html>"), Reply(body=ONE)) as server:
        async with connected(server, clock) as source:
            assert await source.instant("up", NOON)

    assert len(server.seen) == 2
    assert clock.slept == [0.2]


async def test_after_some_attempts_it_is_unavailable() -> None:
    with serving(Reply(502, b"<html>")) as server:
        async with connected(server) as source:
            with pytest.raises(Unavailable):
                await source.instant("up", NOON)

    assert len(server.seen) == ATTEMPTS


async def test_a_short_retry_after_is_obeyed() -> None:
    clock = PromptClock()
    with serving(Reply(429, b"", {"Retry-After": "2"}), Reply(body=ONE)) as server:
        async with connected(server, clock) as source:
            assert await source.instant("up", NOON)

    assert clock.slept == [2.0]


async def test_a_long_retry_after_is_told_and_kept_to() -> None:
    with serving(Reply(429, b"", {"Retry-After": "60"})) as server:
        async with connected(server) as source:
            with pytest.raises(Unavailable) as refused:
                await source.instant("up", NOON)
            with pytest.raises(Unavailable) as again:
                await source.instant("up", NOON)

    assert refused.value.retry_after == MINUTE
    assert refused.value.definite
    assert again.value.retry_after == MINUTE
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(503, error("timeout", "query timed out in expression evaluation")),
        Reply(503, error("canceled", "query was canceled")),
        Reply(503, b"no healthy upstream"),
        Reply(500, error("internal", "disk")),
    ],
)
async def test_a_query_that_is_too_heavy_is_not_sent_again(reply: Reply) -> None:
    with serving(reply) as server:
        async with connected(server) as source:
            with pytest.raises(Unavailable):
                await source.instant("up", NOON)

    assert len(server.seen) == 1


async def test_heavy_queries_say_what_to_do_and_do_not_make_the_source_look_away() -> None:
    with serving(Reply(503, error("timeout", "query timed out"))) as server:
        async with connected(server) as source:
            for _ in range(FAILURES + 2):
                with pytest.raises(TooHeavy) as refused:
                    await source.instant("up", NOON)

    assert "shorter range" in refused.value.advice
    assert len(server.seen) == FAILURES + 2


async def test_a_server_that_is_silent_is_given_up_and_not_asked_twice() -> None:
    with serving(Reply(hold=True)) as server:
        async with connected(server, patience=HASTY) as source:
            began = time.monotonic()
            with pytest.raises(Unavailable):
                await source.instant("up", NOON)

            assert time.monotonic() - began < 10  # the server would have held it for 30
            assert len(server.seen) == 1


@pytest.mark.parametrize("reply", [Reply(body=ONE, cut=True), Reply(body=ONE, stall=True)])
async def test_an_answer_that_breaks_off_is_no_answer(reply: Reply) -> None:
    with serving(reply) as server:
        async with connected(server, patience=HASTY) as source:
            with pytest.raises(Unavailable):
                await source.instant("up", NOON)

            assert len(server.seen) == 1


async def test_a_closed_port_is_tried_again_and_certainly_did_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    clock = PromptClock()
    async with connected(url, clock) as source:
        with pytest.raises(Unavailable) as refused:
            await source.instant("up", NOON)

    assert refused.value.definite
    assert len(clock.slept) == ATTEMPTS - 1


async def test_a_source_that_stays_away_is_left_alone() -> None:
    with serving(Reply(500, b"")) as server:
        async with connected(server) as source:
            for _ in range(FAILURES + 5):
                with pytest.raises(Unavailable):
                    await source.instant("up", NOON)

    assert len(server.seen) == FAILURES


async def test_no_more_go_out_at_once_than_there_are_threads_and_giving_up_frees_nobodys_place() -> None:
    with serving(Reply(hold=True)) as server:
        async with connected(server, patience=Patience(1, 0.3, 10, 10)) as source:
            waiting = [asyncio.create_task(source.instant("up", NOON)) for _ in range(THREADS * 2)]
            while len(server.seen) < THREADS:
                await asyncio.sleep(0.01)
            for task in waiting[:THREADS]:
                task.cancel()
            await asyncio.sleep(0.1)
            assert len(server.seen) == THREADS

            server.let_go.set()
            server.script = [Reply(body=ONE)]
            answers = await asyncio.gather(*waiting, return_exceptions=True)

    assert sum(isinstance(answer, asyncio.CancelledError) for answer in answers) == THREADS
    assert server.most <= THREADS
    assert all(not isinstance(answer, BaseException) for answer in answers[THREADS:])


async def test_waiting_for_a_free_thread_has_an_end_too() -> None:
    with serving(Reply(hold=True)) as server:
        async with connected(server, patience=Patience(1, 0.3, 10, 0.5)) as source:
            asked = [source.instant("up", NOON) for _ in range(THREADS + 1)]
            answers = await asyncio.gather(*asked, return_exceptions=True)
            server.let_go.set()

    assert all(isinstance(answer, Unavailable) for answer in answers)


@pytest.mark.parametrize(
    ("access", "sent"),
    [
        ({}, None),
        ({"token": "secret"}, "Bearer secret"),
        ({"user": "anna", "password": "grün"}, "Basic YW5uYTpncsO8bg=="),
    ],
)
async def test_credentials_are_sent(access: dict[str, str], sent: str | None) -> None:
    with serving(Reply(body=ONE)) as server:
        async with connected(server, **access) as source:
            await source.instant("up", NOON)

    assert server.seen[0].headers.get("Authorization") == sent


def test_credentials_are_not_shown() -> None:
    shown = repr(Access("http://x", token="hush", password="hush"))
    assert "hush" not in shown


async def test_metrics_are_what_is_described_and_what_is_there() -> None:
    metadata = {"status": "success", "data": {"up_seconds": [{"type": "gauge", "help": "Up.", "unit": ""}]}}
    names = {"status": "success", "data": ["up_seconds", "job:rule"]}
    with serving() as server:
        server.by_path = {
            "/api/v1/metadata": Reply(body=metadata),
            "/api/v1/label/__name__/values": Reply(body=names),
        }
        async with connected(server) as source:
            found = await source.metrics()

    assert [(metric.name, metric.type, metric.unit) for metric in found] == [
        ("job:rule", "unknown", ""),
        ("up_seconds", "gauge", "seconds"),
    ]


async def test_a_server_without_descriptions_still_has_names() -> None:
    with serving() as server:
        server.by_path = {
            "/api/v1/metadata": Reply(404, b"no such page"),
            "/api/v1/label/__name__/values": Reply(body={"status": "success", "data": ["up"]}),
        }
        async with connected(server) as source:
            assert [metric.name for metric in await source.metrics()] == ["up"]


async def test_values_are_those_of_the_last_hour() -> None:
    with serving(Reply(body={"status": "success", "data": ["a", "b"]})) as server:
        async with connected(server) as source:
            assert await source.values("job") == ("a", "b")

    assert server.seen[0].path == "/api/v1/label/job/values"
    assert float(server.seen[0].query["start"][0]) == (NOON - HOUR).timestamp()


@pytest.mark.parametrize("label", ["a/b", "../query", "", "a b", "1a", "a?x=1"])
async def test_a_label_that_is_none_is_not_asked_for(label: str) -> None:
    with serving() as server:
        async with connected(server) as source:
            with pytest.raises(Rejected):
                await source.values(label)

    assert not server.seen


async def test_warnings_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with serving(Reply(body={**ONE, "warnings": ["a store is away"]})) as server:
        async with connected(server) as source:
            assert await source.instant("up", NOON)

    (record,) = [record for record in caplog.records if record.name.startswith("integrations")]
    assert record.__dict__["notes"] == ("a store is away",)


async def test_a_link_opens_the_same_query_in_prometheus() -> None:
    async with connected("http://prometheus.example:9090") as source:
        link = source.link('up{job="a b"} > 0', NOON - HOUR, NOON)
        at_once = source.link("up", NOON, NOON)

    parts = urlsplit(link)
    assert (parts.netloc, parts.path) == ("prometheus.example:9090", "/graph")
    assert parse_qs(parts.query) == {
        "g0.expr": ['up{job="a b"} > 0'],
        "g0.tab": ["0"],
        "g0.range_input": ["3600s"],
        "g0.end_input": ["2026-03-18 12:00:00"],
    }
    assert parse_qs(urlsplit(at_once).query)["g0.moment_input"] == ["2026-03-18 12:00:00"]


async def test_after_the_end_there_is_no_answer() -> None:
    with serving(Reply(body=ONE)) as server:
        connection = Connection(Access(server.url), PromptClock(), PATIENT)
        connection.close()
        with pytest.raises(Unavailable):
            await connection.query("up", NOON)


async def test_the_integration_checks_itself() -> None:
    targets = {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1, "3"]}]}}
    with serving(Reply(body=targets), Reply()) as server:
        async with aiohttp.ClientSession() as session:
            built: Integration = INTEGRATION.build(Settings(url=server.url + "/"), Parts(session, PromptClock()))
            await built.start()
            assert await built.check() == "Prometheus answers; it watches 3 targets."
            assert await built.check() == "Prometheus answers, but watches nothing yet."
            await built.stop()
