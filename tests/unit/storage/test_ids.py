"""Ids sort by age."""

import uuid
from datetime import timedelta

from storage.ids import new_id
from tests.fakes import NOON


def test_it_is_a_uuid_of_version_seven_that_holds_its_time():
    far = NOON + timedelta(days=400_000)  # later than whatever other tests made
    made = uuid.UUID(new_id(far))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(far.timestamp() * 1000)


def test_later_ids_sort_later_also_when_the_clock_was_set_back():
    made = [new_id(NOON - timedelta(seconds=n)) for n in range(1000)]
    assert made == sorted(made)
    assert len(set(made)) == 1000
