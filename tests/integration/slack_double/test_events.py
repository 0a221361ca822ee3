"""What the bot is told: which events, how they are signed, and when they come again."""

import asyncio
import json
from typing import Any

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from handlers.playground.doubles.bus import Fault
from tests.integration.slack_double.conftest import SECRET, Build, Rig

INCIDENTS = "C0INCIDENTS"


def events(rig: Rig) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in rig.bot.requests]


async def until(rig: Rig, count: int) -> None:
    for _ in range(500):
        if len(rig.bot.requests) >= count:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"only {len(rig.bot.requests)} requests came")


async def said(rig: Rig, text: str, channel: str = INCIDENTS, **more: Any) -> str:
    answer = await rig.slack.control("message", {"channel": channel, "text": text, **more})
    await rig.slack.settle()
    return str(answer["ts"])


async def test_a_mention_is_signed_as_slack_signs(rig: Rig) -> None:
    ts = await said(rig, "@Nightdesk how is checkout?")
    [(headers, body)] = rig.bot.requests
    clock = type("At", (), {"now": lambda _: rig.clock.now().timestamp()})()
    assert SignatureVerifier(SECRET, clock=clock).is_valid_request(body, headers)
    assert not SignatureVerifier("other", clock=clock).is_valid_request(body, headers)
    told = json.loads(body)
    assert told["type"] == "event_callback"
    assert told["authorizations"][0] == {
        "enterprise_id": None,
        "team_id": "T0NIGHT",
        "user_id": "U0NIGHTDESK",
        "is_bot": True,
        "is_enterprise_install": False,
    }
    event = told["event"]
    assert (event["type"], event["text"], event["ts"]) == (
        "app_mention",
        "<@U0NIGHTDESK> how is checkout?",
        ts,
    )


async def test_channels_are_heard_only_when_mentioned(rig: Rig) -> None:
    await said(rig, "lunch?")
    assert rig.bot.requests == []


async def test_with_message_channels_one_mention_comes_twice(build: Build) -> None:
    rig = await build(message_channels=True)
    ts = await said(rig, "@Nightdesk hello")
    first, second = events(rig)
    assert {first["event"]["type"], second["event"]["type"]} == {"app_mention", "message"}
    assert first["event"]["ts"] == second["event"]["ts"] == ts
    assert first["event_id"] != second["event_id"]


async def test_direct_messages_need_no_mention(rig: Rig) -> None:
    await said(rig, "hello", "D0ANNA")
    [told] = events(rig)
    assert (told["event"]["type"], told["event"]["channel_type"]) == ("message", "im")


async def test_a_reply_names_its_thread(rig: Rig) -> None:
    root = await said(rig, "@Nightdesk a")
    await said(rig, "@Nightdesk b", thread_ts=root)
    assert events(rig)[1]["event"]["thread_ts"] == root


async def test_the_bot_hears_itself(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel="D0ANNA", text="hi")
    await rig.client.chat_update(channel="D0ANNA", ts=posted["ts"], text="hi again")
    await rig.client.chat_delete(channel="D0ANNA", ts=posted["ts"])
    await rig.slack.settle()
    mine, changed, deleted = sorted((told["event"] for told in events(rig)), key=lambda event: event["event_ts"])
    assert mine["bot_id"] == "B0NIGHTDESK"
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "hi again")
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", posted["ts"])


async def test_a_mention_where_the_bot_is_not_is_not_heard(rig: Rig) -> None:
    rig.slack.workspace.channels[INCIDENTS].members.remove("U0NIGHTDESK")
    await said(rig, "@Nightdesk hello")
    assert rig.bot.requests == []
    assert rig.messages(INCIDENTS)[-1]["user"] == "USLACKBOT"


async def test_joining_and_opening_and_stopping_are_told(rig: Rig) -> None:
    rig.slack.workspace.channels["C0GENERAL"].members.remove("U0NIGHTDESK")
    await rig.client.conversations_join(channel="C0GENERAL")
    await rig.slack.control("home", {"tab": "messages"})
    await rig.slack.control("stop", {"channel": "D0ANNA", "thread_ts": "1.1"})
    await rig.slack.settle()
    by_type = {told["event"]["type"]: told["event"] for told in events(rig)}
    assert set(by_type) == {"member_joined_channel", "app_home_opened", "agent_session_stopped"}
    assert (by_type["app_home_opened"]["tab"], by_type["app_home_opened"]["channel"]) == ("messages", "D0ANNA")
    assert by_type["agent_session_stopped"]["streaming_message_ts"] == []


async def test_a_failure_is_tried_again_at_once_then_after_one_and_five_minutes(rig: Rig) -> None:
    rig.bot.answers = [web.Response(status=500) for _ in range(4)]
    await said(rig, "@Nightdesk hello")
    await until(rig, 2)
    for seconds, count in ((59, 2), (1, 3), (299, 3), (1, 4), (3_600, 4)):
        await rig.clock.advance(seconds)
        await until(rig, count)
        assert len(rig.bot.requests) == count
        await asyncio.sleep(0.05)  # the answer must be back before time goes on
    retries = [
        (headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")) for headers, _ in rig.bot.requests
    ]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({told["event_id"] for told in events(rig)}) == 1


async def test_a_bot_can_ask_for_no_retry(rig: Rig) -> None:
    rig.bot.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    await said(rig, "@Nightdesk hello")
    await rig.clock.advance(3_600)
    assert len(rig.bot.requests) == 1


async def test_three_seconds_is_too_long(rig: Rig) -> None:
    never = asyncio.Event()

    async def hang() -> web.Response:
        await never.wait()
        return web.Response()

    rig.bot.answers = [hang]
    await rig.slack.control("message", {"channel": INCIDENTS, "text": "@Nightdesk hello"})
    await until(rig, 1)
    await rig.clock.advance(3)
    await until(rig, 2)
    never.set()
    assert rig.bot.requests[1][0]["X-Slack-Retry-Reason"] == "http_timeout"


async def test_nobody_there_is_a_failed_connection(rig: Rig) -> None:
    rig.slack.courier.bot_url = "http://127.0.0.1:9"
    await said(rig, "@Nightdesk hello")
    while len(rig.bus.log) < 2:  # the retry at once fails, too
        await asyncio.sleep(0.005)
    rig.slack.courier.bot_url = rig.bot.url
    await rig.clock.advance(60)
    await until(rig, 1)
    assert rig.bot.requests[0][0]["X-Slack-Retry-Reason"] == "connection_failed"


async def test_a_lost_answer_brings_the_same_event_again(rig: Rig) -> None:
    rig.faults.add(Fault("drop", match="/slack/events"))
    await said(rig, "@Nightdesk hello")
    await until(rig, 2)
    first, second = events(rig)
    assert first["event_id"] == second["event_id"]


async def test_the_last_event_can_be_delivered_again(rig: Rig) -> None:
    await said(rig, "@Nightdesk hello")
    answer = await rig.slack.control("retry", {})
    assert answer["statuses"] == [200]
    assert rig.bot.requests[1][0]["X-Slack-Retry-Num"] == "1"
    assert rig.bot.requests[0][1] == rig.bot.requests[1][1]


async def test_requests_to_the_bot_are_written_down(rig: Rig) -> None:
    await said(rig, "@Nightdesk hello")
    entry = rig.bus.log[-1]
    assert (entry["direction"], entry["path"], entry["status"]) == ("out", "/slack/events app_mention", 200)
    assert entry["ms"] > 0
