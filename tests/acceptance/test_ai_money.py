"""What AI costs, in both chats through the real process: foreseen, advised on, held against a budget."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.desk import plans
from bot.model.charge import Charge
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.model.usage import Tokens
from tests.acceptance.doors import new_key, send
from tests.acceptance.hands import EMAIL, MEI, Hands, words
from tests.acceptance.incidents import Incidents, incidents, teams_actions
from tests.spend_months import calls, daily

ADMINS = "anna.berger@example.com,ben.ortner@example.com"
HOSTILE = "<!channel> *Bot* [x](http://evil.example)"

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Incidents]:
    """The plan is kept in the database, so that chats may change it. Anna and Ben are administrators."""
    settings = {"NIGHTDESK_ADMINS": ADMINS, "NIGHTDESK_DEFAULT_ROLE": "viewer"}
    async with incidents(tmp_path_factory.mktemp("world"), start=False, **settings) as built:
        plan = plans.read(Path(built.rig.env.pop("NIGHTDESK_PLAN")))
        async with built.storage() as storage:
            await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
            async with storage.work(DEFAULT_TENANT) as work:
                await work.plans.save(plan, datetime.now(UTC))
        await built.rig.start_bot()
        await built.rig.teams.control("install", {"conversation": built.teams_channel})
        _, key = await new_key(built, "usage")
        await tell(built, key, [*spent(datetime.now(UTC))])
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


@pytest.fixture
def hands(world: Incidents) -> Hands:
    return Hands(world)


def spent(now: datetime) -> Iterator[Charge]:
    """Sixty days; short calls to a dear model, a question asked again and again, and prompts that grew."""
    yield from daily(now, 60)
    hours = [now - timedelta(hours=number) for number in range(1, 61)]
    yield from calls("Lead Scoring", hours, tokens=Tokens(400, 40))
    yield from calls("Chatbot", [at - timedelta(minutes=7) for at in hours], tokens=Tokens(90_000, 900), prompt="same")
    yield from calls(HOSTILE, [at - timedelta(minutes=9) for at in hours[:5]], tokens=Tokens(2_000, 900))


def record(one: Charge) -> dict[str, Any]:
    tokens = one.tokens
    assert tokens
    return {
        "id": one.id, "timestamp": one.at.isoformat(), "tool": one.tool, "model": one.model, "calls": one.calls,
        "input_tokens": tokens.read, "output_tokens": tokens.written, "cost": str(one.cost), "prompt": one.prompt,
    }  # fmt: skip


async def tell(world: Incidents, key: str, charges: Sequence[Charge]) -> None:
    body = {"records": [record(one) for one in charges]}
    answer = await send(world, "/api/ai/usage", body, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status, answer.told["new"]) == (202, len(charges))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            "What's our projected spend for this month?",
            ("will have cost $", "four times in five between", "Method: the "),
        ),
        ("forecast by tool", ("Most of it: ", "Document Analyzer", "Expected by tool")),
        ("when will we exceed the budget?", ("No budget of AI spend is set",)),
        (
            "How can I reduce AI costs?",
            ("ways to spend less on AI", "gpt-4o-mini", "Keep answers for a day", "Explain"),
        ),
        ("Are we optimizing our model usage?", ("Not yet: 60 short calls went to dear models",)),
        ("Suggest budget adjustments", ("For all tools together: a warning at $", "No budget is set", "Apply…")),
        ("What should I do about Chatbot?", ("Shrink the prompts of Chatbot", "Immediate", "Long-term")),
        ("what's our AI budget?", ("No budget of AI spend is set",)),
    ],
)
async def test_each_question_is_answered_alike_in_both_chats(world: Incidents, asked: str, said: Sequence[str]) -> None:
    ts, root = await world.rig.ask_slack(f"@Nightdesk {asked}"), await world.rig.ask_teams(f"@Nightdesk {asked}")
    slack, teams = await world.rig.slack_answer(ts), await world.rig.teams_answer(root)
    for one in said:
        assert one in words(slack), f"{one}: {words(slack)}"
        assert one in words(teams), f"{one}: {words(teams)}"
    assert "<!channel>" not in json.dumps(list(marked_up(slack)))


async def test_advice_is_explained_by_its_button_in_each_chat(world: Incidents, hands: Hands) -> None:
    ts, root = await world.rig.ask_slack("@Nightdesk advice"), await world.rig.ask_teams("@Nightdesk advice")
    slack, teams = await world.rig.slack_answer(ts), await world.rig.teams_answer(root)
    await hands.press_slack(slack, "Explain")
    await hands.press_teams(teams, "Explain")
    for told in (await world.rig.slack_answer(ts, count=2), await world.rig.teams_answer(root, count=2)):
        assert "Assumed" in words(told)
        assert "How to check" in words(told)


async def test_a_budget_is_set_by_form_and_its_issue_lives_in_both_chats(world: Incidents, hands: Hands) -> None:
    assert "needs the role admin" in words(await hands.command("ai budget 5", MEI))
    ts = await world.rig.ask_slack("@Nightdesk ai budget")
    await hands.press_slack(await world.rig.slack_answer(ts), "Change…")
    view = (await hands.until(lambda: world.rig.slack.state()["views"], "the form"))[-1]
    answer = await submit(world, view, {"warning": "5", "critical": "4"})
    assert "The critical amount is above the warning." in json.dumps(answer)
    await submit(world, view, {"warning": "5", "critical": "1000000"})
    assert "a warning at $ 5.00 and critical at $ 1,000,000.00" in words(await world.rig.slack_answer(ts, count=2))
    slack, teams = await told(world, hands, "its warning of $ 5.00")
    assert "Most of it: Document Analyzer" in words(slack)
    assert "Most of it: Document Analyzer" in words(teams)
    await hands.press_slack(slack, "Forecast")
    await hands.in_slack_thread(slack, "four times in five between")
    await hands.press_teams(teams, "How to save")
    await hands.in_teams_thread(teams, "to spend less on AI")

    root = await world.rig.ask_teams("@Nightdesk ai budget")
    card = await world.rig.teams_answer(root)
    assert "of the $ 5.00 warning" in words(card)
    where = {"conversation": world.teams_channel, "activity": card["id"], "user": EMAIL["U0BEN"]}
    opened = await world.rig.teams.control("submit_action", {**where, "action": teams_actions(card)["Change…"]})
    submitting = next(iter(teams_actions({"attachments": [opened]}).values()))
    found = re.search(r'"id": "([^"]*warning)"', json.dumps(opened))
    assert found
    data = {**submitting.get("data", {}), found[1]: "999000"}
    answer = await world.rig.teams.control("dialog_submit", {"dialog": opened["dialog"]["id"], "data": data})
    assert answer["ok"]
    await told(world, hands, "Resolved: AI spend")
    assert "not held against a budget any more" in words(await hands.command("ai budget off"))
    assert len([one for one in world.slack_messages() if "AI spend in" in words(one)]) == 1
    assert len([one for one in world.teams_messages() if "AI spend in" in words(one)]) == 1


async def test_advice_that_is_switched_off_says_so(world: Incidents, hands: Hands) -> None:
    await hands.command("ai advice off")
    root = await world.rig.ask_teams("@Nightdesk How can I reduce AI costs?")
    assert "Advice on costs is switched off here." in words(await world.rig.teams_answer(root))
    assert "Advice on costs is switched off here." in words(await hands.command("ask How can I reduce AI costs?"))
    await hands.command("ai advice on")


async def submit(world: Incidents, view: Mapping[str, Any], given: Mapping[str, str]) -> Mapping[str, Any]:
    values = {}
    for block in view["blocks"]:
        if block.get("type") == "input":
            element = block["element"]
            name = next((name for name in given if name in block["label"]["text"].lower()), "")
            value = {"value": given[name]} if name else {"value": None}
            values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **value}}
    answer: Mapping[str, Any] = await world.rig.slack.control("submit", {"view_id": view["id"], "values": values})
    return answer


async def told(world: Incidents, hands: Hands, said: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The message of the issue in both channels."""

    def found() -> Any:
        slack, teams = (
            next((one for one in messages if said in words(one)), None)
            for messages in (world.slack_messages(), world.teams_messages())
        )
        return (slack, teams) if slack and teams else None

    both: tuple[Mapping[str, Any], Mapping[str, Any]] = await hands.until(found, said)
    return both


def marked_up(node: Any) -> Iterator[str]:
    """Every text of a message in Slack that is read as markup."""
    if isinstance(node, Mapping):
        if node.get("type") == "mrkdwn":
            yield node["text"]
        for value in node.values():
            yield from marked_up(value)
    elif isinstance(node, list):
        for value in node:
            yield from marked_up(value)
