"""Whose yesterday it is: that of who asks, in the time zone that their platform shows them times in; in both chats."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from tests.acceptance.hands import ANNA, MEI, Hands, words
from tests.acceptance.incidents import Incidents, incidents

pytestmark = pytest.mark.slow

ZONES = {ANNA: "UTC", MEI: "Asia/Tokyo"}  # as the doubles have them


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[Incidents]:
    async with incidents(tmp_path) as built:
        yield built


def yesterday(zone: str) -> str:
    """As the query of an answer names it."""
    midnight = datetime.combine(datetime.now(ZoneInfo(zone)).date(), time(), ZoneInfo(zone))
    began, ended = (at.astimezone(UTC) for at in (midnight - timedelta(days=1), midnight))
    return f"{began:%Y-%m-%d %H:%M} UTC to {ended:%Y-%m-%d %H:%M} UTC"


@pytest.mark.parametrize("who", ZONES)
async def test_yesterday_is_the_askers(world: Incidents, who: str) -> None:
    hands, asked, said = Hands(world), "@Nightdesk latency of checkout yesterday", "P95 latency of checkout"
    ts, root = await hands.say_slack(asked, who=who), await hands.say_teams(asked, who=who)
    slack = words(await hands.in_slack_thread({"ts": ts}, said))
    teams = words(await hands.in_teams_thread({"id": root}, said))
    for shown in (slack, teams):
        spans = re.findall(r"[\d-]{10} [\d:]{5} UTC to [\d-]{10} [\d:]{5} UTC", shown)
        assert yesterday(ZONES[who]) in spans, shown[:2000]
        assert [zone for zone in ZONES.values() if f"({zone})" in shown] == [ZONES[who]]


@pytest.mark.parametrize("who", ZONES)
async def test_a_clock_is_the_one_on_their_wall(world: Incidents, who: str) -> None:
    hands, zone = Hands(world), ZONES[who]
    ends = (datetime.now(ZoneInfo(zone)) + timedelta(hours=3)).replace(minute=30, second=0, microsecond=0)
    asked, said = f"@Nightdesk silence checkout until {ends:%H:%M}", f"{ends:%H:%M} ({zone}"
    ts, root = await hands.say_slack(asked, who=who), await hands.say_teams(asked, who=who)
    for shown in (await hands.in_slack_thread({"ts": ts}, said), await hands.in_teams_thread({"id": root}, said)):
        assert ends.astimezone(UTC).isoformat() in words(shown), "what the button would do"
        assert zone == "UTC" or f"{ends.astimezone(UTC):%H:%M} UTC)" in words(shown)
