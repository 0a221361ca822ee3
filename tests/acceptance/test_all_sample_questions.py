"""All 66 questions that the first teams gave us, in both chats, without a model: what they ask for, or plainly what is
not connected. The calls of AI that the figures are of come in by the door for them.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import pytest_asyncio

from bot.clock import SystemClock
from bot.desk.office import Office, terminal
from bot.model.charge import Charge
from bot.model.tenant import DEFAULT_TENANT
from storage.storage import open_storage
from tests import usage
from tests.acceptance.incidents import FAST
from tests.acceptance.rig import Rig, rig
from tests.acceptance.test_journeys import shown, slack_button, teams_actions
from tests.acceptance.test_sample_questions import APPLICATIONS, SOURCES, applied, both

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

TOGETHER = 3  # questions that are asked at the same time
BATCH = 1000
BERLIN = ZoneInfo("Europe/Berlin")  # where the people of the doubles are
NOW = datetime.now(UTC)
MINUTE, DAY, DAYS = timedelta(minutes=1), timedelta(days=1), 17
START = NOW.astimezone(BERLIN).replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
FIRST = max(START, NOW - timedelta(days=DAYS))
ELAPSED = (NOW.astimezone(BERLIN).date() - FIRST.astimezone(BERLIN).date()).days + 1
DAILY = f"$ {Decimal('47.23') / ELAPSED:.2f}, over {ELAPSED} day"
TOOLS = ("Document Analyzer", "Chatbot", "Content Generator")

# By the number of each question: what is asked in one thread, and what the last answer says in both chats.
QUESTIONS: Mapping[str, tuple[list[str], list[str]]] = {
    "Q-01": (
        ["What's our current AI spending this month?"],
        ["AI spend, this month: $ 47.23, projected $", "$ 23.45 (49.7 %)", "$ 15.32 (32.4 %)", "$ 8.46 (17.9 %)"],
    ),
    "Q-02": (["Are there any performance issues I should know about?"], ["System status", "of 7"]),
    "Q-03": (["What's the current system status?"], ["System status", "of 7", "AI spend, 24"]),
    "Q-04": (["How much have we spent on AI this month?"], ["$ 47.23", DAILY, "89,450", "45,230", "28,100", *TOOLS]),
    "Q-05": (["Show me today's usage summary"], ["AI usage, today: ", "succeeded", "Success rate"]),
    "Q-06": (
        ["What's our most expensive AI tool?"],
        ["is Document Analyzer: $ 23.45, 49.7 % of $ 47.23", "Next is Chatbot"],
    ),
    "Q-07": (["Are there any problems I should know about?"], ["System status", "of 7"]),
    "Q-08": (["Why is the chatbot slow today?"], ["Chatbot ", "today: average 3.2 s", "normal"]),
    "Q-09": (
        ["What's causing the high error rate?"],
        ["of calls failed", "/api/documents/analyze", "Mostly timeout", "Of services: "],
    ),
    "Q-10": (
        ["Investigate the document analyzer performance"],
        ["Document Analyzer is as usual", "average 1.5 s", "P95"],
    ),
    "Q-11": (["How does this week compare to last week?"], ["AI usage, this week", "last week", "up to the same hour"]),
    "Q-12": (
        ["What's our projected spend for this month?"],
        ["will have cost $", "four times in five", "$ 47.23 is spent"],
    ),
    "Q-13": (["Show me usage trends for lead scoring"], ["AI calls of Lead Scoring, the last 28 d", "Average latency"]),
    "Q-14": (["When do we typically have peak usage?"], ["Most calls come between", "by day and time of day"]),
    "Q-15": (["How can I reduce AI costs?"], ["a month", "calls"]),
    "Q-16": (["What should I do about the latency issue?"], ["latency"]),
    "Q-17": (["Are we optimizing our model usage?"], ["model"]),
    "Q-18": (["Suggest budget adjustments"], ["udget"]),
    "Q-19": (
        ["The chatbot seems slow. What's going on?"],
        ["Chatbot is degraded, the last 24 h: average 3.2 s (normal 1.5 s)"],
    ),
    "Q-20": (["Acknowledge this anomaly"], ["issue"]),
    "Q-21": (["Create an alert rule"], ["A rule watches a query", "Write the rule"]),
    "Q-22": (["Create a chart showing..."], ["A chart of what?"]),
    "Q-23": (["Send me a daily summary at 9 AM"], ["09:00"]),
    "Q-24": (
        ["Check my account status"],
        ["No account system is connected", "Datasources", "How can I optimize my API usage?"],
    ),
    "Q-25": (
        ["I'm having trouble with my Google Ads integration"],
        ["Google Ads is not connected here", "connection", "medium"],
    ),
    "Q-26": (
        ["How to set up Google Ads API integration"],
        ["The knowledge base has", "set up google ads api integration"],
    ),
    "Q-27": (["I was charged twice this month"], ["No billing system is connected", "Ask a person to look at it"]),
    "Q-28": (["Hello, I need help"], ["help"]),
    "Q-29": (["How can I optimize my API usage?"], ["a month", "calls"]),
    "Q-30": (["What new features are available in my plan?"], ["No account system is connected", "Talk to a human"]),
    "Q-31": (["How do I set up billing alerts?"], ["I can watch what AI costs", "Set a budget"]),
    "Q-32": (["How do I reset a customer password?"], ["The knowledge base has", "Talk to a human"]),
    "Q-33": (
        ["List how many events created for the abc app in last 24 hours"],
        ["abc app in prod, the last 24 h", "error"],
    ),
    "Q-34": (["Was abc app healthy yesterday?"], ["checkout in prod", "yesterday", "at most 500 ms"]),
    "Q-35": (["Was the server impacted during the incident?"], ["I know of no incident."]),
    "Q-36": (["Show me CPU usage trends for service X"], ["I do not know “x”."]),
    "Q-37": (["What were the error rates when the alert fired?"], ["I know of no incident."]),
    "Q-38": (["Was the server impacted during the last incident?"], ["I know of no incident."]),
    "Q-39": (
        ["How many events were created for abc app in last 24 hours?"],
        ["abc app in prod, the last 24 h", "info"],
    ),
    "Q-40": (["CPU usage for abc app in last hour"], ["CPU in use of abc-app in prod is", "cores"]),
    "Q-41": (["errors for abc app in last 24 hours"], ["Error rate of abc-app in prod"]),
    "Q-42": (["Show me 24 hour events of abc app"], ["abc app in prod, the last 24 h", "The latest"]),
    "Q-43": (["Show me 24 hour events for abc app"], ["abc app in prod, the last 24 h"]),
    "Q-44": (["Show me 24 hour events for abc app", "Show error details"], ["errors and worse", "abc app"]),
    "Q-45": (
        ["Show me 24 hour events for abc app", "Compare with yesterday"],
        ["abc app in prod, the last 24 h", "Yesterday, same hours: "],
    ),
    "Q-46": (["Was abc app healthy yesterday?", "Check server metrics"], ["CPU in use", "The day before"]),
    "Q-47": (["What's the average response time for service X?"], ["Which one do you mean?"]),
    "Q-48": (["Show me memory usage for the last week"], ["Memory in use in prod was", "last week"]),
    "Q-49": (["Compare error rates between production and staging"], ["prod and staging", "error rate"]),
    "Q-50": (["Find all errors containing 'database timeout'"], ["database timeout"]),
    "Q-51": (["Show me the last 100 log entries for pod Y"], ["y"]),
    "Q-52": (["What were the logs during the incident?"], ["I know of no incident."]),
    "Q-53": (["Is service X healthy right now?"], ["I do not know “x”."]),
    "Q-54": (["What's the uptime for app Y this month?"], ["I do not know “y”."]),
    "Q-55": (["Show me SLO compliance"], ["services in prod", "the last 24 h"]),
    "Q-56": (["What services were affected by the outage?"], ["I know of no incident."]),
    "Q-57": (["How many users were impacted?"], ["I know of no incident."]),
    "Q-58": (["What was the blast radius?"], ["I know of no incident."]),
    "Q-59": (["CPU usage for app abc in last hour"], ["CPU in use of abc-app in prod is"]),
    "Q-60": (["Errors in logs for service xyz"], ["xyz"]),
    "Q-61": (["95th percentile response time"], ["P95 latency in prod is"]),
    "Q-62": (["Number of pod restarts"], ["kube_pod_container_status_restarts_total"]),
    "Q-63": (["home"], ["Cost summary", "System health", "Open anomalies", "Usage trends", "Recommendations"]),
    "Q-64": (["Complex billing inquiry requiring human review"], ["TICKET-"]),
    "Q-65": (["Complex billing dispute requiring human review"], ["TICKET-"]),
    "Q-66": (["Show me SLO compliance", "Very helpful and accurate response"], ["Thank you, that is kept"]),
}  # fmt: skip
# Answered from what was read: they name it.
FIGURES = [
    f"Q-{number:02}"
    for number in (1, *range(3, 7), *range(8, 12), 13, 14, 19, 33, 34, *range(39, 47), 48, 49, 55, 59, 61, 62)
]


def charges() -> list[Charge]:
    """A month that comes to round figures, and a tool that costs nothing; lately one is slow, and one fails."""
    scoring = usage.spread("Lead Scoring", "gpt-4o-mini", 120, 12_000, Decimal(0), FIRST, NOW)
    told = [*(_lately(one) for one in usage.month(FIRST, NOW)), *scoring]
    last = {one.tool: one.id for one in told}.values()
    return [replace(one, at=NOW - MINUTE) if one.id in last else one for one in told]  # today has a call of each


def _lately(one: Charge) -> Charge:
    if one.at < NOW - DAY:
        return one
    if one.tool == "Chatbot":
        return replace(one, took=timedelta(seconds=3.2))
    fails = one.tool == "Document Analyzer"
    return replace(one, failed=1, error="timeout") if fails else one


async def post(world: Rig, told: list[Charge]) -> None:
    async with open_storage(
        world.env["DATABASE_URL"], keys=[world.env["NIGHTDESK_KEYS"]], clock=SystemClock()
    ) as storage:
        _, key = await Office(storage, SystemClock()).new_key(terminal(DEFAULT_TENANT, "test"), "usage", "main")
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as session:
        for at in range(0, len(told), BATCH):
            records = [usage.record(one) for one in told[at : at + BATCH]]
            async with session.post(f"{world.bot_url}/api/ai/usage", json={"records": records}) as answer:
                assert answer.status == 202, await answer.text()
                assert (await answer.json())["new"] == len(records)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    if min(abs(NOW - START), abs(NOW - NOW.replace(day=1, hour=0, minute=0))) < timedelta(hours=3):
        pytest.skip("the month began this moment: there is nothing to sum up yet")
    folder = tmp_path_factory.mktemp("all")
    (folder / "apps.yaml").write_text(APPLICATIONS)
    settings = {**FAST, "DEMO_SEED": "7", "NIGHTDESK_ADMINS": "anna.berger@example.com"}
    async with rig(folder, rate_limits=False, **settings) as built:
        await applied(built, folder / "apps.yaml")
        await post(built, charges())
        yield built
        log = built.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


Said = Mapping[str, tuple[str, str]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def said(world: Rig) -> Said:
    """What both chats answered to each question."""
    turn = asyncio.Semaphore(TOGETHER)

    async def asked(texts: list[str]) -> tuple[str, str]:
        async with turn:
            return await both(world, *texts)

    found = await asyncio.gather(*(asked(texts) for texts, _ in QUESTIONS.values()))
    return dict(zip(QUESTIONS, found, strict=True))


async def test_none_is_missing() -> None:
    assert list(QUESTIONS) == [f"Q-{number:02}" for number in range(1, 67)]


@pytest.mark.parametrize("number", QUESTIONS)
async def test_both_chats_answer_it(said: Said, number: str) -> None:
    slack, teams = said[number]
    for part in QUESTIONS[number][1]:
        assert part in slack, slack[:3000]
        assert part in teams, teams[:3000]


@pytest.mark.parametrize("number", FIGURES)
async def test_figures_name_what_was_read(said: Said, number: str) -> None:
    for one in said[number]:
        assert SOURCES.search(one), one[:3000]


async def test_another_period_changes_the_message_in_both(world: Rig) -> None:
    ts, root = await world.ask_slack("@Nightdesk usage"), await world.ask_teams("@Nightdesk usage")
    message, card = await world.slack_answer(ts), await world.teams_answer(root)
    assert "AI usage, the last 24 h: " in shown(message)
    block, action, _ = slack_button(message, "7d")
    press = {"channel": world.slack_channel("incidents"), "ts": message["ts"], "block_id": block, "action_id": action}
    await world.slack.control("click", press)
    where = world.teams_conversation("Incidents")
    pressed = {"conversation": where, "activity": card["id"], "action": teams_actions(card)["7d"]}
    await world.teams.control("execute", pressed)

    def changed() -> bool:
        both_ = [*world.slack_answers(ts), *world.teams_answers(root)]
        return len(both_) == 2 and all("AI usage, the last 7 d: " in shown(one) for one in both_)

    await world.until(changed, "the usage of seven days, in the same messages")
