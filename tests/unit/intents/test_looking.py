"""What can be looked at: issues, alerts, who is on call, the page of one's own, and the help that lists it all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.intents import alerts, cover, home, issues, oncall, shift_summary, show_issue
from bot.intents.catalog import BY_COMMAND, BY_NAME
from bot.model import plain
from bot.model.errors import Missing, Unavailable
from bot.model.issue import Alert, By, IssueId, Status
from bot.model.log_event import Standing
from bot.model.mail import Audience, MailDraft, MailId, MailState
from bot.model.message import PersonId, Role
from bot.model.plan import Layer, Plan, Rota
from bot.model.reply import Buttons
from bot.model.severity import Severity
from bot.ports.desks import OnDuty, Suggestion
from bot.ports.events import EventState
from tests.builders import person, turn
from tests.contracts.events import event
from tests.desks import CHECKOUT, Duty, Incidents, Office, Suggestions, desks, issue, tools
from tests.event_desks import Events
from tests.fakes import NOON
from tests.mail_desks import Mails

MINE = By("Anna Berger", PersonId("p1"))
OTHER = issue("ISS-2-search", title="search is slow", severity=Severity.HIGH)
BEN = OnDuty("primary", "ben@example.com", "Ben Ortner", NOON + timedelta(hours=6), "Carla Diaz")


@pytest.mark.parametrize(
    ("ask", "shown", "title"),
    [
        ({}, [CHECKOUT, "ISS-2-search"], "Open issues"),
        ({"which": "mine"}, [CHECKOUT], "Your open issues"),
        ({"which": "resolved"}, ["ISS-3-old"], "Issues resolved in the last seven days"),
        ({"severity": "high", "service": "search"}, [CHECKOUT, "ISS-2-search"], "Open issues of search, high"),
    ],
)
async def test_issues_are_listed_the_worst_first(ask, shown, title):
    on = Incidents([OTHER, issue(owner=MINE), issue("ISS-3-old", status=Status.RESOLVED, resolved_at=NOON)])
    reply = await issues.answer(issues.Issues(**ask), tools(desks(incidents=on)))
    assert reply.summary.startswith(f"{title}: ")
    assert [option.value for option in reply.blocks[1].options] == shown
    wanted = on.wanted[0]
    assert (wanted.severity, wanted.service) == (ask.get("severity"), ask.get("service", ""))
    assert wanted.since == (NOON - timedelta(days=7) if ask.get("which") == "resolved" else None)


async def test_an_issue_is_shown_with_its_title_or_named_as_missing():
    reply = await show_issue.answer(show_issue.ShowIssue(issue=CHECKOUT), tools(desks(issue())))
    assert "checkout latency is high" in reply.summary
    with pytest.raises(Missing, match="There is no issue ISS-9-x"):
        await show_issue.answer(show_issue.ShowIssue(issue="ISS-9-x"), tools(desks()))
    asked = await show_issue.answer(show_issue.ShowIssue(), tools(desks(issue())))
    assert asked.buttons[0].arguments == {"issue": CHECKOUT}


def alert(status="firing", severity=Severity.HIGH, title="disk <!channel> full"):
    return Alert(
        "alertmanager", "f1", CHECKOUT, status, severity, title, NOON - timedelta(minutes=5), NOON,
        labels={"service": "checkout"},
    )  # fmt: skip


async def test_firing_alerts_and_their_history():
    on = Incidents(firing=[alert(), alert("resolved")])
    now = await alerts.answer(alerts.Alerts(), tools(desks(incidents=on)))
    assert (now.summary, now.tone) == ("1 alert fires.", "bad")
    assert now.blocks[0].rows == (("disk <!channel> full", "high", "firing", "checkout", "5 min", CHECKOUT),)
    past = await alerts.answer(alerts.Alerts(history=True), tools(desks(incidents=on)))
    assert past.summary == "1 of 2 fire."
    none = await alerts.answer(alerts.Alerts(), tools(desks()))
    assert (none.summary, none.tone) == ("No alert fires.", "good")


async def test_who_is_on_call_until_when_and_who_follows():
    reply = await oncall.who(oncall.WhoIsOnCall(), tools(desks(duty=Duty([BEN]))))
    assert reply.summary == "On call: Ben Ortner (primary)."
    assert "primary: Ben Ortner until 2026-03-18 18:00 UTC, then Carla Diaz." in plain.render(reply)
    nobody = await oncall.who(oncall.WhoIsOnCall(), tools(desks()))
    assert nobody.tone == "warning"
    with pytest.raises(Missing, match="“second”") as problem:
        await oncall.who(oncall.WhoIsOnCall(rota="second"), tools(desks(duty=Duty([BEN]))))
    assert problem.value.advice == "There are: primary."


@pytest.mark.parametrize(
    ("words", "zone", "hours"),
    [
        ("", "UTC", 0),
        ("tonight", "UTC", 11),
        ("tonight", "Europe/Vienna", 10),
        ("tomorrow", "UTC", 24),
        ("tomorrow night", "UTC", 35),
        ("this weekend", "UTC", 72),  # a Wednesday
    ],
)
async def test_a_time_in_words_is_an_instant(words, zone, hours):
    duty = Duty([BEN])
    await oncall.who(oncall.WhoIsOnCall(at=words), tools(desks(duty=duty), turn(zone=zone)))
    assert duty.asked_at == [NOON + timedelta(hours=hours)]


async def test_shifts_of_each_rota():
    layer = Layer(people=("ben@example.com",), since=NOON.date())
    office = Office(Plan(rotas={"primary": Rota(layers=(layer,)), "second": Rota(layers=(layer,))}))
    both = await oncall.shifts(oncall.Shifts(), tools(desks(office=office)))
    assert [block.caption for block in both.blocks] == ["primary", "second"]
    one = await oncall.shifts(oncall.Shifts(rota="Second", days=3), tools(desks(office=office)))
    assert [block.rows for block in one.blocks] == [(("12:00", "Sat 12:00", "Ben Ortner"),)]
    with pytest.raises(Missing, match="There is no rota “third”"):
        await oncall.shifts(oncall.Shifts(rota="third"), tools(desks(office=office)))


async def test_standing_in_and_taking_it_back():
    duty, office = Duty(), Office(everyone=[replace(person(), id=PersonId("p2"), name="Ben", email="ben@example.com")])
    on, asking = desks(duty=duty, office=office), replace(turn(), cause="letter-1")
    ask = cover.Cover(rota="primary", by="ben", start="18:00", end="2h")
    reply = await cover.cover(ask, tools(on, asking))
    (made,) = duty.covers
    assert (made.rota, made.person, made.by) == ("primary", "ben@example.com", "p1")
    assert (made.starts_at, made.ends_at) == (NOON + timedelta(hours=6), NOON + timedelta(hours=8))
    assert reply.summary == "Ben covers primary."
    await cover.cover(ask, tools(on, asking))
    assert {one.id for one in duty.covers} == {made.id}  # the same letter again is the same cover
    undone = await cover.uncover(cover.Uncover(cover=made.id), tools(on))
    assert duty.covers == []
    assert "as it was" in undone.summary
    asked = await cover.cover(cover.Cover(rota="primary"), tools(on))
    assert asked.summary == "Until when?"


@pytest.mark.parametrize(
    ("window", "start", "end"),
    [
        ("last 8 h", -8, 0),
        ("last night", -16, -3),
        ("yesterday", -36, -12),
        ("today", -12, 0),
    ],
)
async def test_the_shift_that_is_meant(window, start, end):
    reply = await shift_summary.answer(shift_summary.ShiftSummary(window=window), tools(desks(issue())))
    assert shift_summary._range(window, NOON, "UTC") == (NOON + timedelta(hours=start), NOON + timedelta(hours=end))
    assert [button.intent for button in reply.buttons][-2:] == ["issues", "oncall"]


async def test_home_tells_what_is_open_what_is_mine_and_who_is_on_call():
    on = desks(OTHER, issue(owner=MINE, acknowledged=MINE), duty=Duty([BEN]))
    page = await home.answer(home.Home(), tools(on))
    assert page.summary == "2 issues are open, 1 of them yours. On call: Ben Ortner (primary)."
    text = plain.render(page)
    assert text.index("Yours") < text.index("checkout latency is high") < text.index("search is slow")
    rows = [[button.intent for button in block.buttons] for block in page.blocks if hasattr(block, "buttons")]
    quick = ["cost", "status_overview", "anomalies", "usage_trends", "advice"]
    assert rows == [["resolve", "show_issue"], ["acknowledge", "show_issue"], quick]


async def test_home_counts_what_is_not_mine():
    page = await home.answer(home.Home(), tools(desks(issue(), OTHER)))
    assert page.summary == "2 issues are open, none of them yours."


async def test_home_stands_also_where_the_rotas_cannot_be_read():
    class Away(Duty):
        async def on_duty(self, tenant, at):
            raise Unavailable("The database")

    page = await home.answer(home.Home(), tools(desks(duty=Away())))
    assert page.summary == "No issue is open."
    assert "The database does not answer" in plain.render(page)


FLAGGED = event(flagged=True, service="pay <!channel>")
WAITING = MailDraft(
    MailId("ALR-1-engineering"), Audience.ENGINEERING, IssueId(CHECKOUT), "Checkout is slow", "Body", (), NOON, MINE
)
STANDS = EventState(False, True, 30, 7, 40, 6, 0, standings={"pay": Standing(seen=40, flagged=6, open=("latency_ms",))})


@pytest.mark.parametrize(
    ("role", "state", "said", "unsaid"),
    [
        (
            Role.OPERATOR,
            STANDS,
            ("Log events", "40 log events came in, 6 flagged (15.0 %). Critical now: pay.", "1 of them changed here",
             "pay <!channel>", "API latency 650 ms", "us-east-1", "FLAGGED", "Drafts: 1 e-mail waits",
             "Checkout is slow"),
            ("No log events",),
        ),
        (Role.VIEWER, STANDS, ("Critical now: pay.",), ("Drafts", "Checkout is slow")),
        (Role.OPERATOR, EventState(False, True, 30, 7, 0, 0, 0), ("Drafts",), ("Log events", "log events")),
    ],
)  # fmt: skip
async def test_home_tells_of_log_events_and_of_drafts_to_those_who_may_read_them(role, state, said, unsaid):
    settled = replace(WAITING, id=MailId("ALR-2-customer"), subject="Sent already", state=MailState.SENT)
    on = desks(events=Events([FLAGGED], state, {"cpu_percent": None}), mails=Mails({"1": WAITING, "2": settled}))
    page = await home.answer(home.Home(), tools(on, replace(turn(), person=person(role))))
    text = plain.render(page)
    assert [one for one in said if one not in text] == []
    assert [one for one in (*unsaid, "Sent already") if one in text] == []


async def test_help_lists_every_command_by_topic_and_tells_of_one():
    help_ = BY_NAME["help"]
    reply = await help_.answer(help_.asks(), tools(desks()))
    text = plain.render(reply)
    assert reply.summary.startswith("Hello Anna.")
    assert [verb for verb in BY_COMMAND if f"{verb}: " not in text and verb != "help"] == []
    assert reply.buttons[-1].intent == "human"
    one = await help_.answer(help_.asks(about="silence"), tools(desks()))
    assert "silence it for two hours" in plain.render(one)
    assert "Needs the role operator" in one.footer


def test_menus_that_hold_a_dozen_have_the_help_in_them():
    assert "help" in list(BY_COMMAND)[:12]
    assert {"ack", "resolve", "silence", "issues", "oncall"} < set(list(BY_COMMAND)[:12])


@pytest.mark.parametrize("page", ["home", "help"])
async def test_what_is_worth_asking_is_offered(page):
    worth = Suggestions([Suggestion("Why is checkout in trouble?", "why checkout")])
    intent = BY_NAME[page]
    reply = await intent.answer(intent.asks(), tools(desks(issue(), suggestions=worth)))
    rows = [block.buttons for block in reply.blocks if isinstance(block, Buttons)]
    offered = [button for row in (*rows, reply.buttons) for button in row]
    assert ("Why is checkout in trouble?", {"question": "why checkout"}) in [(b.label, b.arguments) for b in offered]


@pytest.mark.parametrize("page", ["home", "help"])
async def test_both_pages_stand_where_that_is_not_known(page):
    class Away(Suggestions):
        async def at(self, tenant, place):
            raise Unavailable("The database")

    intent = BY_NAME[page]
    reply = await intent.answer(intent.asks(), tools(desks(suggestions=Away())))
    assert "Worth asking" not in plain.render(reply)
    assert reply.summary
