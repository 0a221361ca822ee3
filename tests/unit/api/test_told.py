"""What whoever takes over a conversation is told of it."""

from handlers.api.asked import Context
from handlers.api.tickets import LONGEST_BODY, told


def test_the_latest_is_kept_where_it_is_too_much():
    lines = [{"type": "user", "message": f"{number} " + "x" * 990} for number in range(40)]
    body = told("Why.", Context.model_validate({"userId": "u-1", "conversationHistory": lines}))
    assert len(body) <= LONGEST_BODY + 4
    assert body.startswith("Why.\n\nuser: u-1\n\n…\nuser: ")
    assert "user: 39 " in body
    assert "user: 0 " not in body


def test_a_profile_is_told_line_by_line_and_harmless():
    profile = {"tier": "premium", "seats": 5, "tags": ["a", "b"], "empty": "", "odd": "\u202e\ud800"}
    body = told("Why.", Context.model_validate({"userProfile": profile}))
    assert body == 'Why.\n\ntier: premium\nseats: 5\ntags: ["a", "b"]\nodd: ��'
