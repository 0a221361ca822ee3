"""Events and logs, held against what the demo world wrote and what it was told to do."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.intents import events, health, impact, logs, why
from bot.intents.events import Events
from bot.intents.health import Health
from bot.intents.impact import Impact
from bot.intents.logs import Logs
from bot.intents.why import Why
from bot.model import plain
from bot.model.errors import Missing, Rejected
from bot.model.lines import nanoseconds
from bot.model.profile import Profile, ProfileId, Service
from bot.model.reply import Chart, Files, Table
from bot.query.logql import check
from integrations.demo.log_streams import streams
from integrations.demo.logs import DemoLogs
from integrations.demo.world import HISTORY, milliseconds
from tests.desks import CHECKOUT, desks, issue
from tests.fakes import NOON, DrivenClock
from tests.source_desks import Profiles
from tests.unit.demo.truth import DAY, MINUTE, WORLD, stories, tools

NOW = NOON + timedelta(hours=1)
HOUR = timedelta(hours=1)


class Asked(DemoLogs):
    """The town's logs, and what was asked of them."""

    def __init__(self) -> None:
        super().__init__(WORLD, DrivenClock(NOW))
        self.asked: list[str] = []

    async def lines(self, query, *rest, **more):
        self.asked.append(query)
        return await super().lines(query, *rest, **more)

    async def instant(self, query, at):
        self.asked.append(query)
        return await super().instant(query, at)

    async def range(self, query, *rest):
        self.asked.append(query)
        return await super().range(query, *rest)


def town(on=None, source=None):
    return replace(tools(on, at=NOW), logs=source or Asked())


def written(service: str, start, end, *, env="prod", **labels: str) -> dict[str, int]:
    """How many lines of each level the town wrote, one by one."""
    now = milliseconds(NOW)
    wanted = {"service": service, "env": env, **labels}
    found: dict[str, int] = {}
    for one in streams(WORLD.seed, now - HISTORY, now, ()):
        if wanted.items() <= one.labels.items():
            lines = sum(1 for _ in one.between(nanoseconds(start) + 1, nanoseconds(end) + 1))
            found[one.labels["level"]] = found.get(one.labels["level"], 0) + lines
    return {level: count for level, count in found.items() if count}


def table(reply, head: str) -> list[tuple]:
    return next(block.rows for block in reply.blocks if isinstance(block, Table) and head in block.columns)


async def test_what_is_counted_is_what_was_written():
    truth = written("checkout", NOW - 6 * HOUR, NOW)
    reply = await events.answer(Events(service="checkout", window="last 6 hours"), town())
    rows = table(reply, "Share")
    assert {level: count for level, count, _ in rows[:-1]} == truth
    assert [level for level, *_ in rows[:-1]] == ["error", "warn", "info"]
    assert rows[-1] == ("all", sum(truth.values()), "100 %")
    assert sum(int(share.split(" ")[0]) for *_, share in rows[:-1]) == 100
    assert f"{sum(truth.values()):,} events" in reply.summary


async def test_the_timeline_holds_every_event_and_its_peak_is_named():
    source = Asked()
    reply = await events.answer(Events(service="checkout", window="since 7:07", level="errors"), town(source=source))
    (chart,) = [block for block in reply.blocks if isinstance(block, Chart)]
    (errors,) = chart.series
    assert (chart.shape, chart.stacked) == ("bar", True)
    assert (
        sum(point.value for point in errors.points)
        == written("checkout", NOW - timedelta(hours=5, minutes=53), NOW)["error"]
    )
    most = max(errors.points, key=lambda point: point.value)
    step = errors.points[1].at - errors.points[0].at
    assert f"from {most.at - step:%Y-%m-%d %H:%M} to {most.at:%H:%M} UTC: {most.value:,.0f}." in reply.summary
    for query in source.asked:
        assert not isinstance(check.checked(query), Rejected)


async def test_a_count_is_held_against_that_of_the_day_before():
    now, before = (sum(written("checkout", NOW - 6 * HOUR - back, NOW - back).values()) for back in (timedelta(0), DAY))
    reply = await events.answer(Events(service="checkout", window="last 6 hours", against="yesterday"), town())
    assert f"{now:,} events" in reply.summary
    assert f"Yesterday, same hours: {before:,} (" in reply.summary


async def test_the_last_incident_is_meant_where_none_is_named():
    standing = issue(CHECKOUT, opened_at=NOW - HOUR)
    truth = sum(written("checkout", NOW - HOUR, NOW).values())
    reply = await events.answer(Events(issue="last"), town(desks(standing)))
    assert f"checkout in prod, while {CHECKOUT} stood: {truth:,} events" in reply.summary
    with pytest.raises(Missing, match="I know of no incident"):
        await logs.answer(Logs(issue="last"), town())


async def test_a_moment_between_milliseconds_loses_no_bucket():
    now = NOW - timedelta(microseconds=1234)
    asked = replace(town(), turn=replace(town().turn, at=now))
    reply = await events.answer(Events(service="checkout", window="last 6 hours"), asked)
    (chart,) = [block for block in reply.blocks if isinstance(block, Chart)]
    for line in chart.series:
        first, *others = (point.value for point in line.points)
        assert first < sum(others)


async def test_a_peak_is_explained_by_what_was_read():
    ((began, _),) = stories("bad deploy", NOON.replace(hour=0), NOW)
    standing = issue(CHECKOUT, opened_at=began + 5 * MINUTE)
    said = plain.render(await events.answer(Events(service="checkout", window="last 6 hours"), town(desks(standing))))
    deployed = re.search(r"coincides with a deploy of checkout at 2026-03-18 (\d\d):(\d\d) UTC", said)
    assert deployed
    found = NOW.replace(hour=int(deployed[1]), minute=int(deployed[2]))
    assert abs(found - began) <= 2 * MINUTE
    assert f"{CHECKOUT} stood then" in said
    assert "statement timeout after <_> ms in orders-db" in said
    assert "caused" not in said


async def test_where_nothing_stands_out_nothing_is_explained():
    said = plain.render(await events.answer(Events(service="auth", window="last 6 hours", level="errors"), town()))
    assert "coincides" not in said
    assert "stood then" not in said


async def test_a_long_time_is_read_in_pieces_and_what_it_does_not_reach_is_said():
    source = Asked()
    reply = await events.answer(Events(service="search", window="last 16 days", level="errors"), town(source=source))
    whole = [query for query in source.asked if "[604800s]" in query or "[172800s]" in query]
    assert len(whole) == 3
    said = plain.render(reply)
    assert "Read in pieces of 7 d and put together." in said
    assert "Before 2026-03-04 13:00 UTC it holds none of them." in said
    with pytest.raises(Rejected, match="at most 31 days"):
        await events.answer(Events(service="search", window="last 60 days"), town())


async def test_none_of_a_kind_is_a_figure_and_no_line_at_all_is_none():
    none = await events.answer(Events(service="auth", window="last 1 h", level="critical"), town())
    assert re.fullmatch(r"auth in prod, the last 1 h: no critical lines, among \d+ lines\.", none.summary)
    assert none.tone == "good"
    early = await events.answer(
        Events(service="auth", window="last 1 h"), replace(town(), turn=replace(town().turn, at=NOW - 20 * DAY))
    )
    assert early.summary == "There are no lines of auth in prod, the last 1 h."
    assert early.tone == "warning"


async def test_a_beginning_of_a_region_means_all_of_them():
    reply = await events.answer(Events(service="checkout", region="us-east", window="last 2 hours"), town())
    both = [written("checkout", NOW - 2 * HOUR, NOW, region=region) for region in ("us-east-1", "us-east-2")]
    assert table(reply, "Share")[-1][1] == sum(sum(one.values()) for one in both)
    assert reply.summary.startswith("checkout in us-east in prod, ")


async def test_lines_of_several_services_name_them_and_few_are_not_none():
    everything = town(source=Asked())
    reply = await logs.answer(Logs(window="last 2 min", level="errors"), everything)
    assert {row[1] for row in table(reply, "Message")} > {"checkout", "frontend"}
    counts = table(await events.answer(Events(window="last 12 hours"), everything), "Share")
    shares = {level: (count, share) for level, count, share in counts}
    assert 0 < shares["critical"][0] < 1000
    assert shares["critical"][1] == "under 1 %"


async def test_an_application_is_made_of_the_streams_that_its_profile_names():
    profile = Profile(
        ProfileId("shop"), "shop-front", NOON, NOON, aliases=("shop front",),
        services={"web": Service(log_label="service=frontend"), "pay": Service(log_label="service=payments")},
    )  # fmt: skip
    source = Asked()
    with_profiles = replace(desks(), profiles=Profiles([profile]))
    reply = await events.answer(Events(service="shop-front", window="last 1 h"), town(with_profiles, source))
    truth = [written(name, NOW - HOUR, NOW) for name in ("frontend", "payments")]
    assert table(reply, "Share")[-1][1] == sum(sum(one.values()) for one in truth)
    assert any('service=~"frontend|payments"' in query for query in source.asked)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        ({"service": "chekout"}, "checkout"),
        ({"service": "checkout", "region": "mars"}, "us-east-1"),
        ({"service": "checkout", "env": "qa"}, "staging"),
    ],
)
async def test_what_is_not_there_is_said_with_what_is(ask, says):
    with pytest.raises(Missing) as refused:
        await events.answer(Events(**ask), town())
    assert says in refused.value.advice


async def test_without_logs_the_nearest_that_is_counted_is_told():
    reply = await events.answer(Events(service="checkout", window="last 1 h", level="errors"), tools(at=NOW))
    assert reply.summary.startswith("No source of logs is connected, so lines cannot be counted. Of ")
    assert "requests of checkout in prod, the last 1 h, " in reply.summary
    with pytest.raises(Rejected, match="No source of logs"):
        await logs.answer(Logs(service="checkout"), tools(at=NOW))


async def test_the_newest_lines_and_what_they_say_again_and_again():
    truth = written("checkout", NOW - 5 * MINUTE, NOW)
    reply = await logs.answer(Logs(service="checkout", window="last 5 min"), town())
    lines = sum(truth.values())
    assert reply.summary.startswith(f"checkout in prod, the last 5 min: {lines:,} lines. Most often (")
    sayings = table(reply, "Says")
    assert sayings[0][2] == "order <_> failed: statement timeout after <_> ms in orders-db"
    assert sum(row[0] for row in sayings) <= lines
    shown = table(reply, "Message")
    assert [row[0] for row in shown] == sorted((row[0] for row in shown), reverse=True)
    (file,) = next(block for block in reply.blocks if isinstance(block, Files)).files
    kept = file.content.decode().splitlines()
    assert len(kept) == lines
    assert all(json.loads(line.split(" ", 2)[2])["trace_id"] for line in kept)


async def test_what_was_not_there_before_is_new():
    ((began, _),) = stories("bad deploy", NOON.replace(hour=0), NOW)
    at = began + 10 * MINUTE
    asked = replace(town(), turn=replace(town().turn, at=at))
    reply = await logs.answer(Logs(service="checkout", window="last 10 min", level="errors"), asked)
    says = {row[2]: row[-1] for row in table(reply, "Says")}
    assert says["order <_> failed: statement timeout after <_> ms in orders-db"] == "new"
    assert says["order <_> failed: item <_> is sold out"] != "new"
    assert "and none in as long a time before" in reply.summary


async def test_a_limit_is_said_when_it_bites():
    reply = await logs.answer(Logs(service="checkout", window="last 3 hours"), town())
    whole = sum(written("checkout", NOW - 3 * HOUR, NOW).values())
    assert whole > 1000
    assert f"{whole:,} lines, of which the newest 1,000 are read" in reply.summary
    assert "No more than 1,000 lines are read at once: the newest." in plain.render(reply)


async def test_only_what_is_asked_for():
    reply = await logs.answer(
        Logs(service="checkout", window="last 10 min", level="errors", containing="timeout"), town()
    )
    assert all(row[1] == "error" and "timeout" in row[2] for row in table(reply, "Message"))
    none = await logs.answer(Logs(service="checkout", window="last 10 min", containing="no such words"), town())
    assert none.summary == "checkout in prod, the last 10 min: no lines with no such words."
    assert none.tone == "warning"


async def test_an_incident_has_the_lines_of_its_time():
    ((began, _),) = stories("bad deploy", NOON.replace(hour=0), NOW)
    standing = issue(CHECKOUT, opened_at=began + 5 * MINUTE, resolved_at=began + 12 * MINUTE, labels={"env": "prod"})
    reply = await logs.answer(Logs(issue=CHECKOUT, level="errors"), town(desks(standing)))
    assert reply.summary.startswith(f"checkout in prod, while {CHECKOUT} stood: ")
    times = [row[0] for row in table(reply, "Message")]
    assert f"{began + 5 * MINUTE:%H:%M}" <= min(times) < max(times) <= f"{began + 13 * MINUTE:%H:%M}"
    assert [button.intent for button in reply.buttons] == ["events", "impact", "show_issue", "logs"]


async def test_the_last_incident_of_a_service():
    ((began, _),) = stories("bad deploy", NOON.replace(hour=0), NOW)
    last = issue(CHECKOUT, opened_at=began, resolved_at=began + 20 * MINUTE, labels={"env": "prod"})
    other = issue("ISS-2-search", opened_at=began + HOUR, services=("search",))
    reply = await events.answer(Events(issue="last", service="checkout", level="errors"), town(desks(last, other)))
    truth = written("checkout", began, began + 20 * MINUTE)["error"]
    assert reply.summary.startswith(f"checkout in prod, while {CHECKOUT} stood: {truth:,} errors and worse")


async def test_names_and_secrets_are_hidden():
    reply = await logs.answer(Logs(service="auth", window="last 1 h", level="errors"), town())
    said = plain.render(reply) + "".join(
        file.content.decode() for block in reply.blocks if isinstance(block, Files) for file in block.files
    )
    assert "…@example.com" in said
    assert not re.search(r"[a-z.]+@example", said.replace("…@example", ""))
    assert "session of <_> cannot be read: bad signature" in [row[2] for row in table(reply, "Says")]


@pytest.mark.parametrize(
    ("answering", "button"),
    [
        (lambda on: health.answer(Health(service="checkout", window="last 1 h"), on), "events"),
        (lambda on: why.answer(Why(service="checkout"), on), "logs"),
        (lambda on: impact.answer(Impact(), on), "logs"),
    ],
)
async def test_from_figures_to_lines_where_there_are_any(answering, button):
    standing = desks(issue(CHECKOUT, opened_at=NOW - 20 * MINUTE))
    assert button in [one.intent for one in (await answering(town(standing))).buttons]
    assert button not in [one.intent for one in (await answering(tools(standing, at=NOW))).buttons]
