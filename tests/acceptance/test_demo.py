"""`nightdesk demo` as a visitor finds it: something goes on in both chats, a press changes both, numbers agree."""

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio

from integrations.demo.world import DemoWorld
from tests.acceptance.rig import ROOT, free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE = 60.0
SLACK_PLACE, TEAMS_PLACE = "C0INCIDENTS", "Incidents"


@dataclass
class Demo:
    url: str
    http: aiohttp.ClientSession
    log: Path
    process: asyncio.subprocess.Process

    async def state(self) -> dict[str, Any]:
        async with self.http.get(f"{self.url}/sim/state") as answer:
            return dict(await answer.json())

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.url}{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return dict(await answer.json())

    async def until(self, found: Callable[[dict[str, Any]], Any], what: str) -> Any:
        """Looks now and then: another process works, and nothing of ours could be waited on."""
        try:
            async with asyncio.timeout(PATIENCE):
                while self.process.returncode is None:
                    with contextlib.suppress(aiohttp.ClientError):
                        if result := found(await self.state()):
                            return result
                    await asyncio.sleep(0.1)
        except TimeoutError:
            pass
        raise AssertionError(f"not seen: {what}\n{self.log.read_text()[-3000:]}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    folder, port, bot_port = tmp_path_factory.mktemp("demo"), free_port(), free_port()
    log = folder / "demo.log"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TEAMS_", "NIGHTDESK_"))}
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "demo", "--port", str(port), "--bot-port", str(bot_port),
            cwd=folder, env={**env, "PYTHONPATH": str(ROOT)}, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as http:
            demo = Demo(f"http://127.0.0.1:{port}", http, log, process)
            await demo.until(
                lambda state: in_teams(state, "Hello") or in_both("nobody has it")(state), "a bot in Teams"
            )
            yield demo
    finally:
        if process.returncode is None:
            process.terminate()
        code = await process.wait()
    assert code == 0
    assert "Traceback" not in log.read_text()


def in_slack(state: dict[str, Any], words: str) -> dict[str, Any] | None:
    messages = state["slack"]["messages"][SLACK_PLACE]
    return next(
        (one for one in messages if words in one["text"] and one.get("thread_ts", one["ts"]) == one["ts"]), None
    )


def in_teams(state: dict[str, Any], words: str) -> dict[str, Any] | None:
    place = next(one["id"] for one in state["teams"]["conversations"] if one["name"] == TEAMS_PLACE)
    activities = state["teams"]["activities"][place]
    return next((one for one in activities if words in (one.get("summary") or "")), None)


def in_both(words: str) -> Callable[[dict[str, Any]], Any]:
    def found(state: dict[str, Any]) -> Any:
        pair = in_slack(state, words), in_teams(state, words)
        return pair if all(pair) else None

    return found


async def test_something_goes_on_without_a_click(demo: Demo) -> None:
    def alike(state: dict[str, Any]) -> Any:
        """Issues of other tests may stand here, too, in any order."""
        messages = state["slack"]["messages"][SLACK_PLACE]
        open_ = [one["text"].lstrip("⚠️🔴 ") for one in messages if "nobody has it" in one["text"]]
        return next((text for text in open_ if in_teams(state, text)), None)

    assert await demo.until(alike, "an issue in both chats, in the same words")


def payments(state: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    return in_slack(state, "payments fails more often"), in_teams(state, "payments fails more often")


def has_it(message: dict[str, Any] | None) -> bool:
    """By now somebody has it, and the message says who."""
    said = str(message and (message.get("summary") or message["text"]))
    return "nobody has it" not in said and "Anna Berger" in said


async def pressed(demo: Demo, message: dict[str, Any], label: str) -> None:
    """The button whose label begins so."""
    rows = [(block["block_id"], element) for block in message["blocks"] for element in block.get("elements", ())]
    block, button = next(
        (block, one) for block, one in rows if one["type"] == "button" and one["text"]["text"].startswith(label)
    )
    await demo.post(
        "/sim/slack/click",
        channel=SLACK_PLACE, ts=message["ts"], block_id=block,
        action_id=button["action_id"], value=button.get("value"),
    )  # fmt: skip


async def test_one_press_changes_both_chats_and_stopping_ends_it_in_both(demo: Demo) -> None:
    await demo.post("/control/incidents/failing-payments")
    slack, teams = await demo.until(in_both("payments fails more often"), "the prepared incident")
    assert "nobody has it" in slack["text"]
    assert "nobody has it" in teams["summary"]

    await pressed(demo, slack, "Acknowledge")
    await demo.until(lambda state: all(has_it(one) for one in payments(state)), "who has it, in both chats")
    async with demo.http.delete(f"{demo.url}/control/incidents/failing-payments") as answer:
        assert answer.status == 200

    await demo.until(in_both("Resolved: payments fails more often"), "the end in both chats")


async def slow_checkout(demo: Demo) -> Any:
    """At some hours of its week the demo world has one of its own; a second on top would make its number old."""
    found = in_both("checkout answers slowly")
    if not found(await demo.state()):
        await demo.post("/control/incidents/slow-checkout")
    return await demo.until(found, "the slow checkout")


async def test_the_answer_says_the_number_of_the_alert(demo: Demo) -> None:
    slack, _ = await slow_checkout(demo)
    said = in_seconds(r"slowly, ([\d.]+) (m?s) ", slack["text"])

    asked = await demo.post("/sim/slack/message", channel="C0GENERAL", text="@Nightdesk latency of checkout")
    answer = await demo.until(lambda state: answered(state, asked["ts"], "latency of checkout"), "the answer")

    # A few scrapes lie between the two.
    assert in_seconds(r"in prod is ([\d.]+) (m?s) \(", answer) == pytest.approx(said, rel=0.1)


def in_seconds(pattern: str, text: str) -> float:
    [(figure, unit)] = re.findall(pattern, text)
    return float(figure) / (1000 if unit == "ms" else 1)


async def test_the_page_can_ask_for_the_data_of_an_answer(demo: Demo) -> None:
    asked = await demo.post("/sim/slack/message", channel="C0GENERAL", text="@Nightdesk errors by service")
    await demo.until(lambda state: answered(state, asked["ts"], "Error rate"), "the answer")
    messages = (await demo.state())["slack"]["messages"]["C0GENERAL"]
    (said,) = [one["ts"] for one in messages if one.get("thread_ts") == asked["ts"] and one.get("bot_id")]
    found = None
    async with asyncio.timeout(PATIENCE):
        while found is None:  # what was said is booked a moment after it is seen
            await asyncio.sleep(0.1)
            async with demo.http.get(f"{demo.url}/control/data", params={"receipt": f"C0GENERAL:{said}"}) as answer:
                found = (await answer.json())["reply"]
    assert {"table", "chart"} <= {block["kind"] for block in found["blocks"]}


async def test_a_silence_stands_in_the_demo_world(demo: Demo) -> None:
    slack, _ = await slow_checkout(demo)
    words = "@Nightdesk silence it for two hours"
    await demo.post("/sim/slack/message", channel=SLACK_PLACE, thread_ts=slack["ts"], text=words)
    preview = await demo.until(lambda state: said_in(state, slack["ts"], "this hides 1 alert now"), "the preview")

    await pressed(demo, preview, "Silence until")
    await demo.until(lambda state: said_in(state, slack["ts"], "silenced it until"), "the silence")
    asked = await demo.post("/sim/slack/message", channel="C0GENERAL", text="@Nightdesk silences")
    await demo.until(
        lambda state: any(
            one.get("thread_ts") == asked["ts"] and "At alertmanager" in str(one)
            for one in state["slack"]["messages"]["C0GENERAL"]
        ),
        "a silence that stands at its source",
    )


def said_in(state: dict[str, Any], thread: str, words: str) -> dict[str, Any] | None:
    messages = state["slack"]["messages"][SLACK_PLACE]
    return next((one for one in messages if one.get("thread_ts") == thread and words in one["text"]), None)


def answered(state: dict[str, Any], thread: str, words: str) -> str | None:
    """What took long was streamed, and then stands in its blocks alone."""
    said = [one for one in state["slack"]["messages"]["C0GENERAL"] if one.get("thread_ts") == thread]
    told = [one["text"] or str(one["blocks"]) for one in said if one.get("bot_id") and not one.get("streaming")]
    return next((one for one in told if words in one), None)


async def test_an_injected_slow_database_is_named_in_both_chats_with_the_figures_of_its_query(demo: Demo) -> None:
    now = datetime.now(UTC)
    own = DemoWorld().stories(now - timedelta(hours=2), now + timedelta(minutes=10))
    if any(effect.thing == "catalog-db" for story in own for effect in story.effects):
        pytest.skip("the demo world has this very incident by itself at this hour of its week")
    await demo.post("/control/incidents/full-pool")

    def analysed(state: dict[str, Any]) -> Any:
        """An issue of the service on that database, once it is analysed."""
        for one in state["slack"]["messages"][SLACK_PLACE]:
            other = in_teams(state, one["text"].lstrip("⚠️🔴🟠🟡 "))
            if "catalog" in one["text"] and all("It coincides with" in str(each) for each in (one, other)):
                return one, other
        return None

    slack, teams = await demo.until(analysed, "the analysis in both chats")
    first = "(?:database pool in use|p95 of database queries)"
    cause = re.findall(rf"It coincides with {first}[^'\"]*UTC", str(slack))[0]
    said, unit = re.findall(rf"{first} ([\d.]+) (%|m?s) \(usually", str(slack))[0]
    assert cause in str(teams)
    assert f"{said} {unit} (usually" in str(teams)

    await pressed(demo, slack, "Query: ")
    answer = await demo.until(
        lambda state: next(
            (
                one
                for one in state["slack"]["messages"][SLACK_PLACE]
                if one.get("thread_ts") == slack["ts"] and "Edit query" in str(one)
            ),
            None,
        ),
        "the query of its first figure",
    )
    told = re.match(r"([\d.]+) ?(%|m?s)? at the end of", answer["text"])
    assert told, answer["text"]
    size = {"%": 0.01, "ms": 0.001}
    assert float(told[1]) * size.get(told[2], 1) == pytest.approx(float(said) * size.get(unit, 1), rel=0.1)
    async with demo.http.delete(f"{demo.url}/control/incidents/full-pool") as ended:
        assert ended.status == 200


async def test_runbook_dashboard_and_graph_of_an_issue_can_be_opened(demo: Demo) -> None:
    await demo.post("/control/incidents/lost-shipping")
    slack, _ = await demo.until(in_both("Critical: shipping is down"), "the lost service")
    pages = re.findall(r"http://[^'\"\s]+/demo/[^'\"\s]+", str(slack["blocks"]))
    assert {urlsplit(address).path.split("/")[2] for address in pages} == {"runbook", "dashboard", "graph"}

    for address in pages:
        async with demo.http.get(address) as answer:
            assert answer.status == 200, address
            assert "<h2" in await answer.text()
