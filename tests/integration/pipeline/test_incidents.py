"""The desk of incidents on both databases: each act once, told in every place, and everything of it kept together."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.errors import Missing, Rejected
from bot.model.issue import Alert, By, Issue, IssueId, Status, Told
from bot.model.message import Person, PersonId, Place
from bot.model.parcel import Outcome, Receipt, Subject
from bot.model.plan import Plan
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT
from bot.model.ticket import TicketId
from bot.pipeline.change import Change
from bot.pipeline.incidents import Incidents
from bot.pipeline.speaking import root_of, tell, tell_digest
from bot.ports.actor import Actor
from bot.ports.desks import Act
from bot.ports.incidents import Storm, Wanted
from bot.ports.storage import Trail
from tests.fakes import NOON
from tests.unit.pipeline.issues import ANNA, BEN, ID, SLACK, TEAMS, actor, happening, issue

PLAN = Plan.model_validate(
    {"policies": {"day": {"steps": [{"notify": ["person:anna@example.com"]}, {"notify": ["mail:ops@example.com"]}]}}}
)
OPEN = issue(opened_at=NOON - timedelta(minutes=2), updated_at=NOON - timedelta(minutes=2), policy="day")


class Metered:
    """What was counted and timed."""

    def __init__(self) -> None:
        self.seen: list[tuple[object, ...]] = []

    def count(self, name: str, by: float = 1, /, **labels: str) -> None:
        self.seen.append((name, *labels.values()))

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        self.seen.append((name, seconds))


@pytest.fixture
def meters() -> Metered:
    return Metered()


@pytest.fixture
def desk(storage, clock, meters) -> Incidents:
    async def ticket(work, about, by) -> TicketId:
        return TicketId(f"TICKET-2026-{await work.tickets.number(2026):06d}")

    return Incidents(storage, clock, meters, ticket)


@pytest.fixture
async def opened(storage) -> Issue:
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(PLAN, NOON)
        await tell(work, [Change(None, OPEN, (happening("opened", OPEN.opened_at),))], NOON)
    return OPEN


async def trail(storage, act: str = "") -> list[str]:
    async with storage.work(DEFAULT_TENANT) as work:
        return [entry.act for entry in await work.audit.find(Trail(act=act))]


async def story(storage) -> list[str]:
    async with storage.work(DEFAULT_TENANT) as work:
        return [one.what for one in await work.issues.history(ID, 100)]


async def stored(storage) -> Issue:
    async with storage.work(DEFAULT_TENANT) as work:
        found = await work.issues.look(ID)
    assert found
    return found


async def claimed(storage, clock, *, settle: bool = True):
    """What platforms would be given now; afterwards it stands in the chat."""
    parcels = await storage.parcels.claim(10, 10, clock.now())
    if settle:
        outcomes = [
            Outcome(one.id, "sent", clock.now(), one.receipt or Receipt(f"{one.place.channel}:{one.subject}"))
            for one in parcels
        ]
        await storage.parcels.settle(outcomes)
        await storage.parcels.release({one.place.lane: clock.now() for one in parcels})
    return parcels


async def test_an_act_is_kept_told_audited_and_measured_together(desk, storage, clock, meters, opened):
    done = await desk.act(actor(), Act("acknowledge", ID))
    assert done.changed
    assert done.says == "Anna Berger from Slack acknowledged it."
    assert await stored(storage) == done.issue
    assert done.issue.owner == done.issue.acknowledged == replace(ANNA, at=NOON)
    assert await story(storage) == ["opened", "acknowledged"]
    assert await trail(storage) == ["issue.acknowledge"]
    assert meters.seen == [("acts", "acknowledge", "slack"), ("acknowledged", 120.0)]
    told = {(one.place, one.subject, one.revision) for one in await claimed(storage, clock)}
    assert told == {(SLACK, root_of(ID), 2), (TEAMS, root_of(ID), 2)}


async def test_the_story_follows_under_its_root(desk, storage, clock, opened):
    await claimed(storage, clock)
    await desk.act(actor(), Act("acknowledge", ID))
    parcels = await claimed(storage, clock)
    roots = {one.place: one for one in parcels if one.subject == root_of(ID)}
    lines = {one.place: one for one in parcels if one.subject == f"story:{ID}:2.0"}
    assert roots.keys() == lines.keys() == {SLACK, TEAMS}
    for place in (SLACK, TEAMS):
        standing = Receipt(f"{place.channel}:issue:{ID}")
        assert roots[place].receipt == standing  # the message is changed, not posted again
        assert lines[place].under == standing
        assert lines[place].reply.summary == "Anna Berger from Slack acknowledged it, 12:00 UTC."


async def test_the_same_press_acts_once(desk, storage, opened):
    first = await desk.act(actor(), Act("acknowledge", ID))
    again = await desk.act(actor(), Act("acknowledge", ID))
    assert (first.changed, again.changed) == (True, False)
    assert again.says == first.says
    assert again.issue == first.issue
    assert await trail(storage) == ["issue.acknowledge"]


async def test_the_same_press_does_not_act_again_after_it_was_undone(desk, storage, opened):
    await desk.act(actor(cause="k1"), Act("acknowledge", ID))
    await desk.act(actor(BEN, "k2", TEAMS), Act("unacknowledge", ID))
    late = await desk.act(actor(cause="k1"), Act("acknowledge", ID))
    assert not late.changed
    assert late.issue.acknowledged is None


async def test_a_second_press_is_told_since_when_and_by_whom(desk, storage, clock, opened):
    await desk.act(actor(cause="k1"), Act("acknowledge", ID))
    await clock.advance(60)
    second = await desk.act(actor(BEN, "k2", TEAMS), Act("acknowledge", ID))
    assert not second.changed
    assert second.says == "It is acknowledged already: Anna Berger from Slack, 12:00 UTC."
    await desk.act(actor(cause="k3"), Act("identify", ID))
    third = await desk.act(actor(BEN, "k4", TEAMS), Act("identify", ID))
    assert third.says == ("Its cause is identified already. Anna Berger from Slack identified the cause, 12:01 UTC.")
    assert await trail(storage) == ["issue.identify", "issue.acknowledge"]


async def test_two_people_at_once_are_one_acknowledgement(desk, storage, opened):
    people = [By(f"Person {n}", PersonId(f"p{n}"), "slack" if n % 2 else "teams") for n in range(6)]
    done = await asyncio.gather(*(desk.act(actor(by, f"k{n}"), Act("acknowledge", ID)) for n, by in enumerate(people)))
    (winner,) = [one for one in done if one.changed]
    assert {one.issue.acknowledged for one in done} == {winner.issue.acknowledged}
    assert await trail(storage) == ["issue.acknowledge"]
    assert await story(storage) == ["opened", "acknowledged"]


async def test_different_acts_at_once_all_happen(desk, storage, opened):
    acts = [Act("acknowledge", ID), Act("assign", ID), Act("identify", ID), Act("note", ID, text="looking")]
    await asyncio.gather(*(desk.act(actor(BEN, f"k{n}"), act) for n, act in enumerate(acts)))
    after = await stored(storage)
    assert after.acknowledged
    assert after.status is Status.IDENTIFIED
    assert after.revision == 1 + len(await story(storage)) - 1
    assert {"acknowledged", "identified", "noted"} <= set(await story(storage))


async def test_an_act_on_a_message_weeks_old(desk, storage, clock, opened):
    await claimed(storage, clock)
    await clock.advance(30 * 86_400)
    about = await desk.of_message(DEFAULT_TENANT, SLACK, f"{SLACK.channel}:issue:{ID}")
    assert about == ID
    done = await desk.act(actor(), Act("resolve", about))
    assert done.changed
    assert done.issue.resolved_at == clock.now()
    assert {one.subject for one in await claimed(storage, clock)} == {root_of(ID), f"story:{ID}:2.0"}


async def test_acts_can_be_undone(desk, storage, opened):
    await desk.act(actor(cause="k1"), Act("acknowledge", ID))
    await desk.act(actor(cause="k2"), Act("unacknowledge", ID))
    assert replace(await stored(storage), revision=1, updated_at=opened.updated_at) == opened
    await desk.act(actor(cause="k3"), Act("resolve", ID))
    reopened = await desk.act(actor(cause="k4"), Act("reopen", ID))
    assert reopened.issue.open
    assert reopened.issue.resolved_by is None
    assert await trail(storage) == ["issue.reopen", "issue.resolve", "issue.unacknowledge", "issue.acknowledge"]


async def _waiting(storage) -> set[str]:
    async with storage.work(DEFAULT_TENANT) as work:
        return {kind for kind in ("escalation", "progress") if await work.timers.get(kind, ID)}


async def test_the_clocks_of_an_issue_follow_its_acts(desk, storage, opened):
    for number, (kind, clocks) in enumerate(
        [
            ("escalate", {"escalation"}),
            ("acknowledge", {"progress"}),
            ("unacknowledge", {"escalation"}),
            ("resolve", set()),
            ("reopen", {"escalation"}),
        ]
    ):
        done = await desk.act(actor(cause=f"k{number}"), Act(kind, ID))  # type: ignore[arg-type]
        assert done.changed
        assert await _waiting(storage) == clocks


async def test_what_nobody_would_be_called_for_is_not_escalated(desk, storage, opened):
    async with storage.work(DEFAULT_TENANT) as work:
        await work.issues.save([replace(OPEN, policy="")])
    with pytest.raises(Rejected, match="No escalation policy"):
        await desk.act(actor(), Act("escalate", ID))
    assert await trail(storage) == []


async def test_an_issue_is_given_to_somebody(desk, storage, opened):
    async with storage.work(DEFAULT_TENANT) as work:
        await work.people.save(Person(BEN.person, DEFAULT_TENANT, BEN.name))
    done = await desk.act(actor(), Act("assign", ID, to=BEN.person))
    assert done.says == "Anna Berger from Slack gave it to Ben Ortner."
    assert [one.id for one in await desk.find(DEFAULT_TENANT, Wanted(owner=BEN.person))] == [ID]
    with pytest.raises(Missing):
        await desk.act(actor(cause="k2"), Act("assign", ID, to=PersonId("nobody")))


async def test_a_ticket_is_opened_once(desk, opened):
    first = await desk.act(actor(cause="k1"), Act("ticket", ID))
    second = await desk.act(actor(cause="k2"), Act("ticket", ID))
    assert first.issue.ticket == second.issue.ticket == "TICKET-2026-000001"
    assert (first.changed, second.changed) == (True, False)


async def test_without_a_ticket_desk_no_ticket_is_opened(storage, clock, meters, opened):
    with pytest.raises(Rejected, match="no ticket desk"):
        await Incidents(storage, clock, meters).act(actor(), Act("ticket", ID))


async def test_an_act_on_nothing_says_so(desk, storage):
    with pytest.raises(Missing, match="There is no issue ISS-1-none"):
        await desk.act(actor(), Act("acknowledge", IssueId("ISS-1-none")))
    assert await trail(storage) == []


async def test_what_fails_leaves_nothing_behind(desk, storage, clock, opened):
    await claimed(storage, clock)
    with pytest.raises(Rejected):
        await desk.act(actor(), Act("note", ID, text=" "))
    assert await stored(storage) == opened
    assert await claimed(storage, clock) == []


async def test_a_thread_knows_its_issue(desk, storage, opened):
    stood = {root_of(ID): "17.1", Subject(f"story:{ID}:2.0"): "17.2", Subject(f"page:{ID}:0.1:mail:x@y.z"): "17.3"}
    async with storage.work(DEFAULT_TENANT) as work:
        for subject, message in {**stood, Subject("answer:1"): "17.4"}.items():
            await work.parcels.save_receipt(SLACK, subject, Receipt(f"{SLACK.channel}:{message}"))
    for message in stood.values():
        assert await desk.here(DEFAULT_TENANT, SLACK.in_thread(message)) == ID
    assert await desk.here(DEFAULT_TENANT, SLACK.in_thread("17.4")) is None
    assert await desk.here(DEFAULT_TENANT, SLACK.in_thread("17.5")) is None
    assert await desk.here(DEFAULT_TENANT, SLACK) is None


async def test_the_whole_of_an_issue_with_what_was_before(desk, storage, clock, opened):
    day = timedelta(days=1)
    past = {"status": Status.RESOLVED, "resolved_at": NOON - day, "updated_at": NOON - day}
    same = issue(id=IssueId("ISS-1-checkout"), opened_at=NOON - 2 * day, **past)
    other = issue(id=IssueId("ISS-2-checkout"), key="k2", opened_at=NOON - 2 * day, **past)
    alert = Alert("alertmanager", "f1", ID, "firing", Severity.CRITICAL, "slow", OPEN.opened_at, NOON)
    over = replace(alert, fingerprint="f2", status="resolved", ended_at=NOON - timedelta(minutes=1))
    async with storage.work(DEFAULT_TENANT) as work:
        await work.issues.save([same, other])
        await work.issues.save_alerts([alert, over])
    await desk.act(actor(), Act("acknowledge", ID))
    whole = await desk.whole(DEFAULT_TENANT, ID)
    assert whole
    assert {one.fingerprint for one in whole.alerts} == {"f1", "f2"}
    assert [one.what for one in whole.history] == ["opened", "acknowledged"]
    assert [one.id for one in whole.earlier] == [same.id]
    assert await desk.whole(DEFAULT_TENANT, IssueId("ISS-9-none")) is None
    assert [one.fingerprint for one in await desk.alerts(DEFAULT_TENANT, firing=True, limit=10)] == ["f1"]
    assert len(await desk.alerts(DEFAULT_TENANT, firing=False, limit=10)) == 2
    happened = await desk.happened(DEFAULT_TENANT, NOON - day, clock.now() + timedelta(seconds=1))
    assert [one.what for one in happened] == ["opened", "acknowledged"]


async def test_many_changes_are_kept_in_one_go(storage, clock):
    places = (Told(SLACK), Told(TEAMS))
    new = [issue(id=IssueId(f"ISS-{n}-x"), key=f"k{n}", told=places) for n in range(500)]
    async with storage.work(DEFAULT_TENANT) as work:
        await tell(work, [Change(None, one, (happening("opened", issue=one.id),)) for one in new], NOON)
    async with storage.work(DEFAULT_TENANT) as work:
        assert await work.issues.count(Wanted(open=True)) == 500
        assert len(await work.issues.happenings(NOON - timedelta(days=1), NOON, 1000)) == 500
    waiting, _ = await storage.parcels.waiting(NOON)
    assert waiting == 1000


async def test_a_digest_names_its_critical_issues_and_grows_in_place(storage, clock):
    inside = (Told(SLACK, storm="s1"),)
    worst = issue(opened_at=NOON, updated_at=NOON)
    minor = issue(id=IssueId("ISS-2-x"), key="k2", severity=Severity.LOW, told=inside)
    storm = Storm("s1", SLACK, NOON, NOON, issues=2, signals=2, by_severity={"critical": 1, "low": 1}, critical=(ID,))
    async with storage.work(DEFAULT_TENANT) as work:
        await tell(work, [Change(None, one, (happening("opened", issue=one.id),)) for one in (worst, minor)], NOON)
        await tell_digest(work, storm, NOON)
    (first,) = [one for one in await claimed(storage, clock) if one.subject == "storm:s1"]
    assert "Checkout latency is high" in str(first.reply.blocks)
    async with storage.work(DEFAULT_TENANT) as work:
        assert await work.storms.current(SLACK) == storm
        await tell_digest(work, replace(storm, revision=2, issues=3, over=True), NOON)
    (second,) = await claimed(storage, clock)
    assert second.receipt == Receipt(f"{SLACK.channel}:storm:s1")
    assert second.reply.summary.startswith("Storm, over now: 3 new issues")


async def test_people_of_another_tenant_see_nothing(desk, storage, opened):
    stranger = Actor(type(DEFAULT_TENANT)("other"), ANNA, "k1", Place("slack", "T0OTHER", "C1"))
    with pytest.raises(Missing):
        await desk.act(stranger, Act("resolve", ID))
    assert (await stored(storage)).open
