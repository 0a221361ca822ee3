"""Presses, dialogs, thumbs: over HTTP, as Teams sends them."""

from typing import Any

import pytest

from bot.model.message import Click
from tests.unit.teams.stand_ins import CHANNEL, House
from tests.unit.teams.walk import walk

MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"
HELP = {"i": "help", "a": {"topic": "latency"}}


async def invoke(bot: House, name: str, value: Any, **more: Any) -> tuple[int, Any]:
    return await bot.tell(bot.activity(type="invoke", name=name, value=value, replyToId="88", text=None, **more))


def executed(data: Any) -> dict[str, Any]:
    return {"action": {"type": "Action.Execute", "verb": "help", "data": data}, "trigger": "manual"}


async def test_a_press_is_kept_and_answered_at_once(bot: House) -> None:
    status, body = await invoke(bot, "adaptiveCard/action", executed(HELP))
    assert status == 200
    assert (body["statusCode"], body["type"]) == (200, MESSAGE)
    (message,) = bot.desk.received
    assert message.click == Click("help", {"topic": "latency"}, f"{CHANNEL}:88")
    assert message.place.thread == "1760000000000"


async def test_a_press_delivered_twice_is_one(bot: House) -> None:
    answers = [await invoke(bot, "adaptiveCard/action", executed(HELP)) for _ in range(2)]
    assert [status for status, _ in answers] == [200, 200]
    assert answers[0][1]["value"] != answers[1][1]["value"]
    assert len(bot.desk.received) == 1


@pytest.mark.parametrize("value", [None, [], "x", {}, {"action": 3}, executed(None), executed({"other": 1})])
async def test_a_press_we_do_not_know_gets_a_sentence(bot: House, value: Any) -> None:
    status, body = await invoke(bot, "adaptiveCard/action", value)
    assert (status, body["type"], body["statusCode"]) == (200, ERROR, 400)
    assert bot.desk.received == []


async def test_a_press_that_could_not_be_kept_says_so(bot: House) -> None:
    bot.desk.away = True
    status, body = await invoke(bot, "adaptiveCard/action", executed(HELP))
    assert (status, body["type"], body["statusCode"]) == (200, ERROR, 503)
    assert "does not answer" in body["value"]["message"]


async def test_a_dialog_opens_with_the_form_of_the_desk(bot: House) -> None:
    data = {"i": "ask_metric", "a": {"metric": "latency"}, "q": ["window"], "msteams": {"type": "task/fetch"}}
    status, body = await invoke(bot, "task/fetch", {"data": data, "context": {"theme": "dark"}})
    assert (status, body["task"]["type"]) == (200, "continue")
    card = body["task"]["value"]["card"]["content"]
    assert walk(card) == []
    assert [e["id"] for e in card["body"]] == ["d.window"]
    assert card["actions"][0]["data"] == {"i": "ask_metric", "a": {"metric": "latency"}, "f": "d", "q": ["window"]}
    assert bot.desk.received == []


async def test_a_wrong_dialog_comes_back_with_what_is_wrong(bot: House) -> None:
    bot.desk.wrong = {"window": "That is no time span.", "": "Something else."}
    data = {"i": "ask_metric", "a": {}, "f": "d", "q": ["window"], "d.window": "yesterday"}
    status, body = await invoke(bot, "task/submit", {"data": data})
    card = body["task"]["value"]["card"]["content"]
    assert (status, walk(card)) == (200, [])
    told = [e["inlines"][0]["text"] for e in card["body"] if e["type"] == "RichTextBlock"]
    assert told == ["Something else.", "That is no time span."]
    assert [e.get("value") for e in card["body"] if e["type"] == "Input.Text"] == ["yesterday"]
    assert bot.desk.received == []


async def test_a_filled_dialog_is_kept_and_closes(bot: House) -> None:
    data = {"i": "ask_metric", "a": {"metric": "latency"}, "f": "d", "q": ["window"], "d.window": "P1D"}
    status, body = await invoke(bot, "task/submit", {"data": data})
    assert (status, body["task"]["type"]) == (200, "message")
    (message,) = bot.desk.received
    assert message.click == Click("ask_metric", {"metric": "latency", "window": "P1D"}, f"{CHANNEL}:88")


@pytest.mark.parametrize("name", ["task/fetch", "task/submit"])
@pytest.mark.parametrize("value", [None, {"data": 3}, {"data": {}}])
async def test_a_dialog_of_nothing_closes_with_a_sentence(bot: House, name: str, value: Any) -> None:
    status, body = await invoke(bot, name, value)
    assert (status, body["task"]["type"]) == (200, "message")


async def test_a_dialog_that_could_not_be_kept_says_so(bot: House) -> None:
    bot.desk.away = True
    _, body = await invoke(bot, "task/submit", {"data": HELP})
    assert "does not answer" in body["task"]["value"]


async def test_a_thumb_is_kept(bot: House) -> None:
    value = {"actionName": "feedback", "actionValue": {"reaction": "like", "feedback": '{"feedbackText":"good"}'}}
    assert await invoke(bot, "message/submitAction", value) == (200, "")
    (message,) = bot.desk.received
    assert message.click == Click(
        "feedback", {"positive": True, "of": f"{CHANNEL}:88", "comment": "good"}, f"{CHANNEL}:88"
    )


async def test_more_than_a_thumb_can_be_asked(bot: House) -> None:
    value = {"data": {"actionName": "feedback", "actionValue": {"reaction": "dislike"}}}
    status, body = await invoke(bot, "message/fetchTask", value)
    assert (status, body["task"]["type"]) == (200, "continue")


async def test_another_submit_action_is_refused(bot: House) -> None:
    assert (await invoke(bot, "message/submitAction", {"actionName": "other"}))[0] == 400


@pytest.mark.parametrize(("value", "text", "intent"), [("status", "status", None), (HELP, "", "help")])
async def test_a_suggestion_is_a_message(bot: House, value: Any, text: str, intent: str | None) -> None:
    assert (await invoke(bot, "suggestedActions/submit", value))[0] == 200
    (message,) = bot.desk.received
    assert (message.text, message.click and message.click.intent) == (text, intent)


@pytest.mark.parametrize("name", ["composeExtension/query", "signin/verifyState", "", None])
async def test_an_invoke_we_do_not_know_is_501_and_nothing_else(bot: House, name: str | None) -> None:
    assert (await invoke(bot, name or "", {}))[0] == 501
    assert bot.desk.received == []
