"""Who is on call, who stands in, and the notice at a hand-over."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.desk.duty import HANDOVER, Duty
from bot.model import plain
from bot.model.errors import Missing, Problem, Rejected
from bot.model.issue import By
from bot.model.parcel import Outcome, Parcel, Receipt
from bot.model.plan import Plan
from bot.model.reply import Mention, Text
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.actor import Actor
from bot.ports.incidents import Cover
from storage.storage import SqlStorage
from tests.fakes import NOON
from tests.integration.desk.scene import ANNA, BEN, CARLA, PLAN, ROOM, LeapingClock, Night, an_issue, night

# The scene's rota: Ben from Monday, 16 March 2026, 9:00 in Vienna, then Carla, a week each. NOON is Wednesday.
HANDOVER_AT = datetime(2026, 3, 23, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TELL = [{"platform": "slack", "channel": "C0ONCALL"}, {"platform": "teams", "channel": "19:oncall@thread.tacv2"}]


def plan(**more: Any) -> Plan:
    rota: Mapping[str, Any] = PLAN["rotas"]["primary"]
    return Plan.model_validate({**PLAN, "rotas": {"primary": {**rota, "tell": TELL, **more}}})


def cover(person: str, start: datetime, days: float = 1, *, name: str = "c1", rota: str = "primary") -> Cover:
    return Cover(name, rota, person, start, start + days * DAY)


ACTOR = Actor(DEFAULT_TENANT, By("Anna Berger", platform="slack"), "letter-1", ROOM)


async def desk(storage: SqlStorage, clock: LeapingClock, with_plan: Plan | None = None) -> tuple[Night, Duty]:
    scene = await night(storage, clock, with_plan or plan())
    return scene, Duty(storage, clock, scene.reach)


async def take_over(storage: SqlStorage, duty: Duty, clock: LeapingClock) -> datetime | None:
    """The next hand-over timer, done when it is due; its instant."""
    async with storage.work(DEFAULT_TENANT) as work:
        [timer] = await work.timers.of_kind(HANDOVER)
    await clock.leap(timer.due_at)
    async with storage.work(DEFAULT_TENANT) as work:
        taken = await work.timers.take(timer.id, clock.now())
        assert taken
        await duty.handed_over(work, taken)
    return timer.due_at


async def said(storage: SqlStorage, clock: LeapingClock) -> list[Parcel]:
    """What waits to be said, and is said now."""
    found = await storage.parcels.claim(32, 10, clock.now())
    receipts = [Receipt(f"{one.place.channel}:{one.id}") for one in found]
    await storage.parcels.settle(
        [Outcome(one.id, "sent", clock.now(), receipt) for one, receipt in zip(found, receipts, strict=True)]
    )
    return sorted(found, key=lambda one: one.place.platform)


async def test_who_is_on_call(storage: SqlStorage, clock: LeapingClock) -> None:
    _, duty = await desk(storage, clock)
    [now] = await duty.on_duty(DEFAULT_TENANT, NOON)
    assert (now.rota, now.person, now.name) == ("primary", "ben@example.com", "Ben Ortner")
    assert (now.until, now.next_name, now.covers) == (HANDOVER_AT, "Carla Weiss", "")
    assert now.account
    assert now.account.email == BEN.email
    [later] = await duty.on_duty(DEFAULT_TENANT, HANDOVER_AT)
    assert (later.name, later.next_name) == ("Carla Weiss", "Ben Ortner")
    assert await duty.on_duty(DEFAULT_TENANT, datetime(2026, 3, 1, tzinfo=UTC)) == []


async def test_the_coming_shifts_with_a_cover_in_them(storage: SqlStorage, clock: LeapingClock) -> None:
    _, duty = await desk(storage, clock)
    await duty.cover(ACTOR, cover("anna@example.com", NOON + DAY))
    assert await duty.shifts(DEFAULT_TENANT, "primary", 7) == [
        (NOON, NOON + DAY, "Ben Ortner"),
        (NOON + DAY, NOON + 2 * DAY, "Anna Berger"),
        (NOON + 2 * DAY, HANDOVER_AT, "Ben Ortner"),
        (HANDOVER_AT, NOON + 7 * DAY, "Carla Weiss"),
    ]
    [then] = await duty.on_duty(DEFAULT_TENANT, NOON + DAY)
    assert (then.name, then.covers, then.next_name) == ("Anna Berger", "Ben Ortner", "Ben Ortner")
    with pytest.raises(Missing, match="no rota “secondary”"):
        await duty.shifts(DEFAULT_TENANT, "secondary", 7)


@pytest.mark.parametrize(
    ("wanted", "problem", "words"),
    [
        (cover("anna@example.com", NOON - 2 * DAY), Rejected, "over already"),
        (cover("anna@example.com", NOON + DAY, -0.5), Rejected, "a later end"),
        (cover("anna@example.com", NOON, 400), Rejected, "a year at most"),
        (cover("anna@example.com", NOON, rota="secondary"), Missing, "no rota"),
        (cover("nobody@example.com", NOON), Missing, "do not know nobody@example.com"),
        (cover("nobody", NOON), Missing, "do not know nobody"),
    ],
)
async def test_covers_that_make_no_sense(
    storage: SqlStorage, clock: LeapingClock, wanted: Cover, problem: type[Problem], words: str
) -> None:
    _, duty = await desk(storage, clock)
    with pytest.raises(problem, match=words):
        await duty.cover(ACTOR, wanted)
    async with storage.work(DEFAULT_TENANT) as work:
        assert await work.covers.between("primary", NOON - 10 * DAY, NOON + 500 * DAY) == []
        assert await work.audit.latest(10) == []


async def test_a_cover_is_taken_once_audited_and_taken_back(storage: SqlStorage, clock: LeapingClock) -> None:
    scene, duty = await desk(storage, clock)
    for _ in range(2):  # the same letter twice
        await duty.cover(ACTOR, cover("slack:U0ANNA", NOON))
    assert await scene.audited("cover.add") == 1
    [now] = await duty.on_duty(DEFAULT_TENANT, NOON)
    assert (now.name, now.covers) == ("Anna Berger", "Ben Ortner")
    assert [await duty.uncover(ACTOR, "c1"), await duty.uncover(ACTOR, "c1")] == [True, False]
    assert await scene.audited("cover.remove") == 1
    [now] = await duty.on_duty(DEFAULT_TENANT, NOON)
    assert now.name == "Ben Ortner"


async def test_the_hand_over_is_told_with_what_is_open(storage: SqlStorage, clock: LeapingClock) -> None:
    scene, duty = await desk(storage, clock)
    await duty.arm(DEFAULT_TENANT)
    async with storage.work(DEFAULT_TENANT) as work:
        await work.issues.save([an_issue(clock)])
    instants = [await take_over(storage, duty, clock) for _ in range(5)]
    assert instants[-1] == HANDOVER_AT  # looked at daily until then
    slack, teams = await said(storage, clock)
    assert slack.reply.summary == "Carla Weiss takes over rota primary from Ben Ortner."
    text = plain.render(slack.reply)
    assert "1 issue is open" in text
    assert "Checkout latency is high" in text
    assert "On duty until: 2026-03-30 07:00 UTC" in text  # nine in Vienna, in summer
    assert [mentioned.user for mentioned in _mentions(slack)] == []  # she has no account there
    assert [mentioned.user for mentioned in _mentions(teams)] == [CARLA.user]
    assert (slack.place.workspace, teams.place.workspace) == ("T0NIGHT", "tenant-1")
    assert await scene.audited("handover") == 1
    await take_over(storage, duty, clock)
    assert await said(storage, clock) == []


async def test_a_cover_that_begins_now_is_told_now_and_its_end_too(storage: SqlStorage, clock: LeapingClock) -> None:
    _, duty = await desk(storage, clock)
    await duty.arm(DEFAULT_TENANT)
    await duty.cover(ACTOR, cover("anna@example.com", NOON, 0.25))
    assert await take_over(storage, duty, clock) == NOON
    [slack, _] = await said(storage, clock)
    assert slack.reply.summary == "Anna Berger takes over rota primary from Ben Ortner."
    assert [mentioned.user for mentioned in _mentions(slack)] == [ANNA.user]
    assert await take_over(storage, duty, clock) == NOON + timedelta(hours=6)


async def test_a_shift_without_anybody_is_told_as_a_warning(storage: SqlStorage, clock: LeapingClock) -> None:
    office = {"start": "09:00", "end": "17:00", "zone": "Europe/Vienna"}
    layer = {"people": ["ben@example.com"], "since": "2026-03-16", "only": office}
    _, duty = await desk(storage, clock, plan(layers=[layer]))
    await duty.arm(DEFAULT_TENANT)
    assert await take_over(storage, duty, clock) == NOON + timedelta(hours=4)
    [slack, _] = await said(storage, clock)
    assert (slack.reply.tone, slack.reply.summary) == (
        "warning",
        "Nobody is on duty in rota primary now; until now it was Ben Ortner.",
    )


async def test_a_rota_that_is_gone_is_told_no_more(storage: SqlStorage, clock: LeapingClock) -> None:
    _, duty = await desk(storage, clock)
    await duty.arm(DEFAULT_TENANT)
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(Plan(), clock.now())
    await duty.arm(DEFAULT_TENANT)
    async with storage.work(DEFAULT_TENANT) as work:
        assert await work.timers.of_kind(HANDOVER) == []


def _mentions(parcel: Parcel) -> list[Any]:
    texts = [block for block in parcel.reply.blocks if isinstance(block, Text)]
    return [part.account for text in texts for part in text.parts if isinstance(part, Mention)]
