"""Presses, forms, shortcuts and commands: the payloads Slack would send, and what it makes of the answers."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from handlers.playground.doubles.slack.refusal import Impossible
from tests.integration.slack_double.conftest import Rig, error_of

INCIDENTS = "C0INCIDENTS"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.upper()), "value": value}


BUTTON = {"type": "button", "text": plain("Refresh"), "action_id": "refresh", "value": "v1", "style": "primary"}
SELECT = {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")]}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "rate",
    "positive_button": {"text": plain("Good"), "value": "up"},
    "negative_button": {"text": plain("Bad"), "value": "down"},
}
BLOCKS = [
    {"type": "actions", "block_id": "row", "elements": [BUTTON, SELECT]},
    {"type": "context_actions", "block_id": "rates", "elements": [FEEDBACK]},
]
NAME = {
    "type": "input",
    "block_id": "name",
    "label": plain("Name"),
    "element": {"type": "plain_text_input", "action_id": "typed"},
}
MODAL = {
    "type": "modal",
    "callback_id": "form",
    "private_metadata": "m",
    "title": plain("Ask"),
    "submit": plain("Ask"),
    "blocks": [NAME, {**NAME, "block_id": "note", "optional": True}],
}


def payload(rig: Rig, index: int = -1) -> dict[str, Any]:
    form = parse_qs(rig.bot.requests[index][1].decode())
    found: dict[str, Any] = json.loads(form["payload"][0])
    return found


async def posted(rig: Rig, **more: Any) -> str:
    return str((await rig.client.chat_postMessage(channel=INCIDENTS, text="x", blocks=BLOCKS, **more))["ts"])


async def press(rig: Rig, ts: str, action: str, **more: Any) -> dict[str, Any]:
    return await rig.slack.control("click", {"channel": INCIDENTS, "ts": ts, "action_id": action, **more})


async def opened(rig: Rig, view: dict[str, Any] = MODAL) -> dict[str, Any]:
    trigger = rig.slack.views.trigger("U0ANNA")
    found: dict[str, Any] = (await rig.client.views_open(trigger_id=trigger, view=view))["view"]
    return found


class TestPresses:
    async def test_a_button_carries_its_value_and_where_it_stands(self, rig: Rig) -> None:
        ts = await posted(rig)
        await press(rig, ts, "refresh", block_id="row")
        told = payload(rig)
        assert told["type"] == "block_actions"
        assert told["user"]["id"] == "U0ANNA"
        assert told["container"] == {
            "type": "message",
            "message_ts": ts,
            "channel_id": INCIDENTS,
            "is_ephemeral": False,
        }
        [action] = told["actions"]
        assert (action["block_id"], action["action_id"], action["value"], action["type"]) == (
            "row",
            "refresh",
            "v1",
            "button",
        )
        assert told["message"]["ts"] == ts
        assert told["response_url"].startswith(rig.url)

    async def test_a_choice_is_remembered_in_the_state(self, rig: Rig) -> None:
        ts = await posted(rig)
        await press(rig, ts, "pick", selected_option="b")
        assert payload(rig)["actions"][0]["selected_option"] == option("b")
        await press(rig, ts, "refresh")
        assert payload(rig)["state"]["values"]["row"]["pick"]["selected_option"] == option("b")

    async def test_feedback_says_which(self, rig: Rig) -> None:
        ts = await posted(rig)
        await press(rig, ts, "rate", value="negative")
        action = payload(rig)["actions"][0]
        assert (action["type"], action["value"]) == ("feedback_buttons", "down")

    async def test_what_one_person_saw_is_not_told_again(self, rig: Rig) -> None:
        shown = await rig.client.chat_postEphemeral(channel=INCIDENTS, user="U0ANNA", text="x", blocks=BLOCKS)
        await press(rig, shown["message_ts"], "refresh")
        told = payload(rig)
        assert told["container"]["is_ephemeral"]
        assert "message" not in told

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            ({"channel": INCIDENTS, "ts": "1.1", "action_id": "refresh"}, "There is no message 1.1"),
            ({"channel": "C0NO", "ts": "1.1", "action_id": "refresh"}, "There is no channel"),
            ({"action_id": "vanished"}, "Nothing here is called “vanished”"),
            ({"action_id": "pick", "selected_option": "z"}, "“z” is not among the options"),
            ({"action_id": "pick"}, "Choose something first"),
            ({"action_id": "refresh", "user": "U0NOBODY"}, "There is no person"),
        ],
    )
    async def test_what_cannot_be_pressed_says_so(self, rig: Rig, body: dict[str, Any], says: str) -> None:
        ts = await posted(rig)
        with pytest.raises(Impossible, match=says):
            await rig.slack.control("click", {"channel": INCIDENTS, "ts": ts, **body})
        assert rig.bot.requests == []

    async def test_a_bot_that_fails_is_said_to_the_person(self, rig: Rig) -> None:
        ts = await posted(rig)
        rig.bot.answers = [web.Response(status=500)]
        with pytest.raises(Impossible, match="did not answer"):
            await press(rig, ts, "refresh")


class TestTriggers:
    async def test_a_trigger_opens_one_view(self, rig: Rig) -> None:
        ts = await posted(rig)
        await press(rig, ts, "refresh")
        trigger = payload(rig)["trigger_id"]
        view = (await rig.client.views_open(trigger_id=trigger, view=MODAL))["view"]
        assert rig.slack.state()["views"][0]["id"] == view["id"]
        again = rig.client.views_open(trigger_id=trigger, view=MODAL)
        assert await error_of(again) == "exchanged_trigger_id"

    async def test_a_trigger_lives_three_seconds(self, rig: Rig) -> None:
        trigger = rig.slack.views.trigger("U0ANNA")
        await rig.clock.advance(3.1)
        late = rig.client.views_open(trigger_id=trigger, view=MODAL)
        assert await error_of(late) == "expired_trigger_id"
        made_up = rig.client.views_open(trigger_id="1.2.3", view=MODAL)
        assert await error_of(made_up) == "invalid_trigger_id"

    async def test_three_views_and_no_more(self, rig: Rig) -> None:
        await opened(rig)
        for _ in range(2):
            await rig.client.views_push(trigger_id=rig.slack.views.trigger("U0ANNA"), view=MODAL)
        fourth = rig.client.views_push(trigger_id=rig.slack.views.trigger("U0ANNA"), view=MODAL)
        assert await error_of(fourth) == "push_limit_reached"

    async def test_a_stale_hash_is_refused(self, rig: Rig) -> None:
        view = await opened(rig)
        await rig.client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
        stale = rig.client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
        assert await error_of(stale) == "hash_conflict"
        assert await error_of(rig.client.views_update(view_id="V0", view=MODAL)) == "not_found"

    async def test_a_view_that_is_too_much_is_refused(self, rig: Rig) -> None:
        trigger = rig.slack.views.trigger("U0ANNA")
        options = [option(str(i)) | {"description": plain("x" * 75)} for i in range(100)]
        block = {"type": "actions", "elements": [{**SELECT, "options": options, "action_id": "p"}]}
        large = {**MODAL, "blocks": [block] * 30}
        assert await error_of(rig.client.views_open(trigger_id=trigger, view=large)) == "view_too_large"
        wrong = {**MODAL, "title": plain("x" * 25)}
        assert await error_of(rig.client.views_open(trigger_id=trigger, view=wrong)) == "invalid_arguments"
        assert (await rig.client.views_open(trigger_id=trigger, view=MODAL))["ok"]


class TestForms:
    async def test_a_submission_carries_the_state(self, rig: Rig) -> None:
        view = await opened(rig)
        values = {"name": {"typed": "checkout"}}
        assert (await rig.slack.control("submit", {"view_id": view["id"], "values": values}))["ok"]
        told = payload(rig)
        assert told["type"] == "view_submission"
        assert told["view"]["private_metadata"] == "m"
        assert told["view"]["state"]["values"] == {
            "name": {"typed": {"type": "plain_text_input", "value": "checkout"}},
            "note": {"typed": {"type": "plain_text_input", "value": None}},
        }
        assert rig.slack.state()["views"] == []

    async def test_an_empty_field_never_reaches_the_bot(self, rig: Rig) -> None:
        view = await opened(rig)
        answer = await rig.slack.control("submit", {"view_id": view["id"], "values": {}})
        assert answer == {"ok": False, "errors": {"name": "Please complete this required field."}}
        assert rig.bot.requests == []

    async def test_the_bots_errors_stay_on_the_form(self, rig: Rig) -> None:
        view = await opened(rig)
        errors = {"response_action": "errors", "errors": {"name": "No such service."}}
        rig.bot.answers = [web.json_response(errors)]
        answer = await rig.slack.control("submit", {"view_id": view["id"], "values": {"name": "x"}})
        assert answer == {"ok": False, "errors": {"name": "No such service."}}
        assert len(rig.slack.state()["views"]) == 1

    @pytest.mark.parametrize(("action", "left"), [("push", 2), ("update", 1), ("clear", 0)])
    async def test_the_bot_may_answer_with_a_view(self, rig: Rig, action: str, left: int) -> None:
        view = await opened(rig)
        body = {"response_action": action, **({"view": MODAL} if left else {})}
        rig.bot.answers = [web.json_response(body)]
        await rig.slack.control("submit", {"view_id": view["id"], "values": {"name": "x"}})
        assert len(rig.slack.state()["views"]) == left

    async def test_a_wrong_view_in_the_answer_is_said(self, rig: Rig) -> None:
        view = await opened(rig)
        wrong = {"response_action": "update", "view": {**MODAL, "title": plain("x" * 25)}}
        rig.bot.answers = [web.json_response(wrong)]
        with pytest.raises(Impossible, match="/view/title/text"):
            await rig.slack.control("submit", {"view_id": view["id"], "values": {"name": "x"}})

    async def test_closing_is_told_when_asked_for(self, rig: Rig) -> None:
        view = await opened(rig)
        await rig.slack.control("close", {"view_id": view["id"]})
        assert rig.bot.requests == []
        view = await opened(rig, {**MODAL, "notify_on_close": True})
        await rig.slack.control("close", {"view_id": view["id"]})
        assert (payload(rig)["type"], payload(rig)["is_cleared"]) == ("view_closed", False)

    async def test_pressing_in_the_home_tab_names_the_view(self, rig: Rig) -> None:
        home = {"type": "home", "blocks": [{"type": "actions", "block_id": "row", "elements": [BUTTON]}]}
        view = (await rig.client.views_publish(user_id="U0ANNA", view=home))["view"]
        await rig.slack.control("click", {"view_id": view["id"], "action_id": "refresh"})
        assert payload(rig)["container"] == {"type": "view", "view_id": view["id"]}
        assert payload(rig)["view"]["type"] == "home"
        stale = rig.client.views_publish(user_id="U0ANNA", view=home, hash="old")
        assert await error_of(stale) == "hash_conflict"


class TestShortcutsAndCommands:
    async def test_a_message_shortcut_carries_the_message(self, rig: Rig) -> None:
        ts = await posted(rig)
        body = {"channel": INCIDENTS, "ts": ts, "callback_id": "ask_about_this"}
        await rig.slack.control("shortcut", body)
        told = payload(rig)
        assert (told["type"], told["callback_id"], told["message"]["ts"]) == ("message_action", "ask_about_this", ts)
        with pytest.raises(Impossible, match="no shortcut"):
            await rig.slack.control("shortcut", {"callback_id": "other"})

    async def test_a_command_is_a_form(self, rig: Rig) -> None:
        rig.bot.answers = [web.json_response({"text": "On it."})]
        body = {"channel": INCIDENTS, "command": "/ops", "text": "status of @Ben Ortner"}
        answer = await rig.slack.control("command", body)
        form = {name: values[0] for name, values in parse_qs(rig.bot.requests[0][1].decode()).items()}
        assert (form["command"], form["text"]) == ("/ops", "status of <@U0BEN|ben ortner>")
        assert (form["channel_id"], form["user_id"], form["team_id"]) == (INCIDENTS, "U0ANNA", "T0NIGHT")
        assert answer["response"] == {"text": "On it."}
        assert rig.messages(INCIDENTS)[0]["ephemeral_to"] == "U0ANNA"

    async def test_a_command_that_fails_is_told_by_slackbot(self, rig: Rig) -> None:
        rig.bot.answers = [web.Response(status=404)]
        await rig.slack.control("command", {"channel": INCIDENTS, "command": "/ops", "text": ""})
        assert rig.messages(INCIDENTS)[0]["text"] == "/ops failed with the error “dispatch_failed”."
        with pytest.raises(Impossible, match="/other is not a command"):
            await rig.slack.control("command", {"channel": INCIDENTS, "command": "/other"})


class TestResponseUrl:
    async def test_five_answers_within_half_an_hour(self, rig: Rig) -> None:
        ts = await posted(rig)
        await press(rig, ts, "refresh")
        url = payload(rig)["response_url"]
        statuses = []
        for _ in range(6):
            async with rig.session.post(url, json={"text": "more", "response_type": "in_channel"}) as response:
                statuses.append(response.status)
        assert statuses == [200] * 5 + [404]
        assert [one["text"] for one in rig.messages(INCIDENTS)] == ["x"] + ["more"] * 5

    async def test_it_expires(self, rig: Rig) -> None:
        ts = await posted(rig)
        await press(rig, ts, "refresh")
        await rig.clock.advance(1_801)
        async with rig.session.post(payload(rig)["response_url"], json={"text": "late"}) as response:
            assert (response.status, (await response.json())["error"]) == (404, "expired_url")

    async def test_it_can_replace_and_delete_the_original(self, rig: Rig) -> None:
        ts = await posted(rig)
        await press(rig, ts, "refresh")
        url = payload(rig)["response_url"]
        await rig.session.post(url, json={"text": "new", "replace_original": True})
        assert [one["text"] for one in rig.messages(INCIDENTS)] == ["new"]
        await rig.session.post(url, json={"delete_original": True})
        assert rig.messages(INCIDENTS) == []

    async def test_without_a_type_one_person_sees_it(self, rig: Rig) -> None:
        ts = await posted(rig)
        await press(rig, ts, "refresh")
        await rig.session.post(payload(rig)["response_url"], json={"text": "psst"})
        assert rig.messages(INCIDENTS)[-1]["ephemeral_to"] == "U0ANNA"


async def test_an_unknown_control_call_is_said(rig: Rig) -> None:
    with pytest.raises(Impossible, match="no control call"):
        await rig.slack.control("dance", {})
