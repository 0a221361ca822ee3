"""What a profile says of an application is used where it is asked about: its names, its services, its objectives."""

from dataclasses import replace

import pytest

from bot.conversation.understanding import understand
from bot.intents import ask_metric, health, slo, why
from bot.intents.ask_metric import AskMetric
from bot.intents.health import Health
from bot.intents.slo import Slo
from bot.intents.why import Why
from bot.model import plain
from bot.model.errors import Missing, Unavailable
from bot.model.profile import Profile, ProfileId, Service, Slos
from bot.model.reply import Table
from tests.builders import CHANNEL, KNOWN, FakeMetrics, question
from tests.desks import Profiles, desks
from tests.fakes import NOON
from tests.unit.demo.truth import tools

SHOP = Profile(
    ProfileId("a1"), "web-shop", NOON, NOON, services={"checkout": Service()}, aliases=("shop",),
    slos=Slos(error_rate=0.001, p95_latency_ms=1500),
)  # fmt: skip
FLAT = FakeMetrics(lambda query, at: [({}, 1.0)] if "5.." not in query else [({}, 0.01)])


def with_apps(*apps, source=None):
    return tools(desks(profiles=Profiles(list(apps))), source=source)


async def test_its_own_objectives_are_used_and_the_rest_are_called_defaults():
    reply = await health.answer(Health(service="shop", window="yesterday"), with_apps(SHOP))
    rows = {row[0]: row for row in next(block for block in reply.blocks if isinstance(block, Table)).rows}
    assert rows["Error rate"][1] == "at most 0.1 %"
    assert rows["Error rate"][3] == "fail"
    assert rows["p95 latency"][1:4:2] == ("at most 1.5 s", "pass")
    assert "Nobody set objectives for availability: these are defaults." in plain.render(reply)
    assert reply.summary.startswith("checkout in prod did not keep its objectives, yesterday: error rate 0.61")


async def test_the_budget_is_that_of_its_own_objective():
    reply = await slo.answer(Slo(service="checkout"), with_apps(SHOP))
    assert "is used up" in reply.summary
    assert "error rate at most 0.1 %" in plain.render(reply)
    every = plain.render(await slo.answer(Slo(), with_apps(SHOP)))
    assert "Not kept: checkout: error rate." in every
    assert "checkout has its own: error rate at most 0.1 %, p95 latency at most 1.5 s." in every


async def test_one_of_several_services_has_to_be_named():
    both = replace(SHOP, services={"checkout": Service(), "payments": Service()})
    with pytest.raises(Missing, match="web-shop is made of checkout, payments"):
        await health.answer(Health(service="web-shop"), with_apps(both, source=FLAT))


async def test_a_channel_that_is_about_an_application_needs_no_name():
    linked = replace(SHOP, channels=(CHANNEL.lane,))
    told = await health.answer(Health(), with_apps(linked, source=FLAT))
    assert "checkout in prod" in told.summary
    slow = await why.answer(Why(), with_apps(linked, source=FLAT))
    assert slow.title == "What moved around web-shop"
    asked = await health.answer(Health(), with_apps(SHOP, source=FLAT))
    assert asked.summary == "Whose health?"


async def test_a_figure_in_such_a_channel_is_of_all_its_services():
    both = replace(SHOP, services={"checkout": Service(), "payments": Service()}, channels=(CHANNEL.lane,))
    source = FakeMetrics(lambda query, at: [({}, 0.2)])
    on = with_apps(both, source=source)
    told = await ask_metric.answer(AskMetric(metric="latency"), on)
    assert told.summary.startswith("P95 latency of web-shop in prod is 200 ms")
    assert 'service=~"checkout|payments"' in source.asked[0]
    assert "About web-shop, as this channel is." in plain.render(told)
    wider = next(button for button in told.buttons if button.label == "Not only web-shop")
    every = await ask_metric.answer(AskMetric.model_validate(wider.arguments), on)
    assert every.summary.startswith("P95 latency in prod is 200 ms")
    named = await ask_metric.answer(AskMetric(metric="latency", service="search"), on)
    assert named.summary.startswith("P95 latency of search in prod")
    assert "web-shop" not in plain.render(named)


async def test_objectives_in_such_a_channel_are_those_of_its_services():
    linked = replace(SHOP, channels=(CHANNEL.lane,))
    told = plain.render(await slo.answer(Slo(), with_apps(linked)))
    assert "0 of 1 services in prod keep all" in told
    assert "payments" not in told
    assert "payments" in plain.render(await slo.answer(Slo(everything=True), with_apps(linked)))


async def test_the_environment_of_a_profile_is_the_one_that_is_meant():
    staged = replace(SHOP, architecture={"environment": "staging"})
    told = await health.answer(Health(service="shop"), with_apps(staged, source=FLAT))
    assert "checkout in staging" in told.summary


async def test_answers_stand_without_profiles():
    class Away(Profiles):
        async def every(self, tenant):
            raise Unavailable("The database")

        async def at(self, tenant, place):
            raise Unavailable("The database")

    on = tools(desks(profiles=Away()), source=FLAT)
    assert "checkout in prod" in (await health.answer(Health(service="checkout"), on)).summary
    assert (await health.answer(Health(), on)).summary == "Whose health?"


@pytest.mark.parametrize("text", ["was the web-shop healthy?", "Was shop app healthy?", "health shop"])
def test_an_application_is_understood_by_its_names(text):
    reading = understand(question(text, names=replace(KNOWN, apps=("web-shop", "shop"))))
    assert reading is not None
    assert (reading.intent, reading.asks_back) == ("health", None)
    assert reading.arguments["service"] in ("web-shop", "shop")
