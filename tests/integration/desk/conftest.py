"""A clock for whole nights."""

import pytest

from tests.integration.desk.scene import LeapingClock


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock()
