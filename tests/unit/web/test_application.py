import asyncio
import gzip
import io
import logging
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from bot.model.errors import Forbidden, Misconfigured, Rejected, TooOften, Unavailable
from bot.model.reply import File
from handlers.playground.log_events import pushes
from handlers.web import health, middleware
from tests.fakes import NOON
from tests.unit.web.conftest import Client, House, Serve

TEXT = File("märz/kosten.csv", "text/csv; charset=utf-8", b"a,b\n1,2\n")
TOMORROW = NOON + timedelta(days=1)


def _raises(problem: BaseException):
    async def handler(_request: web.Request) -> web.Response:
        raise problem

    return handler


async def _echo(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.read())))


def _path(url: str) -> str:
    split = urlsplit(url)
    return f"{split.path}?{split.query}"


# Health


async def test_alive(client: Client):
    response = await client.get("/healthz")
    assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_ready_when_every_part_is(client: Client, house: House):
    response = await client.get("/readyz")
    assert (response.status, (await response.json())["parts"]) == (200, {"database": "ok", "accepting": "ok"})
    house.parts = {"database": False, "clock": True}
    response = await client.get("/readyz")
    assert response.status == 503
    assert await response.json() == {
        "status": "down",
        "parts": {"database": "down", "clock": "ok", "accepting": "ok"},
    }


async def test_not_ready_while_draining_but_alive(client: Client, app: web.Application):
    app[health.DRAIN].set()
    assert (await client.get("/readyz")).status == 503
    assert (await client.get("/healthz")).status == 200


async def test_a_part_that_hangs_or_raises_is_down(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(health, "ANSWERED_WITHIN", timedelta(milliseconds=20))
    house.hangs = True
    response = await client.get("/readyz")
    assert (response.status, (await response.json())["parts"]["check"]) == (503, "down")
    assert "readiness could not be found out" in caplog.text


# Figures


async def test_figures_are_written_for_prometheus(client: Client, house: House):
    house.meters.count("answers", platform="slack", intent="ask_metric", status="ok")
    await client.get("/healthz")
    await client.get("/made-up-by-a-stranger")
    text = await (await client.get("/metrics")).text()
    assert 'aiops_answers_total{intent="ask_metric",platform="slack",status="ok"} 1.0' in text
    assert 'aiops_http_requests_total{method="GET",route="/healthz",status="200"} 1.0' in text
    assert 'aiops_http_requests_total{method="GET",route="none",status="404"} 1.0' in text
    assert "made-up" not in text


async def test_figures_are_written_without_the_database_too(client: Client, house: House):
    assert "aiops_parcels_waiting 3.0" in await (await client.get("/metrics")).text()
    house.files.away = True
    response = await client.get("/metrics")
    assert (response.status, "aiops_parcels_waiting NaN" in await response.text()) == (200, True)


@pytest.mark.parametrize(
    ("given", "status"), [("", 401), ("Bearer sesam", 401), ("sesame", 401), ("Bearer ü", 401), ("Bearer sesame", 200)]
)
async def test_figures_may_want_a_token(house: House, serve: Serve, given: str, status: int):
    house.metrics_token = "sesame"
    client = await serve(house.build())
    assert (await client.get("/metrics", headers={"Authorization": given})).status == status


# What fails


async def test_what_nobody_expected_is_an_id_and_never_a_trace(
    app: web.Application, serve: Serve, caplog: pytest.LogCaptureFixture
):
    app.router.add_get("/broken", _raises(ZeroDivisionError("the secret reason")))
    client = await serve(app)
    response = await client.get("/broken")
    text = await response.text()
    assert response.status == 500
    assert "secret reason" not in text
    assert "Traceback" not in text
    (record,) = [record for record in caplog.records if record.message == "request failed"]
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.error_id in text  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("problem", "status", "says", "retry_after"),
    [
        (Unavailable("The database"), 503, "The database does not answer at the moment.", "5"),
        (Unavailable("Slack", retry_after=timedelta(seconds=1.2)), 503, "Slack does not answer", "2"),
        (TooOften("You ask too often.", retry_after=timedelta(seconds=30)), 429, "You ask too often.", "30"),
        (Forbidden("You may not do this."), 403, "You may not do this.", None),
        (Rejected("That makes no sense.", advice="Ask otherwise."), 422, "That makes no sense. Ask otherwise.", None),
        (Misconfigured("SLACK_BOT_TOKEN is missing."), 500, "The log names it.", None),
        (web.HTTPConflict(text="as it is"), 409, "as it is", None),
    ],
)
async def test_what_is_expected_is_told(
    app: web.Application, serve: Serve, problem: Exception, status: int, says: str, retry_after: str | None
):
    app.router.add_get("/problem", _raises(problem))
    client = await serve(app)
    response = await client.get("/problem")
    assert response.status == status
    assert says in await response.text()
    assert response.headers.get("Retry-After") == retry_after


async def test_every_answer_has_safe_headers(app: web.Application, serve: Serve):
    app.router.add_get("/broken", _raises(ZeroDivisionError()))
    client = await serve(app)
    for path in ("/healthz", "/nowhere", "/broken", "/files/a/b"):
        headers = (await client.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert headers["Cache-Control"] == "no-store", path
        assert headers["Server"] == "nightdesk", path


@pytest.mark.parametrize(
    ("size", "status"), [(0, 200), (middleware.LARGEST_BODY, 200), (middleware.LARGEST_BODY + 1, 413)]
)
async def test_a_body_has_a_largest_size(app: web.Application, serve: Serve, size: int, status: int):
    app.router.add_post("/echo", _echo)
    client = await serve(app)

    async def pieces():
        for start in range(0, size, 65536):
            yield b"x" * min(65536, size - start)

    assert (await client.post("/echo", data=io.BytesIO(b"x" * size))).status == status
    assert (await client.post("/echo", data=pieces())).status == status  # without a Content-Length


async def test_a_packed_body_is_measured_unpacked(app: web.Application, serve: Serve):
    app.router.add_post("/echo", _echo)
    client = await serve(app)
    packed = gzip.compress(b"x" * (20 * middleware.LARGEST_BODY))
    assert len(packed) < middleware.LARGEST_BODY
    response = await client.post("/echo", data=packed, headers={"Content-Encoding": "gzip"})
    assert response.status == 413


async def test_a_request_that_does_not_arrive_is_given_up(
    app: web.Application, serve: Serve, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(middleware, "REQUEST_LASTS", timedelta(milliseconds=50))
    app.router.add_post("/echo", _echo)
    client = await serve(app)
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"POST /echo HTTP/1.1\r\nHost: bot\r\nContent-Length: 10\r\n\r\nx")
    assert b" 408 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_an_answer_that_does_not_come_is_given_up(
    app: web.Application, serve: Serve, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(middleware, "REQUEST_LASTS", timedelta(milliseconds=50))
    never = asyncio.Event()

    async def hang(_request: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    app.router.add_get("/hang", hang)
    assert (await (await serve(app)).get("/hang")).status == 503


async def test_what_pushes_goes_on_while_somebody_listens(
    app: web.Application, serve: Serve, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(middleware, "REQUEST_LASTS", timedelta(milliseconds=1))
    enough = asyncio.Event()

    @pushes
    async def push(_request: web.Request) -> web.Response:
        asyncio.get_running_loop().call_later(0.05, enough.set)
        await enough.wait()
        return web.Response()

    app.router.add_get("/push", push)
    assert (await (await serve(app)).get("/push")).status == 200


# Downloads


async def test_a_signed_link_opens_its_file(client: Client, house: House):
    house.files.files["acme", "k1"] = (TEXT, TOMORROW)
    response = await client.get(_path(house.links.make("acme", "k1", TOMORROW)))
    assert (response.status, await response.read()) == (200, TEXT.content)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=\"m_rz_kosten.csv\"; filename*=UTF-8''m%C3%A4rz_kosten.csv"
    )
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("media", "policy"),
    [("image/png", "cross-origin"), ("image/svg+xml", "same-origin"), ("text/html", "same-origin")],
)
async def test_only_pictures_may_stand_in_the_pages_of_a_chat(client: Client, house: House, media: str, policy: str):
    house.files.files["acme", "k1"] = (File("chart.png", media, b"x"), TOMORROW)
    response = await client.get(_path(house.links.make("acme", "k1", TOMORROW)))
    assert response.headers["Cross-Origin-Resource-Policy"] == policy


async def test_a_file_name_cannot_write_headers(client: Client, house: House):
    house.files.files["acme", "k1"] = (File('a"\r\nSet-Cookie: x=1', "text/html\r\nX: y", b"x"), TOMORROW)
    response = await client.get(_path(house.links.make("acme", "k1", TOMORROW)))
    assert response.status == 200
    assert "Set-Cookie" not in response.headers
    assert response.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("tenant", "forge", "after", "status", "says"),
    [
        ("acme", "", timedelta(0), 200, ""),
        ("acme", "0", timedelta(0), 403, "not valid"),
        ("acme", "", timedelta(days=2), 410, "expired"),
        ("acme", "0", timedelta(days=2), 403, "not valid"),
        ("globex", "", timedelta(0), 404, "no longer kept"),
    ],
)
async def test_any_other_link_is_refused_in_words(
    client: Client, house: House, tenant: str, forge: str, after: timedelta, status: int, says: str
):
    house.files.files["acme", "k1"] = (TEXT, TOMORROW)
    await house.clock.advance(after.total_seconds())
    response = await client.get(_path(house.links.make(tenant, "k1", TOMORROW)) + forge)
    assert response.status == status
    assert says in await response.text()


async def test_a_link_without_a_signature_is_refused(client: Client):
    assert (await client.get("/files/acme/k1")).status == 403


async def test_a_database_that_is_away_is_told(client: Client, house: House):
    house.files.away = True
    response = await client.get(_path(house.links.make("acme", "k1", TOMORROW)))
    assert (response.status, response.headers["Retry-After"]) == (503, "5")
