import json
import logging
from typing import Any

import pytest

from bot.model.message import Click, PlaceKind
from bot.model.reply import Button, Field, Form
from bot.ports.desks import Suggestion
from handlers.slack import presses
from handlers.slack.controls import Controls
from handlers.slack.listeners import TOO_LARGE_FORM, UNKNOWN_PRESS
from handlers.slack.manifest import PROMPTS
from tests.integration.slack.conftest import Bench

TS = "1773835200.000100"
SAID = {"user": "U0ANNA", "text": "hi", "ts": TS, "channel": "D0ANNA", "channel_type": "im"}
MESSAGE = {"ts": TS, "text": "it is slow &amp; sad"}
SHOWN = {"channel": {"id": "C0OPS", "name": "ops"}, "message": MESSAGE, "container": {"message_ts": TS}}


def button(**given: Any) -> dict[str, Any]:
    (row,) = Controls().buttons([Button("Go", "ask_metric", {"by": "pod"}, **given)])
    return {**row["elements"][0], "type": "button", "action_ts": TS}


def pressing(*actions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"type": "block_actions", **SHOWN, "actions": list(actions), **changes}


async def test_a_direct_message(bench: Bench) -> None:
    assert await bench.event({"type": "message", **SAID}) == (200, "")
    (message,) = bench.desk.messages
    assert (message.place.kind, message.place.thread, message.text) == (PlaceKind.PERSONAL, TS, "hi")


async def test_a_mention_and_its_message_are_one(bench: Bench) -> None:
    said = {**SAID, "channel": "C0OPS", "text": "<@U0BOT> hi"}
    await bench.event({"type": "app_mention", **{**said, "channel_type": None}}, event_id="Ev1")
    await bench.event({"type": "message", **said, "channel_type": "channel"}, event_id="Ev2")
    assert [message.text for message in bench.desk.messages] == ["hi"]


async def test_what_is_not_kept_is_not_acknowledged(bench: Bench) -> None:
    bench.desk.away = True
    assert (await bench.event({"type": "message", **SAID}))[0] == 503
    assert (await bench.form({"command": "/ops", "text": "x", "channel_id": "C1", "user_id": "U1", "trigger_id": "1"}))[
        0
    ] == 503
    assert (await bench.interact(pressing(button())))[0] == 503


async def test_a_command(bench: Bench) -> None:
    fields = {
        "command": "/ops",
        "text": "status",
        "team_id": "T0NIGHT",
        "channel_id": "C0OPS",
        "channel_name": "ops",
        "user_id": "U0ANNA",
        "trigger_id": "7.7.x",
    }
    assert await bench.form(fields) == (200, "")
    (message,) = bench.desk.messages
    assert (message.text, message.place.channel, message.place.thread) == ("status", "C0OPS", "")


@pytest.mark.parametrize("type_", ["link_shared", "app_context_changed", "reaction_added", "function_executed", "new"])
async def test_events_that_mean_nothing_are_taken_in_silence(
    bench: Bench, type_: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await bench.event({"type": type_, "user": "U0ANNA", "channel": "C0OPS"}))[0] == 200
    assert not bench.desk.messages
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_our_own_messages_are_not_answered(bench: Bench) -> None:
    await bench.event({"type": "message", **SAID, "bot_id": "B0BOT"})
    await bench.event({"type": "message", **SAID, "user": "U0BOT"})
    assert not bench.desk.messages


async def test_the_home_page_is_asked_for(bench: Bench) -> None:
    await bench.event({"type": "app_home_opened", "tab": "home", "user": "U0ANNA", "channel": "D0ANNA"})
    (message,) = bench.desk.messages
    assert (message.place.kind, message.place.channel, message.click) == (PlaceKind.HOME, "U0ANNA", Click("help"))


async def test_prompts_are_offered_in_a_new_chat_and_never_in_a_thread(bench: Bench) -> None:
    await bench.event({"type": "app_home_opened", "tab": "messages", "user": "U0ANNA", "channel": "D0ANNA"})
    await bench.settled()
    (call,) = bench.slack.named("assistant.threads.setSuggestedPrompts")
    assert call["channel_id"] == "D0ANNA"
    assert "thread_ts" not in call
    assert 0 < len(call["prompts"]) <= 4
    assert not bench.desk.messages


async def test_prompts_follow_the_state_of_things(bench: Bench) -> None:
    bench.desk.worth_asking = [Suggestion(f"Why {n}?", f"why s{n}") for n in range(5)]
    await bench.event({"type": "app_home_opened", "tab": "messages", "user": "U0ANNA", "channel": "D0ANNA"})
    await bench.settled()
    (call,) = bench.slack.named("assistant.threads.setSuggestedPrompts")
    assert call["prompts"] == [{"title": f"Why {n}?", "message": f"why s{n}"} for n in range(4)]
    (place,) = bench.desk.asked_at
    assert (place.workspace, place.channel, place.kind) == ("T0NIGHT", "D0ANNA", PlaceKind.PERSONAL)


async def test_the_usual_prompts_serve_while_the_state_of_things_is_not_known(bench: Bench) -> None:
    bench.desk.away = True
    await bench.event({"type": "app_home_opened", "tab": "messages", "user": "U0ANNA", "channel": "D0ANNA"})
    await bench.settled()
    (call,) = bench.slack.named("assistant.threads.setSuggestedPrompts")
    assert [prompt["title"] for prompt in call["prompts"]] == [title for title, _ in PROMPTS]


async def test_a_button(bench: Bench) -> None:
    assert await bench.interact(pressing(button())) == (200, "")
    (message,) = bench.desk.messages
    assert message.click == Click("ask_metric", {"by": "pod"}, f"C0OPS:{TS}")
    assert message.place.thread == TS


async def test_a_choice(bench: Bench) -> None:
    action = {
        "type": "static_select",
        "action_id": "choose:0:ask_metric",
        "block_id": '{"n":0,"i":"ask_metric","g":"service","a":{"metric":"latency"}}',
        "selected_option": {"value": "checkout"},
    }
    await bench.interact(pressing(action))
    assert bench.desk.messages[0].click == Click(
        "ask_metric", {"metric": "latency", "service": "checkout"}, f"C0OPS:{TS}"
    )


async def test_a_thumb(bench: Bench) -> None:
    value = presses.value("feedback", {"positive": False})
    await bench.interact(pressing({"type": "feedback_buttons", "action_id": "rate:0:feedback", "value": value}))
    click = bench.desk.messages[0].click
    assert click is not None
    assert click.arguments == {"positive": False, "of": f"C0OPS:{TS}"}


async def test_a_link_needs_no_answer(bench: Bench) -> None:
    assert await bench.interact(pressing({"type": "button", "action_id": "open:0:", "url": "https://x"})) == (200, "")
    await bench.settled()
    assert not bench.desk.messages
    assert not bench.slack.named("chat.postEphemeral")


@pytest.mark.parametrize("action", [{"action_id": "approve", "value": "1"}, {"action_id": "do:1:x", "value": "old"}])
async def test_a_button_of_another_age_gets_a_calm_sentence(bench: Bench, action: dict[str, Any]) -> None:
    shown = {**SHOWN, "message": {**MESSAGE, "thread_ts": "1.0"}}
    assert (await bench.interact(pressing({"type": "button", **action}, **shown)))[0] == 200
    await bench.settled()
    (call,) = bench.slack.named("chat.postEphemeral")
    assert call == {"channel": "C0OPS", "user": "U0ANNA", "text": UNKNOWN_PRESS, "thread_ts": "1.0"}
    assert not bench.desk.messages


@pytest.mark.parametrize("body", ['{"type":"event_callback"}', '{"type":"event_callback","event":{}}'])
async def test_an_event_without_an_event_is_not_readable(bench: Bench, body: str) -> None:
    assert (await bench.signed(body.encode(), "application/json"))[0] == 400


async def test_an_old_attachment_button_is_no_error(bench: Bench) -> None:
    payload = {"type": "interactive_message", "callback_id": "x", "actions": [{"name": "y", "type": "button"}], **SHOWN}
    assert (await bench.interact(payload))[0] == 200


async def test_a_button_that_asks_opens_its_form_at_once(bench: Bench) -> None:
    await bench.interact(pressing(button(asks=("window",))))
    (call,) = bench.slack.named("views.open")
    assert call["trigger_id"] == "1.2.x"
    assert [block["block_id"] for block in call["view"]["blocks"]] == ["window"]
    assert not bench.desk.messages


async def test_a_form_in_a_message_opens_as_it_was_said(bench: Bench) -> None:
    form = Form("Fill in", (Field("metric", "Metric", value="p95"),), "ask_metric")
    (block,) = Controls().form(form)
    await bench.interact(pressing({**block["accessory"], "type": "button"}))
    (call,) = bench.slack.named("views.open")
    assert call["view"]["blocks"][0]["element"]["initial_value"] == "p95"


async def test_a_form_that_cannot_be_opened_is_said_to_the_person(bench: Bench) -> None:
    bench.slack.fail("views.open", "expired_trigger_id")
    await bench.interact(pressing(button(asks=("window",))))
    await bench.interact(pressing(button(asks=tuple(f"field{n}" for n in range(110)))))
    gone = {"type": "button", "action_id": "ask:0:gone", "value": '{"i":"gone","a":{},"f":["x"]}'}
    await bench.interact(pressing(gone))
    await bench.settled()
    said = {call["text"] for call in bench.slack.named("chat.postEphemeral")}
    late = "That took too long for Slack to open the form. Press the button again."
    assert said == {late, TOO_LARGE_FORM, UNKNOWN_PRESS}


async def submit(bench: Bench, values: dict[str, Any], at: int = 0) -> tuple[int, str]:
    """Fills the form that was opened last."""
    view = bench.slack.named("views.open")[at]["view"]
    state = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in values.items()}
    filled = {**view, "id": f"V{at}", "hash": "h", "state": {"values": state}}
    return await bench.interact({"type": "view_submission", "view": filled})


async def test_a_filled_form(bench: Bench) -> None:
    await bench.interact(pressing(button(asks=("window",))))
    assert await submit(bench, {"window": "PT2H"}) == (200, "")
    (message,) = bench.desk.messages
    assert message.click == Click("ask_metric", {"by": "pod", "window": "PT2H"}, f"C0OPS:{TS}")
    assert (message.place.channel, message.place.thread) == ("C0OPS", TS)


async def test_faults_stand_in_the_form(bench: Bench) -> None:
    await bench.interact(pressing(button(asks=("window",))))
    bench.desk.wrong = {"window": "I do not understand this span."}
    status, text = await submit(bench, {"window": "soon"})
    assert (status, json.loads(text)) == (
        200,
        {"response_action": "errors", "errors": {"window": "I do not understand this span."}},
    )
    assert not bench.desk.messages


async def test_a_form_from_the_home_page_is_answered_in_the_chat(bench: Bench) -> None:
    page = {"view": {"type": "home", "id": "V0"}, "container": {"type": "view"}}
    body = pressing(button(asks=("window",)), **page)
    await bench.interact({name: value for name, value in body.items() if name not in ("channel", "message")})
    await submit(bench, {"window": "PT2H"})
    place = bench.desk.messages[0].place
    assert (place.kind, place.channel) == (PlaceKind.PERSONAL, "U0ANNA")


async def test_asking_about_a_message(bench: Bench) -> None:
    await bench.interact({"type": "message_action", "callback_id": "ask_about_this", **SHOWN})
    await submit(bench, {"question": "since when?"})
    (message,) = bench.desk.messages
    assert (message.text, message.about, message.place.thread) == ("since when?", "it is slow & sad", TS)


async def test_acting_on_an_alert_opens_its_form(bench: Bench) -> None:
    await bench.interact({"type": "message_action", "callback_id": "act_on_alert", **SHOWN})
    (opened,) = bench.slack.named("views.open")
    assert opened["view"]["callback_id"] == "form"
    await submit(bench, {"act": "acknowledge"})
    (message,) = bench.desk.messages
    of = f"{SHOWN['channel']['id']}:{TS}"
    assert message.click == Click("act_on_issue", {"of": of, "act": "acknowledge"}, of)
    assert message.place.thread == TS


async def test_the_page_of_ones_own_is_asked_for_where_there_is_one(bench: Bench) -> None:
    bench.desk.words = {"home": "What is open, what is yours"}
    await bench.event({"type": "app_home_opened", "tab": "home", "user": "U0ANNA", "channel": "D0ANNA"})
    (message,) = bench.desk.messages
    assert message.click == Click("home")


async def test_a_button_works_weeks_later(bench: Bench) -> None:
    """Nothing but what it carries is needed: not what we remember, not where Slack would take an answer."""
    old = pressing(button(), response_url="https://hooks.slack.example/gone")
    await bench.clock.advance(90 * 86_400)
    assert (await bench.interact(old))[0] == 200
    (message,) = bench.desk.messages
    assert message.click is not None
    assert message.click.intent == "ask_metric"
    assert {name for name, _ in bench.slack.calls} <= {"auth.test"}


async def test_asking_from_anywhere(bench: Bench) -> None:
    await bench.interact({"type": "shortcut", "callback_id": "ask"})
    await submit(bench, {"question": "what is broken?"})
    (message,) = bench.desk.messages
    assert (message.text, message.about, message.place.channel) == ("what is broken?", "", "U0ANNA")


@pytest.mark.parametrize("view", [{"private_metadata": ""}, {"private_metadata": "[]"}, {"private_metadata": "{}"}])
async def test_a_form_of_somebody_else(bench: Bench, view: dict[str, str]) -> None:
    whole = {"id": "V1", "type": "modal", "callback_id": "theirs", "state": {"values": {}}, "blocks": [], **view}
    assert await bench.interact({"type": "view_submission", "view": whole}) == (200, "")
    assert await bench.interact({"type": "view_closed", "view": whole}) == (200, "")
    assert not bench.desk.messages


async def test_a_stopped_session_is_marked_as_stopped(bench: Bench) -> None:
    await bench.event({"type": "agent_session_stopped", "channel": "D0ANNA", "thread_ts": TS, "user": "U0ANNA"})
    await bench.settled()
    assert bench.slack.named("agents.sessions.setStatus") == [
        {"channel_id": "D0ANNA", "thread_ts": TS, "status": "active"}
    ]
    (message,) = bench.desk.messages
    assert message.click is not None
    assert (message.click.intent, message.place.thread, message.author.user) == ("stop", TS, "U0ANNA")


@pytest.mark.parametrize(
    ("event", "leaves"),
    [
        ({"type": "app_uninstalled"}, True),
        ({"type": "tokens_revoked", "tokens": {"bot": ["B0BOT"]}}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U0ANNA"]}}, False),
    ],
)
async def test_leaving_a_workspace(bench: Bench, event: dict[str, Any], leaves: bool) -> None:
    assert await bench.storage.directory.installation("slack", "T0NIGHT") is not None
    await bench.event(event)
    assert (await bench.storage.directory.installation("slack", "T0NIGHT") is None) is leaves


async def test_a_fault_of_ours_is_logged_once_and_tried_again(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    assert (await bench.interact({"type": "message_action", "callback_id": "x", "channel": {"id": "C1"}}))[0] == 500
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_the_workspace_is_asked_who_we_are_only_once(bench: Bench) -> None:
    for n in range(5):
        await bench.event({"type": "message", **SAID, "ts": f"177383520{n}.000100"})
    assert len(bench.slack.named("auth.test")) == 1
