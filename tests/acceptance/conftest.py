import pytest
import pytest_asyncio

from tests.acceptance.browser import browser, page
from tests.acceptance.rig import rig
from tests.model_double import moods

__all__ = ["browser", "page", "world"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory):
    """The bot and both doubles, shared by the tests of a module; each asks in threads of its own."""
    async with rig(tmp_path_factory.mktemp("world")) as built:
        yield built


@pytest.fixture(scope="module", params=["", *moods.MOODS], ids=["no model", *moods.MOODS])
def mood(request: pytest.FixtureRequest) -> str:
    """A world that asks for it stands three times: without a model, with a broken one, and with one that lies."""
    named: str = request.param
    return named
