"""Forecast, advice, next steps and budgets of AI spend: how people ask, and what is said."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from bot.analysis.spend_ahead import daily, look_ahead
from bot.conversation.understanding import understand
from bot.intents import advice, ai_budget, forecast, next_steps, summary
from bot.intents.advice import GiveAdvice
from bot.intents.ai_budget import SetAiBudget, ShowAiBudget, SwitchAdvice
from bot.intents.forecast import Forecast
from bot.intents.next_steps import NextSteps
from bot.model import plain
from bot.model.charge import Charged
from bot.model.errors import Missing, Rejected
from bot.model.issue import Diagnosis, Seen
from bot.model.reply import Buttons, Chart, Table
from bot.model.spend import Advice, Advised, Ahead, NoForecast, Pace, Proposal
from bot.model.spend_limits import AiBudget
from tests.builders import question
from tests.desks import CHECKOUT, desks, issue, tools
from tests.fakes import NOON
from tests.spend_desk import Spendings
from tests.spend_months import daily as months

BUDGET = AiBudget.model_validate({"warning": 100, "critical": 150, "tools": {"Chatbot": {"warning": 20}}})
SAVING = Advice(
    "model", "Chatbot", "Ask gpt-4o-mini instead of gpt-4o where little is asked",
    ("60 of 60 calls.", "They cost $ 3."),
    Decimal("2.97"), False, "short-term", "medium", "That it answers well enough.", "Compare the answers.", 60,
    Decimal(3), Decimal("0.03"), "gpt-4o",
)  # fmt: skip
SLOW = Pace("Chatbot", 892, 3.2, 1.5, 2400.0, 800.0, 0.05, 0.01, (("gpt-4", 892),))
ADVISED = Advised(NOON - timedelta(days=30), NOON, 1000, advice=(SAVING,), paces=(SLOW,), cost=Decimal(50))


def ahead(
    budget: AiBudget = BUDGET, unpriced: int = 0, *, known: int = 120, now: datetime = NOON,
    until: datetime | None = None, more: Sequence[Charged] = (),
) -> Ahead:  # fmt: skip
    told = months(until or now, known)
    sums = [*more, *(Charged((one.tool,), one.at, one.calls, cost=one.cost or Decimal(0)) for one in told)]
    sums += [Charged(("Chatbot",), NOON, unpriced, unpriced=unpriced)] if unpriced else []
    found = look_ahead(daily(sums, "UTC", now.date()), now, "UTC", budget)
    assert isinstance(found, Ahead)
    return found


def on(**given):
    return tools(desks(spending=Spendings(**given)))


@pytest.mark.parametrize(
    ("text", "intent", "arguments"),
    [
        ("What's our projected spend for this month?", "forecast", {}),
        ("forecast disk space of checkout", "forecast", None),
        ("forecast", "forecast", {}),
        ("forecast by tool", "forecast", {"about": "tools"}),
        ("forecast Chatbot", "forecast", {"tool": "Chatbot"}),
        ("projected AI costs by tool", "forecast", {"about": "tools"}),
        ("forecast our spending for next month", "forecast", {}),
        ("how much will we spend on AI this month?", "forecast", {}),
        ("when will we exceed the budget?", "forecast", {"about": "budget"}),
        ("will we stay within the budget this month?", "forecast", {"about": "budget"}),
        ("are we within budget?", "forecast", {"about": "budget"}),
        ("How can I reduce AI costs?", "advice", {}),
        ("advice", "advice", {}),
        ("advice Document Analyzer", "advice", {"tool": "Document Analyzer"}),
        ("recommendations", "advice", {}),
        ("Are we optimizing our model usage?", "advice", {"about": "models"}),
        ("advice models", "advice", {"about": "models"}),
        ("Suggest budget adjustments", "advice", {"about": "budget"}),
        ("what should our AI budget be?", "advice", {"about": "budget"}),
        ("What should I do about the latency issue?", "next_steps", {"about": "latency"}),
        ("how do we fix the high error rate problem?", "next_steps", {"about": "high error rate"}),
        ("how do I fix a full disk?", "kb", None),
        ("next steps Chatbot", "next_steps", {"about": "Chatbot"}),
        ("ai budget", "ai_budget", {}),
        ("what's our AI budget?", "ai_budget", {}),
        ("ai budget 100", "set_ai_budget", {"tool": "", "warning": 100.0}),
        ("ai budget $1,000 1,500.50", "set_ai_budget", {"tool": "", "warning": 1000.0, "critical": 1500.5}),
        ("ai budget Document Analyzer 40 60", "set_ai_budget",
         {"tool": "Document Analyzer", "warning": 40.0, "critical": 60.0}),
        ("ai budget Chatbot off", "set_ai_budget", {"tool": "Chatbot"}),
        ("ai budget off", "set_ai_budget", {"tool": ""}),
        ("set the AI budget to 100 USD a month", "set_ai_budget", {"warning": 100.0}),
        ("ai advice off", "switch_ai_advice", {"use": "off"}),
        ("show me the error budget", "slo", None),
        ("what is the error budget of checkout?", "slo", None),
    ],
)  # fmt: skip
def test_what_people_say(text, intent, arguments):
    reading = understand(question(text))
    if intent == "forecast" and arguments is None:
        assert reading is None or reading.intent != "forecast"
        return
    assert reading
    assert reading.intent == intent
    assert arguments is None or dict(reading.arguments) == arguments


def test_in_the_thread_of_an_issue_it_is_that_one():
    for text in ("what should I do about this?", "What should I do about the latency issue?"):
        reading = understand(question(text, issue=CHECKOUT))
        assert reading
        assert (reading.intent, reading.arguments["issue"]) == ("next_steps", CHECKOUT)
    elsewhere = understand(question("what should I do about this?"))
    assert elsewhere is None or elsewhere.intent != "next_steps"


async def test_the_forecast_names_its_method_its_ranges_and_the_budget():
    reply = await forecast.answer(Forecast(), on(ahead_=ahead(unpriced=4)))
    assert reply.summary.startswith("March 2026 will have cost $ 8")
    assert "four times in five between $" in reply.summary
    assert reply.summary.endswith("% of the $ 100.00 warning, within budget.")
    text = plain.render(reply)
    assert "Method: the median of eight methods, from 119 days" in text
    assert f"Track record: {ahead().record.tries} forecasts of the last whole months" in text
    assert "Of 4 of 1,120 calls this month nobody knows the cost" in text
    assert "March is not expected to pass $ 150.00. Probability: under 1 %." in text
    assert reply.tone == "warning"  # the budget of one tool is passed
    assert re.search(r"  spent: \$ [\d.]+ → \$ [\d.]+, \$ [\d.]+ added  [▁-█]+\n  expected: ", text)
    chart = next(block for block in reply.blocks if isinstance(block, Chart))
    ends = {one.name: one.points[-1].value for one in chart.series}
    month = ahead().month
    assert ends["expected"] == pytest.approx(month.total, abs=0.01)
    assert (ends["80 % low"], ends["80 % high"]) == pytest.approx((month.p80.low, month.p80.high), abs=0.01)
    assert {one.value for one in chart.thresholds} == {100.0, 150.0}
    assert chart.series[0].points[-1] == chart.series[1].points[0]  # where it is known, the rest begins


@pytest.mark.parametrize(
    ("known", "now", "says"),
    [
        (40, NOON.replace(month=4, day=1), "April 2026 will have cost $ 7"),  # nothing of the month is known
        (40, NOON.replace(day=31, hour=23), "March 2026 will have cost $ 80.65"),
        (1, NOON, "from what today has cost so far"),
        (2, NOON, "from 1 day that is known"),
    ],
)
async def test_at_the_edges_of_a_month_and_of_what_is_known(known, now, says):
    reply = await forecast.answer(Forecast(), on(ahead_=ahead(known=known, now=now)))
    assert says in plain.render(reply)


async def test_days_of_which_nobody_told_are_expected_and_said():
    found = ahead(known=40, now=NOON + timedelta(days=8), until=NOON)
    assert (found.unheard, found.days[-1][0].day, found.coming[0][0].day, found.moved) == (7, 18, 19, None)
    reply = await forecast.answer(Forecast(), on(ahead_=found))
    assert "Of the last 7 days no charge was told: what is expected of them is in the total." in plain.render(reply)


async def test_what_moved_is_told_with_the_tool_that_did():
    more = Charged(("Chatbot",), NOON - timedelta(days=1), 1, cost=Decimal(20))
    text = plain.render(await forecast.answer(Forecast(), on(ahead_=ahead(more=[more]))))
    assert "Yesterday moved the month by +$" in text
    assert "most of it Chatbot: the day cost $ " in text


async def test_by_tool_and_of_one_tool():
    every = await forecast.answer(Forecast(about="tools"), on(ahead_=ahead()))
    table = next(block for block in every.blocks if isinstance(block, Table))
    assert table.columns == ("Tool", "Spent", "March", "April")
    assert [row[0] for row in table.rows] == ["Document Analyzer", "Chatbot", "Content Generator"]
    one = await forecast.answer(Forecast(tool="chatbot"), on(ahead_=ahead()))
    assert one.summary.startswith("Chatbot will have cost $ 2")
    assert one.summary.endswith("beyond budget by the month's end.")
    with pytest.raises(Missing, match="no charges of a tool “Nobody”"):
        await forecast.answer(Forecast(tool="Nobody"), on(ahead_=ahead()))


async def test_when_a_budget_is_passed():
    given = AiBudget.model_validate({"warning": 70})
    reply = await forecast.answer(Forecast(about="budget"), on(ahead_=ahead(given)))
    assert reply.summary.startswith(
        "$ 70.00 is expected to be passed on 27 March, four times in five between 27 March and"
    )
    none = await forecast.answer(Forecast(about="budget"), on(ahead_=ahead(AiBudget())))
    assert none.summary.startswith("No budget of AI spend is set.")
    assert none.tone == "neutral"


async def test_what_is_not_known_is_said():
    reply = await forecast.answer(Forecast(), on())
    assert (reply.summary, reply.tone) == ("No charge is known, so nothing can be forecast.", "warning")
    assert "AI spend" not in plain.render(await summary.answer(summary.Summary(), on()))
    stale = on(ahead_=NoForecast("The last charge is of March."))
    assert "AI spend: The last charge is of March." in plain.render(await summary.answer(summary.Summary(), stale))
    known = plain.render(await summary.answer(summary.Summary(), on(ahead_=ahead())))
    assert "AI spend: March 2026 will have cost" in known
    assert "Document Analyzer" in known


async def test_advice_has_its_evidence_its_effect_and_a_button_that_explains():
    reply = await advice.answer(GiveAdvice(), on(advised_=ADVISED))
    assert reply.summary.startswith("1 way to spend less on AI. The largest: Chatbot, ask gpt-4o-mini")
    assert "60 of 60 calls." in plain.render(reply)
    (row,) = [block for block in reply.blocks if isinstance(block, Buttons)]
    (button,) = row.buttons
    told = await advice.explain(advice.ExplainAdvice(**button.arguments), on(advised_=ADVISED))
    for words in ("$ 2.97 a month", "Cost now: $ 3.00", "Cost then: $ 0.03", "That it answers well enough.", "Compare"):
        assert words in plain.render(told)
    with pytest.raises(Missing, match="do not show that any more"):
        await advice.explain(advice.ExplainAdvice(**button.arguments), on())


@pytest.mark.parametrize(
    ("ask", "given", "says"),
    [
        (GiveAdvice(), Advised(NOON, NOON, 0), "No call of the last 30 days is known"),
        (
            GiveAdvice(),
            replace(ADVISED, advice=()),
            "The calls of the last 30 days show nothing that would save $ 1.00",
        ),
        (GiveAdvice(tool="Search"), ADVISED, "The calls of Search of the last 30 days show nothing"),
        (GiveAdvice(about="models"), ADVISED, "Not yet: 60 short calls went to dear models."),
        (GiveAdvice(about="models"), replace(ADVISED, advice=()), "As far as the calls show: no short calls"),
        (GiveAdvice(about="models"), Advised(NOON, NOON, 0), "No call of the last 30 days is known"),
        (GiveAdvice(about="budget"), ADVISED, "The budgets suit what is expected, or too few days"),
    ],
)
async def test_no_evidence_no_advice(ask, given, says):
    assert (await advice.answer(ask, on(advised_=given))).summary.startswith(says)


async def test_a_proposed_budget_can_be_applied():
    given = replace(ADVISED, proposals=(Proposal("", 110, 130, "No budget is set; it would suit."),))
    reply = await advice.answer(GiveAdvice(about="budget"), on(advised_=given))
    assert reply.summary == "For all tools together: a warning at $ 110, critical at $ 130 a month."
    (row,) = [block for block in reply.blocks if isinstance(block, Buttons)]
    assert row.buttons[0].arguments == {"tool": "", "warning": 110, "critical": 130}
    assert row.buttons[0].asks == ("warning", "critical")


async def test_a_budget_is_set_shown_and_taken_away():
    desk = on(ahead_=ahead())
    said = await ai_budget.change(SetAiBudget(warning=100, critical=150), desk)
    assert said.summary.startswith(
        "The AI spend of all tools together has a warning at $ 100.00 and critical at $ 150.00"
    )
    said = await ai_budget.change(SetAiBudget(tool=" chatbot ", warning=20), desk)
    assert "of Chatbot has a warning at $ 20.00" in said.summary
    said = await ai_budget.change(SetAiBudget(tool="Serch", critical=20), desk)
    assert "No charge of a tool with this name is known yet." in said.summary
    shown = await ai_budget.show(ShowAiBudget(), desk)
    table = next(block for block in shown.blocks if isinstance(block, Table))
    assert table.rows == (
        ("all tools", "$ 100.00", "$ 150.00"), ("Chatbot", "$ 20.00", "–"), ("Serch", "–", "$ 20.00"),
    )  # fmt: skip
    assert "within budget" in shown.summary
    said = await ai_budget.change(SetAiBudget(), desk)
    assert "is not held against a budget any more" in said.summary
    assert (await ai_budget.show(ShowAiBudget(), on())).summary == "No budget of AI spend is set."


@pytest.mark.parametrize("wrong", [{"warning": 0}, {"warning": 100, "critical": 90}, {"critical": float("inf")}])
def test_amounts_that_cannot_be_meant_are_refused_in_the_form(wrong):
    with pytest.raises(ValidationError):
        SetAiBudget.model_validate(wrong)


async def test_advice_is_switched_off_with_a_plain_sentence():
    desk = on(advised_=ADVISED)
    said = await ai_budget.switch(SwitchAdvice(use="off"), desk)
    assert said.summary == "No advice on costs is given from now on."
    with pytest.raises(Rejected, match="Advice is switched off here"):
        await next_steps.answer(NextSteps(about="Chatbot"), desk)


async def test_steps_of_an_issue_are_now_soon_and_for_good():
    slow = issue(
        title="Chatbot latency is high", services=("chatbot",), runbook="",
        seen=Seen(CHECKOUT, "doc", NOON - timedelta(days=3), timedelta(hours=1), "restarted the pool"),
        diagnosis=Diagnosis("Prompts grew.", "fair", next_step="Look at the last deploy."),
    )  # fmt: skip
    reply = await next_steps.answer(
        NextSteps(about="latency"), tools(desks(slow, spending=Spendings(advised_=ADVISED)))
    )
    text = plain.render(reply)
    for words in (
        "Do what helped before: restarted the pool", "Look at the last deploy.",
        "Because: The analysis says: Prompts grew.",
        "Shrink the prompts of Chatbot. Because: A call read 2,400 tokens in the last 7 days, 800 in the 28 before.",
        "Try a faster model for simple questions to Chatbot (it asks gpt-4)", "Ask gpt-4o-mini instead of gpt-4o",
    ):  # fmt: skip
        assert words in text
    assert text.index("Immediate") < text.index("Shrink") < text.index("Short-term") < text.index("Try a faster")
    assert "Long-term: nothing that what is kept gives a reason for." in text


async def test_without_an_issue_it_is_the_tool_that_got_slower():
    reply = await next_steps.answer(NextSteps(about="latency"), on(advised_=ADVISED))
    assert reply.summary.startswith("Chatbot: 4 steps. First: Shrink the prompts of Chatbot.")
    nothing = await next_steps.answer(NextSteps(about="latency"), on())
    assert nothing.summary == "No open issue is about latency, and no AI tool is known to be worse than before."
