"""Who is an administrator is said by the settings; everything else by what is stored."""

import pytest

from bot.conversation.roles import as_stored, by_settings, given
from bot.model.message import Role
from tests.builders import person


@pytest.mark.parametrize(
    ("email", "stored", "default", "role"),
    [
        ("anna@example.com", Role.OPERATOR, Role.VIEWER, Role.ADMIN),
        ("ANNA@example.com", Role.VIEWER, Role.VIEWER, Role.ADMIN),
        ("ben@example.com", Role.OPERATOR, Role.VIEWER, Role.VIEWER),
        ("ben@example.com", Role.OPERATOR, Role.OPERATOR, Role.OPERATOR),
        ("ben@example.com", Role.ADMIN, Role.VIEWER, Role.ADMIN),
        ("ben@example.com", Role.VIEWER, Role.OPERATOR, Role.VIEWER),
        ("", Role.OPERATOR, Role.VIEWER, Role.VIEWER),
    ],
)
def test_a_role_follows_from_the_settings_and_what_is_stored(email, stored, default, role):
    roles = by_settings((" Anna@example.com ", ""), default)
    who = person(stored, email=email)
    assert roles(who) is role
    assert given(who, roles).role is role
    assert given(who, as_stored) is who
