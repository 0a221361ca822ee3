"""Two processes on one PostgreSQL, one of them paused for longer than it holds anything, in the middle of its work."""

import asyncio
import contextlib
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import cycle
from typing import Any

import aiohttp
import pytest

from handlers.playground.doubles.bus import Fault
from tests.acceptance.hands import ANNA, EMAIL, Hands, words
from tests.acceptance.incidents import Incidents, alert, incidents, payload
from tests.acceptance.replicas import Replica, replica, until_ready
from tests.acceptance.rest import at_rest
from tests.acceptance.rig import Rig
from tests.acceptance.watch import MARK

ISSUES, BATCH, STEPS = 240, 6, 6
A_SECOND = 8  # messages for one channel: the work lasts longer than a lease
PAUSED = 25.0  # seconds; a lease lasts 20
PACE = {"SLACK_MESSAGES_PER_SECOND": str(A_SECOND), "TEAMS_MESSAGES_PER_SECOND": str(A_SECOND)}

pytestmark = [pytest.mark.slow, pytest.mark.peers, pytest.mark.timeout(240)]


def plan(rig: Rig) -> Mapping[str, Any]:
    """What is critical calls Anna again and again, also during the pause."""
    slack = {"platform": "slack", "channel": rig.slack_channel("incidents")}
    teams = {"platform": "teams", "channel": rig.teams_conversation("Incidents")}
    step = {"notify": [f"person:{EMAIL[ANNA]}"], "wait": "4s"}
    return {
        "group_by": ["alertname"],
        "routes": [{"to": [slack, teams], "story": "quiet", "policy": "night"}],
        "policies": {"night": {"at_least": "critical", "steps": [step] * STEPS}},
        "tickets_for_critical": False,
    }


async def test_a_paused_replica_says_nothing_twice_when_it_wakes(tmp_path, postgres_url):
    async with incidents(tmp_path, postgres_url, plan=plan, **PACE) as world, replica(world) as second:
        world.rig.faults.add(Fault("slow", "slack", "chat.postMessage", times=0, rate=0.3, seconds=0.3))
        assert world.rig.process is not None
        first = Replica(world.rig.bot_url, world.rig.process, world.rig.log)
        numbers = [f"Paused-{n:04d}" for n in range(ISSUES)]
        half = ISSUES // 2
        await _post(world, first, numbers[: half // 2])
        await _post(world, second, numbers[half // 2 : half])
        await _post(world, first, ["Calls-0001"], severity="critical")
        async with _paused_in_its_turn(world, [first, second]) as other:
            await asyncio.gather(asyncio.sleep(PAUSED), _post(world, other, numbers[half:]))
            await world.rig.until(lambda: world.slack_roots(numbers[-1]), "the other one has taken over")
        await asyncio.gather(until_ready(world, first), until_ready(world, second))
        issues = await at_rest(world)
        assert len(issues) == ISSUES + 1
        slack = Counter(mark for one in world.slack_messages() for mark in set(MARK.findall(one["text"])))
        teams = Counter(mark for one in world.teams_messages() for mark in set(MARK.findall(words(one))))
        assert Counter(slack.values()) == {1: ISSUES + 1}, "each issue has one message in Slack"
        # Teams cannot be asked whether a message arrived: the one under way at the pause may be posted again, no other.
        assert len(teams) == ISSUES + 1
        assert sum(teams.values()) <= ISSUES + 2
        await _each_step_called_once(world)


async def _each_step_called_once(world: Incidents) -> None:
    pages = [one for one in Hands(world).slack_chat(ANNA) if "Calls-0001" in words(one)]
    steps = Counter(found[1] for one in pages if (found := re.search(rf"step (\d) of {STEPS}", words(one))))
    assert steps == {str(number + 1): 1 for number in range(STEPS)}


@contextlib.asynccontextmanager
async def _paused_in_its_turn(world: Incidents, replicas: Sequence[Replica]) -> AsyncIterator[Replica]:
    """One that has the turn in #incidents stands still: nothing is said there any more. The other one is given."""
    for number in cycle(range(len(replicas))):
        one = replicas[number]
        one.process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(1)  # what was on its way has come
            before = len(world.slack_messages())
            await asyncio.sleep(10 / A_SECOND)
            if len(world.slack_messages()) == before:
                yield replicas[1 - number]
                return
        finally:
            one.process.send_signal(signal.SIGCONT)


async def _post(world: Incidents, to: Replica, marks: Sequence[str], severity: str = "warning") -> None:
    """As any source does it: again until it is taken."""
    for at in range(0, len(marks), BATCH):
        alerts = [alert(mark, fingerprint=mark, severity=severity) for mark in marks[at : at + BATCH]]
        while not await _taken(world, to, payload(alerts)):
            await asyncio.sleep(0.2)  # a source waits before it repeats itself


async def _taken(world: Incidents, to: Replica, body: Mapping[str, Any]) -> bool:
    url, patience = f"{to.url}/webhooks/alertmanager/{world.key}", aiohttp.ClientTimeout(20)
    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
        async with world.session.post(url, json=body, timeout=patience) as answer:
            text = await answer.text()
            assert answer.status in (200, 503), text
            return answer.status == 200
    return False
