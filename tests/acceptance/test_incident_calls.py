"""Who is called and who is spared: escalation, quiet hours, maintenance, channels that are gone, one's own page."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from bot.desk.escalation import STEP
from bot.model.issue import Issue, IssueId
from tests.acceptance.hands import ANNA, BEN, EMAIL, KIM, MEI, Hands, Shown, words
from tests.acceptance.incidents import Incidents, alert, incidents
from tests.acceptance.rest import at_rest
from tests.acceptance.rig import Rig
from tests.integration.mail.server import Box, serving

NUMBERS = count(100)
OPS = "ops@example.com"

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(90)]


def plan(rig: Rig) -> Mapping[str, Any]:
    """By the label `team`: who is called, and who is left in peace."""
    slack = {"platform": "slack", "channel": rig.slack_channel("incidents")}
    teams = {"platform": "teams", "channel": rig.teams_conversation("Incidents")}
    checkout = {"platform": "slack", "channel": rig.slack_channel("checkout")}
    both, now = [slack, teams], datetime.now(UTC)
    return {
        "owner": EMAIL[BEN],
        "routes": [
            {"match": ['team="night"'], "to": both, "policy": "night"},
            {"match": ['team="asleep"'], "to": both, "quiet": {"start": "00:00", "end": "00:00"}},
            {"match": ['team="archived"'], "to": [checkout]},
            {"match": ['team="deleted"'], "to": [teams]},
            {"to": both},
        ],
        "rotas": {"primary": {"layers": [{"people": [EMAIL[ANNA]], "since": "2026-01-05"}]}},
        "policies": {
            "night": {
                "at_least": "medium",
                "steps": [
                    {"notify": ["rota:primary"], "wait": "2s"},
                    {"notify": [f"person:{EMAIL[BEN]}", f"mail:{OPS}"], "wait": "1m"},
                ],
            }
        },
        "maintenance": [
            {
                "match": ['team="moving"'],
                "start": (now - timedelta(hours=1)).isoformat(),
                "end": (now + timedelta(hours=1)).isoformat(),
                "why": "database move",
            }
        ],
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box() -> AsyncIterator[Box]:
    async with serving() as built:
        yield built


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory, box: Box) -> AsyncIterator[Incidents]:
    settings = {
        "MAIL_SMTP_URL": box.url, "MAIL_FROM": "Nightdesk <night@example.com>", "MAIL_STARTTLS": "false",
        "NIGHTDESK_ADMINS": EMAIL[BEN],
    }  # fmt: skip
    async with incidents(tmp_path_factory.mktemp("world"), plan=plan, **settings) as built:
        await built.rig.stop_bot()
        await built.rig.start_bot()  # by now it is in the team, and at its start it looks up whom the plan names
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


@pytest.fixture
def hands(world: Incidents) -> Hands:
    return Hands(world)


def mark(word: str) -> str:
    return f"{word}-{next(NUMBERS)}"


async def post(world: Incidents, word: str, team: str, severity: str = "warning", **labels: str) -> str:
    name = mark(word)
    one = alert(name, fingerprint=name, severity=severity, team=team, **{"service": name.lower(), **labels})
    assert await world.post(one) == 200
    return name


async def the_issue(world: Incidents, name: str) -> Issue:
    (issue,) = [one for one in await at_rest(world) if name in one.title]
    return issue


def about(messages: list[Shown], name: str) -> list[Shown]:
    return [one for one in messages if name in words(one)]


async def waits_for_a_step(world: Incidents, issue: IssueId) -> bool:
    async with world.storage() as storage, storage.work("default") as work:
        return await work.timers.get(STEP, issue) is not None


async def kept_quiet(world: Incidents, issue: IssueId) -> set[str]:
    return {
        entry.details["reason"] for entry in await world.trail() if (entry.act, entry.object) == ("kept_quiet", issue)
    }


# Called


async def test_one_after_the_other_is_called_until_somebody_has_it(world: Incidents, hands: Hands, box: Box) -> None:
    name = await post(world, "Called", "night")
    await hands.until(
        lambda: about(hands.slack_chat(ANNA), name) and about(hands.teams_chat(ANNA), name), "Anna is called"
    )
    assert "Nobody has it yet" in words(about(hands.slack_chat(ANNA), name)[0])
    await hands.until(
        lambda: about(hands.slack_chat(BEN), name) and about(hands.teams_chat(BEN), name), "then Ben is called"
    )
    await world.until_both(name, "step 2 of 2")
    (page,) = about(hands.teams_chat(BEN), name)
    await hands.press_teams(page, "Acknowledge", BEN, hands.teams_dm(BEN))
    await world.until_both(name, "Ben Ortner has it")
    for chat in (hands.slack_chat, hands.teams_chat):
        for who in (ANNA, BEN):
            await hands.until(
                lambda chat=chat, who=who: "Ben Ortner has it since" in words(about(chat(who), name)[0]),
                f"the page of {who} says who has it",
            )
            assert len(about(chat(who), name)) == 1
    issue = await the_issue(world, name)
    assert not await waits_for_a_step(world, issue.id)
    (letter,) = [one for one in box.letters if name in str(one["Subject"])]
    assert letter["To"] == OPS


async def test_who_answers_spares_the_next_one(world: Incidents, hands: Hands, box: Box) -> None:
    name = await post(world, "Spared", "night")
    (page,) = await hands.until(lambda: about(hands.slack_chat(ANNA), name), "Anna is called")
    await hands.press_slack(page, "Acknowledge", ANNA, hands.slack_dm(ANNA))
    await world.until_both(name, "Anna Berger has it")
    issue = await the_issue(world, name)
    assert not await waits_for_a_step(world, issue.id)
    assert not about(hands.slack_chat(BEN), name)
    assert not [one for one in box.letters if name in str(one["Subject"])]


async def test_what_is_over_calls_nobody_any_more(world: Incidents, hands: Hands) -> None:
    name = await post(world, "Over", "night")
    await hands.until(lambda: about(hands.slack_chat(ANNA), name), "Anna is called")
    one = alert(name, fingerprint=name, team="night", service=name.lower(), firing=False)
    assert await world.post(one) == 200
    await world.until_both(name, "Resolved")
    await hands.until(
        lambda: "Nothing is left to do" in words(about(hands.slack_chat(ANNA), name)[0]),
        "the page says that it is over",
    )
    assert not await waits_for_a_step(world, (await the_issue(world, name)).id)


async def test_escalated_by_hand_and_who_is_on_call(world: Incidents, hands: Hands) -> None:
    name = await post(world, "Asked", "night")
    (page,) = await hands.until(lambda: about(hands.slack_chat(ANNA), name), "Anna is called")
    await hands.press_slack(page, "Acknowledge", ANNA, hands.slack_dm(ANNA))
    await world.until_both(name, "Anna Berger has it")
    await hands.press_slack(world.slack_roots(name)[0], "Escalate")
    (page,) = await hands.until(lambda: about(hands.slack_chat(BEN), name), "Ben is called")
    assert "Anna Berger asks for help" in words(page)
    assert "On call: Anna Berger" in words(await hands.command("oncall"))
    asked = await world.rig.ask_teams("@Nightdesk who is on call?")
    assert "On call: Anna Berger" in words(await world.rig.teams_answer(asked))


# Spared


async def test_quiet_hours_spare_what_can_wait(world: Incidents, hands: Hands) -> None:
    quiet = await post(world, "Quiet", "asleep")
    loud = await post(world, "Loud", "asleep", "critical")
    await world.both(loud)
    issue = await the_issue(world, quiet)
    assert not about([*world.slack_messages(), *world.teams_messages()], quiet)
    assert await kept_quiet(world, issue.id) == {"quiet_hours"}
    assert "quiet_hours" in words(await hands.command(f"audit {issue.id}", BEN))
    assert quiet in words(await hands.command("issues"))


async def test_maintenance_of_the_plan_and_by_command(world: Incidents, hands: Hands) -> None:
    planned = await post(world, "Planned", "moving")
    issue = await the_issue(world, planned)
    assert not about([*world.slack_messages(), *world.teams_messages()], planned)
    assert await kept_quiet(world, issue.id) == {"maintenance"}

    service = mark("Moved").lower()
    preview = await hands.command(f"maintenance {service} 2h why=new disks")
    channel = world.rig.slack_channel("general")
    await hands.press_slack(preview, "Maintenance until", ANNA, channel)
    made = await hands.until(
        lambda: about(world.rig.slack_answers(preview["ts"], "general"), "what it touches stays quiet"), "it stands"
    )
    spared = await post(world, "Disks", "any", service=service)
    issue = await the_issue(world, spared)
    assert not about([*world.slack_messages(), *world.teams_messages()], spared)
    assert await kept_quiet(world, issue.id) == {"maintenance"}
    await hands.press_slack(made[0], "End it now", ANNA, channel)
    await world.both(spared)
    await world.until_both(spared, "still open after quiet hours, a mute or maintenance")


# Places that are gone


async def test_an_archived_channel_is_told_to_the_owner_once(world: Incidents, hands: Hands) -> None:
    channel = world.rig.slack_channel("checkout")
    await world.rig.slack.control("archive", {"channel": channel})
    first, second = await post(world, "Gone", "archived"), await post(world, "Gone", "archived")
    told = await hands.until(lambda: about(hands.slack_chat(BEN), "I cannot write to Slack"), "the owner is told")
    await at_rest(world)
    assert len(about(hands.slack_chat(BEN), "I cannot write to Slack")) == 1
    assert len(about(hands.teams_chat(BEN), "I cannot write to Slack")) == 1
    one = alert(first, fingerprint=first, team="archived", service=first.lower(), firing=False)
    assert await world.post(one) == 200  # over meanwhile: an old state must not be sent later
    await at_rest(world)
    await world.rig.slack.control("restore", {"channel": channel})
    await hands.press_slack(told[0], "Show what waits", BEN, hands.slack_dm(BEN))
    (listed,) = await hands.until(
        lambda: about(hands.slack_chat(BEN), "2 messages could not be delivered."), "what waits"
    )
    assert f"Resolved: {first}" in words(listed)
    assert f"Medium: {second}" in words(listed)
    await hands.press_slack(listed, "Send all again", BEN, hands.slack_dm(BEN))
    messages = world.rig.slack.workspace.messages[channel]
    await hands.until(lambda: about(messages, first) and about(messages, second), "both are delivered")
    assert f"Resolved: {first}" in about(messages, first)[0]["text"]
    assert "Everything was delivered." in words(await hands.command("undelivered", BEN))


async def test_a_deleted_team_channel_is_told_to_the_owner_once(world: Incidents, hands: Hands) -> None:
    await at_rest(world)  # what another test has to say there is said
    await world.rig.teams.control("delete", {"conversation": world.teams_channel})
    name = await post(world, "Deleted", "deleted")
    await hands.until(lambda: about(hands.teams_chat(BEN), "I cannot write to Teams"), "the owner is told")
    await world.rig.teams.control("restore", {"conversation": world.teams_channel})
    listed = await hands.command("undelivered", BEN)
    assert name in words(listed)
    await hands.press_slack(listed, "Send again", BEN, world.rig.slack_channel("general"))
    await hands.until(lambda: world.teams_roots(name), "it stands in Teams")
    assert len(about(hands.slack_chat(BEN), "I cannot write to Teams")) == 1
    one = alert(name, fingerprint=name, team="deleted", service=name.lower(), firing=False)
    assert await world.post(one) == 200
    await hands.until(lambda: "Resolved" in words(world.teams_roots(name)[0]), "it is kept true again")


# One's own


async def test_a_page_of_ones_own_in_both_chats(world: Incidents, hands: Hands) -> None:
    name = await post(world, "Home", "any", "critical")
    await world.both(name)
    await hands.press_slack(world.slack_roots(name)[0], "Assign to me", MEI)
    await world.until_both(name, "assigned to Mei Tanaka")
    await world.rig.slack.control("home", {"tab": "home", "user": MEI})
    page = await hands.until(lambda: world.rig.slack.state()["home"].get(MEI), "Mei's page")
    assert re.search(f"Yours.*{name}.*On call.*primary: Anna Berger", words(page), re.DOTALL)
    await hands.say_teams("home", None, MEI, hands.teams_dm(MEI))
    (card,) = await hands.until(lambda: about(hands.teams_chat(MEI), "Yours"), "the same in Teams")
    assert re.search(f"Yours.*{name}.*On call.*primary: Anna Berger", words(card), re.DOTALL)
    await hands.press_teams(card, "Acknowledge", MEI, hands.teams_dm(MEI))
    await world.until_both(name, "Mei Tanaka has it")


async def test_two_accounts_become_one_person_by_a_code(world: Incidents, hands: Hands) -> None:
    hands.kim_comes()
    asked = await hands.say_slack("@Nightdesk link", None, KIM)
    assert "That is between you and me" in words(await world.rig.slack_answer(asked))
    await hands.say_slack("link", None, KIM, hands.slack_dm(KIM))
    (shown,) = await hands.until(lambda: about(hands.slack_chat(KIM), "good for ten minutes"), "the code")
    found = re.search(r"link ([A-Z0-9]{4}-[A-Z0-9]{4})", shown["text"])
    assert found
    for says in ("Done: this account is Kim Lee", "This code is not good, or no longer"):
        await hands.say_teams(f"link {found[1]}", None, KIM, hands.teams_dm(KIM))
        await hands.until(lambda says=says: about(hands.teams_chat(KIM), says), says)
    name = await post(world, "Linked", "any")
    await world.both(name)
    await hands.press_slack(world.slack_roots(name)[0], "Assign to me", KIM)
    await world.until_both(name, "assigned to Kim Lee")
    await hands.say_teams("what is mine?", None, KIM, hands.teams_dm(KIM))
    await hands.until(lambda: about(hands.teams_chat(KIM), name), "what was taken in Slack is mine in Teams")
