import pytest_asyncio

from tests.acceptance.browser import browser, page
from tests.acceptance.rig import rig

__all__ = ["browser", "page", "world"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory):
    """The bot and both doubles, shared by the tests of a module; each asks in threads of its own."""
    async with rig(tmp_path_factory.mktemp("world")) as built:
        yield built
