"""Journeys and answers once more, as they are, beside a model that lies and one that is broken: nobody sees it.

CONTRIBUTING.md says how all of them are run so.
"""

import json

import pytest
import pytest_asyncio

from tests.acceptance import test_answers, test_journeys
from tests.acceptance.rig import rig
from tests.model_double import moods

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

LIES = ("globex has", "9,999 errors", "trap.example")  # parts of what it says, wherever it is asked
AGAIN = [
    (name, test)
    for module in (test_answers, test_journeys)
    for name, test in vars(module).items()
    if name.startswith("test_")
]
assert all(part in moods.LIE for part in LIES)
assert len(dict(AGAIN)) == len(AGAIN)
globals().update(AGAIN)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=moods.MOODS)
async def world(request, tmp_path_factory):
    async with moods.beside(request.param) as model:
        async with rig(tmp_path_factory.mktemp(request.param), **moods.settings(model)) as built:
            yield built
            chats = json.dumps([built.slack.state(), built.teams.state()], default=str)
            assert not [part for part in LIES if part in chats]
        assert model.requests, "nobody asked it, and so nothing was shown"
        assert model.refused == []
