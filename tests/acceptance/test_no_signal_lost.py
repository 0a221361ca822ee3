"""5,000 signals while both chats fail, the process is killed twenty times and the database goes away: none is lost."""

import asyncio
import contextlib
import random
import re
import signal
from collections import Counter

import aiohttp
import pytest

from handlers.playground.doubles.bus import Fault
from tests.acceptance.cut import Cut
from tests.acceptance.incidents import Incidents, alert, incidents, payload
from tests.acceptance.replicas import replica
from tests.acceptance.rest import at_rest

SIGNALS, BATCH, ISSUES, KILLS, SENDERS = 5_000, 5, 300, 20, 4
AWAY = 10.0  # seconds without a database
MARK = re.compile(r"Lost-\d{4}")
PLAN = {"group_by": ["alertname"]}

pytestmark = [pytest.mark.slow, pytest.mark.lasts(8), pytest.mark.timeout(600)]


async def test_killed_twenty_times_on_sqlite(tmp_path):
    async with incidents(tmp_path, plan=PLAN) as world:
        await _all_of_it(world, [f"{world.rig.bot_url}"], _killer(world, KILLS))


async def test_killed_and_without_its_database_for_a_while(tmp_path, postgres_url):
    way = Cut(postgres_url)
    await way.mend()

    async def trouble(share: float) -> None:
        if share == 0.5:
            await way.cut()
            await asyncio.sleep(AWAY)  # the outage itself
            await way.mend()

    async with incidents(tmp_path, way.url, plan=PLAN) as world:
        await _all_of_it(world, [world.rig.bot_url], _killer(world, KILLS), trouble)
    await way.close()


async def test_two_replicas_one_of_them_killed(tmp_path, postgres_url):
    async with incidents(tmp_path, postgres_url, plan=PLAN) as world, replica(world) as second:

        async def trouble(share: float) -> None:
            if share == 0.5:
                second.process.send_signal(signal.SIGKILL)
                await second.process.wait()

        await _all_of_it(world, [world.rig.bot_url, second.url], None, trouble)


def _killer(world: Incidents, kills: int):
    async def kill() -> None:
        await world.rig.kill_bot()
        await world.rig.start_bot()

    return kill, kills


async def _all_of_it(world: Incidents, urls: list[str], killer, trouble=None) -> None:
    dice = random.Random(11)
    for kind, rate in (("429", 0.05), ("500", 0.05), ("drop", 0.02)):
        world.rig.faults.add(Fault(kind, "slack", "chat.postMessage", times=0, rate=rate, seconds=0.2))
    for kind, rate in (("429", 0.05), ("500", 0.05)):
        world.rig.faults.add(Fault(kind, "teams", "activities", times=0, rate=rate, seconds=0.2))
    numbers = list(range(SIGNALS))
    dice.shuffle(numbers)
    batches = [numbers[at : at + BATCH] for at in range(0, SIGNALS, BATCH)]
    moments = set(dice.sample(range(20, len(batches)), killer[1])) if killer else set()
    done = 0

    async def sender() -> None:
        nonlocal done
        while batches:
            batch = batches.pop()
            await _until_taken(world, urls, batch)
            done += 1
            if done in moments:
                await killer[0]()
            if trouble:
                await trouble(done / (SIGNALS // BATCH))

    await asyncio.gather(*(sender() for _ in range(SENDERS)))
    world.rig.faults.clear()
    issues = await at_rest(world)
    assert len(issues) == ISSUES
    assert sum(issue.alerts for issue in issues) == SIGNALS, "every accepted signal is in an issue"
    slack = Counter(mark for one in world.slack_messages() for mark in set(MARK.findall(one["text"])))
    teams = Counter(mark for one in world.teams_messages() for mark in set(MARK.findall(str(one))))
    told = f"messages by issue: Slack {dict(Counter(slack.values()))}, Teams {dict(Counter(teams.values()))}"
    print(told)
    assert Counter(slack.values()) == {1: ISSUES}, told
    # Teams cannot be asked whether a message arrived: the one under way at a kill may be posted again, no other.
    assert len(teams) == ISSUES, told
    assert sum(teams.values()) - ISSUES <= (killer[1] if killer else 1), told


async def _until_taken(world: Incidents, urls: list[str], batch: list[int]) -> None:
    """As any source does it: again until it is taken."""
    alerts = [alert(f"Lost-{n % ISSUES:04d}", fingerprint=f"f{n}", instance=f"web-{n}") for n in batch]
    turn = batch[0]
    while True:
        url = f"{urls[turn % len(urls)]}/webhooks/alertmanager/{world.key}"
        turn += 1
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with world.session.post(url, json=payload(alerts), timeout=aiohttp.ClientTimeout(10)) as answer:
                await answer.read()
                if answer.status == 200:
                    return
                assert answer.status == 503, await answer.text()
        await asyncio.sleep(0.2)  # a source waits before it repeats itself
