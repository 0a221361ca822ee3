"""Answers, journeys, queries, events and watches once more, beside a broken model and one that lies: nobody sees it.

They ask one world of their own, so here it stands once for all of them. Tests with a world of another kind ask for the
fixture `mood` and run three times where they are. Those that never reach a model have neither.
"""

import pytest
import pytest_asyncio

from tests.acceptance import test_answers, test_events_and_logs, test_journeys, test_queries, test_watches
from tests.acceptance.rig import rig
from tests.model_double import moods

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

AGAIN = [
    (name, test)
    for module in (test_answers, test_events_and_logs, test_journeys, test_queries, test_watches)
    for name, test in vars(module).items()
    if name.startswith("test_")
]
assert len(dict(AGAIN)) == len(AGAIN)
globals().update(AGAIN)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=moods.MOODS)
async def world(request, tmp_path_factory):
    async with rig(tmp_path_factory.mktemp(request.param), mood=request.param) as built:
        yield built
