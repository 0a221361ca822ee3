"""What moved with an issue, held against the story behind the demo world's figures."""

from dataclasses import replace

import pytest

from bot.intents.moved_with import moved_with
from bot.model.errors import Unavailable
from tests.builders import FakeMetrics
from tests.desks import CHECKOUT, Incidents, desks, issue
from tests.fakes import NOON
from tests.unit.demo.truth import DAY, MINUTE, stories, tools

pytestmark = pytest.mark.slow


def asked(at, **more):
    on = desks(incidents=Incidents([issue(opened_at=at, updated_at=at, **more)]))
    return replace(tools(at=at + 30 * MINUTE), desks=on)


async def test_the_worst_of_its_service_with_its_usual_and_its_time():
    began, _ = stories("bad deploy", NOON - 3 * DAY, NOON)[-1]
    found = await moved_with(CHECKOUT, asked(began + 5 * MINUTE))
    assert any("latency" in one and "(usually " in one and ", since " in one for one in found), found
    assert 1 <= len(found) <= 4


async def test_nothing_where_nothing_can_be_read():
    there = asked(NOON)

    def away(query, at):
        raise Unavailable("Prometheus")

    for one in (replace(there, metrics=FakeMetrics(away)), replace(there, metrics=None), asked(NOON, services=())):
        assert await moved_with(CHECKOUT, one) == ()
