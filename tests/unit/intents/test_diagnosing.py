"""A tenant may have it that no causes are looked for; whoever asks is told so, in both chats."""

import pytest

from bot.intents.diagnosing import OFF
from bot.model import plain
from bot.model.plan import Plan
from tests.builders import CHANNEL, CHAT, FakeMetrics
from tests.desks import Office, desks
from tests.unit.conversation.test_engine import ask, engine, values

ASKED = ("why is checkout slow?", "investigate checkout", "usage why")


def asked_of(*, diagnosis: bool) -> tuple[object, FakeMetrics]:
    metrics = FakeMetrics(values)
    return engine(metrics, on=desks(office=Office(Plan(diagnosis=diagnosis)))), metrics


@pytest.mark.parametrize("place", [CHANNEL, CHAT], ids=["slack", "teams"])
@pytest.mark.parametrize("text", ASKED)
async def test_where_it_is_off_it_is_said_who_can_switch_it_on(text, place):
    built, metrics = asked_of(diagnosis=False)
    answer = await ask(built, text, place=place)
    assert answer.reply.summary == OFF
    assert "An administrator can set `diagnosis: true` in the plan" in plain.render(answer.reply)
    assert metrics.asked == [], "nothing is read for nothing"


@pytest.mark.parametrize("text", ASKED)
async def test_it_is_on_unless_the_plan_says_otherwise(text):
    built, _ = asked_of(diagnosis=Plan().diagnosis)
    assert (await ask(built, text)).reply.summary != OFF


async def test_figures_are_told_all_the_same():
    built, _ = asked_of(diagnosis=False)
    assert "360 ms" in (await ask(built, "latency of checkout")).reply.summary
