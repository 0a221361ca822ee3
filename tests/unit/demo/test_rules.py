"""The rules of the demo world find its stories, and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from integrations.demo.promql.evaluate import evaluate
from integrations.demo.promql.vectors import Vector
from integrations.demo.ruler import Broken, Ruler
from integrations.demo.rules import RULES, Rule
from integrations.demo.runbooks import RUNBOOKS
from integrations.demo.world import DemoWorld, milliseconds

MONDAY = datetime(2026, 3, 16, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WORLD = DemoWorld(seed=1)
BY_NAME = {rule.name: rule for rule in RULES}

# What each kind of story breaks, told by rule and by what is wrong.
FOUND: Mapping[str, set[tuple[str, str]]] = {
    "bad deploy": {("HighLatency", "checkout"), ("ErrorRatioOverSlo", "checkout")},
    "regional slowdown": {("SlowRegion", "us-east-1")},
    "provider outage": {
        ("PaymentProviderDown", "payments"),
        ("HighLatency", "payments"),
        ("ErrorRatioOverSlo", "payments"),
        ("ErrorRatioOverSlo", "checkout"),
    },
    "pool exhaustion": {("DatabasePoolNearlyUsedUp", "catalog"), ("HighLatency", "catalog")},
    "prompt bloat": {("AiTokenBloat", "support-bot")},
    "crash": {("ServiceDown", "shipping")},
}
STORIES = [story for story in WORLD.stories(MONDAY, MONDAY + 7 * DAY) if story.kind in FOUND]


def found_at(at: datetime, ruler: Ruler | None = None) -> list[Broken]:
    ruler = ruler or Ruler(WORLD)
    return [broken for rule in RULES for broken in ruler.look(rule, at)]


def names(found: Sequence[Broken]) -> set[tuple[str, str]]:
    return {(one.rule.name, one.labels.get("service") or one.labels["region"]) for one in found}


def test_the_week_holds_every_kind_of_story() -> None:
    assert {story.kind for story in STORIES} == set(FOUND)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.started_at:%a %H:%M} {story.kind}")
def test_each_story_of_a_week_is_found_and_nothing_else(story) -> None:
    # A crash is short; averages over half an hour need their time.
    at = story.ended_at - MINUTE if story.kind == "crash" else story.started_at + timedelta(minutes=45)

    assert names(found_at(at)) == FOUND[story.kind]


def is_quiet(at: datetime) -> bool:
    return all(story.kind not in FOUND for story in WORLD.stories(at - 75 * MINUTE, at))


QUIET = [at for hour in range(1, 168, 4) if is_quiet(at := MONDAY + hour * HOUR)]


@pytest.mark.parametrize("at", QUIET, ids=lambda at: f"{at:%a %H:%M}")
def test_between_the_stories_nothing_fires(at: datetime) -> None:
    assert not found_at(at)


def test_a_rule_fires_only_after_it_was_broken_for_its_time() -> None:
    crash = next(story for story in STORIES if story.kind == "crash")
    rule, ruler = BY_NAME["ServiceDown"], Ruler(WORLD)

    # Targets are scraped every 15 seconds, so that the first sample may be that much later.
    seconds = [n for n in range(0, 120, 5) if ruler.look(rule, crash.started_at + timedelta(seconds=n))]
    assert rule.hold.total_seconds() <= seconds[0] <= rule.hold.total_seconds() + 15


def test_since_when_is_known_also_to_one_that_looks_only_now() -> None:
    outage = next(story for story in STORIES if story.kind == "provider outage")
    rule = BY_NAME["PaymentProviderDown"]

    (late,) = Ruler(WORLD).look(rule, outage.ended_at - MINUTE)

    assert abs(late.since - (outage.started_at + rule.hold)) <= 2 * MINUTE
    watching = Ruler(WORLD)
    (first,) = watching.look(rule, outage.started_at + 10 * MINUTE)
    (second,) = watching.look(rule, outage.started_at + 20 * MINUTE)
    assert first.since == second.since


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_expression_that_readers_see_finds_the_same(rule: Rule) -> None:
    breaks = [story for story in STORIES if rule.name in {name for name, _ in FOUND[story.kind]}]
    at = breaks[0].ended_at - 2 * MINUTE if breaks else QUIET[0]  # only a visitor brings the pods down

    value, _ = evaluate(rule.expression, WORLD.at(at), milliseconds(at), milliseconds(at), 1)

    assert isinstance(value, Vector)
    seen = sorted(float(number) for number, there in zip(value.values[:, 0], value.present[:, 0], strict=True) if there)
    assert seen == pytest.approx(sorted(broken.value for broken in Ruler(WORLD).look(rule, at)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_its_runbook_and_names_its_labels(rule: Rule) -> None:
    assert rule.runbook in RUNBOOKS
    assert rule.severity in ("critical", "high", "warning")
    assert rule.seen(0)
    assert rule.against(None if not rule.usual else 0.2)


def test_values_are_said_as_people_say_them() -> None:
    latency, errors, down = BY_NAME["HighLatency"], BY_NAME["ErrorRatioOverSlo"], BY_NAME["ServiceDown"]

    assert (latency.seen(0.8123), latency.against(0.17)) == ("812 ms", "170 ms")
    assert (errors.seen(0.174), errors.against(None)) == ("17.4 %", "above 3 %")
    assert (down.seen(0), down.against(None)) == ("down", "up")
