import asyncio
from typing import Any

import pytest

from tests.integration.teams_double.conftest import Json, Teams, at, card_message

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
ACK = {"type": "Action.Execute", "title": "Acknowledge", "verb": "acknowledge", "data": {"issue": "i1"}}
EDIT = {"type": "Action.Submit", "title": "Edit", "data": {"issue": "i1", "msteams": {"type": "task/fetch"}}}
CARD = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Acknowledged"}]}
DIALOG = {"task": {"type": "continue", "value": {"title": "Edit", "card": {"contentType": ADAPTIVE, "content": CARD}}}}


async def card(teams: Teams, place: str, *actions: Json, **more: Any) -> str:
    status, body = await teams.send(place, {**card_message(*actions), **more})
    assert status == 201, body
    return str(body["id"])


async def press(teams: Teams, name: str, place: str, activity: str, action: Any, **more: Any) -> Json:
    return await teams.call(name, conversation=place, activity=activity, action=action, **more)


async def test_bots_hear_channels_only_when_mentioned(teams: Teams) -> None:
    channel = teams.place("channel")
    first = await teams.call("message", conversation=channel, text="anyone there?")
    assert (first["heard"], teams.bot.heard) == (False, [])
    answer = await teams.call("message", conversation=channel, text="@Nightdesk status", root=first["root"])
    (heard,) = teams.bot.heard
    assert (answer["heard"], answer["status"]) == (True, 202)
    assert heard["text"] == "<at>Nightdesk</at> status"
    assert heard["conversation"]["id"] == f"{channel};messageid={first['activity']}"
    assert heard["entities"][0]["mentioned"]["id"] == heard["recipient"]["id"]
    assert heard["id"] == answer["activity"]


async def test_a_personal_chat_needs_no_mention(teams: Teams) -> None:
    chat = teams.place("personal")
    await teams.call("message", conversation=chat, text="status")
    (heard,) = teams.bot.heard
    assert (heard["text"], heard["conversation"]["conversationType"]) == ("status", "personal")
    assert heard["from"]["id"] == teams.double.world.me
    assert teams.bus.log[-1]["direction"] == "out"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"conversation": "19:x", "text": "a"}, "no conversation"),
        ({"text": " "}, "Write something"),
        ({"text": "a", "root": "1"}, "no such thread"),
        ({"text": "a", "user": "29:x"}, "not in this conversation"),
    ],
)
async def test_a_control_call_says_what_is_wrong(teams: Teams, body: Json, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        await teams.call("message", **{"conversation": teams.place("channel"), **body})
    with pytest.raises(ValueError, match="no call"):
        await teams.call("dance")


async def test_retry_brings_the_same_activity(teams: Teams) -> None:
    with pytest.raises(ValueError, match="Nothing was delivered"):
        await teams.call("retry")
    await teams.call("message", conversation=teams.place("personal"), text="status")
    await teams.call("retry")
    assert teams.bot.heard[0] == teams.bot.heard[1]


async def test_execute_shows_the_card_to_the_one_who_pressed(teams: Teams) -> None:
    channel, me = teams.place("channel"), teams.double.world.me
    activity = await card(teams, channel, ACK)
    teams.bot.answers["adaptiveCard/action"] = {"statusCode": 200, "type": ADAPTIVE, "value": CARD}
    answer = await press(teams, "execute", channel, activity, "Acknowledge", inputs={"note": "on it"})
    assert answer["shown"]["kind"] == "card"
    heard = teams.bot.heard[-1]
    assert (heard["type"], heard["name"], heard["replyToId"]) == ("invoke", "adaptiveCard/action", activity)
    assert heard["conversation"]["id"] == f"{channel};messageid={activity}"
    assert heard["value"]["action"]["verb"] == "acknowledge"
    assert heard["value"]["action"]["data"] == {"issue": "i1", "note": "on it"}
    (stored,) = teams.said(channel)
    assert stored["views"][me][0]["content"] == CARD
    assert stored["attachments"][0]["content"]["actions"] == [ACK]  # others see the card as it was
    with pytest.raises(ValueError, match="no such"):
        await press(teams, "execute", channel, activity, ACK)
    other = next(user for user in teams.double.world.people if user != me)
    await press(teams, "execute", channel, activity, ACK, user=other)
    await teams.rest("PUT", at(channel, "activities", activity), {"type": "message", "text": "for all"})
    assert "views" not in teams.said(channel)[0]


async def test_execute_toast_and_errors(teams: Teams) -> None:
    chat = teams.place("personal")
    activity = await card(teams, chat, ACK)
    teams.bot.answers["adaptiveCard/action"] = {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "Done.",
    }
    assert (await press(teams, "execute", chat, activity, ACK))["shown"] == {"kind": "toast", "text": "Done."}
    teams.bot.answers["adaptiveCard/action"] = 501
    assert (await press(teams, "execute", chat, activity, ACK))["shown"]["kind"] == "error"
    teams.bot.answers["adaptiveCard/action"] = {"statusCode": 200, "type": ADAPTIVE, "value": {"type": "AdaptiveCard"}}
    answer = await press(teams, "execute", chat, activity, ACK)
    assert "version" in answer["shown"]["text"]


async def test_an_invoke_is_given_up_after_fifteen_seconds(teams: Teams) -> None:
    chat = teams.place("personal")
    activity = await card(teams, chat, ACK)
    teams.bot.hold = asyncio.Event()
    pressing = asyncio.create_task(press(teams, "execute", chat, activity, ACK))
    await teams.bot.arrived.wait()
    await teams.clock.advance(14.9)
    assert not pressing.done()
    await teams.clock.advance(0.2)
    answer = await pressing
    assert (answer["status"], answer["shown"]["text"]) == (504, "Unable to reach app. Please try again.")
    assert teams.bus.log[-1]["status"] == 504
    teams.bot.hold.set()


async def test_nobody_there(teams: Teams) -> None:
    teams.double._courier._url = "http://127.0.0.1:9/api/messages"
    answer = await teams.call("message", conversation=teams.place("personal"), text="status")
    assert answer["status"] == 502


async def test_dialogs(teams: Teams) -> None:
    chat = teams.place("personal")
    activity = await card(teams, chat, EDIT)
    teams.bot.answers |= {"task/fetch": DIALOG, "task/submit": {"task": {"type": "message", "value": "Saved."}}}
    opened = await press(teams, "submit_action", chat, activity, EDIT)
    assert teams.bot.heard[-1]["value"]["data"]["issue"] == "i1"
    dialog = opened["dialog"]
    assert (dialog["title"], dialog["card"]) == ("Edit", CARD)
    done = await teams.call("dialog_submit", dialog=dialog["id"], data={"note": "x"})
    assert (teams.bot.heard[-1]["name"], teams.bot.heard[-1]["value"]["data"]) == ("task/submit", {"note": "x"})
    assert done["shown"] == {"kind": "message", "text": "Saved."}
    with pytest.raises(ValueError, match="closed"):
        await teams.call("dialog_submit", dialog=dialog["id"], data={})


async def test_a_dialog_goes_on_and_stays_after_a_failure(teams: Teams) -> None:
    chat = teams.place("personal")
    activity = await card(teams, chat, EDIT)
    teams.bot.answers |= {"task/fetch": DIALOG, "task/submit": DIALOG}
    first = (await press(teams, "submit_action", chat, activity, "Edit"))["dialog"]["id"]
    again = await teams.call("dialog_submit", dialog=first, data={})
    assert again["dialog"]["id"] == first
    teams.bot.answers["task/submit"] = 500
    assert (await teams.call("dialog_submit", dialog=first, data={}))["shown"]["kind"] == "error"
    teams.bot.answers["task/submit"] = 200
    assert (await teams.call("dialog_submit", dialog=first, data={}))["shown"] == {"kind": "none"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"a": 1}, {"value": {"a": 1, "note": "x"}}),
        ({"msteams": {"type": "imBack", "value": "status"}}, {"text": "status"}),
        (
            {"b": 2, "msteams": {"type": "messageBack", "text": "hidden", "value": {"c": 3}}},
            {"text": "hidden", "value": {"b": 2, "c": 3, "note": "x"}},
        ),
    ],
)
async def test_submit_is_a_message(teams: Teams, data: Json, expected: Json) -> None:
    chat = teams.place("personal")
    action = {"type": "Action.Submit", "title": "Send", "data": data}
    activity = await card(teams, chat, action)
    await press(teams, "submit_action", chat, activity, action, inputs={"note": "x"})
    heard = teams.bot.heard[-1]
    assert (heard["type"], heard["replyToId"]) == ("message", activity)
    assert {key: heard.get(key) for key in expected} == expected


async def test_feedback(teams: Teams) -> None:
    chat = teams.place("personal")
    plain = await teams.post(chat)
    with pytest.raises(ValueError, match="feedback"):
        await teams.call("feedback", conversation=chat, activity=plain, positive=True)
    rated = await teams.post(chat, channelData={"feedbackLoop": {"type": "default"}})
    teams.bot.answers["message/submitAction"] = 200
    await teams.call("feedback", conversation=chat, activity=rated, positive=False, comment="too long")
    heard = teams.bot.heard[-1]
    assert (heard["name"], heard["replyToId"]) == ("message/submitAction", rated)
    assert heard["value"] == {
        "actionName": "feedback",
        "actionValue": {"reaction": "dislike", "feedback": '{"feedbackText": "too long"}'},
    }
    assert teams.said(chat)[-1]["feedback"] == {teams.double.world.me: "dislike"}


async def test_custom_feedback_asks_in_a_dialog(teams: Teams) -> None:
    chat = teams.place("personal")
    rated = await teams.post(chat, channelData={"feedbackLoop": {"type": "custom"}})
    teams.bot.answers |= {"message/fetchTask": DIALOG, "message/submitAction": 200}
    opened = await teams.call("feedback", conversation=chat, activity=rated, positive=True)
    await teams.call("dialog_submit", dialog=opened["dialog"]["id"], data={"why": "clear"})
    value = teams.bot.heard[-1]["value"]
    assert value["actionValue"] == {"reaction": "like", "feedback": '{"why": "clear"}'}


async def test_suggested_actions(teams: Teams) -> None:
    chat = teams.place("personal")
    offers = [
        {"type": "imBack", "title": "Status", "value": "status"},
        {"type": "Action.Submit", "title": "More", "value": {"page": 2}},
    ]
    await teams.post(chat, suggestedActions={"to": [], "actions": offers})
    assert teams.double.state()["suggested"] == {chat: offers}
    await teams.call("suggested", conversation=chat, text="More")
    assert (teams.bot.heard[-1]["name"], teams.bot.heard[-1]["value"]) == ("suggestedActions/submit", {"page": 2})
    await teams.post(chat, suggestedActions={"to": [], "actions": offers})
    await teams.call("suggested", conversation=chat, text="Status")
    assert teams.bot.heard[-1]["text"] == "status"
    assert teams.double.state()["suggested"] == {}
    with pytest.raises(ValueError, match="not suggested"):
        await teams.call("suggested", conversation=chat, text="Status")


async def test_install(teams: Teams) -> None:
    await teams.call("install", conversation=teams.place("channel"))
    update, installation = teams.bot.heard
    assert update["membersAdded"][0]["id"] == update["recipient"]["id"]
    assert update["channelData"]["team"]["name"] == "Nightwatch"
    assert (installation["type"], installation["action"]) == ("installationUpdate", "add")


async def test_reactions_of_people(teams: Teams) -> None:
    chat = teams.place("personal")
    mine = (await teams.call("message", conversation=chat, text="x"))["activity"]
    theirs = await teams.post(chat)
    teams.bot.heard.clear()
    await teams.call("react", conversation=chat, activity=mine, reaction="heart")
    assert teams.bot.heard == []
    await teams.call("react", conversation=chat, activity=theirs, reaction="like")
    await teams.call("react", conversation=chat, activity=theirs, reaction="like")
    added, removed = teams.bot.heard
    assert (added["type"], added["reactionsAdded"], added["replyToId"]) == (
        "messageReaction",
        [{"type": "like"}],
        theirs,
    )
    assert removed["reactionsRemoved"] == [{"type": "like"}]


async def test_events_reach_the_page(teams: Teams) -> None:
    events = teams.bus.subscribe()
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    await teams.call("message", conversation=teams.place("personal"), text="status")
    event = await waiting
    assert (event.chat, event.type, event.data["activity"]["text"]) == ("teams", "message", "status")
    await events.aclose()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": []}}, ""),
        ({"composeExtension": {"type": "result", "attachments": []}}, "A result has a layout"),
        ({"composeExtension": {"type": "nonsense"}}, "has to be a result"),
        ({}, "has to be a result"),
        (
            [{"contentType": "application/vnd.microsoft.card.adaptive", "content": {"version": "1.5"}}],
            "1.3 and earlier",
        ),
        ([{"contentType": "image/png", "content": {"a": 1}}], "cannot hold image/png"),
        ([{"contentType": "application/vnd.microsoft.card.adaptive"}], "a contentType and a content"),
    ],
)
async def test_a_pasted_link_asks_the_app_of_its_domain(teams: Teams, answer: Any, error: str) -> None:
    chat = teams.place("personal")
    shown = answer
    if isinstance(answer, list):
        shown = {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": answer}}
    teams.bot.answers["composeExtension/queryLink"] = shown
    told = await teams.call("paste_link", conversation=chat, url="https://graphs.example.com/d/1")
    assert (teams.bot.heard[-1]["name"], teams.bot.heard[-1]["value"]) == (
        "composeExtension/queryLink", {"url": "https://graphs.example.com/d/1"}
    )  # fmt: skip
    assert error in told["error"]
    assert told["cards"] == []
    heard = len(teams.bot.heard)
    assert not (await teams.call("paste_link", conversation=chat, url="https://example.org/d/1"))["asked"]
    assert len(teams.bot.heard) == heard
