"""Who is called when, by which ways, and what stops it; with a driven clock, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import plain
from bot.model.errors import Rejected
from bot.model.reply import Buttons, Reply
from bot.model.severity import Severity
from bot.pipeline.speaking import issue_of
from storage.storage import SqlStorage
from tests.integration.desk.scene import ANNA, BEN, ID, LeapingClock, night, plan

MINUTE = timedelta(minutes=1)
ALL_CALLED = [
    (0, "slack dm-U0ANNA"),
    (5, "slack dm-U0BEN"),
    (5, "teams dm-aad-ben"),
    (15, "mail boss@example.com"),
    (15, "slack C0ESCALATED"),
]


def labels(reply: Reply) -> list[str]:
    rows = [block.buttons for block in reply.blocks if isinstance(block, Buttons)]
    return [button.label for row in rows for button in row]


async def test_step_after_step_is_called_and_nobody_answers(storage: SqlStorage, clock: LeapingClock) -> None:
    scene = await night(storage, clock)
    async with scene.working():
        await scene.open()
        await scene.passes(60 * MINUTE)
    assert scene.called() == ALL_CALLED
    assert await scene.story() == [
        "Step 1 of 3: Anna Berger called.",
        "Step 2 of 3: Ben Ortner called.",
        "Step 3 of 3: a Slack channel, boss@example.com called.",
        "Nobody acknowledged it; all 3 steps of its escalation are over.",
    ]
    assert (await scene.issue()).escalation == "all steps over, nobody answered, 12:30 UTC"
    assert (await scene.audited("issue.called"), await scene.audited("issue.unanswered")) == (3, 1)


async def test_a_page_says_what_it_is_and_whose_turn(storage: SqlStorage, clock: LeapingClock) -> None:
    scene = await night(storage, clock)
    async with scene.working():
        await scene.open()
        await scene.passes(MINUTE)
    [page] = scene.reads("dm-U0ANNA")
    assert page.summary == "Critical: Checkout latency is high, since 2026-03-18 12:00 UTC. Nobody has it yet."
    assert page.tone == "bad"
    assert labels(page) == ["Acknowledge", "Show issue", "Runbook"]
    text = plain.render(page)
    for words in ("650 ms (limit: below 500 ms)", "Anna Berger, step 1 of 3", "step 2 of 3 at 12:05 UTC"):
        assert words in text
    [order] = [order for order in scene.slack.posts.values() if order.place.channel == "dm-U0ANNA"]
    assert issue_of(order.key.partition("#")[0]) == ID  # type: ignore[arg-type]
    assert (await scene.issue()).escalation == "step 1 of 3, Anna Berger, 12:00 UTC"


async def test_an_acknowledgement_stops_it_and_everybody_who_was_called_reads_so(
    storage: SqlStorage, clock: LeapingClock
) -> None:
    scene = await night(storage, clock)
    async with scene.working():
        await scene.open()
        await scene.passes(7 * MINUTE)
        await scene.act("acknowledge", BEN)
        await scene.passes(20 * MINUTE)
        assert scene.called() == ALL_CALLED[:3]
        for channel in ("dm-U0ANNA", "dm-U0BEN", "dm-aad-ben"):
            [page] = scene.reads(channel)
            assert page.summary.startswith("Ben Ortner has it since 2026-03-18 12:07 UTC: Critical: Checkout")
            assert labels(page) == ["Show issue", "Runbook"]
        await scene.act("resolve", BEN)
        await scene.passes(60 * MINUTE)
    assert scene.called() == ALL_CALLED[:3]
    for channel in ("dm-U0ANNA", "dm-U0BEN", "dm-aad-ben"):
        [page] = scene.reads(channel)
        assert page.summary.startswith("Resolved, 2026-03-18 12:27 UTC: Checkout latency is high.")
        assert labels(page) == ["Show issue"]


async def test_it_begins_anew_as_often_as_the_policy_says(storage: SqlStorage, clock: LeapingClock) -> None:
    scene = await night(storage, clock, plan(repeat=2))
    async with scene.working():
        await scene.open()
        await scene.passes(180 * MINUTE)
    assert scene.called() == [(30 * turn + minute, where) for turn in range(3) for minute, where in ALL_CALLED]
    assert len(await scene.story("unanswered")) == 1


async def test_where_nobody_can_be_reached_the_next_step_follows_at_once(
    storage: SqlStorage, clock: LeapingClock
) -> None:
    steps = [
        {"notify": ["person:nobody"], "wait": "1h"},
        {"notify": ["person:slack:U0STRANGER", "person:anna@example.com"], "wait": "1h"},
        {"notify": ["person:unknown@example.com"], "wait": "1h"},
    ]
    scene = await night(storage, clock, plan(steps=steps))
    async with scene.working():
        await scene.open()
        await scene.passes(61 * MINUTE)
    assert scene.called() == [
        (0, "slack dm-U0ANNA"),
        (0, "slack dm-U0STRANGER"),
        (60, "mail unknown@example.com"),  # the last resort
    ]
    assert (await scene.story())[0] == "Step 1 of 3: nobody cannot be reached."


async def test_nobody_is_called_twice_in_one_step(storage: SqlStorage, clock: LeapingClock) -> None:
    targets = ["person:ben@example.com", "rota:primary", "person:slack:U0BEN"]
    scene = await night(storage, clock, plan(steps=[{"notify": targets, "wait": "1h"}]))
    async with scene.working():
        await scene.open()
        await scene.passes(MINUTE)
    assert scene.called() == [(0, "slack dm-U0BEN"), (0, "teams dm-aad-ben")]


async def test_below_the_severity_of_the_policy_nobody_is_called(storage: SqlStorage, clock: LeapingClock) -> None:
    scene = await night(storage, clock)
    async with scene.working():
        await scene.open(severity=Severity.MEDIUM)
        await scene.passes(60 * MINUTE)
        assert scene.called() == []
        await scene.open(severity=Severity.HIGH, revision=2)  # it became worse
        await scene.passes(MINUTE)
    assert scene.called() == ALL_CALLED[:1]


async def test_nobody_is_called_while_it_is_silenced(storage: SqlStorage, clock: LeapingClock) -> None:
    scene = await night(storage, clock)
    async with scene.working():
        await scene.open(silenced_until=clock.now() + 33 * MINUTE)
        await scene.passes(32 * MINUTE)
        assert scene.called() == []
        assert await scene.story() == ["Nobody is called while it is silenced, until 2026-03-18 12:33 UTC."]
        await scene.passes(2 * MINUTE)
    assert scene.called() == ALL_CALLED[:1]


async def test_a_silence_that_is_lifted_lets_calls_through(storage: SqlStorage, clock: LeapingClock) -> None:
    scene = await night(storage, clock)
    async with scene.working():
        await scene.open(silenced_until=clock.now() + 600 * MINUTE)
        await scene.passes(11 * MINUTE)
        await scene.silence(None)
        await scene.passes(5 * MINUTE)
    assert scene.called() == ALL_CALLED[:1]


async def test_an_acknowledgement_without_progress_runs_out(storage: SqlStorage, clock: LeapingClock) -> None:
    scene = await night(storage, clock)
    await scene.open()
    await scene.act("acknowledge", BEN)
    async with scene.working():
        await scene.passes(26 * MINUTE)
        assert await scene.story("reminded") == ["Ben Ortner was reminded: without news it is open again at 12:30 UTC."]
        assert (await scene.issue()).acknowledged
        await scene.passes(5 * MINUTE)
        issue = await scene.issue()
        assert (issue.acknowledged, issue.owner) == (None, None)
        assert await scene.story("unacknowledged") == [
            "Ben Ortner acknowledged it; nothing happened for 30 min, so it is open again."
        ]
        assert await scene.audited("issue.unacknowledged") == 1
        await scene.passes(20 * MINUTE)
    pages = [where for _, where in scene.called()]
    assert pages.count("slack dm-U0ANNA") == 1  # Ben was faster than the first call; this is the second
    assert pages.count("slack dm-U0BEN") == 2  # reminded, and called
    assert len(await scene.story("called")) == 3


@pytest.mark.parametrize("at", [20, 27], ids=["before the reminder", "after it"])
async def test_a_sign_of_progress_keeps_it(storage: SqlStorage, clock: LeapingClock, at: int) -> None:
    scene = await night(storage, clock)
    async with scene.working():
        await scene.open()
        await scene.passes(MINUTE)
        await scene.act("acknowledge", ANNA)
        await scene.passes(at * MINUTE)
        await scene.act("note", ANNA, "it is the cache")
        await scene.passes(24 * MINUTE)
        assert (await scene.issue()).acknowledged
        await scene.passes(7 * MINUTE)
    assert (await scene.issue()).acknowledged is None


async def test_somebody_asks_for_the_next_step(storage: SqlStorage, clock: LeapingClock) -> None:
    scene = await night(storage, clock)
    async with scene.working():
        await scene.open()
        await scene.passes(MINUTE)
        done = await scene.act("escalate", ANNA, cause="one press")
        again = await scene.act("escalate", ANNA, cause="one press")  # delivered twice
        assert (done.changed, again.changed) == (True, False)
        assert "step 2 of 3 follows at once" in done.says
        await scene.passes(MINUTE)
        assert [where for _, where in scene.called()] == [where for _, where in ALL_CALLED[:3]]
        await scene.act("acknowledge", BEN)
        await scene.act("escalate", BEN)  # has it, and needs help
        await scene.passes(10 * MINUTE)
        assert [where for _, where in scene.called()] == sorted(
            (where for _, where in ALL_CALLED), key=[where for _, where in scene.called()].index
        )
        [page] = scene.reads("C0ESCALATED")
        assert page.summary.endswith("Ben Ortner asks for help.")
        await scene.passes(10 * MINUTE)
    assert len(scene.called()) == len(ALL_CALLED)
    assert (await scene.issue()).acknowledged


@pytest.mark.parametrize(("policy", "words"), [("", "No escalation policy"), ("gone", "No escalation policy")])
async def test_without_a_policy_nobody_can_be_called(
    storage: SqlStorage, clock: LeapingClock, policy: str, words: str
) -> None:
    scene = await night(storage, clock)
    await scene.open(policy=policy)
    with pytest.raises(Rejected, match=words):
        await scene.act("escalate", ANNA)


async def test_taken_back_it_begins_anew_and_the_first_message_reads_so(
    storage: SqlStorage, clock: LeapingClock
) -> None:
    scene = await night(storage, clock)
    async with scene.working():
        await scene.open()
        await scene.passes(MINUTE)
        await scene.act("acknowledge", ANNA)
        await scene.passes(MINUTE)
        await scene.act("unacknowledge", ANNA)
        await scene.passes(MINUTE)
    first, second = scene.reads("dm-U0ANNA")
    assert first.summary.startswith("Open again, nobody has it: Critical")
    assert second.summary.endswith("Nobody has it yet.")


async def test_waits_and_hand_overs_over_the_change_of_the_clocks(storage: SqlStorage) -> None:
    """29 March 2026, 02:00 becomes 03:00 in Vienna, at 01:00 UTC: the hand-over that night."""
    clock = LeapingClock(datetime(2026, 3, 29, 0, 50, tzinfo=UTC))
    daily = {"people": ["anna@example.com", "carla@example.com"], "since": "2026-03-28", "every": "day"}
    given = plan(steps=[{"notify": ["rota:primary"], "wait": "15m"}] * 3).model_dump(mode="json")
    given["rotas"] = {"primary": {"zone": "Europe/Vienna", "layers": [{**daily, "handover": "02:00"}]}}
    scene = await night(storage, clock, type(plan()).model_validate(given))
    async with scene.working():
        await scene.open()
        await scene.passes(60 * MINUTE)
    assert scene.called() == [(0, "slack dm-U0ANNA"), (15, "teams dm-aad-carla"), (30, "teams dm-aad-carla")]
