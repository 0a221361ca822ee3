"""The real process, driven through both doubles over HTTP: what a person does, and what they see."""

import json
import re

import aiohttp
import pytest

INFO = "application/vnd.microsoft.teams.card.file.info"
pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


def shown(message) -> str:
    return json.dumps(message, ensure_ascii=False)


def slack_button(message, label):
    for block in message["blocks"]:
        for element in block.get("elements", []):
            if element.get("type") == "button" and element["text"]["text"] == label:
                return block["block_id"], element["action_id"], element.get("value", "")
    raise AssertionError(f"no button {label}: {shown(message)}")


def teams_actions(activity):
    def walk(node):
        if isinstance(node, dict):
            if str(node.get("type", "")).startswith("Action."):
                yield node
            for value in node.values():
                yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    found = {}
    for action in walk(activity.get("attachments", [])):
        found.setdefault(action.get("title"), action)  # the fallback of an action has its title, and comes after it
    return found


def mrkdwn(node):
    """Everything that Slack would read as markup; rich text and plain text are literal."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield node["text"]
        for value in node.values():
            yield from mrkdwn(value)
    elif isinstance(node, list):
        for value in node:
            yield from mrkdwn(value)


async def test_slack_answers_in_the_thread_and_follows_up(world):
    ts = await world.ask_slack("@Nightdesk latency of checkout")
    first = await world.slack_answer(ts)
    assert "p95 latency of checkout in prod is" in first["text"].lower()
    assert "histogram_quantile(0.95" in shown(first)
    await world.ask_slack("@Nightdesk and yesterday?", thread=ts)
    second = await world.slack_answer(ts, count=2)
    assert "p95 latency of checkout in prod was" in second["text"].lower()
    assert "yesterday" in second["text"]


async def test_teams_answers_in_the_thread_and_follows_up(world):
    root = await world.ask_teams("@Nightdesk latency of checkout")
    first = await world.teams_answer(root)
    assert "p95 latency of checkout in prod is" in shown(first).lower()
    assert "histogram_quantile(0.95" in shown(first)
    await world.ask_teams("@Nightdesk and yesterday?", root=root)
    second = await world.teams_answer(root, count=2)
    assert "yesterday" in shown(second)


async def test_both_chats_tell_the_same_figures(world):
    ts, root = (
        await world.ask_slack("@Nightdesk AI spend yesterday"),
        await world.ask_teams("@Nightdesk AI spend yesterday"),
    )
    slack, teams = await world.slack_answer(ts), await world.teams_answer(root)
    summary = slack["text"].split("AI spend", 1)[1]
    assert "AI spend" + summary in shown(teams)


async def test_a_button_in_slack_and_in_teams(world):
    ts = await world.ask_slack("@Nightdesk status")
    message = await world.slack_answer(ts)
    block, action, _ = slack_button(message, "Refresh")
    press = {"channel": world.slack_channel("incidents"), "ts": message["ts"], "block_id": block, "action_id": action}
    await world.slack.control("click", press)
    await world.slack.control("click", press)  # twice in a moment: once
    again = await world.slack_answer(ts, count=2)
    assert again["ts"] != message["ts"]
    root = await world.ask_teams("@Nightdesk status")
    card = await world.teams_answer(root)
    pressed = {
        "conversation": world.teams_conversation("Incidents"),
        "activity": card["id"],
        "action": teams_actions(card)["Refresh"],
    }
    await world.teams.control("execute", pressed)
    await world.teams.control("execute", pressed)
    await world.teams_answer(root, count=2)
    marker_slack, marker_teams = (
        await world.ask_slack("@Nightdesk help", thread=ts),
        await world.ask_teams("@Nightdesk help", root=root),
    )
    assert marker_slack
    assert marker_teams
    await world.slack_answer(ts, count=3)
    await world.teams_answer(root, count=3)
    assert len(world.slack_answers(ts)) == 3
    assert len(world.teams_answers(root)) == 3


async def test_a_modal_in_slack(world):
    ts = await world.ask_slack("@Nightdesk latency of checkout")
    message = await world.slack_answer(ts)
    block, action, _ = slack_button(message, "Change range")
    await world.slack.control(
        "click",
        {"channel": world.slack_channel("incidents"), "ts": message["ts"], "block_id": block, "action_id": action},
    )
    view = await world.until(lambda: world.slack.state()["views"], "a modal")
    opened = view[-1]
    element = next(one for one in opened["blocks"] if one["type"] == "input")
    wanted = next(o for o in element["element"]["options"] if o["text"]["text"] == "yesterday")
    values = {
        element["block_id"]: {element["element"]["action_id"]: {"type": "static_select", "selected_option": wanted}}
    }
    assert (await world.slack.control("submit", {"view_id": opened["id"], "values": values}))["ok"]
    answer = await world.slack_answer(ts, count=2)
    assert "yesterday" in answer["text"]


async def test_a_dialog_in_teams(world):
    root = await world.ask_teams("@Nightdesk latency of checkout")
    card = await world.teams_answer(root)
    opened = await world.teams.control(
        "submit_action",
        {
            "conversation": world.teams_conversation("Incidents"),
            "activity": card["id"],
            "action": teams_actions(card)["Change range"],
        },
    )
    submit = next(action for action in teams_actions({"attachments": [opened]}).values())
    field = re.search(r'"id": "([^"]*window)"', shown(opened))[1]
    answer = await world.teams.control(
        "dialog_submit", {"dialog": opened["dialog"]["id"], "data": {**submit.get("data", {}), field: "yesterday"}}
    )
    assert answer["ok"]
    assert "yesterday" in shown(await world.teams_answer(root, count=2))


async def test_a_slash_command_and_the_home_tab(world):
    channel = world.slack_channel("general")
    await world.slack.control("command", {"channel": channel, "command": "/ops", "text": "status"})
    found = await world.until(
        lambda: [m for m in world.slack.state()["messages"][channel] if m.get("bot_id") and "services" in m["text"]],
        "the answer",
    )
    assert len(found) == 1
    await world.slack.control("home", {"tab": "home"})
    home = await world.until(lambda: world.slack.state()["home"], "the home tab")
    assert "Nightdesk" in shown(home)


async def test_a_rating_is_kept_without_a_word(world):
    ts = await world.ask_slack("@Nightdesk status")
    message = await world.slack_answer(ts)
    block = next(b for b in message["blocks"] if b["type"] == "context_actions")
    element = block["elements"][0]
    answer = await world.slack.control(
        "click",
        {
            "channel": world.slack_channel("incidents"),
            "ts": message["ts"],
            "block_id": block["block_id"],
            "action_id": element["action_id"],
            "value": element["positive_button"]["value"],
        },
    )
    assert answer["ok"]
    root = await world.ask_teams("@Nightdesk status")
    card = await world.teams_answer(root)
    rated = await world.teams.control(
        "feedback", {"conversation": world.teams_conversation("Incidents"), "activity": card["id"], "positive": False}
    )
    assert rated["ok"]


async def test_a_personal_chat_in_both(world):
    ts = await world.ask_slack("what's the current system status?", "im")
    assert "services" in (await world.slack_answer(ts, "im"))["text"]
    await world.ask_teams("what's the current system status?", "personal")
    found = await world.until(
        lambda: [
            a
            for a in world.teams.state()["activities"][world.teams_conversation("personal")]
            if "services are" in shown(a)
        ],
        "the answer",
    )
    assert found


@pytest.mark.parametrize(
    "text",
    [
        "<!channel> *bold* `code` is on fire",
        "שלום עולם 🎉 مرحبا",
        "latency of \u202echeckout\x07",
        "x" * 50_000,
    ],
    ids=["mrkdwn", "right to left", "control characters", "50,000 characters"],
)
async def test_any_text_gets_an_answer_and_pings_nobody(world, text):
    ts = await world.ask_slack(f"@Nightdesk {text}")
    answer = await world.slack_answer(ts)
    assert not [
        said for said in (answer["text"], *mrkdwn(answer["blocks"])) if "<!channel>" in said or "*bold*" in said
    ]
    root = await world.ask_teams(f"@Nightdesk {text[:20_000]}")
    assert await world.teams_answer(root)


async def test_a_delivery_that_comes_twice_is_answered_once(world):
    ts = await world.ask_slack("@Nightdesk status")
    await world.slack_answer(ts)
    await world.slack.control("retry", {})
    root = await world.ask_teams("@Nightdesk status")
    await world.teams_answer(root)
    await world.teams.control("retry", {})
    await world.ask_slack("@Nightdesk help", thread=ts)
    await world.ask_teams("@Nightdesk help", root=root)
    await world.slack_answer(ts, count=2)
    await world.teams_answer(root, count=2)
    assert len(world.slack_answers(ts)) == 2
    assert len(world.teams_answers(root)) == 2


async def test_suggested_questions_in_a_personal_chat(world):
    """Pressing one says it, as if it had been typed."""
    await world.ask_teams("help", "personal")
    chat = world.teams_conversation("personal")
    await world.until(lambda: world.teams.state()["suggested"].get(chat), "suggested questions")
    offered = world.teams.state()["suggested"][chat]
    assert [action["type"] for action in offered] == ["imBack"] * 3
    assert "what's the current system status?" in [action["value"] for action in offered]
    before = len(world.teams.state()["activities"][chat])
    await world.teams.control("suggested", {"conversation": chat, "text": "what's the current system status?"})
    found = await world.until(
        lambda: [a for a in world.teams.state()["activities"][chat][before:] if "services are" in shown(a)],
        "the answer",
    )
    assert found


async def test_an_export_is_a_file_in_both(world):
    ts = await world.ask_slack("@Nightdesk latency of checkout")
    await world.slack_answer(ts)
    await world.ask_slack("@Nightdesk export csv", thread=ts)
    (told,) = await world.until(lambda: [one for one in world.slack_answers(ts) if one.get("upload")], "the file")
    assert told["files"][0]["mimetype"] == "text/csv"

    await world.ask_teams("latency of checkout", "personal")
    chat = world.teams_conversation("personal")
    await world.until(lambda: "p95 latency" in shown(world.teams.state()["activities"][chat][-1]), "the answer")
    await world.ask_teams("export csv", "personal")

    def asks():
        return [one for one in world.teams.state()["activities"][chat] if "card.file.consent" in shown(one)]

    (offer,) = await world.until(asks, "a card that asks")
    pressed = await world.teams.control("consent", {"conversation": chat, "activity": offer["id"]})
    assert pressed["status"] == 200
    (card,) = offer["attachments"]
    assert (card["contentType"], card["name"]) == (INFO, told["files"][0]["name"])
    async with aiohttp.ClientSession() as session, session.get(card["contentUrl"]) as response:
        assert (await response.text()).lstrip("\ufeff").startswith("time,")
