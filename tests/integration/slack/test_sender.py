from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.errors import Rejected, Unavailable
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.reply import File, Files, Reply, Text
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Order, Step
from handlers.platform import download_key
from handlers.playground.examples import EXAMPLES
from tests.contracts.replies import big_reply
from tests.fakes import NOON
from tests.integration.slack.conftest import ONE, Bench, Start

CHANNEL = Place("slack", "T0NIGHT", "C0OPS")
THREAD = CHANNEL.in_thread("1773835100.000100")
CHAT = Place("slack", "T0NIGHT", "D0ANNA", "1773835100.000100", PlaceKind.PERSONAL)
ANNA = Account("slack", "T9THEIRS", "U0ANNA")
SHORT = EXAMPLES["short"]
BOTH = Reply("CSV.", (Files((File("a.csv", "text/csv", b"a\n"), File("a-table.csv", "text/csv", b"b\n"))),))


def order(place: Place = THREAD, reply: Reply = SHORT, receipt: Receipt | None = None, key: str = "k#1") -> Order:
    return Order(DEFAULT_TENANT, place, reply, key, receipt)


async def send(bench: Bench, **given: Any) -> Receipt:
    return await bench.surface.platform.send(order(**given))


async def test_a_message_goes_into_its_thread(bench: Bench) -> None:
    receipt = await send(bench)
    (call,) = bench.slack.named("chat.postMessage")
    assert receipt == Receipt(f"C0OPS:{bench.slack.messages[0]['ts']}")
    assert (call["channel"], call["thread_ts"]) == ("C0OPS", THREAD.thread)
    assert call["metadata"] == {"event_type": "nightdesk_parcel", "event_payload": {"key": "k#1"}}
    assert (call["unfurl_links"], call["unfurl_media"]) == (False, False)
    assert bench.slack.headers["Authorization"] == "Bearer xoxb-one"


async def test_an_update_changes_the_same_message(bench: Bench) -> None:
    receipt = await send(bench, place=CHANNEL)
    again = await send(bench, place=CHANNEL, reply=Reply("Now it is slow."), receipt=receipt, key="k#2")
    assert again == receipt
    (message,) = bench.slack.messages
    assert message["text"] == "Now it is slow."
    assert message["metadata"]["event_payload"] == {"key": "k#2"}


async def test_a_message_that_is_gone_is_said_anew(bench: Bench) -> None:
    receipt = await send(bench, receipt=Receipt("C0OPS:1.0"))
    assert receipt.id == f"C0OPS:{bench.slack.messages[0]['ts']}"


async def test_the_home_page_is_published(bench: Bench) -> None:
    home = Place("slack", "T0NIGHT", "U0ANNA", kind=PlaceKind.HOME)
    await send(bench, place=home, reply=EXAMPLES["status"])
    (call,) = bench.slack.named("views.publish")
    assert (call["user_id"], call["view"]["type"]) == ("U0ANNA", "home")
    assert {block["type"] for block in call["view"]["blocks"]}.isdisjoint({"table", "data_visualization"})


async def test_files_on_the_home_page_can_be_fetched(bench: Bench) -> None:
    home = Place("slack", "T0NIGHT", "U0ANNA", kind=PlaceKind.HOME)
    await send(bench, place=home, reply=EXAMPLES["files"])
    key = download_key(EXAMPLES["files"].blocks[0].files[0])  # type: ignore[union-attr]
    async with bench.storage.work(DEFAULT_TENANT) as work:
        assert await work.downloads.get(key, bench.clock.now()) is not None


async def test_where_the_newest_blocks_have_not_arrived_it_is_drawn_without(bench: Bench) -> None:
    bench.slack.refuses_newest = True
    await send(bench, reply=EXAMPLES["metric"])
    assert len(bench.slack.named("chat.postMessage")) == 2
    (message,) = bench.slack.messages
    assert "data_visualization" not in {block["type"] for block in message["blocks"]}


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
async def test_the_last_resort_is_a_sentence_and_a_file(bench: Bench, code: str) -> None:
    bench.slack.fail("chat.postMessage", code, code)
    await send(bench, reply=EXAMPLES["metric"])
    (message,) = bench.slack.messages
    assert "blocks" not in message
    assert len(bench.slack.uploads) == 1


class TestFiles:
    async def test_they_go_into_the_thread_of_their_message(self, bench: Bench) -> None:
        receipt = await send(bench, place=CHANNEL, reply=EXAMPLES["files"])
        (asked,) = bench.slack.named("files.getUploadURLExternal")
        (done,) = bench.slack.named("files.completeUploadExternal")
        assert (asked["filename"], asked["length"]) == ("services.csv", "27")
        assert (done["channel_id"], done["thread_ts"]) == ("C0OPS", receipt.id.partition(":")[2])
        assert bench.slack.uploads == [b"service,p95\ncheckout,0.412\n"]

    async def test_what_did_not_fit_is_attached(self, bench: Bench) -> None:
        await send(bench, reply=big_reply(3))
        assert "answer.txt" in {call["filename"] for call in bench.slack.named("files.getUploadURLExternal")}

    async def test_an_update_does_not_attach_the_same_again(self, bench: Bench) -> None:
        receipt = await send(bench, reply=EXAMPLES["files"])
        await send(bench, reply=EXAMPLES["files"], receipt=receipt)
        assert len(bench.slack.uploads) == 1

    async def test_several_stand_in_one_message(self, bench: Bench) -> None:
        await send(bench, reply=BOTH)
        (done,) = bench.slack.named("files.completeUploadExternal")
        assert [one["title"] for one in done["files"]] == ["a.csv", "a-table.csv"]
        assert bench.slack.uploads == [b"a\n", b"b\n"]

    async def test_an_update_after_a_restart_brings_only_what_is_new(self, bench: Bench, start: Start) -> None:
        receipt = await send(bench, reply=EXAMPLES["files"])
        again = await start(**ONE, api_url=f"{bench.slack.url}/api/")
        files = Files((*EXAMPLES["files"].blocks[0].files, File("new.csv", "text/csv", b"n\n")))  # type: ignore[union-attr]
        await send(again, reply=Reply("Both.", (files,)), receipt=receipt)
        assert [call["filename"] for call in bench.slack.named("files.getUploadURLExternal")] == [
            "services.csv", "new.csv",
        ]  # fmt: skip

    async def test_one_that_is_not_taken_is_linked_beside_the_others(self, bench: Bench) -> None:
        bench.slack.fail("files.getUploadURLExternal", "file_uploads_disabled")
        await send(bench, place=CHANNEL, reply=BOTH)
        (done,) = bench.slack.named("files.completeUploadExternal")
        assert [one["title"] for one in done["files"]] == ["a-table.csv"]
        assert [one["text"] for one in bench.slack.messages[1:]] == ["📎 a.csv"]

    async def test_what_cannot_be_looked_for_is_not_posted_twice(self, bench: Bench) -> None:
        bench.slack.fail("files.completeUploadExternal", "lost")
        bench.slack.fail("conversations.replies", "missing_scope")
        await send(bench, place=CHANNEL, reply=EXAMPLES["files"])
        assert len(bench.slack.named("files.completeUploadExternal")) == 1
        assert len(bench.slack.messages) == 2  # the answer, and a link to the file

    async def test_an_upload_is_tried_again(self, bench: Bench) -> None:
        bench.slack.fail("files.completeUploadExternal", 503)
        await send(bench, reply=EXAMPLES["files"])
        assert len(bench.slack.named("files.completeUploadExternal")) == 2
        assert len(bench.slack.messages) == 1

    async def test_where_uploads_are_switched_off_there_is_a_link(self, bench: Bench) -> None:
        bench.slack.fail("files.getUploadURLExternal", "file_uploads_disabled")
        await send(bench, place=CHANNEL, reply=EXAMPLES["files"])
        message, linked = bench.slack.messages
        assert linked["thread_ts"] == message["ts"]
        assert linked["blocks"][0]["elements"][0]["elements"][1]["url"].startswith("https://n.example/")

    async def test_a_missing_file_is_no_reason_to_post_again(
        self, bench: Bench, caplog: pytest.LogCaptureFixture
    ) -> None:
        bench.slack.fail("files.getUploadURLExternal", 500, 500)
        bench.slack.fail("chat.postMessage", None, 500)
        await send(bench, reply=EXAMPLES["files"])
        assert len(bench.slack.messages) == 1
        assert "a file is missing" in caplog.text


class TestProblems:
    @pytest.mark.parametrize("wait", [1, 30])
    async def test_too_fast(self, bench: Bench, wait: int) -> None:
        bench.slack.fail("chat.postMessage", (429, {"Retry-After": str(wait)}))
        with pytest.raises(Unavailable) as caught:
            await send(bench)
        assert caught.value.definite
        assert caught.value.retry_after == timedelta(seconds=wait)

    @pytest.mark.parametrize("failure", [500, 502, 503, "internal_error", "lost"])
    async def test_it_may_have_arrived(self, bench: Bench, failure: Any) -> None:
        bench.slack.fail("chat.postMessage", failure)
        with pytest.raises(Unavailable) as caught:
            await send(bench)
        assert not caught.value.definite
        assert len(bench.slack.named("chat.postMessage")) == 1  # nobody below the outbox posts twice

    async def test_no_answer_in_time(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("handlers.slack.api.PATIENCE", timedelta(0))
        with pytest.raises(Unavailable) as caught:
            await send(bench)
        assert not caught.value.definite

    async def test_no_connection(self, start: Start, unused_port: int) -> None:
        bench = await start(**ONE, api_url=f"http://127.0.0.1:{unused_port}/api/")
        with pytest.raises(Unavailable) as caught:
            await send(bench)
        assert caught.value.definite

    @pytest.mark.parametrize(
        ("code", "says"),
        [
            ("channel_not_found", "Slack does not show me this channel."),
            ("not_in_channel", "I am not a member of this channel."),
            ("is_archived", "This channel is archived."),
            ("account_inactive", "Nightdesk was removed from this workspace."),
            ("token_revoked", "The bot's token was revoked."),
            ("invalid_auth", "Slack does not accept the bot's token."),
            ("something_new", "Slack refused: something new."),
        ],
    )
    async def test_slack_says_no(self, bench: Bench, code: str, says: str) -> None:
        bench.slack.fail("chat.postMessage", code)
        with pytest.raises(Rejected) as caught:
            await send(bench)
        assert (caught.value.code, caught.value.says) == (code, says)

    async def test_a_dead_token_is_asked_about_again(self, bench: Bench) -> None:
        bench.slack.fail("chat.postMessage", "token_revoked")
        with pytest.raises(Rejected):
            await send(bench)
        await send(bench)
        assert len(bench.slack.named("auth.test")) == 2


class TestFind:
    @pytest.mark.parametrize("place", [CHANNEL, THREAD])
    async def test_what_was_posted_although_no_answer_came(self, bench: Bench, place: Place) -> None:
        for n in range(3):
            await send(bench, place=place, key=f"other#{n}")
        bench.slack.fail("chat.postMessage", "lost")
        with pytest.raises(Unavailable):
            await send(bench, place=place)
        found = await bench.surface.platform.find(DEFAULT_TENANT, place, "k#1", NOON)
        assert found == Receipt(f"C0OPS:{bench.slack.messages[-1]['ts']}")

    async def test_nothing_was_posted(self, bench: Bench) -> None:
        await send(bench, key="other#1")
        assert await bench.surface.platform.find(DEFAULT_TENANT, THREAD, "k#1", NOON) is None

    async def test_nobody_elses_metadata_counts(self, bench: Bench) -> None:
        await send(bench)
        del bench.slack.messages[0]["bot_id"]
        assert await bench.surface.platform.find(DEFAULT_TENANT, THREAD, "k#1", NOON) is None

    async def test_where_one_may_not_look(self, bench: Bench) -> None:
        bench.slack.fail("conversations.replies", "missing_scope")
        assert await bench.surface.platform.find(DEFAULT_TENANT, THREAD, "k#1", NOON) is None

    async def test_slack_being_away_is_not_nothing(self, bench: Bench) -> None:
        bench.slack.fail("conversations.replies", 500)
        with pytest.raises(Unavailable):
            await bench.surface.platform.find(DEFAULT_TENANT, THREAD, "k#1", NOON)


class TestLive:
    async def begin(self, bench: Bench, place: Place = CHAT) -> Receipt:
        receipt = await bench.surface.platform.begin(DEFAULT_TENANT, place, ANNA)
        assert receipt is not None
        assert receipt.live
        return receipt

    async def test_steps_and_the_answer_are_one_message(self, bench: Bench) -> None:
        receipt = await self.begin(bench)
        for step in (Step("Reading metrics"), Step("Comparing"), Step("Comparing", "done")):
            await bench.surface.platform.progress(DEFAULT_TENANT, CHAT, step, receipt)
        done = await send(bench, place=CHAT, receipt=receipt)
        assert done == Receipt(receipt.id)
        (message,) = bench.slack.messages
        assert message["blocks"]
        told = [[(c["title"], c["status"]) for c in one["chunks"]] for one in bench.slack.named("chat.appendStream")]
        assert told == [
            [("Reading metrics", "in_progress")],
            [("Reading metrics", "complete"), ("Comparing", "in_progress")],
            [("Comparing", "complete")],
        ]

    async def test_what_still_runs_is_closed_by_the_answer(self, bench: Bench) -> None:
        receipt = await self.begin(bench)
        await bench.surface.platform.progress(DEFAULT_TENANT, CHAT, Step("Reading"), receipt)
        await send(bench, place=CHAT, receipt=receipt)
        (call,) = bench.slack.named("chat.stopStream")
        assert [(chunk["title"], chunk["status"]) for chunk in call["chunks"]] == [("Reading", "complete")]

    async def test_a_stream_that_slack_has_ended_is_updated(self, bench: Bench) -> None:
        receipt = await self.begin(bench)
        bench.slack.live.clear()
        assert await send(bench, place=CHAT, receipt=receipt) == Receipt(receipt.id)
        assert bench.slack.messages[0]["text"].endswith("All six services are healthy.")

    async def test_a_stream_that_still_lives_is_finished_instead_of_updated(self, bench: Bench) -> None:
        receipt = await self.begin(bench)
        await send(bench, place=CHAT, receipt=replace(receipt, live=False))
        assert not bench.slack.live

    async def test_two_refusals_do_not_go_round_in_circles(self, bench: Bench) -> None:
        receipt = await self.begin(bench)
        bench.slack.fail("chat.stopStream", "message_not_in_streaming_state")
        with pytest.raises(Rejected):
            await send(bench, place=CHAT, receipt=receipt)

    async def test_a_finished_stream_without_the_newest_blocks(self, bench: Bench) -> None:
        receipt = await self.begin(bench)
        bench.slack.refuses_newest = True
        await send(bench, place=CHAT, reply=EXAMPLES["metric"], receipt=receipt)
        assert not bench.slack.live

    async def test_it_is_streamed_to_the_person_who_asked(self, bench: Bench) -> None:
        await self.begin(bench, THREAD)
        (call,) = bench.slack.named("chat.startStream")
        assert (call["recipient_user_id"], call["recipient_team_id"]) == ("U0ANNA", "T9THEIRS")
        assert call["thread_ts"] == THREAD.thread

    @pytest.mark.parametrize("place", [CHANNEL, replace(CHAT, thread=""), replace(CHAT, kind=PlaceKind.HOME)])
    async def test_nothing_lives_outside_threads(self, bench: Bench, place: Place) -> None:
        assert await bench.surface.platform.begin(DEFAULT_TENANT, place, ANNA) is None

    async def test_no_stream_is_no_error(self, bench: Bench) -> None:
        bench.slack.fail("chat.startStream", "channel_type_not_supported")
        assert await bench.surface.platform.begin(DEFAULT_TENANT, CHAT, ANNA) is None

    async def test_a_status_line_where_nothing_lives(self, bench: Bench) -> None:
        progress = bench.surface.platform.progress
        await progress(DEFAULT_TENANT, THREAD, Step("Reading metrics"), None)
        await progress(DEFAULT_TENANT, THREAD, Step("Comparing"), None)
        await send(bench)
        assert [call["status"] for call in bench.slack.named("assistant.threads.setStatus")] == [
            "Reading metrics",
            "Comparing",
        ]
        assert [call["status"] for call in bench.slack.named("agents.sessions.setStatus")] == ["processing", "active"]

    async def test_a_failed_step_clears_the_status(self, bench: Bench) -> None:
        await bench.surface.platform.progress(DEFAULT_TENANT, THREAD, Step("Reading", "failed"), None)
        assert bench.slack.named("assistant.threads.setStatus")[0]["status"] == ""

    @pytest.mark.parametrize("failure", ["channel_not_found", 500, (429, {"Retry-After": "1"})])
    async def test_progress_never_raises(self, bench: Bench, failure: Any) -> None:
        bench.slack.fail("assistant.threads.setStatus", failure)
        bench.slack.fail("chat.appendStream", failure)
        await bench.surface.platform.progress(DEFAULT_TENANT, THREAD, Step("Reading"), None)
        await bench.surface.platform.progress(DEFAULT_TENANT, CHAT, Step("Reading"), Receipt("D0ANNA:1.0", live=True))


async def test_text_stays_within_what_an_update_takes(bench: Bench) -> None:
    receipt = await send(bench, reply=Reply("<" * 9_000, (Text(("x",)),)))
    await send(bench, reply=Reply("&" * 9_000), receipt=receipt)
    assert all(len(call["text"]) <= 4_000 for call in bench.slack.named("chat.update"))
