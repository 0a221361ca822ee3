"""Streams, status lines, sessions and prompts."""

from typing import Any

import pytest

from handlers.playground.doubles.bus import Fault
from tests.integration.slack_double.conftest import Build, Rig, error_of

INCIDENTS, IM = "C0INCIDENTS", "D0ANNA"
RECIPIENT = {"recipient_team_id": "T0NIGHT", "recipient_user_id": "U0ANNA"}


async def asked(rig: Rig, channel: str = INCIDENTS) -> str:
    return str((await rig.slack.control("message", {"channel": channel, "text": "@Nightdesk hi"}))["ts"])


async def started(rig: Rig, **more: Any) -> tuple[str, str]:
    thread = await asked(rig)
    begun = await rig.client.chat_startStream(channel=INCIDENTS, thread_ts=thread, **RECIPIENT, **more)
    return thread, str(begun["ts"])


def streaming(rig: Rig) -> dict[str, Any]:
    return rig.messages(INCIDENTS)[-1]


class TestStreams:
    async def test_text_grows_and_ends(self, rig: Rig) -> None:
        _, ts = await started(rig, markdown_text="Reading")
        assert streaming(rig)["streaming"]
        await rig.client.chat_appendStream(channel=INCIDENTS, ts=ts, markdown_text=" **now**")
        divider = {"type": "divider"}
        ended = await rig.client.chat_stopStream(channel=INCIDENTS, ts=ts, markdown_text=".", blocks=[divider])
        assert ended["message"]["text"] == "Reading **now**."
        assert [block["type"] for block in streaming(rig)["blocks"]] == ["markdown", "divider"]
        assert streaming(rig)["streaming"] is False

    async def test_the_clients_own_helper_works(self, rig: Rig) -> None:
        thread = await asked(rig)
        stream = await rig.client.chat_stream(channel=INCIDENTS, thread_ts=thread, buffer_size=4, **RECIPIENT)
        for word in ("one ", "two ", "three"):
            await stream.append(markdown_text=word)
        await stream.stop(session_status="active")
        assert streaming(rig)["text"] == "one two three"
        assert rig.slack.state()["sessions"][f"{INCIDENTS}:{thread}"]["status"] == "active"

    async def test_tasks_stand_as_cards_and_change_in_place(self, rig: Rig) -> None:
        _, ts = await started(rig)
        task = {"type": "task_update", "id": "t1", "title": "Read metrics", "status": "in_progress"}
        await rig.client.chat_appendStream(channel=INCIDENTS, ts=ts, chunks=[task])
        done = {**task, "status": "complete", "output": "12 series"}
        words = {"type": "markdown_text", "text": "Done."}
        await rig.client.chat_appendStream(channel=INCIDENTS, ts=ts, chunks=[done, words])
        card, text = streaming(rig)["blocks"]
        assert (card["type"], card["status"], card["task_id"]) == ("task_card", "complete", "t1")
        assert text["text"] == "Done."

    async def test_in_plan_mode_tasks_stand_together(self, rig: Rig) -> None:
        _, ts = await started(rig, task_display_mode="plan")
        chunks = [
            {"type": "plan_update", "title": "Looking into it"},
            {"type": "task_update", "id": "1", "title": "Metrics", "status": "complete"},
            {"type": "task_update", "id": "2", "title": "Deploys", "status": "pending"},
        ]
        await rig.client.chat_appendStream(channel=INCIDENTS, ts=ts, chunks=chunks)
        [plan] = streaming(rig)["blocks"]
        assert (plan["title"], [task["title"] for task in plan["tasks"]]) == (
            "Looking into it",
            ["Metrics", "Deploys"],
        )

    async def test_in_channels_the_recipient_is_needed(self, rig: Rig) -> None:
        thread = await asked(rig)
        client = rig.client
        nobody = client.chat_startStream(channel=INCIDENTS, thread_ts=thread)
        assert await error_of(nobody) == "missing_recipient_team_id"
        half = client.chat_startStream(channel=INCIDENTS, thread_ts=thread, recipient_team_id="T0NIGHT")
        assert await error_of(half) == "missing_recipient_user_id"
        direct = await asked(rig, IM)
        assert (await client.chat_startStream(channel=IM, thread_ts=direct))["ok"]

    @pytest.mark.parametrize(
        "chunk",
        [
            {"type": "shout", "text": "x"},
            {"type": "task_update", "id": "1", "title": "x", "status": "done"},
            {"type": "task_update", "id": "1", "title": "x", "status": "complete", "colour": "red"},
            {"type": "markdown_text", "text": ""},
        ],
    )
    async def test_wrong_chunks_are_refused(self, rig: Rig, chunk: dict[str, Any]) -> None:
        _, ts = await started(rig)
        call = rig.client.api_call("chat.appendStream", json={"channel": INCIDENTS, "ts": ts, "chunks": [chunk]})
        assert await error_of(call) == "invalid_chunks"

    async def test_a_stream_lives_five_minutes_however_busy(self, rig: Rig) -> None:
        _, ts = await started(rig)
        for _ in range(4):
            await rig.clock.advance(60)
            await rig.client.chat_appendStream(channel=INCIDENTS, ts=ts, markdown_text=".")
        await rig.clock.advance(60)
        late = rig.client.chat_appendStream(channel=INCIDENTS, ts=ts, markdown_text=".")
        assert await error_of(late) == "message_not_in_streaming_state"
        stop = rig.client.chat_stopStream(channel=INCIDENTS, ts=ts)
        assert await error_of(stop) == "message_not_in_streaming_state"
        assert streaming(rig)["streaming"] is False
        assert (await rig.client.chat_update(channel=INCIDENTS, ts=ts, markdown_text="whole"))["ok"]

    async def test_a_fault_ends_it_earlier(self, rig: Rig) -> None:
        _, ts = await started(rig)
        rig.faults.add(Fault("expire", match="appendStream"))
        call = rig.client.chat_appendStream(channel=INCIDENTS, ts=ts, markdown_text=".")
        assert await error_of(call) == "message_not_in_streaming_state"

    async def test_a_growing_message_cannot_be_edited(self, rig: Rig) -> None:
        _, ts = await started(rig)
        call = rig.client.chat_update(channel=INCIDENTS, ts=ts, text="x")
        assert await error_of(call) == "streaming_state_conflict"

    async def test_only_streams_of_the_bot_grow(self, rig: Rig) -> None:
        ts = await asked(rig)
        theirs = rig.client.chat_appendStream(channel=INCIDENTS, ts=ts, markdown_text="x")
        assert await error_of(theirs) == "message_not_owned_by_app"
        mine = (await rig.client.chat_postMessage(channel=INCIDENTS, text="x"))["ts"]
        plain = rig.client.chat_appendStream(channel=INCIDENTS, ts=mine, markdown_text="x")
        assert await error_of(plain) == "message_not_in_streaming_state"

    async def test_too_much_text_is_refused_and_nothing_is_kept(self, rig: Rig) -> None:
        _, ts = await started(rig, markdown_text="x" * 12_000)
        more = rig.client.chat_appendStream(channel=INCIDENTS, ts=ts, markdown_text="x" * 1_201)
        assert await error_of(more) == "msg_blocks_too_long"
        assert len(streaming(rig)["text"]) == 12_000
        over = rig.client.chat_appendStream(channel=INCIDENTS, ts=ts, markdown_text="x" * 12_001)
        assert await error_of(over) == "invalid_arguments"

    async def test_a_person_can_stop_it(self, rig: Rig) -> None:
        thread, ts = await started(rig, markdown_text="Reading")
        answer = await rig.slack.control("stop", {"channel": INCIDENTS, "thread_ts": thread})
        assert answer["streaming_message_ts"] == [ts]
        call = rig.client.chat_appendStream(channel=INCIDENTS, ts=ts, markdown_text=".")
        assert await error_of(call) == "stopped_by_user"
        assert (await rig.client.chat_stopStream(channel=INCIDENTS, ts=ts, markdown_text=" Stopped."))["ok"]


class TestAgent:
    async def test_a_status_goes_with_the_next_message(self, rig: Rig) -> None:
        thread = await asked(rig)
        await rig.client.assistant_threads_setStatus(channel_id=INCIDENTS, thread_ts=thread, status="is reading")
        assert rig.slack.state()["status"] == {f"{INCIDENTS}:{thread}": "is reading"}
        await rig.client.chat_postMessage(channel=INCIDENTS, thread_ts=thread, text="here")
        assert rig.slack.state()["status"] == {}

    async def test_a_status_goes_after_two_minutes(self, rig: Rig) -> None:
        thread = await asked(rig)
        set_status = rig.client.assistant_threads_setStatus
        await set_status(channel_id=INCIDENTS, thread_ts=thread, status="is reading")
        await rig.clock.advance(119)
        assert rig.slack.state()["status"]
        await set_status(channel_id=INCIDENTS, thread_ts=thread, status="is counting")
        await rig.clock.advance(119)
        assert rig.slack.state()["status"]
        await rig.clock.advance(1)
        assert rig.slack.state()["status"] == {}

    async def test_a_status_needs_a_thread_that_exists(self, rig: Rig) -> None:
        set_status = rig.client.assistant_threads_setStatus
        wrong = set_status(channel_id=INCIDENTS, thread_ts="1.1", status="x")
        assert await error_of(wrong) == "invalid_thread_ts"
        thread = await asked(rig)
        many = set_status(channel_id=INCIDENTS, thread_ts=thread, status="x", loading_messages=["y"] * 11)
        assert await error_of(many) == "invalid_arguments"

    async def test_prompts_with_a_thread_are_silently_ignored(self, rig: Rig) -> None:
        prompts = [{"title": "What is broken?", "message": "What is broken?"}]
        suggest = rig.client.assistant_threads_setSuggestedPrompts
        thread = await asked(rig, IM)
        assert (await suggest(channel_id=IM, thread_ts=thread, prompts=prompts))["ok"]
        assert rig.slack.state()["prompts"] == {}
        call = {"channel_id": IM, "prompts": prompts}
        await rig.client.api_call("assistant.threads.setSuggestedPrompts", json=call)
        assert rig.slack.state()["prompts"] == {IM: prompts}
        five = rig.client.api_call("assistant.threads.setSuggestedPrompts", json={**call, "prompts": prompts * 5})
        assert await error_of(five) == "invalid_arguments"

    async def test_prompts_need_an_agent(self, build: Build) -> None:
        rig = await build(agent_view=False)
        call = {"channel_id": IM, "prompts": [{"title": "a", "message": "b"}]}
        suggest = rig.client.api_call("assistant.threads.setSuggestedPrompts", json=call)
        assert await error_of(suggest) == "not_agent_app"

    async def test_sessions_begin_and_are_renamed(self, rig: Rig) -> None:
        client, thread = rig.client, await asked(rig)
        place = {"channel_id": INCIDENTS, "thread_ts": thread}
        assert await error_of(client.agents_sessions_rename(**place, title="x")) == "session_not_found"
        answer = await client.agents_sessions_setStatus(**place, status="processing", title="Checkout")
        assert (answer["agent_status"], answer["title"]) == ("processing", "Checkout")
        await client.agents_sessions_rename(**place, title="Checkout is slow")
        session = rig.slack.state()["sessions"][f"{INCIDENTS}:{thread}"]
        assert session == {"status": "processing", "title": "Checkout is slow"}
        assert await error_of(client.agents_sessions_rename(**place, title="x" * 201)) == "invalid_name"
        odd = client.agents_sessions_setStatus(**place, status="dreaming")
        assert await error_of(odd) == "invalid_status"
        nowhere = client.agents_sessions_setStatus(channel_id=INCIDENTS, status="active")
        assert await error_of(nowhere) == "thread_ts_required"

    async def test_a_thread_has_a_title(self, rig: Rig) -> None:
        thread = await asked(rig, IM)
        await rig.client.assistant_threads_setTitle(channel_id=IM, thread_ts=thread, title="Checkout")
        assert rig.slack.state()["titles"] == {f"{IM}:{thread}": "Checkout"}
