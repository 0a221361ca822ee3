"""A plan's file: what is read, and the sentence for what cannot be."""

from datetime import time, timedelta

import pytest

from bot.desk.plans import parse, write
from bot.model.errors import Misconfigured

GOOD = """
routes:
  - match: ['severity="critical"']
    to: [{platform: slack, channel: C0INCIDENTS}]
    quiet: {start: 22:00, end: 06:30, zone: Europe/Vienna}
    policy: day
policies:
  day: {steps: [{notify: [rota:primary], wait: 5m}], progress_within: 1h30m}
rotas:
  primary:
    layers: [{people: [anna.berger@example.com], since: 2026-01-05, handover: 10:30}]
"""


def test_hours_are_read_as_they_are_written():
    plan = parse(GOOD)
    quiet = plan.routes[0].quiet
    assert quiet is not None
    assert (quiet.start, quiet.end) == (time(22, 0), time(6, 30))
    assert plan.rotas["primary"].layers[0].handover == time(10, 30)
    assert plan.policies["day"].progress_within == timedelta(hours=1, minutes=30)


def test_what_is_written_is_read_back():
    assert parse(write(parse(GOOD))) == parse(GOOD)


@pytest.mark.parametrize(("text", "says"), [
    ("routes: [", "line 1"),
    ("- a\n- b", "dictionary"),
    ("routse: []", "routse"),
    ("routes: [{to: [{platform: irc, channel: c}]}]", "routes.0.to.0.platform"),
    ("routes: [{policy: day}]", "names the policy “day”, which is not there"),
    ("routes: [{match: ['a~b']}]", "routes.0.match"),
    ("rotas: {p: {zone: Mars/One, layers: [{people: [a], since: 2026-01-01}]}}", "Mars/One"),
    ("policies: {p: {steps: [{notify: [pigeon:anna]}]}}", "pigeon:anna"),
    ("policies: {p: {steps: [{notify: [rota:none]}]}}", "the rota “none”"),
    ("sessions: {small_talk: {words: Rhyme.}}", "sessions.small_talk"),
    ("sessions: {analytics: {prompt: 'You speak about {password}.'}}", "sessions.analytics.prompt"),
    (f"sessions: {{analytics: {{prompt: {'x' * 1501}}}}}", "sessions.analytics.prompt"),
    ("keep_conversations_days: 29", "keep_conversations_days"),
    (f"sessions: {{analytics: {{words: {'x' * 501}}}}}", "sessions.analytics.words"),
    ("!!python/object/apply:os.system ['true']", "could not determine a constructor"),
    ("[" * 5000, "not YAML"),
    ("x" * 1_000_001, "larger than"),
])  # fmt: skip
def test_bad_plans_get_a_sentence(text: str, says: str):
    with pytest.raises(Misconfigured) as problem:
        parse(text)
    assert says in problem.value.says, problem.value.says
