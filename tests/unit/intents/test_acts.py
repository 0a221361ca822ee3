"""What becomes of an act: done on the named issue, silent where the issue's message shows it, asked back otherwise."""

from dataclasses import replace

import pytest

from bot.intents import act_on_issue, acts, assign
from bot.intents.act_on_issue import ActOnIssue
from bot.intents.acts import OnIssue, Written
from bot.intents.assign import Assign
from bot.model.errors import Missing, Rejected
from bot.model.issue import By, Status
from bot.model.message import Person, PersonId, PlaceKind
from bot.model.reply import Choices, Reply
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.desks import Act
from tests.builders import CHANNEL, turn
from tests.desks import CHECKOUT, Incidents, Office, desks, issue, tools

BEN = Person(PersonId("p2"), DEFAULT_TENANT, "Ben Ortner", email="ben.ortner@example.com")
BEA = Person(PersonId("p3"), DEFAULT_TENANT, "Bea Ortner", email="bea@example.com")
ROOT = "C0INCIDENTS:1742299200.000100"


def pressed(on: str = ROOT, place=CHANNEL):
    return replace(turn(place), pressed_on=on, cause="letter-1")


async def test_a_press_on_the_message_of_the_issue_needs_no_words():
    on = Incidents([issue()], threads={ROOT: CHECKOUT})
    assert await acts.ACKNOWLEDGE.answer(OnIssue(issue=CHECKOUT), tools(desks(incidents=on), pressed())) is None
    ((actor, act),) = on.acted
    assert act == Act("acknowledge", CHECKOUT)
    assert (actor.by.person, actor.by.name, actor.by.platform, actor.cause) == (
        "p1",
        "Anna Berger",
        "slack",
        "letter-1",
    )
    assert actor.place == CHANNEL


@pytest.mark.parametrize(
    ("intent", "says"),
    [
        (acts.ACKNOWLEDGE, f"Acknowledged {CHECKOUT} for Anna Berger."),
        (acts.RESOLVE, f"Resolved {CHECKOUT}."),
        (acts.ESCALATE, f"Escalated {CHECKOUT}."),
    ],
)
async def test_what_was_typed_is_answered_in_a_line(intent, says):
    reply = await intent.answer(OnIssue(issue=CHECKOUT), tools(desks(issue())))
    assert reply == Reply(says)


async def test_what_is_so_already_is_said_also_after_a_press():
    on = Incidents([issue()], threads={ROOT: CHECKOUT}, changed=False)
    reply = await acts.RESOLVE.answer(OnIssue(issue=CHECKOUT), tools(desks(incidents=on), pressed()))
    assert reply == Reply("It is so already, since 11:58, by Ben Ortner.")
    reply = await acts.RESOLVE.answer(OnIssue(issue=CHECKOUT), tools(desks(incidents=on)))
    assert reply == Reply(f"{CHECKOUT}: It is so already, since 11:58, by Ben Ortner.")


async def test_a_page_in_a_direct_message_does_not_change_by_itself_and_is_answered():
    chat = replace(CHANNEL, channel="U0ANNA", kind=PlaceKind.PERSONAL)
    on = Incidents([issue()], threads={"D0:1.1": CHECKOUT})
    reply = await acts.ACKNOWLEDGE.answer(OnIssue(issue=CHECKOUT), tools(desks(incidents=on), pressed("D0:1.1", chat)))
    assert reply is not None


async def test_without_an_issue_it_is_asked_which_and_nothing_happens():
    on = Incidents([issue(), issue("ISS-2-search", status=Status.RESOLVED)])
    reply = await acts.RESOLVE.answer(OnIssue(text="False alarm."), tools(desks(incidents=on)))
    assert on.acted == []
    assert [(one.label, one.intent, dict(one.arguments)) for one in reply.buttons] == [
        ("Critical: checkout latency is high", "resolve", {"text": "False alarm.", "issue": CHECKOUT})
    ]
    reply = await acts.REOPEN.answer(OnIssue(), tools(desks(incidents=on)))
    assert [one.arguments["issue"] for one in reply.buttons] == ["ISS-2-search"]


async def test_many_open_issues_are_a_list_to_choose_from():
    on = Incidents([issue(f"ISS-{number}-a") for number in range(9)])
    reply = await acts.ACKNOWLEDGE.answer(OnIssue(), tools(desks(incidents=on)))
    (choices,) = reply.blocks
    assert isinstance(choices, Choices)
    assert (choices.intent, choices.argument, len(choices.options)) == ("acknowledge", "issue", 9)


async def test_where_nothing_is_open_that_is_said():
    assert (await acts.ESCALATE.answer(OnIssue(), tools(desks()))).summary == "No issue is open."


async def test_an_unknown_issue_is_a_problem_for_the_engine_to_tell():
    with pytest.raises(Missing, match="There is no issue ISS-9-gone"):
        await acts.ACKNOWLEDGE.answer(OnIssue(issue="ISS-9-gone"), tools(desks(issue())))


async def test_a_note_and_a_workaround_carry_their_words():
    on = Incidents([issue()])
    await acts.NOTE.answer(Written(issue=CHECKOUT, text="restarted"), tools(desks(incidents=on)))
    await acts.WORKAROUND.answer(Written(issue=CHECKOUT, text="turn it off"), tools(desks(incidents=on)))
    assert [(act.kind, act.text) for _, act in on.acted] == [("note", "restarted"), ("identify", "turn it off")]


async def test_an_act_from_the_page_of_ones_own_renews_the_page():
    page = replace(CHANNEL, channel="U0ANNA", thread="", kind=PlaceKind.HOME)
    reply = await acts.ACKNOWLEDGE.answer(OnIssue(issue=CHECKOUT), tools(desks(issue()), turn(page)))
    assert reply.title == "Nightdesk"
    assert reply.summary.startswith("1 issue is open")


@pytest.mark.parametrize(
    ("to", "person"),
    [
        ("me", None),
        ("", None),
        ("@Ben Ortner", "p2"),
        ("ben", "p2"),
        ("BEN.ORTNER@example.com", "p2"),
        ("p3", "p3"),
        ("bea", "p3"),
        ("@U0BEN1", "U0BEN1"),
        ("slack:U0BEN1", "U0BEN1"),
    ],
)
async def test_assigned_to_whom_somebody_means(to, person):
    on = Incidents([issue()])
    mine = desks(incidents=on, office=Office(everyone=[BEN, BEA]))
    assert await assign.answer(Assign(issue=CHECKOUT, to=to), tools(mine)) is not None
    ((_, act),) = on.acted
    assert (act.kind, act.to) == ("assign", person)


async def test_assigned_to_nobody():
    on = Incidents([issue(owner=By("Ben Ortner"))])
    await assign.answer(Assign(issue=CHECKOUT, to="nobody"), tools(desks(incidents=on)))
    assert [act.kind for _, act in on.acted] == ["unassign"]


@pytest.mark.parametrize(("to", "offered"), [("ortner", ["p3", "p2"]), ("carla", ["p3", "p2"]), ("@be", ["p3", "p2"])])
async def test_who_is_not_clear_is_asked_back_and_nothing_happens(to, offered):
    on = Incidents([issue()])
    mine = desks(incidents=on, office=Office(everyone=[BEN, BEA]))
    reply = await assign.answer(Assign(issue=CHECKOUT, to=to), tools(mine))
    assert on.acted == []
    (choices,) = reply.blocks
    assert [option.value for option in choices.options] == offered
    assert dict(choices.arguments) == {"issue": CHECKOUT}


@pytest.mark.parametrize(
    ("filled", "done"),
    [
        ({"act": "acknowledge"}, [("acknowledge", "")]),
        ({"act": "resolve", "text": "disk swapped"}, [("resolve", "disk swapped")]),
        ({"act": "note", "text": "watching"}, [("note", "watching")]),
        ({"act": "assign to me", "text": "ignored"}, [("assign", "")]),
    ],
)
async def test_the_shortcut_acts_on_the_issue_of_its_message(filled, done):
    on = Incidents([issue()], threads={ROOT: CHECKOUT})
    await act_on_issue.answer(ActOnIssue(of=ROOT, **filled), tools(desks(incidents=on)))
    assert [(act.kind, act.text) for _, act in on.acted] == done


async def test_the_shortcut_for_a_silence_leads_to_the_step_that_shows_what_it_hides():
    on = Incidents([issue()], threads={ROOT: CHECKOUT})
    reply = await act_on_issue.answer(ActOnIssue(of=ROOT, act="silence", span="2h"), tools(desks(incidents=on)))
    assert [button.intent for button in reply.buttons] == ["confirm_silence", "dismiss"]


@pytest.mark.parametrize(
    ("filled", "says"),
    [
        ({"of": "C0:9.9"}, "not about an issue"),
        ({"of": ROOT, "act": "note"}, "A note needs words"),
        ({"of": ROOT, "act": "assign to somebody"}, "To whom"),
    ],
)
async def test_a_shortcut_that_cannot_be_done_says_why(filled, says):
    on = Incidents([issue()], threads={ROOT: CHECKOUT})
    elsewhere = turn(CHANNEL.in_thread("5.5"))
    with pytest.raises(Rejected, match=says):
        await act_on_issue.answer(ActOnIssue(**filled), tools(desks(incidents=on), elsewhere))
    assert on.acted == []
