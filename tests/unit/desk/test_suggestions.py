"""What is worth asking follows what is open, what ends soon, and what the channel is about; and it can be asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.understanding import understand
from bot.desk.suggestions import REUSED, USUAL, Suggestions, suggested
from bot.model.issue import By, Status
from bot.model.profile import Profile, ProfileId, Service, Slos
from bot.model.session import SessionKind
from bot.model.severity import Severity
from bot.model.silence import Silence, SilenceId
from bot.model.tenant import DEFAULT_TENANT
from tests.builders import CHANNEL, KNOWN, question
from tests.desks import CHECKOUT, issue
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)
SHOP = Profile(
    ProfileId("a1"), "web-shop", NOON, NOON, services={"checkout": Service()}, slos=Slos(error_rate=0.01),
    channels=(CHANNEL.lane,),
)  # fmt: skip
SEARCH = issue("ISS-2-search", services=("search",))
WARNING = issue("ISS-3-search", services=("search",), severity=Severity.MEDIUM)


def silence(minutes, starts=0):
    return Silence(
        SilenceId("s1"), "silence", ('service="a"',), NOON + starts * MINUTE, NOON + minutes * MINUTE, By("Ben")
    )


def questions(*issues, silences=(), here=None):
    return [one.question for one in suggested(issues, silences, here, NOON)]


@pytest.mark.parametrize(
    ("issues", "silences", "here", "first"),
    [
        ((), (), None, [one.question for one in USUAL]),
        ((issue(),), (), None, ["why checkout", f"impact {CHECKOUT}", "show me SLO compliance"]),
        ((WARNING,), (), None, ["why search", "show me SLO compliance"]),
        ((WARNING, issue()), (), None, ["why checkout", f"impact {CHECKOUT}", "what is open?"]),
        ((SEARCH, issue()), (), SHOP, ["why checkout"]),  # of two that are as bad, that of this channel
        ((SEARCH, issue(severity=Severity.MEDIUM)), (), SHOP, ["why search"]),
        ((issue(services=()),), (), None, [f"issue {CHECKOUT}"]),
        ((), (silence(30),), None, ["silences", "show me SLO compliance"]),
        ((), (silence(90),), None, ["show me SLO compliance"]),
        ((), (), SHOP, ["health web-shop", "slo web-shop", "show me SLO compliance"]),
        ((), (), replace(SHOP, slos=Slos()), ["health web-shop", "show me SLO compliance"]),
    ],
)
def test_the_most_urgent_comes_first(issues, silences, here, first):
    found = questions(*issues, silences=silences, here=here)
    assert found[: len(first)] == first
    assert len(found) <= 4
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("name", ["<!channel>", "a b", "x" * 61, "@here", "https://evil.example", "", "*bold*"])
def test_what_an_alert_says_never_becomes_something_that_people_say(name):
    found = suggested([issue(services=(name,))], (), None, NOON)
    assert found[0].question == f"issue {CHECKOUT}"
    assert not name or all(name not in one.question and name not in one.title for one in found)


@pytest.mark.parametrize("issues", [(), (issue(),), (issue(services=()),), (SEARCH, WARNING)])
@pytest.mark.parametrize("here", [None, SHOP])
def test_each_of_them_is_understood(issues, here):
    names = replace(KNOWN, apps=("web-shop",))
    for one in suggested(issues, (silence(5),), here, NOON):
        reading = understand(question(one.question, names=names))
        assert reading is not None, one
        assert reading.asks_back is None, one
        assert reading.confidence >= 0.8, one


async def test_they_are_looked_up_and_serve_a_place_for_a_minute(storage, clock):
    desk = Suggestions(storage, clock)
    before = await desk.at(DEFAULT_TENANT, CHANNEL)
    async with storage.work(DEFAULT_TENANT) as work:
        await work.issues.save([issue(), issue("ISS-9-old", status=Status.RESOLVED, resolved_at=NOON, key="other")])
        await work.profiles.save(SHOP)
    assert await desk.at(DEFAULT_TENANT, CHANNEL) is before
    await clock.advance(REUSED.total_seconds())
    after = await desk.at(DEFAULT_TENANT, CHANNEL)
    assert [one.question for one in after][:3] == ["why checkout", f"impact {CHECKOUT}", "health web-shop"]


def test_a_kind_of_session_has_its_own_usual_questions():
    asked = [one.question for one in suggested([], [], None, NOON, SessionKind.ANALYTICS)]
    assert asked == ["trends", "show me SLO compliance", "summary"]
    assert [one.question for one in suggested([], [], None, NOON)] == [one.question for one in USUAL]
