from collections.abc import AsyncIterator

import pytest

from tests.fakes import DrivenClock
from tests.unit.teams.stand_ins import House, house


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock()


@pytest.fixture
async def bot(clock: DrivenClock) -> AsyncIterator[House]:
    async with house(clock) as built:
        yield built
