"""Feedback that provably works, in both chats: a thumb down becomes a rule that somebody else reviews, and the same
question then is another query; when the rule ends, it is the old one again."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.desk.rules import END, REMINDER
from bot.model.rule import RuleId
from bot.model.tenant import DEFAULT_TENANT
from tests.acceptance.hands import ANNA, BEN, EMAIL, Hands, Shown, words
from tests.acceptance.incidents import Incidents, incidents, slack_buttons

pytestmark = pytest.mark.slow

QUESTION = "latency of shopfront"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[Incidents]:
    async with incidents(tmp_path) as built:
        yield built
        assert "Traceback" not in built.rig.log.read_text()


async def asked_in_slack(hands: Hands, text: str, said: str, who: str = ANNA) -> Shown:
    ts = await hands.say_slack(f"@Nightdesk {text}", who=who)
    return await hands.in_slack_thread({"ts": ts}, said)


async def asked_in_teams(hands: Hands, text: str, said: str, who: str = ANNA) -> Shown:
    root = await hands.say_teams(f"@Nightdesk {text}", who=who)
    return await hands.in_teams_thread({"id": root}, said)


async def due(world: Incidents, kind: str, rule: str) -> None:
    """Its hour has come: the timer is due, and a rule that ends has ended."""
    async with world.storage() as storage, storage.work(DEFAULT_TENANT) as work:
        timer, standing = await work.timers.get(kind, rule), await work.rules.get(RuleId(rule))
        assert timer
        assert standing
        now = standing.created_at
        if kind == REMINDER:
            assert standing.expires_at - timer.due_at == timedelta(days=7)
        else:
            await work.rules.save(replace(standing, expires_at=now))
        await work.timers.set(kind, rule, now, {})


async def test_a_thumb_down_becomes_a_rule_that_holds_and_ends(world: Incidents) -> None:
    hands = Hands(world)
    first = await asked_in_slack(hands, "p95 latency by service", "payments")
    await rate(hands, first)
    offer = await hands.in_slack_thread({"ts": first["thread_ts"]}, "What was wrong?", "I meant something else")
    assert {"Wrong unit…", "Wrong runbook…", "Wrong limit…"} <= {name.strip() for name in slack_buttons(offer)}

    before = words(await asked_in_slack(hands, QUESTION, "shopfront"))
    assert 'service="checkout"' not in before
    await hands.press_slack(offer, "I meant something else")
    view = (await hands.until(lambda: world.rig.slack.state()["views"], "the form"))[-1]
    texts = iter(("shopfront", "checkout", "the shop team calls it so"))
    values = {
        block["block_id"]: {block["element"]["action_id"]: {"type": "plain_text_input", "value": next(texts)}}
        for block in view["blocks"]
        if block["type"] == "input"
    }
    assert (await world.rig.slack.control("submit", {"view_id": view["id"], "values": values}))["ok"]
    card = await hands.in_slack_thread({"ts": first["thread_ts"]}, "Another person has to review it")
    assert "p95 latency by service" in words(card)
    assert re.search(r"Of \d+ questions 1 changes\.", words(card))
    assert QUESTION in words(card)
    assert "checkout" in words(card)
    await hands.press_slack(card, "Approve", who=ANNA)
    await hands.in_slack_thread({"ts": card["thread_ts"]}, "Another person reviews a rule")

    seen = await asked_in_teams(hands, "rule R1", "Another person has to review it", who=BEN)
    assert QUESTION in words(seen)
    await hands.press_teams(seen, "Approve", who=BEN)
    await hands.in_teams_thread({"id": seen["root"]}, "R1, active")

    assert "P95 latency of checkout" in words(await asked_in_slack(hands, QUESTION, "checkout"))
    assert "P95 latency of checkout" in words(await asked_in_teams(hands, QUESTION, "checkout"))

    await due(world, REMINDER, "R1")
    root = {"ts": card["thread_ts"]}
    assert ANNA in words(await hands.in_slack_thread(root, "Rule R1 ends"))
    await due(world, END, "R1")
    await hands.in_slack_thread(root, "Rule R1 has ended")
    assert "P95 latency of checkout" not in words(await asked_in_teams(hands, QUESTION, "shopfront"))
    async with world.storage() as storage, storage.work(DEFAULT_TENANT) as work:
        acts = [one.act for one in await work.audit.latest(200) if one.act.startswith("rule.")]
    assert acts == ["rule.expire", "rule.approve", "rule.propose"]


async def rate(hands: Hands, answer: Shown) -> None:
    """Thumb down, in Slack."""
    found = [
        (block["block_id"], element["action_id"], element)
        for block in answer["blocks"]
        for element in block.get("elements", ())
        if element.get("type") == "feedback_buttons"
    ]
    [(block, action, element)] = found
    press = {
        "channel": hands.world.slack_channel, "ts": answer["ts"], "block_id": block, "action_id": action,
        "user": ANNA, "value": element["negative_button"]["value"],
    }  # fmt: skip
    await hands.rig.slack.control("click", press)


async def test_a_thumb_down_in_teams_offers_the_same(world: Incidents) -> None:
    hands = Hands(world)
    answer = await asked_in_teams(hands, "p95 latency by service", "payments")
    rated = {"conversation": world.teams_channel, "activity": answer["id"], "positive": False, "user": EMAIL[ANNA]}
    await world.rig.teams.control("feedback", rated)
    await hands.in_teams_thread({"id": answer["root"]}, "What was wrong?")
