"""A silence is shown before it stands, agreed to by a second person where it hides what is critical, and undone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.intents import maintenance, silence, silences, silencing
from bot.intents.catalog import BY_NAME
from bot.intents.silence import Silence
from bot.model import plain
from bot.model.errors import Rejected
from bot.model.reply import Table
from bot.ports.desks import Preview
from tests.builders import CHANNEL, turn
from tests.desks import CHECKOUT, Incidents, Office, Silences, desks, issue, tools
from tests.fakes import NOON

MANY = Preview(
    (), tuple(f"alert {number}" for number in range(12)), (("checkout latency is high", 7), ("disk full", 2)), 2,
    "Alertmanager",
)  # fmt: skip


async def press(reply, label: str, on, asking=None):
    button = next(one for one in reply.buttons if one.label.startswith(label))
    intent = BY_NAME[button.intent]
    return await intent.answer(intent.asks.model_validate(dict(button.arguments)), tools(on, asking))


async def test_nothing_stands_before_it_was_confirmed():
    mine = Silences()
    on = desks(issue(), silences=mine)
    shown = await silence.answer(Silence(issue=CHECKOUT, span="2h", comment="deploy"), tools(on))
    assert mine.all == []
    assert mine.asked_for == [('alertname="Slow"', 'service="checkout"')]
    assert "hides 1 alert now" in shown.summary
    assert [button.label for button in shown.buttons] == ["Silence until 14:00", "Cancel"]
    done = await press(shown, "Silence until", on)
    (made,) = mine.all
    assert made.matchers == ('alertname="Slow"', 'service="checkout"')
    assert (made.ends_at, made.issue, made.comment) == (NOON + timedelta(hours=2), CHECKOUT, "deploy")
    assert "Silenced until 2026-03-18 14:00 UTC" in done.summary
    assert (await press(shown, "Cancel", on)).summary == "Nothing was changed."


async def test_the_step_tells_all_that_it_would_hide():
    shown = await silence.answer(
        Silence(matchers='service="checkout"', span="30m"), tools(desks(silences=Silences(MANY)))
    )
    text = plain.render(shown)
    assert "hides 12 alerts now; in the last seven days it would have hidden 9 alerts" in shown.summary
    assert "2 more" in text
    assert "2 of them are critical: a second person will be asked" in text
    assert [block.rows for block in shown.blocks if isinstance(block, Table)] == [MANY.past]


async def test_labels_that_hide_too_much_are_refused_with_the_reason():
    refused = replace(MANY, refused="This would hide more than half of all alerts.")
    shown = await silence.answer(Silence(matchers='env="prod"', span="30m"), tools(desks(silences=Silences(refused))))
    assert shown.summary == "This would hide more than half of all alerts."
    assert shown.buttons == ()


@pytest.mark.parametrize("text", ["service", 'service=~"["', "a b c"])
async def test_labels_that_cannot_be_read_are_told(text):
    with pytest.raises(Rejected, match="I cannot read these labels"):
        await silence.answer(Silence(matchers=text, span="30m"), tools(desks()))


async def test_without_a_time_it_is_asked_for_how_long():
    reply = await silence.answer(Silence(issue=CHECKOUT), tools(desks(issue())))
    assert [(one.label, one.arguments.get("span"), one.asks) for one in reply.buttons] == [
        ("30 min", "30m", ()),
        ("2 h", "2h", ()),
        ("Until tomorrow 9:00", "tomorrow", ()),
        ("Other…", None, ("span", "comment")),
    ]


async def test_a_time_is_of_the_persons_own_zone():
    asking = turn(zone="Europe/Vienna")
    reply = await silence.answer(Silence(issue=CHECKOUT, span="tomorrow"), tools(desks(issue()), asking))
    assert reply.buttons[0].label == "Silence until Thu 09:00"
    assert reply.buttons[0].arguments["until"] == "2026-03-19T08:00:00+00:00"


async def test_what_is_critical_waits_for_a_second_person():
    mine = Silences(critical=True)
    on = desks(issue(), silences=mine)
    shown = await silence.answer(Silence(issue=CHECKOUT, span="2h"), tools(on))
    asked = await press(shown, "Silence", on)
    assert "A second person has to agree" in asked.summary
    assert [button.intent for button in asked.buttons] == ["approve_silence", "unsilence"]
    agreed = await press(asked, "Approve", on)
    assert "approved by Anna Berger" in agreed.summary
    assert mine.all[0].state == "active"


async def test_in_the_issues_own_thread_its_story_puts_the_question():
    here = replace(turn(), place=CHANNEL.in_thread("1.1"))
    on = desks(incidents=Incidents([issue()], threads={here.place.opener: CHECKOUT}), silences=Silences(critical=True))
    shown = await silence.answer(Silence(issue=CHECKOUT, span="2h"), tools(on))
    assert await press(shown, "Silence", on, here) is None


async def test_a_step_that_is_pressed_after_its_time_makes_nothing():
    mine = Silences()
    shown = await silence.answer(Silence(issue=CHECKOUT, span="30m"), tools(desks(issue(), silences=mine)))
    late = turn(at=NOON + timedelta(hours=1))
    with pytest.raises(Rejected, match="That time is over"):
        await press(shown, "Silence", desks(issue(), silences=mine), late)
    assert mine.all == []


async def test_listed_prolonged_and_ended():
    mine = Silences()
    on = desks(issue(), silences=mine)
    assert (await silences.answer(silences.Silences(), tools(on))).summary == "Nothing is silenced."
    await press(await silence.answer(Silence(issue=CHECKOUT, span="2h"), tools(on)), "Silence", on)
    listed = await silences.answer(silences.Silences(), tools(on))
    assert listed.summary == "1 silence stands; the first ends at 14:00 UTC."
    row = [button.intent for block in listed.blocks for button in getattr(block, "buttons", ())]
    assert row == ["extend_silence", "unsilence"]
    longer = await silencing.extend(silencing.Extend(silence="s1", span="4h"), tools(on))
    assert "Silenced until 2026-03-18 16:00 UTC" in longer.summary
    await silencing.unsilence(silencing.Unsilence(silence="s1"), tools(on))
    assert mine.all[0].state == "expired"


async def test_undone_by_naming_the_issue_or_on_its_message():
    mine = Silences()
    root = "C0INCIDENTS:1742299200.000100"
    there = Incidents([issue(silence="s1")], threads={root: CHECKOUT})
    on = desks(incidents=there, silences=mine)
    await press(await silence.answer(Silence(issue=CHECKOUT, span="2h"), tools(on)), "Silence", on)
    pressed = replace(turn(), pressed_on=root)
    assert await silencing.unsilence(silencing.Unsilence(issue=CHECKOUT), tools(on, pressed)) is None
    assert mine.all[0].state == "expired"
    there.issues = [issue()]
    with pytest.raises(Rejected, match="is not silenced"):
        await silencing.unsilence(silencing.Unsilence(issue=CHECKOUT), tools(on))


async def test_maintenance_is_shown_first_too():
    office = Office()
    on = desks(office=office)
    shown = await maintenance.answer(maintenance.Maintenance(match="checkout", span="2h", why="new disks"), tools(on))
    assert office.windows == []
    await press(shown, "Maintenance until 14:00", on)
    (window,) = office.windows
    assert (window.match, window.start, window.end, window.why) == (
        ('service="checkout"',), NOON, NOON + timedelta(hours=2), "new disks",
    )  # fmt: skip
