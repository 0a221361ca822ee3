"""Silences of the desk: made once, agreed on by two where it matters, and true on both sides at the end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.silences import Silences
from bot.model.errors import Forbidden, Missing, Rejected, Unavailable
from bot.model.issue import By, Issue, IssueId
from bot.model.plan import Plan, Route
from bot.model.severity import Severity
from bot.model.silence import SilenceId
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.actor import Actor
from bot.ports.silencer import Ringing
from storage.storage import SqlStorage
from tests.fakes import NOON, DrivenClock
from tests.unit.desk.silences import (
    BY_NAME,
    DISK,
    HOUR,
    MINUTE,
    SLOW,
    Source,
    alert,
    anna,
    ben,
    issue_of,
    said,
    standing_desk,
    tick,
    trail,
)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
async def desk(storage: SqlStorage, clock: DrivenClock, source: Source) -> Silences:
    return await standing_desk(storage, clock, source)


async def test_a_silence_stands_at_its_source_and_on_its_issue(
    desk: Silences, storage: SqlStorage, source: Source
) -> None:
    until = NOON + 2 * HOUR
    silence = await desk.create(anna(), BY_NAME, until, issue=SLOW, comment="Deploy")

    assert (silence.kind, silence.state, silence.source, silence.outside) == (
        "silence",
        "active",
        "alertmanager",
        "out-1",
    )
    (there,) = source.alive
    assert (there.matchers, there.ends_at, there.by) == (BY_NAME, until, "Anna Berger (Slack)")
    assert there.comment == f"Deploy · {SLOW} · nightdesk:{silence.id}"
    issue = await issue_of(storage, SLOW)
    assert (issue.silence, issue.silenced_until, issue.revision) == (silence.id, until, 2)
    assert await said(storage, SLOW) == ["Anna Berger from Slack silenced it until 14:00 UTC. Deploy"]
    assert [entry.object for entry in await trail(storage, "silence.create")] == [silence.id]
    assert [entry.object for entry in await trail(storage, "issue.silence")] == [SLOW]
    assert (await issue_of(storage, DISK)).silence == ""


async def test_the_same_letter_makes_it_once(desk: Silences, storage: SqlStorage, source: Source) -> None:
    first = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    again = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    assert again == first
    assert source.created == 1
    assert len(await trail(storage, "silence.create")) == 1
    assert (await issue_of(storage, SLOW)).revision == 2


async def test_what_is_silenced_already_is_not_silenced_twice(
    desk: Silences, storage: SqlStorage, source: Source
) -> None:
    first = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    shorter = await desk.create(ben(), BY_NAME, NOON + MINUTE, issue=SLOW)
    assert shorter == first
    longer = await desk.create(ben("letter-3"), BY_NAME, NOON + 3 * HOUR, issue=SLOW)
    assert (longer.id, longer.ends_at) == (first.id, NOON + 3 * HOUR)
    assert [one.ends_at for one in source.alive] == [NOON + 3 * HOUR]
    assert (await issue_of(storage, SLOW)).silenced_until == NOON + 3 * HOUR
    assert (await said(storage, SLOW))[-1] == "Ben Ortner from Teams moved the end of the silence to 15:00 UTC."


async def test_an_own_mute_where_the_source_keeps_none(desk: Silences, storage: SqlStorage, source: Source) -> None:
    silence = await desk.create(anna(), ('service="db"',), NOON + HOUR, issue=DISK)
    assert (silence.kind, silence.source, silence.outside) == ("mute", "", "")
    assert source.created == 0
    assert (await issue_of(storage, DISK)).silence == silence.id
    ended = await desk.expire(ben(), silence.id)
    assert ended.state == "expired"
    assert (await issue_of(storage, DISK)).silence == ""
    assert (await said(storage, DISK))[-1] == "Ben Ortner from Teams ended the silence."


async def test_a_silence_marks_every_issue_that_it_hides_whole(
    desk: Silences, storage: SqlStorage, source: Source
) -> None:
    other = IssueId("ISS-3")
    async with storage.work(DEFAULT_TENANT) as work:
        third = Issue(other, "k3", "alertmanager", "Mixed", Severity.LOW, NOON, NOON)
        await work.issues.save([third])
        await work.issues.save_alerts(
            [
                alert("alertmanager", other, {"alertname": "Slow"}, 2),
                alert("alertmanager", other, {"alertname": "Fast"}, 3),
            ]
        )
    await desk.create(anna(), BY_NAME, NOON + HOUR)
    assert (await issue_of(storage, SLOW)).silence
    assert (await issue_of(storage, other)).silence == ""  # one of its alerts can still be heard


@pytest.mark.parametrize(
    ("matchers", "until", "told"),
    [
        ((), HOUR, "at least one matcher"),
        (('a=""',), HOUR, "none of the labels"),
        (('a=~".+"',), HOUR, "fit any value"),
        (("a",), HOUR, "cannot read"),
        (('a=~"("',), HOUR, "cannot read"),
        (BY_NAME, -HOUR, "over already"),
        (BY_NAME, timedelta(days=8), "seven days"),
        (('team="a"',), HOUR, "too broad"),
    ],
)
async def test_what_must_not_be_silenced(
    desk: Silences, storage: SqlStorage, source: Source, matchers: tuple[str, ...], until: timedelta, told: str
) -> None:
    async with storage.work(DEFAULT_TENANT) as work:
        many = [alert("alertmanager", IssueId(f"ISS-{n}"), {"team": "a"}, n) for n in range(10, 25)]
        await work.issues.save_alerts(many)
    with pytest.raises(Rejected, match=told):
        await desk.create(anna(), matchers, NOON + until)
    assert source.created == 0
    assert await desk.standing(DEFAULT_TENANT) == ()
    assert await trail(storage) == []


async def test_the_preview_says_what_it_hides(desk: Silences, storage: SqlStorage, source: Source) -> None:
    source.ringing = [
        Ringing("Slow", Severity.CRITICAL, {"alertname": "Slow", "pod": "p1"}),
        Ringing("Slow", Severity.HIGH, {"alertname": "Slow", "pod": "p2"}),
        Ringing("Other", Severity.HIGH, {"alertname": "Other"}),
    ]
    async with storage.work(DEFAULT_TENANT) as work:
        old = replace(alert("alertmanager", SLOW, {"alertname": "Slow"}, 7), status="resolved")
        for days in (3, 8):
            then = NOON - timedelta(days=days)
            await work.issues.save_alerts([replace(old, fingerprint=f"d{days}", started_at=then, ended_at=then)])
    preview = await desk.preview(DEFAULT_TENANT, BY_NAME)
    assert (preview.where, preview.refused, preview.critical) == ("Alertmanager", "", 1)
    assert preview.now == ("Slow", "Slow")
    assert preview.past == (("Slow", 2),)  # what rings, and what rang three days ago; eight days ago is too long
    assert (await desk.preview(DEFAULT_TENANT, ('host="h1"',), "datadog")).now == ("Disk",)
    assert (await desk.preview(DEFAULT_TENANT, ('host="h1"',), "datadog")).where == "Nightdesk"
    source.away = Unavailable("Alertmanager")
    assert (await desk.preview(DEFAULT_TENANT, BY_NAME)).now == ("Slow",)  # by what it told us of


async def test_critical_alerts_need_a_second_person(desk: Silences, storage: SqlStorage, source: Source) -> None:
    source.ringing = [Ringing("Slow", Severity.CRITICAL, {"alertname": "Slow"})]
    asked = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    assert asked.state == "asked"
    assert source.alive == []
    assert (await issue_of(storage, SLOW)).silence == ""
    assert await desk.create(ben("letter-9"), BY_NAME, NOON + HOUR, issue=SLOW) == asked  # one request, not two

    with pytest.raises(Forbidden, match="somebody else than Anna Berger"):
        await desk.approve(anna("letter-3"), asked.id)
    with pytest.raises(Forbidden):
        await desk.approve(Actor(DEFAULT_TENANT, By("a script"), "api-1"), asked.id)
    assert source.alive == []

    silence = await desk.approve(ben(), asked.id)
    assert (silence.state, silence.outside) == ("active", "out-1")
    assert silence.approved is not None
    assert silence.approved.name == "Ben Ortner"
    assert await desk.approve(ben("letter-4"), asked.id) == silence
    assert source.created == 1
    assert await said(storage, SLOW) == [
        "Anna Berger from Slack asks to silence it until 13:00 UTC. "
        "It hides critical alerts: a second person has to agree.",
        "Anna Berger from Slack silenced it until 13:00 UTC, Ben Ortner from Teams agreed.",
    ]
    with pytest.raises(Forbidden, match="extend"):
        await desk.extend(anna("letter-5"), silence.id, NOON + 2 * HOUR)
    assert (await desk.extend(ben("letter-6"), silence.id, NOON + 2 * HOUR)).ends_at == NOON + 2 * HOUR


async def test_a_request_that_nobody_answers_lapses(
    desk: Silences, storage: SqlStorage, source: Source, clock: DrivenClock
) -> None:
    source.ringing = [Ringing("Slow", Severity.CRITICAL, {"alertname": "Slow"})]
    asked = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    assert [one.state for one in await desk.standing(DEFAULT_TENANT)] == ["asked"]
    await clock.advance(3600)
    assert await tick(storage, desk, clock) == 1
    with pytest.raises(Rejected, match="is over"):
        await desk.approve(ben(), asked.id)
    assert source.created == 0
    assert len(await trail(storage, "silence.lapse")) == 1
    assert (await said(storage, SLOW))[1:] == ["Nobody agreed to silence it: what Anna Berger asked for is over."]


async def test_a_second_person_may_refuse(desk: Silences, storage: SqlStorage, source: Source) -> None:
    source.ringing = [Ringing("Slow", Severity.CRITICAL, {"alertname": "Slow"})]
    asked = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    assert (await desk.expire(ben(), asked.id)).state == "expired"
    await desk.expire(ben("letter-9"), asked.id)
    with pytest.raises(Rejected, match="was taken back"):
        await desk.approve(ben("letter-10"), asked.id)
    assert (source.created, (await issue_of(storage, SLOW)).silence) == (0, "")
    assert (await said(storage, SLOW))[1:] == ["Ben Ortner from Teams refused to silence it."]


async def test_the_end_comes_once_and_on_time(
    desk: Silences, storage: SqlStorage, source: Source, clock: DrivenClock
) -> None:
    silence = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    await desk.extend(ben(), silence.id, NOON + 2 * HOUR)
    await clock.advance(3600)
    assert await tick(storage, desk, clock) == 0
    await clock.advance(3600)
    assert await tick(storage, desk, clock) == 1
    assert await tick(storage, desk, clock) == 0
    issue = await issue_of(storage, SLOW)
    assert (issue.silence, issue.silenced_until) == ("", None)
    assert (await said(storage, SLOW))[-1] == "The silence is over."
    assert (await desk.expire(ben("letter-7"), silence.id)).state == "expired"  # it is so already
    assert len(await trail(storage, "silence.expire")) == 0


async def test_undo(desk: Silences, storage: SqlStorage, source: Source) -> None:
    silence = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    await desk.expire(anna("letter-3"), silence.id)
    await desk.expire(anna("letter-3"), silence.id)
    assert source.alive == []
    assert (await issue_of(storage, SLOW)).silence == ""
    assert len(await trail(storage, "silence.expire")) == 1
    with pytest.raises(Rejected, match="over"):
        await desk.extend(anna("letter-4"), silence.id, NOON + 2 * HOUR)
    with pytest.raises(Missing):
        await desk.expire(anna("letter-5"), SilenceId("unheard-of"))


async def test_another_silence_over_the_same_issue_stays_visible(desk: Silences, storage: SqlStorage) -> None:
    wide = await desk.create(anna(), ('alertname=~"Sl.*w"',), NOON + 2 * HOUR)
    narrow = await desk.create(ben(), BY_NAME, NOON + HOUR, issue=SLOW)
    assert (await issue_of(storage, SLOW)).silence == narrow.id
    await desk.expire(ben("letter-3"), narrow.id)
    assert (await issue_of(storage, SLOW)).silence == wide.id


async def test_a_refusal_leaves_nothing_behind(desk: Silences, storage: SqlStorage, source: Source) -> None:
    source.refuses = "Alertmanager says: invalid label name."
    with pytest.raises(Rejected, match="invalid label name"):
        await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    assert await desk.standing(DEFAULT_TENANT) == ()
    assert (await issue_of(storage, SLOW)).silence == ""


async def test_those_of_others_are_listed_extended_and_ended(
    desk: Silences, storage: SqlStorage, source: Source
) -> None:
    ours = await desk.create(anna(), BY_NAME, NOON + HOUR)
    await source.create(('a="b"',), NOON, NOON + HOUR, "Carla", "by hand")
    listed = await desk.standing(DEFAULT_TENANT)
    assert [(one.id, one.by.name) for one in listed] == [(ours.id, "Anna Berger"), ("alertmanager:out-2", "Carla")]
    extended = await desk.extend(ben(), listed[1].id, NOON + 2 * HOUR)
    assert (extended.ends_at, source.kept["out-2"].ends_at) == (NOON + 2 * HOUR, NOON + 2 * HOUR)
    assert (await desk.expire(ben("letter-3"), listed[1].id)).state == "expired"
    assert [one.id for one in source.alive] == ["out-1"]
    assert [entry.object for entry in await trail(storage, "silence.expire")] == ["alertmanager:out-2"]
    source.away = Unavailable("Alertmanager")
    assert await desk.standing(DEFAULT_TENANT) == (ours,)


async def test_matchers_follow_the_route_that_grouped_the_issue(desk: Silences, storage: SqlStorage) -> None:
    assert await desk.matchers(DEFAULT_TENANT, SLOW) == BY_NAME
    async with storage.work(DEFAULT_TENANT) as work:
        routes = (Route(match=('service="db"',), group_by=("host",)), Route(match=(), group_by=("pod",)))
        await work.plans.save(Plan(routes=routes), NOON)
    assert await desk.matchers(DEFAULT_TENANT, SLOW) == ('pod="p1"',)
    assert await desk.matchers(DEFAULT_TENANT, DISK) == ('host="h1"', 'source="datadog"')
    with pytest.raises(Missing):
        await desk.matchers(DEFAULT_TENANT, IssueId("ISS-0"))


async def test_without_an_issue_it_stands_where_such_alerts_come_from(
    desk: Silences, storage: SqlStorage, source: Source
) -> None:
    for matchers, where in (
        (BY_NAME, "Alertmanager"),
        (('host="h1"',), "Nightdesk"),
        (('service="db"', 'source="datadog"'), "Nightdesk"),
        (('service="never-heard-of"',), "Alertmanager"),
    ):
        assert (await desk.preview(DEFAULT_TENANT, matchers)).where == where
    mute = await desk.create(anna(), ('host="h1"',), NOON + HOUR)
    assert (mute.kind, source.created) == ("mute", 0)
    assert (await issue_of(storage, DISK)).silence == mute.id
    preview = await desk.preview(DEFAULT_TENANT, await desk.matchers(DEFAULT_TENANT, DISK))
    assert (preview.where, preview.now) == ("Nightdesk", ("Disk",))
