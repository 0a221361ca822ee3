"""How a question would be understood: the same as it is then answered, and nothing is run for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.explaining import category, model_asked, urgency
from bot.conversation.golden import EXAMPLES
from bot.desk.catalogs import Catalogs
from bot.intents import explain_intent
from bot.intents.catalog import BY_NAME
from bot.intents.intent import Reading
from bot.model import plain
from bot.model.message import PersonId
from bot.model.plan import ModelUse, Plan
from bot.model.reply import Reply, Table
from bot.model.rule import Rule, RuleId, RuleKind, RuleState
from tests.builders import FakeMetrics, question, turn
from tests.desks import desks
from tests.fakes import NOON, DrivenClock
from tests.rule_desk import Taught
from tests.unit.conversation.test_engine import ask, engine, values
from tests.unit.conversation.test_translating import JOBS, jobs


def taught(kind: RuleKind, said: str, means: str, number: int = 1) -> Rule:
    return Rule(
        RuleId(f"R{number}"), kind, said, means, PersonId("p1"), "Anna", NOON, NOON + timedelta(days=1),
        RuleState.ACTIVE,
    )  # fmt: skip


async def explained(built, text, **of_turn):
    return await built.explained(text, replace(turn(), **of_turn))


async def test_every_example_is_explained_as_it_is_read():
    built, answered = engine(a_minute=1000), 0
    for text in EXAMPLES:
        answer, told = await ask(built, text), await explained(built, text)
        if answer.intent:
            assert (told.intent, told.confidence) == (answer.intent.name, answer.confidence), text
            answered += 1
    assert answered > len(EXAMPLES) / 2


@pytest.mark.parametrize(
    ("text", "intent", "by", "words", "sure"),
    [
        ("latency of checkout", "ask_metric", "rule", ("latency", "checkout"), True),
        ("was checkout healthy yesterday?", "health", "rule", ("checkout", "healthy"), True),
        ("status", "status_overview", "command", ("status",), True),
        ("ask latency of checkout", "ask_metric", "rule", ("latency", "checkout"), True),
        ("latency of salzburg", "ask_metric", "rule", ("latency",), False),
        ("let us have lunch", "", "nothing", (), False),
    ],
)
async def test_it_is_told_by_which_words_a_question_is_recognised(text, intent, by, words, sure):
    told = await explained(engine(), text)
    assert (told.intent, told.by, told.sure) == (intent, by, sure)
    assert set(words) <= set(told.words)


async def test_the_query_that_is_told_is_the_query_that_runs():
    for text in (
        "latency of checkout",
        "error rate by service in staging",
        "queue_depth",
        "traffic of search last 24h",
    ):
        metrics = FakeMetrics(values)
        told = await explained(engine(metrics), text)
        assert metrics.asked == []
        await ask(engine(metrics), text)
        assert told.query in metrics.asked, text


async def test_of_a_question_in_free_words_names_and_query_are_told():
    clock = DrivenClock()
    metrics = FakeMetrics(jobs, JOBS)
    told = await explained(engine(metrics, clock=clock, catalogs=Catalogs(clock)), "jobs waitng per queue")
    assert (told.intent, told.by) == ("ask_query", "sources")
    assert "jobs_waiting" in told.query
    assert metrics.asked == []


async def test_what_people_taught_and_what_the_session_is_about_is_told():
    rules = Taught([taught(RuleKind.ALIAS, "shop", "checkout"), taught(RuleKind.ALIAS, "till", "payments", 2)])
    built = engine(on=desks(rules=rules))
    told = await explained(built, "latency of shop", context={"environment": "staging"})
    assert (told.read, told.about, told.taught) == ("latency of checkout", "checkout", ("R1: “shop” means checkout",))
    assert told.taken == {"env": "staging"}
    assert 'env="staging"' in told.query
    for asking in ("explain-intent latency of shop", "how do you understand “latency of shop”?"):
        reply = (await ask(built, asking)).reply
        assert reply
        assert "R1: “shop” means checkout" in plain.render(reply), asking


@pytest.mark.parametrize(
    ("reading", "given", "asked"),
    [
        (Reading("health", {}, 0.95), {}, False),
        (Reading("health", {}, 0.5), {}, True),
        (None, {}, True),
        (None, {"there": False}, False),
        (None, {"allowed": False}, False),
        (None, {"grounded": False}, False),
        (None, {"page": True}, False),
        (Reading("issue", {}, 1.0, Reply("Which?")), {}, False),
        (Reading("ask_query", {}, 0.55, Reply("Which?"), open=True), {}, True),
    ],
)
def test_whether_a_model_would_be_asked(reading, given, asked):
    found, says = model_asked(reading, **{"there": True, "allowed": True, "grounded": True, "page": False, **given})
    assert found is asked
    assert says.startswith("yes" if asked else "no")


async def test_a_plan_that_uses_no_model_for_questions_is_heeded():
    class Planner:
        async def read(self, *_):
            raise AssertionError("no model is asked to explain")

    clock = DrivenClock()
    offices = desks()
    built = engine(FakeMetrics(jobs, JOBS), clock=clock, catalogs=Catalogs(clock), planner=Planner(), on=offices)
    assert (await explained(built, "let us have lunch")).model
    offices.office.plan_ = Plan(model=ModelUse(use_for=("mail",)))
    told = await explained(built, "let us have lunch")
    assert (told.model, told.model_says) == (False, "no: the plan does not use it for questions")


async def test_what_acts_is_told_and_not_done_nor_offered():
    desk = desks()
    reply = (await ask(engine(on=desk), "explain-intent resolve ISS-1773835200-checkout")).reply
    assert reply
    shown = plain.render(reply)
    assert "Role              operator" in shown
    assert desk.incidents.acted == []
    assert reply.buttons == ()


async def test_secrets_are_not_shown():
    asked = "datasource add type=prometheus url=https://10.1.2.3 token=sk-proj-abcdefghijklmnopqrstuvwx"
    reply = (await ask(engine(), f"explain-intent {asked}")).reply
    assert reply
    rows = str(next(block for block in reply.blocks if isinstance(block, Table)).rows)
    assert "prometheus" in rows
    assert "abcdefghijkl" not in rows
    assert "10.1.2.3" not in rows


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("how do you understand “latency of checkout”?", "latency of checkout"),
        ("How would you read is checkout slow?", "is checkout slow"),
        ("please explain the intent of what is open?", "what is open"),
        ("how do you do?", None),
        ("how do you understand?", None),
        ("how does checkout read its settings?", None),
    ],
)
def test_it_is_asked_in_words(text, asked):
    found = explain_intent.read(question(text))
    assert (found.arguments["question"] if found else None) == asked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("checkout is down", "high"),
        ("payments cannot be reached, p1", "high"),
        ("no rush, how was search last week?", "low"),
        ("latency of checkout", "normal"),
    ],
)
def test_urgency_is_read_from_words(text, expected):
    assert urgency(text) == expected


def test_every_intent_that_is_listed_has_a_category():
    assert [name for name in BY_NAME if name != "help" and category(name) is None] == []
