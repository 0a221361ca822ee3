"""Promise 1: however signals, clicks, repeats and failures interleave, at rest both chats show the same true issue."""

import asyncio
import contextlib
import json
import os
import random
from collections import Counter
from collections.abc import Awaitable

import pytest

from bot.model.issue import Issue
from bot.pipeline import wording
from handlers.playground.doubles.bus import Fault
from tests.acceptance.incidents import Incidents, alert, incidents, slack_buttons, teams_actions
from tests.acceptance.rest import at_rest

INTERLEAVINGS = int(os.environ.get("NIGHTDESK_INTERLEAVINGS", "1000"))
AT_ONCE = 25
ACTS = ("Acknowledge", "Undo acknowledge", "Resolve", "Reopen", "Assign to me")

pytestmark = [pytest.mark.slow, pytest.mark.lasts(8), pytest.mark.timeout(900)]


async def test_both_chats_show_the_same_true_state(tmp_path):
    async with incidents(tmp_path) as world:
        for kind, rate in (("429", 0.04), ("500", 0.01)):
            world.rig.faults.add(Fault(kind, "slack", "chat.", times=0, rate=rate, seconds=0.1))
            world.rig.faults.add(Fault(kind, "teams", "activities", times=0, rate=rate, seconds=0.1))
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with turns:
                await _interleaving(world, f"Case-{number:04d}", random.Random(number))

        await asyncio.gather(*(one(number) for number in range(INTERLEAVINGS)))
        world.rig.faults.clear()
        issues = {issue.title.partition(":")[0]: issue for issue in await at_rest(world)}
        trail = Counter(
            (entry.object, entry.details.get("cause"))
            for entry in await world.trail()
            if entry.act.startswith("issue.") and entry.details.get("cause")
        )
        assert len(issues) == INTERLEAVINGS
        for mark, issue in issues.items():
            _assert_same(world, mark, issue)
        assert trail, "acts are audited"
        assert set(trail.values()) == {1}, "each act is audited once"
        print(f"{INTERLEAVINGS} interleavings, {sum(trail.values())} acts, each audited once")


async def _interleaving(world: Incidents, mark: str, dice: random.Random) -> None:
    """A life of one issue: signals in any order and repeated, presses in either chat, pressed twice."""
    firing = [alert(mark, fingerprint=f"{mark}-{n}", instance=f"web-{n}") for n in range(dice.randint(1, 3))]
    assert await world.post(*firing[:1]) == 200
    slack, teams = await world.both(mark)
    for _ in range(dice.randint(4, 9)):
        match dice.choice(("signal", "signal", "slack", "slack", "teams", "teams")):
            case "signal":
                chosen = dice.choice(firing)
                status = dice.choice(("firing", "resolved"))
                worse = dice.choice(("warning", "critical"))
                again = {**chosen, "status": status, "labels": {**chosen["labels"], "severity": worse}}
                for _ in range(dice.randint(1, 2)):
                    assert await world.post(again) == 200
            case "slack":
                slack = world.slack_roots(mark)[0]
                label = dice.choice([one for one in ACTS if one in slack_buttons(slack)])
                await _pressed(world, mark, dice, world.press_slack(slack, label, times=dice.randint(1, 2)))
            case _:
                teams = world.teams_roots(mark)[0]
                label = dice.choice([one for one in ACTS if one in teams_actions(teams)])
                await _pressed(world, mark, dice, world.press_teams(teams, label, times=dice.randint(1, 2)))


async def _pressed(world: Incidents, mark: str, dice: random.Random, press: Awaitable[None]) -> None:
    """Mostly people look at what comes of it; sometimes the next thing happens at once."""
    before = json.dumps([world.slack_roots(mark), world.teams_roots(mark)])
    await press
    if dice.random() < 0.7:
        with contextlib.suppress(AssertionError):  # nothing comes where it was so already
            await world.watch.until(
                mark, lambda: json.dumps([world.slack_roots(mark), world.teams_roots(mark)]) != before, "news", 1.0
            )


def _assert_same(world: Incidents, mark: str, issue: Issue) -> None:
    slack, teams = world.slack_roots(mark), world.teams_roots(mark)
    assert len(slack) == 1, f"{mark}: {len(slack)} messages in Slack"
    assert len(teams) == 1, f"{mark}: {len(teams)} messages in Teams"
    truth = wording.root(issue).summary
    assert slack[0]["text"].endswith(truth) or truth in slack[0]["text"], f"{mark} in Slack"
    assert truth in json.dumps(teams[0], ensure_ascii=False), f"{mark} in Teams"
