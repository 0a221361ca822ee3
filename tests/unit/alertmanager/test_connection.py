"""An Alertmanager that misbehaves, over real HTTP: what each of its faults means to us."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from bot.model.errors import Rejected, Unavailable
from integrations.alertmanager.connection import Access, Connection
from integrations.alertmanager.silences import AlertmanagerSilences
from tests.fakes import NOON, DrivenClock

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
HOUR = timedelta(hours=1)
SILENCE = {
    "id": "s1",
    "status": {"state": "active"},
    "startsAt": "2026-03-18T12:00:00.000Z",
    "endsAt": "2026-03-18T13:00:00.000Z",
    "createdBy": "Anna",
    "comment": "c",
    "matchers": [{"name": "a", "value": "b", "isRegex": False}],  # as before 0.22, without isEqual
}


@asynccontextmanager
async def silencer(answer: Answer, **access: str) -> AsyncIterator[AlertmanagerSilences]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    patience = aiohttp.ClientTimeout(total=0.3)
    try:
        async with aiohttp.ClientSession() as session:
            yield AlertmanagerSilences(Connection(Access(address, **access), session, DrivenClock(), patience))
    finally:
        await runner.cleanup()


async def _create(there: AlertmanagerSilences) -> str:
    return await there.create(('a="b"',), NOON, NOON + HOUR, "Anna", "c")


def _says(status: int, text: str = "", **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, headers=headers)

    return answer


@pytest.mark.parametrize(
    ("status", "text", "told"),
    [
        (400, '"silence invalid: no"\n', "Alertmanager says: silence invalid: no"),
        (422, '{"code":602,"message":"comment in body is required"}', "comment in body is required"),
        (401, "", "does not accept our credentials"),
        (403, '"forbidden by proxy"', "forbidden by proxy"),
        (404, "404 page not found", "404 page not found"),
        (400, "<html>no</html>", "HTTP 400"),
        (302, "", "is not an Alertmanager"),
        (200, "<html>please log in</html>", "is not an Alertmanager"),
        (200, "[]", "is not an Alertmanager"),
        (200, '{"silenceID"', "is not an Alertmanager"),
    ],
)
async def test_what_it_refuses(status: int, text: str, told: str) -> None:
    headers = {"Location": "/login"} if status == 302 else {}
    async with silencer(_says(status, text, **headers)) as there:
        with pytest.raises(Rejected) as problem:
            await _create(there)
    assert told in problem.value.says
    assert "<html>" not in problem.value.says


@pytest.mark.parametrize(("status", "definite"), [(429, True), (500, False), (502, False), (503, False)])
async def test_what_may_pass(status: int, definite: bool) -> None:
    async with silencer(_says(status, "busy", **{"Retry-After": "7"})) as there:
        with pytest.raises(Unavailable) as problem:
            await _create(there)
    assert problem.value.definite is definite
    assert problem.value.retry_after == timedelta(seconds=7)


async def test_a_call_that_never_left_is_definite(unused_port: int) -> None:
    async with aiohttp.ClientSession() as session:
        there = AlertmanagerSilences(Connection(Access(f"http://127.0.0.1:{unused_port}"), session, DrivenClock()))
        with pytest.raises(Unavailable) as problem:
            await _create(there)
    assert problem.value.definite
    assert "ALERTMANAGER_URL" in problem.value.advice


async def test_an_answer_that_does_not_come_leaves_it_open_and_is_not_asked_for_twice() -> None:
    calls: list[str] = []
    never = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        calls.append(request.method)
        await never.wait()
        return web.Response()

    async with silencer(answer) as there:
        with pytest.raises(Unavailable) as problem:
            await _create(there)
        never.set()
    assert not problem.value.definite
    assert calls == ["POST"]


async def test_a_connection_that_breaks_leaves_it_open() -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with silencer(answer) as there:
        with pytest.raises(Unavailable) as problem:
            await _create(there)
    assert not problem.value.definite


async def test_after_too_many_faults_it_is_left_alone() -> None:
    calls: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        calls.append(request.path)
        return web.Response(status=500)

    async with silencer(answer) as there:
        for _ in range(8):
            with pytest.raises(Unavailable):
                await there.silences()
    assert len(calls) == 5


async def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.alertmanager.connection.LARGEST", 1000)
    async with silencer(_says(200, "[" + " " * 2000 + "]")) as there:
        with pytest.raises(Rejected, match="too large"):
            await there.silences()


@pytest.mark.parametrize(
    ("access", "header", "value"),
    [
        ({"token": "hush"}, "Authorization", "Bearer hush"),
        ({"user": "anna", "password": "ü"}, "Authorization", "Basic YW5uYTrDvA=="),
        ({"tenant": "night"}, "X-Scope-OrgID", "night"),
    ],
)
async def test_it_says_who_it_is(access: dict[str, str], header: str, value: str) -> None:
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers.get(header, ""))
        return web.json_response([])

    async with silencer(answer, **access) as there:
        assert await there.silences() == ()
    assert seen == [value]


async def test_what_rings_is_asked_for_by_filters_that_keep_every_sign() -> None:
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.extend(request.query.getall("filter"))
        assert (request.query["silenced"], request.query["active"]) == ("false", "true")
        alert = {"labels": {"alertname": "Slow", "severity": "page"}, "annotations": {"summary": "It is slow"}}
        return web.json_response([alert, {"labels": {}}])

    async with silencer(answer) as there:
        ringing = await there.hidden_now(('a=~"x+&y=%2B #"', 'b!="ä"'))
    assert seen == ['a=~"x+&y=%2B #"', 'b!="ä"']
    assert [(one.title, one.severity.value) for one in ringing] == [
        ("It is slow", "critical"),
        ("an alert without a name", "medium"),
    ]


@pytest.mark.parametrize(
    "body", [{}, [1], [{"id": "s1"}], [{**SILENCE, "startsAt": "noon"}], [{**SILENCE, "matchers": 3}]]
)
async def test_a_list_that_is_none(body: object) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response(body)

    async with silencer(answer) as there:
        with pytest.raises(Rejected, match="is not an Alertmanager"):
            await there.silences()


async def test_matchers_of_old_versions_mean_equal() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response([SILENCE])

    async with silencer(answer) as there:
        (standing,) = await there.silences()
    assert standing.matchers == ('a="b"',)
    assert (standing.starts_at, standing.ends_at) == (NOON, NOON + HOUR)
