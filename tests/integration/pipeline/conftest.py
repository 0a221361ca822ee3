"""A pipeline with the plan of these tests."""

import pytest

from bot.pipeline.run import Pipeline
from tests.integration.pipeline.flow import PLAN, Metered, plan, workspace


@pytest.fixture
def meters() -> Metered:
    return Metered()


@pytest.fixture
async def pipeline(storage, clock, meters) -> Pipeline:
    await plan(storage, PLAN)
    return Pipeline(storage, clock, meters, workspace)
