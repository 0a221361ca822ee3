"""What the language model may spend, as people see and change it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.intents import budget
from bot.intents.budget import ChangeBudget, RequestBudget, ShowBudget
from bot.intents.intent import Question
from bot.model.budget import Counted, Level, Limit, Pot, Scope, Tier
from bot.model.errors import Problem
from bot.model.plain import render
from bot.model.usage import Allowance
from bot.ports.budgets import Budget
from tests.budget_desk import BudgetsDesk
from tests.desks import desks, tools
from tests.fakes import NOON

DAY = Pot(Scope.DAY, NOON - timedelta(hours=12), NOON + timedelta(hours=12))
LEVELS = (
    Level(Limit(DAY, Decimal(2), 2_000_000), Counted(Decimal("0.36"), 3300, 3, 1, Decimal("0.0005"))),
    Level(Limit(replace(DAY, scope=Scope.BACKGROUND), Decimal(1))),
    Level(
        Limit(replace(DAY, scope=Scope.SESSION, of="s"), Decimal(1)),
        Counted(Decimal(1), 9, 1, refused=2, refused_at=NOON),
    ),
)
HELD = (Level(Limit(DAY, Decimal(2)), Counted(Decimal(1), 9, 1, held_cost=Decimal(1))),)
ALLOWANCE = Allowance(Decimal(2), 2_000_000, session=Decimal(1), background=Decimal(1))
WHOLE = Budget(LEVELS, Tier.USUAL, "gpt-4o-mini", "gpt-4.1-nano", ["local-7b"], allowance=ALLOWANCE)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (Budget((), Tier.USUAL), "No language model is set up: everything is answered by rules, and costs nothing."),
        (WHOLE, "$ 0.36 of $ 2.00 used today; gpt-4o-mini answers."),
        (replace(WHOLE, tier=Tier.CHEAPER), "a limit is near, so gpt-4.1-nano answers."),
        (replace(WHOLE, tier=Tier.RULES), "The language model is off: a limit is used up (this conversation, a day)."),
        (replace(WHOLE, levels=HELD, tier=Tier.RULES), "what is left is reserved for calls under way"),
    ],
)
async def test_who_answers_is_said_first(state, says):
    reply = await budget.answer(ShowBudget(), tools(desks(budgets=BudgetsDesk(state))))
    assert says in reply.summary


async def test_each_limit_has_its_row():
    text = render(await budget.answer(ShowBudget(), tools(desks(budgets=BudgetsDesk(WHOLE)))))
    for said in ("what 1 of them cost is not known", "$ 0.0005", "00:00", "2, last", "local-7b", "80 %"):
        assert said in text


@pytest.mark.parametrize(
    ("in_file", "buttons"), [(False, ["Change limits…", "Request more"]), (True, ["Request more"])]
)
async def test_what_stands_in_a_file_is_not_changed_here(in_file, buttons):
    desk = BudgetsDesk(replace(WHOLE, in_file=in_file))
    reply = await budget.answer(ShowBudget(), tools(desks(budgets=desk)))
    assert [one.label for one in reply.buttons] == buttons
    assert ("kept in a file" in render(reply)) is in_file


@pytest.mark.parametrize(
    ("asked", "plan"),
    [
        ({"day": 5}, {"daily_usd": "5.0"}),
        ({"day": 2, "session": 0.5, "person": 0}, {"session_usd": "0.5"}),  # the others are so already
        ({"background": 0}, {"background_usd": "0.0"}),
    ],
)
async def test_only_what_changes_is_written_into_the_plan(asked: dict[str, Any], plan):
    desk = BudgetsDesk(WHOLE)
    reply = await budget.change(ChangeBudget(**asked), tools(desks(budgets=desk)))
    assert desk.standing.model_dump(mode="json", exclude_none=True, exclude_defaults=True) == plan
    assert reply.summary.startswith("From now on the language model may spend")


@pytest.mark.parametrize(("asked", "says"), [({}, "No limit is given"), ({"day": 2}, "These are the limits already")])
async def test_nothing_new_is_said_so(asked, says):
    with pytest.raises(Problem, match=says):
        await budget.change(ChangeBudget(**asked), tools(desks(budgets=BudgetsDesk(WHOLE))))


@pytest.mark.parametrize(("reached", "says"), [(True, "are told"), (False, "I know nobody")])
async def test_a_wish_goes_to_those_who_may_allow_it(reached, says):
    desk = BudgetsDesk(WHOLE, reached=reached)
    reply = await budget.request(RequestBudget(why="the migration"), tools(desks(budgets=desk)))
    assert says in reply.summary
    assert [why for _, why in desk.wishes] == ["the migration"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("day 5", {"day": 5.0}),
        ("session $0.5, person 1", {"session": 0.5, "person": 1.0}),
        ("day", None),
        ("day 5 and more", None),
    ],
)
def test_limits_in_words(text, read):
    assert budget._limit_words(Question(text, NOON)) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("what is the error budget of checkout", False),
        ("show me the model budget", True),
        ("what has the model spent today?", True),
        ("budget of the AI tools this month", False),
    ],
)
def test_other_budgets_are_left_to_others(text, read):
    assert bool(budget._reads(Question(text, NOON))) is read
