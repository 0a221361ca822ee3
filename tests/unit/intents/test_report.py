"""What is asked of the clock: when, what, and who may change it."""

from dataclasses import replace
from datetime import time

import pytest

from bot.conversation.understanding import understand
from bot.intents import report, report_words
from bot.intents.catalog import BY_NAME
from bot.intents.intent import Question
from bot.intents.report import OneReport
from bot.model.errors import Rejected
from bot.model.message import Account, PersonId, PlaceKind, Role
from bot.model.plan import WEEKDAYS
from tests.builders import turn
from tests.desks import Reports, desks, tools
from tests.fakes import NOON

WORK = WEEKDAYS[:5]


@pytest.mark.parametrize(
    ("said", "days", "at", "question"),
    [
        ("send me the daily summary every morning at 8:30", WEEKDAYS, time(8, 30), "daily summary"),
        ("every weekday at 9 post the slo compliance here", WORK, time(9), "slo compliance"),
        ("post errors of checkout every Monday at 10am", ("mon",), time(10), "errors of checkout"),
        ("please send us top 5 slowest endpoints daily", WEEKDAYS, time(9), "top 5 slowest endpoints"),
        ("send a report every monday and thursday", ("mon", "thu"), time(9), "daily summary"),
        ("weekly report at 9", ("mon",), time(9), "weekly summary"),
        ("report weekly on friday at noon", ("fri",), time(12), "weekly summary"),
        ("every evening at 6pm show me what is open", WEEKDAYS, time(18), "what is open"),
        ("Every day at 12am send me p95 of Checkout-API", WEEKDAYS, time(0), "p95 of Checkout-API"),
    ],
)
def test_a_wish_is_a_question_and_a_time(said, days, at, question):
    reading = understand(Question(said, NOON, "Europe/Vienna"))
    assert reading is not None
    assert reading.intent == "report"
    wish = report_words.wish(f"{reading.arguments['when']} {reading.arguments['question']}", "Europe/Vienna")
    assert wish is not None
    assert (wish.schedule.days, wish.schedule.at, wish.question) == (days, at, question)
    assert wish.schedule.zone == "Europe/Vienna"


@pytest.mark.parametrize(
    "said",
    [
        "requests per day",
        "what is the traffic on mondays",
        "daily active users",
        "errors every day last week",
        "show me errors of checkout by weekday",
        "did you send the report every day?",
        "send me the errors at 9",
        "every day at 25:00 send me the summary",
        "every day at 13pm send me the summary",
    ],
)
def test_what_only_sounds_like_it_makes_no_report(said):
    reading = understand(Question(said, NOON, "UTC"))
    assert reading is None or reading.intent != "report"


def at_desk(standing: Reports, role: Role = Role.OPERATOR, who: str = "U1", kind: PlaceKind = PlaceKind.CHANNEL):
    asking = turn(at=NOON)
    person = replace(asking.person, id=PersonId(who), role=role)
    place = replace(asking.place, kind=kind)
    account = Account("slack", "T1", who)
    return tools(desks(reports=standing), replace(asking, person=person, place=place, account=account))


async def test_a_report_is_made_listed_paused_and_deleted():
    standing = Reports()
    at = at_desk(standing)
    made = await report.answer(report.Reports(question="slo", when="every day at 9:00"), at)
    assert made.summary == "R1: “slo” here, every day at 09:00 (UTC)."
    listed = await report.answer(report.Reports(), at)
    assert listed.summary == "1 report by the clock."
    await report.pause(OneReport(report="R1"), at)
    assert standing.kept["R1"].paused
    await report.resume(OneReport(report="R1"), at)
    assert not standing.kept["R1"].paused
    gone = await report.delete(OneReport(report="R1"), at)
    assert gone.buttons[0].arguments == {"question": "slo", "when": "every day at 09:00"}
    assert (await report.answer(report.Reports(), at)).summary == "Nothing is reported by the clock here."


async def test_a_time_that_is_none_is_asked_back():
    with pytest.raises(Rejected, match="I do not know the time “soon”"):
        await report.answer(report.Reports(question="slo", when="soon"), at_desk(Reports()))


async def test_what_somebody_is_told_alone_nobody_else_sees_or_changes():
    standing = Reports()
    await report.answer(
        report.Reports(question="slo", when="daily"), at_desk(standing, who="U1", kind=PlaceKind.PERSONAL)
    )
    standing.kept["R1"] = replace(standing.kept["R1"], place=replace(standing.kept["R1"].place, channel="D1"))
    other = at_desk(standing, who="U2")
    assert (await report.answer(report.Reports(), other)).summary == "Nothing is reported by the clock here."
    with pytest.raises(Rejected, match="R1 is not yours"):
        await report.delete(OneReport(report="R1"), other)
    admin = at_desk(standing, Role.ADMIN, "U3")
    await report.delete(OneReport(report="R1"), admin)
    assert not standing.kept


@pytest.mark.parametrize(("kind", "allowed"), [(PlaceKind.PERSONAL, True), (PlaceKind.CHANNEL, False)])
async def test_a_viewer_may_only_have_reports_of_their_own(kind, allowed):
    standing = Reports()
    at = at_desk(standing, Role.VIEWER, kind=kind)
    ask = report.Reports(question="slo", when="daily")
    if allowed:
        await report.answer(ask, at)
    else:
        with pytest.raises(Rejected, match="takes an operator"):
            await report.answer(ask, at)
    assert bool(standing.kept) is allowed


def test_the_clock_only_looks():
    """Nothing that acts, changes or administers may be asked by the clock."""
    asked = {name for name, intent in BY_NAME.items() if intent.by_clock}
    assert asked >= {"summary", "status_overview", "slo", "ask_metric", "ask_query", "issues", "shift_summary"}
    assert all(BY_NAME[name].needs is not Role.ADMIN for name in asked)
    assert not asked & {"act", "silence", "report", "delete_report", "ask", "save_source", "resolve", "human"}
