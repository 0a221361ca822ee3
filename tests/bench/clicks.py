"""From a click in one chat to the other chat showing it, at the platforms' own pace."""

import asyncio
import statistics
import time
from pathlib import Path

from tests.acceptance.hands import Hands
from tests.acceptance.incidents import Incidents, alert, incidents

CLICKS, ISSUES = 40, 8
APART = 4.2  # seconds between clicks: a click is two messages, and Teams takes 1,800 an hour in one conversation


async def main(folder: Path) -> None:
    """Acknowledged in Slack and taken back in Teams, in alternation, over several issues."""
    async with incidents(_made(folder), rate_limits=True) as world:
        marks = [f"Click-{number:03d}" for number in range(ISSUES)]
        for mark in marks:
            assert await world.post(alert(mark)) == 200
            await world.both(mark)
        await asyncio.sleep(APART * 2)  # what was said last has used the pace up
        to_teams, to_slack = [], []
        for number in range(CLICKS // 2):
            mark = marks[number % ISSUES]
            to_teams.append(await _from_slack(world, mark))
            await asyncio.sleep(APART)
            to_slack.append(await _from_teams(world, mark))
            await asyncio.sleep(APART)
    _told("Slack to Teams", to_teams)
    _told("Teams to Slack", to_slack)


async def _from_slack(world: Incidents, mark: str) -> float:
    began = time.perf_counter()
    await Hands(world).press_slack(world.slack_roots(mark)[0], "Acknowledge")
    await world.watch.until(mark, lambda: "Anna Berger has it" in str(world.teams_roots(mark)[0]), "seen in Teams")
    seen = time.perf_counter() - began
    await world.until_both(mark, "Anna Berger has it")
    return seen


async def _from_teams(world: Incidents, mark: str) -> float:
    began = time.perf_counter()
    await Hands(world).press_teams(world.teams_roots(mark)[0], "Undo acknowledge")
    await world.watch.until(mark, lambda: "nobody has it" in str(world.slack_roots(mark)[0]), "seen in Slack")
    seen = time.perf_counter() - began
    await world.until_both(mark, "nobody has it")
    return seen


def _told(what: str, seconds: list[float]) -> None:
    found = sorted(one * 1000 for one in seconds)
    p50, p95 = statistics.median(found), found[min(len(found) - 1, int(0.95 * len(found)))]
    print(f"A click seen in the other chat, {what}, {len(found)} clicks   p50 {p50:6.0f} ms   p95 {p95:6.0f} ms")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
