"""What is not connected is said plainly, beside what is known here and who can help."""

from dataclasses import replace

import pytest

from bot.intents import account, begin, feedback, human, server_metrics, support
from bot.intents.account import Account
from bot.intents.begin import Begin
from bot.intents.feedback import Said
from bot.intents.human import Human
from bot.intents.server_metrics import ServerMetrics
from bot.intents.support import Support
from bot.model import plain
from tests.builders import FakeMetrics, turn
from tests.desks import Tickets, desks, tools


def labels(reply):
    return [button.label for button in reply.buttons]


@pytest.mark.parametrize(
    ("ask", "told", "offered"),
    [
        (
            Account(),
            ["No account system is connected", "Open issues: 0", "AI usage, last 30 days: not connected"],
            "Talk to a human",
        ),
        (Account(about="plan"), ["I do not know what your plan holds"], "Talk to a human"),
        (Account(about="bill", words="charged twice"), ["I cannot see what was charged"], "Ask a person to look at it"),
        (Account(about="alerts"), ["Other bills are not connected"], "Set a budget…"),
    ],
)  # fmt: skip
async def test_accounts_and_bills(ask, told, offered):
    reply = await account.answer(ask, tools(desks()))
    said = plain.render(reply)
    for part in told:
        assert part in said
    assert offered in labels(reply)


async def test_a_wrong_bill_goes_to_a_person_with_its_words():
    reply = await account.answer(Account(about="bill", words="I was charged twice"), tools(desks()))
    button = next(one for one in reply.buttons if one.intent == "human")
    assert button.arguments == {"reason": "I was charged twice", "category": "billing"}


@pytest.mark.parametrize(
    ("ask", "category"),
    [
        (Human(reason="Complex billing dispute requiring human review"), "billing"),
        (Human(reason="my invoice is wrong", category="access"), "access"),
        (Human(reason="I cannot log in"), "general"),
    ],
)
async def test_what_is_about_a_bill_goes_to_whoever_looks_after_bills(ask, category):
    on = Tickets()
    await human.answer(ask, tools(desks(tickets=on)))
    assert [one.category for one in on.all] == [category]


async def test_trouble_with_what_is_not_connected():
    reply = await support.answer(Support(name="Google Ads", words="the token is refused"), tools(desks()))
    assert reply.summary == "Google Ads is not connected here, so I cannot see how it is."
    assert "Kind of problem: access" in plain.render(reply)
    assert labels(reply) == ["How to set it up", "Datasources", "Ask a person"]


@pytest.mark.parametrize(("what", "first"), [("rule", "Write the rule…"), ("chart", "Name it…")])
async def test_what_is_to_be_made_is_asked_for(what, first):
    reply = await begin.answer(Begin(what=what), tools(desks()))
    assert labels(reply)[0] == first
    assert reply.buttons[0].asks


@pytest.mark.parametrize(
    ("memory", "of"),
    [({"data": "answer:1"}, "answer:1"), ({"queries": {"answer:1": [], "answer:2": []}}, "answer:2"), ({}, "thread:")],
)
async def test_words_about_an_answer_are_kept_with_it(memory, of):
    kept = []

    class Book:
        async def keep(self, _, subject, *, positive, comment):
            kept.append((subject, positive, comment))

    on = tools(desks(), turn(memory=memory))
    on = replace(on, feedback=Book())
    await feedback.say(Said(positive=True, comment="Very helpful!"), on)
    ((subject, *rest),) = kept
    assert subject.startswith(of)
    assert rest == [True, "Very helpful!"]


async def test_what_instances_measure_is_told_beside_the_day_before():
    on = replace(tools(desks()), metrics=FakeMetrics(lambda *_: [({}, 0.5)]))
    reply = await server_metrics.answer(ServerMetrics.model_validate({"service": "checkout"}), on)
    said = plain.render(reply)
    assert "CPU in use 0.5 cores" in said
    assert "The day before" in said


async def test_instances_without_data_are_not_idle():
    on = replace(tools(desks()), metrics=FakeMetrics(lambda *_: []))
    reply = await server_metrics.answer(ServerMetrics.model_validate({"service": "checkout"}), on)
    assert reply.summary.startswith("There is no data on the instances of checkout")
