"""The control API over real HTTP: what the page and the tests of the whole call."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.server import KNOWN_TYPES, PAGE, create_app
from tests.integration.playground.recording import RecordingDouble, recording_doubles

GALLERY = [{"name": "short", "reply": {}, "slack": {}, "teams": {}, "html": "<p>x</p>", "plain": "x"}]
BEAT = timedelta(milliseconds=50)


@dataclass
class Playground:
    http: aiohttp.ClientSession
    slack: RecordingDouble
    teams: RecordingDouble
    bus: Bus
    faults: Faults
    runner: web.BaseRunner

    async def get(self, path: str) -> Any:
        async with self.http.get(path) as response:
            assert response.status == 200
            return await response.json()

    async def send(self, method: str, path: str, **given: Any) -> tuple[int, Any]:
        async with self.http.request(method, path, **given) as response:
            return response.status, await response.json()


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[Playground]:
    (slack, teams), bus, faults = recording_doubles(), Bus(), Faults()
    app = create_app(slack, teams, bus, faults, lambda: GALLERY, bot={"name": "Nightdesk"}, heartbeat=BEAT)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as http:
        assert server.runner is not None
        yield Playground(http, slack, teams, bus, faults, server.runner)


async def test_state_holds_both_chats_and_the_bot(playground: Playground) -> None:
    state = await playground.get("/sim/state")
    assert state == {
        "slack": playground.slack.state(),
        "teams": playground.teams.state(),
        "bot": {"name": "Nightdesk"},
    }


async def test_gallery_is_what_main_handed_in(playground: Playground) -> None:
    assert await playground.get("/sim/gallery") == GALLERY


async def test_the_doubles_bring_their_own_routes(playground: Playground) -> None:
    assert await playground.get("/slack/api/ping") == await playground.get("/teams/api/ping") == {"ok": True}


async def test_a_control_call_reaches_its_chat(playground: Playground) -> None:
    answer = await playground.send("POST", "/sim/slack/message", json={"channel": "C0OPS", "text": "hello"})
    assert answer == (200, {"ok": True, "ts": "1.0"})
    assert playground.slack.calls == [("message", {"channel": "C0OPS", "text": "hello"})]
    assert playground.teams.calls == []


async def test_what_a_form_is_told_is_an_answer_and_no_error(playground: Playground) -> None:
    status, answer = await playground.send("POST", "/sim/slack/submit", json={})
    assert (status, answer["ok"], list(answer["errors"])) == (200, False, ["window"])


@pytest.mark.parametrize(
    ("path", "given", "status", "says"),
    [
        ("/sim/slack/needs", {"json": {}}, 400, "`channel` is missing or unknown."),
        ("/sim/slack/refuse", {"json": {}}, 400, "There is no channel C0NONE."),
        ("/sim/slack/away", {"json": {}}, 400, "The bot does not answer at the moment."),
        ("/sim/slack/answer", {"json": {}}, 400, "The view has been closed."),
        ("/sim/teams/nothing", {"json": {}}, 400, "There is no call “nothing”."),
        ("/sim/irc/message", {"json": {}}, 404, "There is no chat “irc”; there are slack and teams."),
        ("/sim/slack/message", {"json": ["text"]}, 400, "The body must be a JSON object."),
        (
            "/sim/slack/message",
            {"data": "{", "headers": {"Content-Type": "application/json"}},
            400,
            "The body is not JSON.",
        ),
        (
            "/sim/slack/message",
            {"data": b"\xff\xfe", "headers": {"Content-Type": "application/json"}},
            400,
            "The body is not JSON.",
        ),
        ("/sim/slack/message", {"data": "text=x"}, 415, "Send the body as application/json."),
        ("/sim/faults", {"json": {"kind": "418"}}, 400, "kind: Input should be '429', '500', '503', 'slow', 'drop'"),
        (
            "/sim/faults",
            {"json": {"kind": "500", "times": -1}},
            400,
            "times: Input should be greater than or equal to 0.",
        ),
        ("/sim/faults", {"json": {"kind": "500", "rate": 0}}, 400, "rate: Input should be greater than 0."),
        ("/sim/faults", {"json": {"kind": "500", "chat": "irc"}}, 400, "chat: "),
        ("/sim/faults", {"json": {"kind": "500", "often": 2}}, 400, "often: Extra inputs are not permitted."),
    ],
)
async def test_bad_calls_are_told_in_a_sentence(
    playground: Playground, path: str, given: dict[str, Any], status: int, says: str
) -> None:
    answered, answer = await playground.send("POST", path, **given)
    assert answered == status
    assert answer["error"].startswith(says)


async def test_a_defect_of_a_double_is_logged_and_told(
    playground: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    status, answer = await playground.send("POST", "/sim/slack/crash", json={})
    assert (status, answer) == (500, {"error": "The simulation failed at this; its log says why."})
    assert "a control call failed" in caplog.text


async def test_faults_are_added_listed_and_cleared(playground: Playground) -> None:
    asked = {"kind": "429", "chat": "slack", "match": "chat.postMessage", "times": 2, "rate": 1.0, "seconds": 3.0}
    assert await playground.send("POST", "/sim/faults", json=asked) == (200, {"ok": True})
    assert await playground.get("/sim/faults") == [{**asked, "hits": 0}]
    fault = playground.faults.next("slack", "chat.postMessage")
    assert fault is not None
    assert fault.seconds == 3.0
    assert await playground.send("DELETE", "/sim/faults") == (200, {"ok": True})
    assert await playground.get("/sim/faults") == []


async def test_the_log_is_filtered_by_chat_and_number(playground: Playground) -> None:
    for chat, path in (("slack", "auth.test"), ("teams", "/v3/conversations"), ("slack", "chat.postMessage")):
        playground.bus.record(chat, "in", "POST", path, status=200, ms=1.24)
    assert [entry["path"] for entry in await playground.get("/sim/log?chat=slack")] == ["auth.test", "chat.postMessage"]
    assert [entry["n"] for entry in await playground.get("/sim/log?chat=&after=1")] == [2, 3]
    assert await playground.get("/sim/log?after=3") == []
    status, answer = await playground.send("GET", "/sim/log?after=first")
    assert (status, answer) == (400, {"error": "`after` is the number of a request, such as 17."})


async def read_line(response: aiohttp.ClientResponse, start: str) -> str:
    async with asyncio.timeout(5):
        while True:
            line = (await response.content.readline()).decode()
            if line.startswith(start):
                return line.strip()


async def test_events_begin_with_a_beat_and_miss_nothing_after_it(playground: Playground) -> None:
    async with playground.http.get("/sim/events") as response:
        assert response.content_type == "text/event-stream"
        await read_line(response, ":")
        for n in range(3):
            playground.bus.publish("slack", "message", n=n)
        for n in range(3):
            event = json.loads((await read_line(response, "data:")).removeprefix("data: "))
            assert event == {"chat": "slack", "type": "message", "data": {"n": n}}
        await read_line(response, ":")  # quiet again: the next beat shows that the line is alive


async def test_events_go_to_every_listener(playground: Playground) -> None:
    async with playground.http.get("/sim/events") as one, playground.http.get("/sim/events") as other:
        await asyncio.gather(read_line(one, ":"), read_line(other, ":"))
        playground.bus.publish("teams", "toast", text="hello")
        assert await read_line(one, "data:") == await read_line(other, "data:")


async def test_streams_end_with_the_server(playground: Playground) -> None:
    async with playground.http.get("/sim/events") as response:
        await read_line(response, ":")
        async with asyncio.timeout(5):
            await playground.runner.shutdown()
            await response.content.read()
        assert response.content.at_eof()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/gallery", "text/html"),
        ("/page/app.js", "text/javascript"),
        ("/page/tokens.css", "text/css"),
    ],
)
async def test_files_have_their_type_and_are_checked_each_time(playground: Playground, path: str, kind: str) -> None:
    async with playground.http.get(path) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-cache"


def test_every_file_of_the_page_has_a_known_type() -> None:
    assert {file.suffix for file in PAGE.rglob("*") if file.is_file()} <= set(KNOWN_TYPES)


@pytest.mark.parametrize(
    "path",
    [
        "/page/none.js",
        "/page/../server.py",
        "/page/%2e%2e/server.py",
        "/page/..%2fserver.py",
        "/page/app",
        "/page/%00.js",
    ],
)
async def test_nothing_outside_the_page_is_served(playground: Playground, path: str) -> None:
    async with playground.http.get(URL(path, encoded=True)) as response:
        assert response.status in (400, 404)


@pytest.mark.parametrize("path", ["/", "/sim/state", "/sim/events", "/slack/api/ping"])
async def test_every_answer_forbids_foreign_content(playground: Playground, path: str) -> None:
    async with playground.http.get(path) as response:
        policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert policy["img-src"] == "'self' data:"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
