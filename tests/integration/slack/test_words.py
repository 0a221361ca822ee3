"""Early words of an answer in a live message, and the answer that takes their place."""

from dataclasses import replace
from typing import Any

import pytest

from bot.model.parcel import Receipt
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Step, Stopped
from tests.integration.slack.conftest import Bench
from tests.integration.slack.test_sender import ANNA, CHAT, send


async def begun(bench: Bench) -> Receipt:
    receipt = await bench.surface.platform.begin(DEFAULT_TENANT, CHAT, ANNA)
    assert receipt is not None
    return receipt


async def tell(bench: Bench, receipt: Receipt, *steps: Step) -> None:
    for step in steps:
        await bench.surface.platform.progress(DEFAULT_TENANT, CHAT, step, receipt)


def chunks(bench: Bench) -> list[list[dict[str, Any]]]:
    return [call["chunks"] for call in bench.slack.named("chat.appendStream")]


async def test_only_what_is_new_is_appended_and_nothing_in_it_is_markup(bench: Bench) -> None:
    receipt = await begun(bench)
    await tell(
        bench, receipt, Step("Writing"), Step("It is *slow*.", "words"), Step("It is *slow*. A <deploy>.", "words")
    )
    _, first, second = chunks(bench)
    assert [one["type"] for one in first] == ["task_update", "markdown_text"]
    assert first[0]["status"] == "complete"
    assert "*" in first[1]["text"]
    assert "*slow*" not in first[1]["text"]
    assert second == [{"type": "markdown_text", "text": " A &lt;deploy&gt;."}]


async def test_the_answer_takes_their_place(bench: Bench) -> None:
    receipt = await begun(bench)
    await tell(bench, receipt, Step("It is slow.", "words"))
    await send(bench, place=CHAT, receipt=receipt)
    (stop,) = bench.slack.named("chat.stopStream")
    assert not stop.get("blocks")
    (update,) = bench.slack.named("chat.update")
    assert update["blocks"]
    (message,) = bench.slack.messages
    assert "It is slow." not in str(message)


async def test_so_it_does_where_another_process_began_it(bench: Bench) -> None:
    receipt = await begun(bench)
    other = Receipt(receipt.id, live=True)
    bench.surface.platform._live._holds.pop(receipt.id)  # as after a restart
    await send(bench, place=CHAT, receipt=other)
    assert len(bench.slack.named("chat.update")) == 1


async def test_steps_alone_stay_above_the_answer(bench: Bench) -> None:
    receipt = await begun(bench)
    await tell(bench, receipt, Step("Reading"))
    await send(bench, place=CHAT, receipt=receipt)
    assert bench.slack.named("chat.update") == []


async def test_what_can_be_stopped_has_a_button_that_goes_with_the_answer(bench: Bench) -> None:
    receipt = await begun(bench)
    await tell(bench, receipt, Step("Reading", stops=True), Step("Comparing", stops=True))
    first, second = chunks(bench)
    (block,) = first[-1]["blocks"]
    (button,) = block["elements"]
    assert button["text"]["text"] == "Stop"
    assert [one["type"] for one in second] == ["task_update", "task_update"], "one is enough"
    await send(bench, place=CHAT, receipt=receipt)
    assert bench.slack.named("chat.stopStream")[0]["blocks"]
    (message,) = bench.slack.messages
    assert "Stop" not in str(message["blocks"])


async def test_a_stream_that_slack_ends_is_updated(bench: Bench) -> None:
    receipt = await begun(bench)
    bench.slack.live.clear()
    await tell(bench, receipt, Step("It is slow.", "words"), Step("It is slow. A deploy.", "words"), Step("Reading"))
    assert [call["text"] for call in bench.slack.named("chat.update")] == ["It is slow.", "It is slow. A deploy."]
    assert len(bench.slack.named("chat.appendStream")) == 1


async def test_a_person_who_stops_it_is_heard(bench: Bench) -> None:
    receipt = await begun(bench)
    bench.slack.fail("chat.appendStream", "stopped_by_user")
    with pytest.raises(Stopped):
        await tell(bench, receipt, Step("It is slow.", "words"))
    bench.slack.fail("chat.stopStream", "stopped_by_user")
    bench.slack.live.clear()
    assert await send(bench, place=CHAT, receipt=receipt) == replace(receipt, live=False)


@pytest.mark.parametrize("failure", ["channel_not_found", 500, (429, {"Retry-After": "1"})])
async def test_words_that_are_lost_come_with_the_next(bench: Bench, failure: Any) -> None:
    receipt = await begun(bench)
    bench.slack.fail("chat.appendStream", failure)
    await tell(bench, receipt, Step("It is slow.", "words"))
    bench.slack.failures.pop("chat.appendStream", None)
    await tell(bench, receipt, Step("It is slow. A deploy.", "words"))
    assert chunks(bench)[-1][-1]["text"] == "It is slow. A deploy."
