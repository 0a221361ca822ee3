"""Sources that fail in part, or lie: the rest of an answer stands, and what is missing is named."""

import math

import pytest

from bot.intents import health, impact, slo, why
from bot.intents.health import Health
from bot.intents.impact import Impact
from bot.intents.slo import Slo
from bot.intents.why import Why
from bot.model import plain
from bot.model.errors import Rejected, Unavailable
from bot.model.reply import Table
from tests.builders import FakeMetrics
from tests.desks import Incidents, desks
from tests.unit.demo.truth import tools

AWAY = Unavailable("Prometheus")


def failing(*parts: str, problem=AWAY):
    """Every query that holds one of these words fails; the others are well."""

    def answering(query, at):
        if any(part in query for part in parts):
            raise problem
        return [({}, 0.0 if "5.." in query else 0.1 if "quantile" in query else 1.0)]

    return FakeMetrics(answering)


def results(reply):
    return {row[0]: row[3] for row in next(block for block in reply.blocks if isinstance(block, Table)).rows}


async def test_health_stands_without_one_of_its_objectives():
    reply = await health.answer(Health(service="checkout"), tools(source=failing("(up{", "time(up{")))
    assert results(reply) == {"Availability": "could not be read", "Error rate": "pass", "p95 latency": "not measured"}
    assert "Prometheus does not answer at the moment." in plain.render(reply)
    assert reply.tone == "warning"


async def test_failures_that_cannot_be_read_are_not_zero():
    reply = await health.answer(Health(service="checkout"), tools(source=failing('status=~"5.."')))
    assert results(reply)["Error rate"] == "could not be read"
    assert "Error budget of this time" not in plain.render(reply)


async def test_a_table_of_all_services_has_no_holes():
    """Where a part cannot be read, “no data” would be a lie: the whole answer waits."""
    with pytest.raises(Unavailable):
        await slo.answer(Slo(), tools(source=failing("time(up{")))


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("db_query", "p95 of database queries"),
        ("container_spec", "memory limit in use"),
        ("deployments_total", "deploys"),
        ("external_service_up", "outside services"),
        ("region)", "regions"),
    ],
)
@pytest.mark.parametrize("problem", [AWAY, Rejected("It found duplicate series.")])
async def test_why_and_impact_stand_without_a_part(part, named, problem):
    reply = await why.answer(Why(service="checkout"), tools(source=failing(part, problem=problem)))
    assert reply.summary.startswith("checkout in prod is not slower than usual")
    assert f"Could not be read: {named}." in plain.render(reply)
    told = await impact.answer(
        Impact(service="checkout", window="last 2 hours"), tools(source=failing(part, problem=problem))
    )
    assert f"Could not be read: {named}." in plain.render(told)


async def test_incidents_that_cannot_be_read_are_named():
    class Away(Incidents):
        async def find(self, tenant, wanted):
            raise Unavailable("The database")

    reply = await why.answer(Why(service="checkout"), tools(desks(incidents=Away()), source=failing()))
    assert "Could not be read: incidents." in plain.render(reply)


@pytest.mark.parametrize("answer", [health.answer, why.answer])
async def test_where_nothing_can_be_read_it_is_said(answer):
    ask = Health(service="checkout") if answer is health.answer else Why(service="checkout")
    with pytest.raises(Unavailable, match="Prometheus does not answer"):
        await answer(ask, tools(source=failing("{")))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
async def test_what_is_no_number_is_no_measurement(value):
    source = FakeMetrics(lambda query, at: [({}, value)])
    told = await health.answer(Health(service="checkout"), tools(source=source))
    assert "There is no data on the health of checkout" in told.summary
    slow = await why.answer(Why(service="checkout"), tools(source=source))
    assert slow.summary == "There is no data on checkout in prod, the last 2 h."
