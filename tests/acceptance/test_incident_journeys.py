"""What people do with an issue, from either chat: it happens once, and everybody sees it where they are."""

from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio

from tests.acceptance.doors import new_key, send
from tests.acceptance.hands import BEN, MEI, Hands, words
from tests.acceptance.incidents import Incidents, alert, incidents, slack_buttons, teams_actions
from tests.acceptance.rest import at_rest

NUMBERS = count(100)
ADMINS = "anna.berger@example.com,ben.ortner@example.com"

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(90)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory, mood: str) -> AsyncIterator[Incidents]:
    """Anna and Ben may act, Mei may look; in Slack the bot hears what is said in its channels."""
    settings = {"NIGHTDESK_ADMINS": ADMINS, "NIGHTDESK_DEFAULT_ROLE": "viewer", "message_channels": "yes"}
    async with incidents(tmp_path_factory.mktemp("world"), mood=mood, **settings) as built:
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


@pytest.fixture
def hands(world: Incidents) -> Hands:
    return Hands(world)


def mark(word: str) -> str:
    return f"{word}-{next(NUMBERS)}"


async def opened(world: Incidents, word: str, severity: str = "warning"):
    """An issue of its own service, with its messages."""
    name = mark(word)
    assert await world.post(alert(name, fingerprint=name, severity=severity, service=name.lower())) == 200
    slack, teams = await world.both(name)
    return name, slack, teams


async def the_issue(world: Incidents, name: str):
    (issue,) = [one for one in await world.issues() if name in one.title]
    return issue


async def test_a_click_in_one_chat_is_seen_in_the_other(world: Incidents, hands: Hands) -> None:
    name, slack, teams = await opened(world, "Click")
    await hands.press_slack(slack, "Acknowledge")
    await world.until_both(name, "Anna Berger has it")
    await hands.in_teams_thread(teams, "Anna Berger from Slack acknowledged it")
    await hands.press_teams(world.teams_roots(name)[0], "Undo acknowledge", BEN)
    await world.until_both(name, "nobody has it")
    await hands.in_slack_thread(slack, "Ben Ortner from Teams took the acknowledgement back")
    await hands.press_teams(world.teams_roots(name)[0], "Assign to me", BEN)
    await world.until_both(name, "assigned to Ben Ortner")
    await hands.press_slack(world.slack_roots(name)[0], "Resolve", BEN)
    await world.until_both(name, "Resolved", "by Ben Ortner from Slack")
    assert "Acknowledge" not in {*slack_buttons(world.slack_roots(name)[0]), *teams_actions(world.teams_roots(name)[0])}
    await hands.press_slack(world.slack_roots(name)[0], "Reopen")
    await world.until_both(name, "Medium", "assigned to Ben Ortner")


async def test_who_was_first_is_told_to_who_was_second(world: Incidents, hands: Hands) -> None:
    """Both saw the same message; the second press came when it was done already."""
    name, slack, teams = await opened(world, "Second")
    await hands.press_slack(slack, "Acknowledge")
    await hands.press_teams(teams, "Acknowledge", BEN)
    await at_rest(world)
    told = [*world.slack_thread(slack), *world.teams_thread(teams)]
    assert len([one for one in told if "is acknowledged already: " in words(one)]) == 1
    issue = await the_issue(world, name)
    async with world.storage() as storage, storage.work("default") as work:
        history = await work.issues.history(issue.id, 100)
    assert [one.what for one in history].count("acknowledged") == 1


async def test_a_click_after_the_bot_was_started_anew(world: Incidents, hands: Hands) -> None:
    name, slack, _ = await opened(world, "Restart")
    assert await world.rig.stop_bot() == 0
    await world.rig.start_bot()
    await hands.press_slack(slack, "Acknowledge")
    await world.until_both(name, "Anna Berger has it")
    await world.rig.kill_bot()
    await world.rig.start_bot()
    await hands.press_teams(world.teams_roots(name)[0], "Resolve", BEN)
    await world.until_both(name, "Resolved")
    assert (len(world.slack_roots(name)), len(world.teams_roots(name))) == (1, 1)


async def test_who_may_not_is_told_so_and_nothing_changes(world: Incidents, hands: Hands) -> None:
    name, slack, teams = await opened(world, "Rights")
    before = await the_issue(world, name)
    await hands.press_slack(slack, "Acknowledge", MEI)
    await hands.press_teams(teams, "Resolve", MEI)
    await hands.say_slack("@Nightdesk resolve this", slack, MEI)
    said = "This needs the role operator; yours is viewer."
    await hands.in_teams_thread(teams, said)
    await hands.until(
        lambda: len([one for one in world.slack_thread(slack) if said in words(one)]) == 2, "both refused in Slack"
    )
    await at_rest(world)
    assert await the_issue(world, name) == before
    await hands.press_slack(slack, "Details", MEI)
    await hands.in_slack_thread(slack, "History")


async def test_by_sentence_in_both_chats(world: Incidents, hands: Hands) -> None:
    name, slack, teams = await opened(world, "Words")
    await hands.say_slack("@Nightdesk ack this", slack)
    await world.until_both(name, "Anna Berger has it")
    await hands.say_teams("@Nightdesk unack", teams, BEN)
    await world.until_both(name, "nobody has it")
    await hands.say_slack("ack this", slack)  # nobody is named: in the issue's own thread it is plain all the same
    await world.until_both(name, "Anna Berger has it")
    await hands.say_teams("@Nightdesk assign this to ben", teams)
    await world.until_both(name, "Ben Ortner has it")
    await hands.say_teams("@Nightdesk it's fixed", teams, BEN)
    await world.until_both(name, "Resolved", "by Ben Ortner from Teams")


async def test_what_people_say_among_themselves_is_left_alone(world: Incidents, hands: Hands) -> None:
    name, slack, teams = await opened(world, "Talk")
    for text in (
        "did anyone ack this?",
        "don't resolve it yet, I'm looking at the logs",
        "should we silence it?",
        "what is the status of checkout",
        "help",
        'Ben said "resolve this" but I\'d wait',
    ):
        await hands.say_slack(text, slack, BEN)
        await hands.say_teams(text, teams, BEN)
    await hands.say_slack("@Nightdesk ack this", slack)
    await world.until_both(name, "Anna Berger has it")
    await at_rest(world)
    said = [one for one in world.slack_thread(slack) if one.get("bot_id")]
    bot = world.rig.teams.world.bot["id"]
    cards = [one for one in world.teams_thread(teams) if one["from"]["id"] == bot]
    assert not [
        one for one in (*said, *cards) if "acknowledged it" not in words(one) and "Acknowledged" not in words(one)
    ]


async def test_the_same_command_and_the_shortcut_of_a_message(world: Incidents, hands: Hands) -> None:
    name, slack, _ = await opened(world, "Command")
    issue = await the_issue(world, name)
    assert issue.id in words(await hands.command(f"ack {issue.id}"))
    await world.until_both(name, "Anna Berger has it")
    assert name in words(await hands.command(f"issue {issue.id}"))
    assert name in words(await hands.command("issues"))
    assert "already" in words(await hands.command(f"ack {issue.id}", BEN))
    shortcuts = world.rig.slack.state()["shortcuts"]
    shortcut = next(one["callback_id"] for one in shortcuts if one["type"] == "message" and "alert" in one["name"])
    press = {"callback_id": shortcut, "channel": world.slack_channel, "ts": slack["ts"], "user": BEN}
    await world.rig.slack.control("shortcut", press)
    view = (await hands.until(lambda: world.rig.slack.state()["views"], "the form"))[-1]
    values = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        chosen = [one for one in element.get("options", []) if one["text"]["text"].lower() == "resolve"]
        if chosen:
            given = {"type": element["type"], "selected_option": chosen[0]}
            values[block["block_id"]] = {element["action_id"]: given}
    assert (await world.rig.slack.control("submit", {"view_id": view["id"], "values": values}))["ok"]
    await world.until_both(name, "Resolved", "by Ben Ortner from Slack")


async def test_a_mute_of_our_own_where_the_source_knows_none(world: Incidents, hands: Hands) -> None:
    _, key = await new_key(world, "pagerduty", mark("Key"))
    name = mark("Mute")
    event = {
        "routing_key": key, "event_action": "trigger", "dedup_key": name,
        "payload": {"summary": f"{name} disk is full", "source": "db-1", "severity": "error", "component": "mute"},
    }  # fmt: skip
    assert (await send(world, "/v2/enqueue", event)).status == 202
    slack, _ = await world.both(name)
    await hands.say_slack("@Nightdesk silence it for two hours", slack)
    preview = await hands.in_slack_thread(
        slack, "Nothing is silenced yet. It will stand at Nightdesk.", "Silence until"
    )
    assert name in words(preview)
    await hands.press_slack(preview, "Silence until")
    await world.until_both(name, "silenced until", "Undo silence")
    issue = await the_issue(world, name)
    async with world.storage() as storage, storage.work("default") as work:
        (mute,) = [one for one in await work.silences.latest(10) if one.issue == issue.id]
    assert (mute.kind, mute.source, mute.state) == ("mute", "", "active")
    await hands.press_teams(world.teams_roots(name)[0], "Undo silence", BEN)
    await hands.until(
        lambda: (
            "silenced until" not in words(world.slack_roots(name)[0])
            and "silenced until" not in words(world.teams_roots(name)[0])
        ),
        "it is loud again",
    )
    await hands.in_slack_thread(slack, "Ben Ortner from Teams ended the silence")


async def test_critical_ones_are_silenced_by_two(world: Incidents, hands: Hands) -> None:
    """The question stands in both chats, so that whoever is awake can answer it."""
    name, slack, teams = await opened(world, "Two", "critical")
    await hands.say_slack("@Nightdesk silence it for 2h", slack)
    preview = await hands.in_slack_thread(slack, "a second person will be asked", "Silence until")
    await hands.press_slack(preview, "Silence until")
    asked = await hands.in_slack_thread(slack, "a second person has to agree", "Approve")
    await hands.press_slack(asked, "Approve")
    await hands.in_slack_thread(slack, "somebody else than Anna Berger has to approve it")
    assert "silenced until" not in words(world.slack_roots(name)[0])
    card = await hands.in_teams_thread(teams, "a second person has to agree")
    await hands.press_teams(card, "Approve", BEN)
    await world.until_both(name, "silenced until")
    await hands.in_slack_thread(slack, "Ben Ortner from Teams agreed")
    trail = [
        entry.act for entry in await world.trail() if entry.details.get("issue") == (await the_issue(world, name)).id
    ]
    assert trail.count("silence.ask") == trail.count("silence.approve") == 1


async def test_a_second_person_may_refuse(world: Incidents, hands: Hands) -> None:
    name, slack, teams = await opened(world, "Refused", "critical")
    await hands.say_teams("@Nightdesk silence it for 2h", teams)
    preview = await hands.in_teams_thread(teams, "a second person will be asked")
    await hands.press_teams(preview, "Silence until")
    asked = await hands.in_slack_thread(slack, "a second person has to agree", "Refuse")
    await hands.press_slack(asked, "Refuse", BEN)
    await hands.in_teams_thread(teams, "Ben Ortner from Slack refused to silence it")
    await hands.press_slack(asked, "Approve", BEN)
    await hands.in_slack_thread(slack, "This silence is over, or was taken back.")
    assert "silenced until" not in words(world.slack_roots(name)[0])


async def test_every_act_stands_in_the_trail_once(world: Incidents, hands: Hands) -> None:
    name, slack, _ = await opened(world, "Trail")
    issue = await the_issue(world, name)
    await hands.press_slack(slack, "Acknowledge")
    await world.rig.slack.control("retry", {})  # delivered twice
    await world.until_both(name, "Anna Berger has it")
    await hands.press_teams(world.teams_roots(name)[0], "Resolve", BEN)
    await world.until_both(name, "Resolved")
    await at_rest(world)
    acts = [entry for entry in await world.trail() if entry.object == issue.id and entry.act.startswith("issue.")]
    told = sorted((entry.act, entry.details["name"], entry.details["from"]) for entry in acts)
    assert told == [("issue.acknowledge", "Anna Berger", "slack"), ("issue.resolve", "Ben Ortner", "teams")]
    shown = words(await hands.command(f"audit {issue.id}"))
    assert "issue.acknowledge" in shown
    assert "Ben Ortner" in shown
    assert "needs the role admin" in words(await hands.command("audit", MEI))
