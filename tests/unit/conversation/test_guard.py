from datetime import timedelta

import pytest

from bot.conversation.guard import admit
from bot.desk.pace import Pace
from bot.model.errors import Forbidden, TooOften
from bot.model.message import PersonId, Role
from bot.model.tenant import Tenant, TenantId
from tests.builders import TENANT, person
from tests.fakes import NOON

ANNA, BEN = PersonId("anna"), PersonId("ben")


@pytest.mark.parametrize(
    ("role", "needs", "admitted"),
    [
        (Role.VIEWER, Role.VIEWER, True),
        (Role.VIEWER, Role.OPERATOR, False),
        (Role.OPERATOR, Role.OPERATOR, True),
        (Role.OPERATOR, Role.ADMIN, False),
        (Role.ADMIN, Role.ADMIN, True),
    ],
)
def test_a_role_may_do_what_it_and_the_lower_ones_may(role, needs, admitted):
    if admitted:
        admit(TENANT, person(role), needs)
    else:
        with pytest.raises(Forbidden, match=f"needs the role {needs}"):
            admit(TENANT, person(role), needs)


@pytest.mark.parametrize("tenant", [None, Tenant(TenantId("t"), "T", enabled=False)])
def test_a_tenant_that_is_switched_off_is_told_so(tenant):
    with pytest.raises(Forbidden, match="switched off"):
        admit(tenant, person(Role.ADMIN), Role.VIEWER)


def test_twenty_at_once_then_one_every_three_seconds():
    pace = Pace(20)
    for _ in range(20):
        pace.take(ANNA, NOON)
    with pytest.raises(TooOften) as problem:
        pace.take(ANNA, NOON)
    assert problem.value.retry_after == timedelta(seconds=3)
    pace.take(BEN, NOON)
    pace.take(ANNA, NOON + timedelta(seconds=3))
    with pytest.raises(TooOften):
        pace.take(ANNA, NOON + timedelta(seconds=4))
