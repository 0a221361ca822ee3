"""How the people of a plan are found and reached."""

from typing import Any

import pytest

from bot.desk.reach import MAIL, Reach, people_of
from bot.model.errors import Unavailable
from bot.model.plan import Plan
from bot.model.tenant import DEFAULT_TENANT
from storage.storage import SqlStorage
from tests.fakes import NOON
from tests.integration.desk.scene import BEN, BEN_IN_TEAMS, FakeChat, LeapingClock, night, plan


async def reached(
    storage: SqlStorage, reach: Reach, target: str, with_plan: Plan | None = None
) -> tuple[str, set[str]]:
    async with storage.work(DEFAULT_TENANT) as work:
        found = await reach.target(work, with_plan or plan(), target, NOON)
    return found.name, {f"{place.platform} {place.workspace} {place.channel}" for place in found.places}


TARGETS: dict[str, tuple[str, set[str]]] = {
    "person:ben@example.com": ("Ben Ortner", {"slack T0NIGHT dm-U0BEN", "teams tenant-1 dm-aad-ben"}),
    "person:Ben@Example.com": ("Ben Ortner", {"slack T0NIGHT dm-U0BEN", "teams tenant-1 dm-aad-ben"}),
    "person:slack:U0BEN": ("Ben Ortner", {"slack T0NIGHT dm-U0BEN", "teams tenant-1 dm-aad-ben"}),
    "slack:U0BEN": ("Ben Ortner", {"slack T0NIGHT dm-U0BEN", "teams tenant-1 dm-aad-ben"}),
    "teams:aad-ben": ("Ben Ortner", {"slack T0NIGHT dm-U0BEN", "teams tenant-1 dm-aad-ben"}),
    "person:teams:aad-carla": ("Carla Weiss", {"teams tenant-1 dm-aad-carla"}),
    "rota:primary": ("Ben Ortner", {"slack T0NIGHT dm-U0BEN", "teams tenant-1 dm-aad-ben"}),
    "rota:gone": ("nobody in rota gone", set()),
    "person:who@example.com": ("who@example.com", {"mail smtp who@example.com"}),
    "mail:ops@example.com": ("ops@example.com", {"mail smtp ops@example.com"}),
    "slack:C0OPS": ("a Slack channel", {"slack T0NIGHT C0OPS"}),
    "teams:19:ops@thread.tacv2": ("a Teams channel", {"teams tenant-1 19:ops@thread.tacv2"}),
    "person:nobody": ("nobody", set()),
}


@pytest.mark.parametrize(("target", "expected"), TARGETS.items(), ids=TARGETS)
async def test_targets(storage: SqlStorage, clock: LeapingClock, target: str, expected: tuple[str, set[str]]) -> None:
    scene = await night(storage, clock)
    assert await reached(storage, scene.reach, target) == expected


async def test_accounts_of_one_address_become_one_person(storage: SqlStorage, clock: LeapingClock) -> None:
    scene = await night(storage, clock)
    await scene.reach.refresh(DEFAULT_TENANT)  # again: nothing changes
    async with storage.work(DEFAULT_TENANT) as work:
        one, other = await work.people.of(BEN), await work.people.of(BEN_IN_TEAMS)
        assert one.id == other.id
        assert len(await work.people.accounts(one.id)) == 2
        assert len(await work.people.every(100)) == 4 - 1  # Anna, Ben and Carla; the boss only gets letters


async def test_what_a_platform_could_not_say_is_asked_next_time(storage: SqlStorage, clock: LeapingClock) -> None:
    slack = FakeChat("slack", clock, (BEN,), "T0NIGHT")
    slack.faults.append(Unavailable("Slack"))
    reach = Reach(storage, {"slack": slack}, mail=True)
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(plan(), clock.now())
    await reach.refresh(DEFAULT_TENANT)
    assert await reached(storage, reach, "person:ben@example.com") == (
        "ben@example.com",
        {"mail smtp ben@example.com"},
    )
    slack.faults.clear()
    await reach.refresh(DEFAULT_TENANT)
    assert await reached(storage, reach, "person:ben@example.com") == ("Ben Ortner", {"slack T0NIGHT dm-U0BEN"})


async def test_who_comes_to_a_chat_later_is_found_there(storage: SqlStorage, clock: LeapingClock) -> None:
    """As when the bot is added to a team after it was started; that another chat is away does not matter."""
    slack, teams = FakeChat("slack", clock, (BEN,), "T0NIGHT"), FakeChat("teams", clock, (), "tenant-1")
    reach = Reach(storage, {"slack": slack, "teams": teams}, mail=True)
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(plan(), clock.now())
    await reach.refresh(DEFAULT_TENANT)
    assert (await reached(storage, reach, "person:ben@example.com"))[1] == {"slack T0NIGHT dm-U0BEN"}
    teams.people = (BEN_IN_TEAMS,)
    slack.faults.append(Unavailable("Slack"))
    await reach.search(DEFAULT_TENANT)
    both = {"slack T0NIGHT dm-U0BEN", "teams tenant-1 dm-aad-ben"}
    assert (await reached(storage, reach, "person:ben@example.com"))[1] == both


async def test_without_mail_there_is_no_last_resort(storage: SqlStorage, clock: LeapingClock) -> None:
    reach = Reach(storage, {}, mail=False)
    assert await reached(storage, reach, "person:who@example.com") == ("who@example.com", set())
    assert await reached(storage, reach, "slack:C0OPS") == ("a Slack channel", set())
    assert (await reached(storage, reach, f"{MAIL}:ops@example.com"))[1] == set()


def test_everybody_whom_a_plan_may_call() -> None:
    more: Any = {"steps": [{"notify": ["slack:U0X", "slack:C0X", "teams:aad-x", "teams:19:x", "mail:m@example.com"]}]}
    found = people_of(plan(**more).model_copy(update={"owner": "slack:U0OWNER"}))
    assert found == {"ben@example.com", "carla@example.com", "slack:U0X", "teams:aad-x", "slack:U0OWNER"}
