"""Each problem as a status and a sentence."""

import json
from datetime import timedelta

import pytest

from bot.model.errors import Forbidden, Malformed, Misconfigured, Missing, Rejected, TooOften, Unavailable
from handlers.api.pace import Pace
from handlers.api.refusals import Stranger, Unfit, refusal
from tests.fakes import NOON

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("problem", "status", "told", "retry_after"),
    [
        (Malformed("alerts[0]", "is no object"), 400, {"error": "alerts[0]: is no object", "field": "alerts[0]"}, None),
        (Malformed("", "This is not JSON."), 400, {"error": "This is not JSON."}, None),
        (Stranger("No."), 401, {"error": "No."}, None),
        (Forbidden("No.", advice="Ask."), 403, {"error": "No. Ask."}, None),
        (Missing("Gone."), 404, {"error": "Gone."}, None),
        (Rejected("Over.", code="expired"), 409, {"error": "Over."}, None),
        (Rejected("Waits.", code="asked"), 409, {"error": "Waits."}, None),
        (Rejected("Empty.", code="matchers"), 422, {"error": "Empty."}, None),
        (Unfit({"a": "b", "": "c"}), 422, {"error": "a: b. c.", "fields": {"a": "b", "": "c"}}, None),
        (TooOften("Wait.", retry_after=1.2 * SECOND), 429, {"error": "Wait."}, "2"),
        (Unavailable("Alertmanager", retry_after=30 * SECOND), 503, None, "30"),
        (Unavailable("The database"), 503, None, "5"),
    ],
)
def test_what_people_may_know_is_told(problem, status, told, retry_after):
    answer = refusal(problem)
    assert answer is not None
    assert answer.status == status
    found = json.loads(answer.text or "")
    assert told is None or found == told
    assert found["error"].endswith((".", "]")) or status == 400
    assert answer.headers.get("Retry-After") == retry_after


def test_a_fault_of_ours_is_told_by_the_application():
    assert refusal(Misconfigured("A setting is wrong.")) is None


def test_a_pace_fills_up_again_while_nobody_asks():
    pace = Pace(60)
    for _ in range(60):
        pace.take("a", NOON)
    with pytest.raises(TooOften) as refused:
        pace.take("a", NOON + SECOND / 2)
    assert refused.value.retry_after == SECOND
    pace.take("b", NOON)
    pace.take("a", NOON + SECOND)
    with pytest.raises(TooOften):
        pace.take("a", NOON + SECOND)
    for _ in range(60):
        pace.take("a", NOON + 3600 * SECOND)
    with pytest.raises(TooOften):
        pace.take("a", NOON + 3600 * SECOND)
