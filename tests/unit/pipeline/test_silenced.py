"""What an issue says of the silence over it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.issue import Issue
from bot.model.parcel import Subject
from bot.model.silence import Silence, SilenceId
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.silenced import telling, turned
from storage.storage import SqlStorage
from tests.fakes import DrivenClock
from tests.unit.pipeline.issues import ANNA, BEN, BOT, ID, MINUTE, NIGHT, SLACK, TEAMS, actor, issue

LATER = NIGHT + 108 * MINUTE  # 05:00
SILENCE = Silence(
    SilenceId("s1"), "silence", ('a="b"',), NIGHT, LATER, ANNA, source="alertmanager", outside="o1", issue=ID
)
SILENCED = {"silence": "s1", "silenced_until": LATER}


@pytest.mark.parametrize(
    ("before", "silence", "by", "what", "says", "marked"),
    [
        ({}, SILENCE, ANNA, "silenced", "Anna Berger from Slack silenced it until 05:00 UTC.", True),
        ({}, replace(SILENCE, comment="Deploy"), ANNA, "silenced",
         "Anna Berger from Slack silenced it until 05:00 UTC. Deploy", True),
        ({}, replace(SILENCE, approved=BEN), BEN, "silenced",
         "Anna Berger from Slack silenced it until 05:00 UTC, Ben Ortner from Teams agreed.", True),
        ({}, replace(SILENCE, ends_at=LATER + timedelta(days=1)), ANNA, "silenced",
         "Anna Berger from Slack silenced it until 19 Mar 05:00 UTC.", True),
        ({}, replace(SILENCE, state="asked"), ANNA, "silence_asked",
         "Anna Berger from Slack asks to silence it until 05:00 UTC. "
         "It hides critical alerts: a second person has to agree.", False),
        ({}, replace(SILENCE, state="expired"), BEN, "silence_refused",
         "Ben Ortner from Teams refused to silence it.", False),
        ({}, replace(SILENCE, state="expired"), ANNA, "silence_refused",
         "Anna Berger from Slack took the request to silence it back.", False),
        ({}, replace(SILENCE, state="expired"), BOT, "silence_refused",
         "Nobody agreed to silence it: what Anna Berger asked for is over.", False),
        ({**SILENCED, "silenced_until": NIGHT}, SILENCE, BEN, "silenced",
         "Ben Ortner from Teams moved the end of the silence to 05:00 UTC.", True),
        (SILENCED, None, BEN, "unsilenced", "Ben Ortner from Teams ended the silence.", False),
        (SILENCED, None, BOT, "unsilenced", "The silence is over.", False),
    ],
)  # fmt: skip
def test_it_is_marked_and_says_so(
    before: dict[str, object], silence: Silence | None, by: object, what: str, says: str, marked: bool
) -> None:
    change = turned(issue(**before), silence, actor(by), NIGHT)  # type: ignore[arg-type]
    assert change is not None
    (happening,), (entry,) = change.happenings, change.entries
    assert (happening.what, happening.says, happening.cause) == (what, says, "letter-1")
    assert (bool(change.after.silence), change.after.revision) == (marked, 2)
    assert (change.after.silenced_until is not None) is marked
    assert (entry.object, entry.details["cause"], entry.details["silence"]) == (ID, "letter-1", "s1")
    assert happening.details["silence"] == "s1"


@pytest.mark.parametrize(("before", "silence"), [({}, None), (SILENCED, SILENCE)])
def test_what_is_so_already_changes_nothing(before: dict[str, object], silence: Silence | None) -> None:
    assert turned(issue(**before), silence, actor(), NIGHT) is None


async def test_it_is_told_once_in_both_chats(storage: SqlStorage) -> None:
    told = telling(DrivenClock(NIGHT))
    async with storage.work(DEFAULT_TENANT) as work:
        await work.issues.save([issue()])
    for _ in range(2):
        async with storage.work(DEFAULT_TENANT) as work:
            await told(work, ID, SILENCE, actor())
    async with storage.work(DEFAULT_TENANT) as work:
        await told(work, ID, None, actor())  # the same letter has acted already
        found = await work.issues.look(ID)
        history = await work.issues.history(ID, 10)
        states = [await work.parcels.state(place, Subject(f"issue:{ID}")) for place in (SLACK, TEAMS)]
        trail = await work.audit.latest(10)
    assert isinstance(found, Issue)
    assert (found.silence, found.silenced_until, found.revision) == ("s1", LATER, 2)
    assert [happening.what for happening in history] == ["silenced"]
    assert [entry.act for entry in trail] == ["issue.silence"]
    assert states == ["waiting", "waiting"]


async def test_an_issue_that_is_gone_is_no_fault(storage: SqlStorage) -> None:
    async with storage.work(DEFAULT_TENANT) as work:
        await telling(DrivenClock(NIGHT))(work, ID, SILENCE, actor())
        assert await work.audit.latest(10) == []
