"""The town: the same seed is the same town, it has a rhythm, and its stories can be read from its figures."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import psutil
import pytest

from integrations.demo.metadata import METRICS
from integrations.demo.promql.evaluate import evaluate
from integrations.demo.promql.vectors import Vector
from integrations.demo.town import PROVIDERS, SERVICES
from integrations.demo.world import INTERVAL, DemoWorld, milliseconds

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)  # a Wednesday; checkout's bad deploy is under way
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

WORLD = DemoWorld(seed=1)


def ask(query: str, at: datetime = NOON, world: DemoWorld = WORLD, now: datetime | None = None) -> dict[str, float]:
    """One instant; series by the values of their labels, joined."""
    value, _ = evaluate(query, world.at(now or at), milliseconds(at), milliseconds(at), 1)
    assert isinstance(value, Vector)
    rows = zip(value.labels, value.values[:, 0], value.present[:, 0], strict=True)
    return {
        "/".join(v for name, v in labels if name != "__name__"): float(number)
        for labels, number, there in rows
        if there
    }


def over(query: str, start: datetime, end: datetime, step: timedelta, world: DemoWorld = WORLD) -> Vector:
    value, _ = evaluate(query, world.at(end), milliseconds(start), milliseconds(end), step // timedelta(milliseconds=1))
    assert isinstance(value, Vector)
    return value


def one(query: str, at: datetime = NOON, now: datetime | None = None) -> float:
    (value,) = ask(query, at, now=now).values()
    return value


def story(kind: str, before: datetime = NOON, world: DemoWorld = WORLD):  # type: ignore[no-untyped-def]
    return next(s for s in reversed(world.stories(before - 4 * DAY, before)) if s.kind == kind and s.ended_at < before)


P95 = 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{env="prod",%s}[5m])))'


def p95(selector: str, at: datetime) -> float:
    return one(P95 % selector, at)


def test_the_same_seed_is_the_same_town_whenever_it_is_looked_at() -> None:
    at = NOON - 3 * DAY
    query = '{__name__=~".+"}'

    first, later = ask(query, at), ask(query, at, DemoWorld(seed=1), now=NOON + DAY)

    assert len(first) > 600
    assert first == later


def test_a_range_holds_the_same_samples_as_instants_do() -> None:
    query = 'http_requests_total{service="checkout",region="eu-west-1",env="prod"}'

    whole = over(query, NOON - 14 * DAY + HOUR, NOON, 7 * HOUR)

    for step in (0, 11, 30, whole.values.shape[1] - 1):
        at = NOON - 14 * DAY + HOUR + step * 7 * HOUR
        assert sorted(whole.values[:, step]) == sorted(ask(query, at, now=NOON).values())


def test_another_seed_is_another_town() -> None:
    here, there = ask("http_requests_total"), ask("http_requests_total", world=DemoWorld(seed=2))

    assert here.keys() == there.keys()
    assert sum(here[labels] == there[labels] for labels in here) < len(here) / 20


def test_time_moves_on() -> None:
    query = 'http_requests_total{service="frontend",region="us-east-1",method="GET",status="200"}'

    figures = [one(query, NOON + n * timedelta(milliseconds=INTERVAL)) for n in range(40)]

    assert all(a < b for a, b in pairwise(figures))
    assert len({round(b - a) for a, b in pairwise(figures)}) > 5


def test_there_are_two_weeks_of_history_and_nothing_of_what_comes() -> None:
    assert ask('up{job="services"}', NOON - 14 * DAY + timedelta(minutes=1), now=NOON)
    assert not ask('up{job="services"}', NOON - 14 * DAY - timedelta(minutes=1), now=NOON)
    assert not ask('up{job="services"}', NOON + timedelta(minutes=6), now=NOON)


def test_days_are_busier_than_nights_and_working_days_than_weekends() -> None:
    saturday = NOON + 3 * DAY
    rate = 'sum(rate(http_requests_total{env="prod",region="eu-west-1"}[1h]))'

    assert one(rate, NOON + 2 * HOUR) > 1.8 * one(rate, NOON - 10 * HOUR)
    assert one(rate, saturday) < 0.8 * one(rate, NOON)


def test_regions_have_their_days_at_different_hours() -> None:
    share = (
        'sum(rate(http_requests_total{env="prod",region="%s"}[1h])) / sum(rate(http_requests_total{env="prod"}[1h]))'
    )

    morning, evening = NOON - 5 * HOUR, NOON + 10 * HOUR
    assert one(share % "eu-west-1", morning) > one(share % "eu-west-1", evening) * 1.3
    assert one(share % "us-east-1", evening) > one(share % "us-east-1", morning) * 1.2


def test_counters_fall_only_when_their_process_was_restarted() -> None:
    starts = over('process_start_time_seconds{env="prod"}', NOON - 7 * DAY, NOON, HOUR)
    restarts = {(dict(labels)["service"], dict(labels)["region"]): row for row, labels in enumerate(starts.labels)}
    monday = (NOON - timedelta(days=2)).replace(hour=0)
    counters = [n for n in WORLD.at(NOON).values("__name__") if n.endswith(("_total", "_bucket", "_sum", "_count"))]

    assert len(counters) > 20
    for name in counters:
        resets = over(f'resets({name}{{env!="staging"}}[1h])', NOON - 7 * DAY, NOON, HOUR)
        for labels, counts in zip(resets.labels, resets.values, strict=True):
            given = dict(labels)
            row = None if "database" in given else restarts.get((given.get("service", ""), given.get("region", "")))
            for step in np.flatnonzero(counts > 0):
                at = NOON - 7 * DAY + int(step) * HOUR
                anew = row is not None and starts.values[row][step] > at.timestamp() - 3660
                assert anew or timedelta(0) <= at - monday <= HOUR + timedelta(minutes=1), (given, at)


def test_the_histogram_the_counter_and_the_quantiles_tell_of_the_same_requests() -> None:
    place = '{service="catalog",region="us-east-2",env="prod"}'

    counted = one(f"sum(increase(http_requests_total{place}[1h]))")
    timed = one(f"increase(http_request_duration_seconds_count{place}[1h])")
    mean = one(
        f"rate(http_request_duration_seconds_sum{place}[1h]) / rate(http_request_duration_seconds_count{place}[1h])"
    )

    assert counted == pytest.approx(timed, rel=0.002)
    assert 0.01 < mean < p95('service="catalog",region="us-east-2"', NOON)


def test_a_bad_deploy_of_checkout_at_least_doubles_its_p95_and_a_new_version_shows_why() -> None:
    bad = story("bad deploy")
    before, during = bad.started_at - timedelta(minutes=5), bad.started_at + timedelta(minutes=30)

    assert p95('service="checkout"', during) > 2.5 * p95('service="checkout"', before)
    assert p95('service="auth"', during) == pytest.approx(p95('service="auth"', before), rel=0.3)
    errors = (
        'sum(rate(http_requests_total{service="checkout",env="prod",status="500"}[5m]))'
        ' / sum(rate(http_requests_total{service="checkout",env="prod"}[5m]))'
    )
    assert one(errors, before) < 0.01
    assert one(errors, during) > 0.03
    running = 'app_info{service="checkout",env="prod",region="us-east-1"}'
    assert ask(running, before).keys() != ask(running, during).keys()
    assert one('increase(deployments_total{service="checkout"}[45m])', during) > 0.5
    deploy = WORLD.deploys("checkout", before, during)
    assert [d.deployed_at for d in deploy if d.bad] == [bad.started_at]


def test_after_the_revert_checkout_is_well_again() -> None:
    bad = story("bad deploy")

    after = bad.ended_at + timedelta(minutes=20)
    assert p95('service="checkout"', after) < 0.3
    assert p95('service="checkout"', after) < 0.5 * p95('service="checkout"', bad.ended_at - timedelta(minutes=5))


def test_a_version_runs_in_one_life_and_only_one_version_at_a_time() -> None:
    running = over("count by (service, region, env) (app_info)", NOON - 13 * DAY, NOON, HOUR)

    assert set(running.values[running.present]) == {1.0}
    assert running.present.all()
    lives = over("app_info", NOON - 13 * DAY, NOON, HOUR)
    assert len(set(lives.labels)) == len(lives.labels)


def test_a_version_is_the_same_from_whichever_week_one_looks_back() -> None:
    at = NOON - 8 * DAY

    value = over("app_info", NOON - 13 * DAY, NOON, HOUR)
    step = 5 * 24
    seen = {labels for row, labels in enumerate(value.labels) if value.present[row, step]}

    now, _ = evaluate("app_info", WORLD.at(NOON), milliseconds(at), milliseconds(at), 1)
    assert isinstance(now, Vector)
    assert seen == {labels for row, labels in enumerate(now.labels) if now.present[row, 0]}


def test_an_ended_version_is_stale_at_once() -> None:
    bad = story("bad deploy")

    after = bad.started_at + timedelta(minutes=1)
    assert len(ask('app_info{service="checkout",env="prod",region="us-east-1"}', after)) == 1


def test_a_regional_slowdown_is_seen_in_its_region_only() -> None:
    slow = story("regional slowdown")
    before, during = slow.started_at - timedelta(minutes=5), slow.started_at + timedelta(minutes=40)

    for service in ("catalog", "auth"):
        here, there = f'service="{service}",region="us-east-1"', f'service="{service}",region="eu-west-1"'
        assert p95(here, during) > 1.8 * p95(here, before)
        assert p95(there, during) < 1.35 * p95(there, before)


def test_memory_leaks_until_the_restart() -> None:
    leak = story("memory leak")
    memory = 'process_resident_memory_bytes{service="search",env="prod",region="us-east-1"}'

    early, late = one(memory, leak.started_at + 6 * HOUR), one(memory, leak.ended_at - HOUR)
    assert late > early + 800 * 2**20
    assert late < one('container_spec_memory_limit_bytes{service="search",env="prod",region="us-east-1"}')
    restarts = memory.replace("process_resident_memory_bytes", "kube_pod_container_status_restarts_total")
    assert one(restarts, leak.started_at + HOUR) == one(restarts, leak.started_at - HOUR) + 1
    assert one(memory, leak.ended_at + HOUR) < early
    other = 'process_resident_memory_bytes{service="auth",env="prod",region="us-east-1"}'
    assert one(f"deriv({memory}[6h])", leak.ended_at - HOUR) > 10 * abs(
        one(f"deriv({other}[6h])", leak.ended_at - HOUR)
    )


def test_a_provider_outage_is_seen_at_the_provider_and_at_those_who_need_it() -> None:
    outage = story("provider outage", NOON + DAY)
    during = outage.started_at + timedelta(minutes=20)

    assert one('external_service_up{provider="stripe"}', during) == 0
    assert one('external_service_up{provider="sendgrid"}', during) == 1
    assert p95('service="payments"', during) > 2 * p95('service="payments"', outage.started_at - timedelta(minutes=5))
    assert one('queue_depth{queue="orders"}', during) > 100


def test_an_exhausted_pool_has_nothing_idle_and_makes_others_wait() -> None:
    full = story("pool exhaustion")
    during = full.started_at + timedelta(minutes=20)
    pool = 'db_pool_connections{database="catalog-db",env="prod",region="us-east-1",state="%s"}'

    assert one(pool % "active", during) == 50
    assert one(pool % "idle", during) == 0
    assert one(pool % "waiting", during) > 0
    assert one(pool % "waiting", full.started_at - timedelta(minutes=5)) == 0


def test_longer_prompts_cost_more() -> None:
    bloat = story("prompt bloat")
    during, before = bloat.started_at + HOUR + timedelta(minutes=5), bloat.started_at - timedelta(minutes=1)
    each = (
        'increase(ai_tokens_total{tool="support-bot",direction="prompt"}[1h])'
        ' / ignoring (direction) sum without (outcome) (increase(ai_requests_total{tool="support-bot"}[1h]))'
    )

    assert one(each, before) == pytest.approx(800, rel=0.15)
    assert one(each, during) == pytest.approx(2400, rel=0.15)


def test_a_crashed_service_is_down_and_serves_nobody() -> None:
    crash = story("crash", NOON + 2 * DAY)
    during = crash.ended_at - timedelta(minutes=1)
    place = '{service="shipping",env="prod",region="eu-west-1"}'

    assert one(f"up{place}", during) == 0
    assert one(f"sum(rate(http_requests_total{place}[2m]))", during) == 0
    assert one(f"up{place}", crash.ended_at + timedelta(minutes=6)) == 1


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ('1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))', 0.2, 0.95),
        ("1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", 0.4, 0.98),
        ("node_filesystem_avail_bytes / node_filesystem_size_bytes", 0.02, 0.95),
        ("rate(node_disk_read_bytes_total[5m]) / 1e6", 10, 500),
        ("rate(node_disk_written_bytes_total[5m]) / 1e6", 10, 500),
        ('db_pool_connections{state="active"}', 5, 50),
        ("sum(increase(ai_cost_usd_total[7d])) * 30 / 7", 60, 100),
        (
            'histogram_quantile(0.95, sum by (le) (rate(frontend_page_load_seconds_bucket{env="prod"}[1h])))',
            0.5,
            8,
        ),
    ],
)
def test_figures_stay_in_the_ranges_that_are_agreed(query: str, low: float, high: float) -> None:
    values = over(query, NOON - 6 * DAY, NOON, 3 * HOUR)

    found = values.values[values.present]
    assert len(found)
    assert found.min() >= low
    assert found.max() <= high


def test_all_that_is_exposed_is_described_and_the_other_way_round() -> None:
    names = set(WORLD.at(NOON).values("__name__"))
    described = {metric.name for metric in METRICS}

    parts = {f"{m.name}{part}" for m in METRICS if m.type == "histogram" for part in ("_bucket", "_sum", "_count")}
    assert names == parts | {metric.name for metric in METRICS if metric.type != "histogram"}
    assert all(metric.help.endswith(".") for metric in METRICS)
    assert len(described) == len(METRICS)


def test_labels_have_the_towns_values() -> None:
    view = WORLD.at(NOON)

    assert view.values("service") == sorted(service.name for service in SERVICES)
    assert view.values("region") == ["eu-west-1", "us-east-1", "us-east-2"]
    assert view.values("env") == ["prod", "staging"]
    assert view.values("provider") == sorted(PROVIDERS)
    assert view.values("nothing") == []


def test_something_has_always_happened_lately() -> None:
    for hours in range(0, 14 * 24, 3):
        at = NOON - hours * HOUR
        recent = [s for s in WORLD.stories(at - 8 * HOUR, at) if s.kind != "memory leak"]
        assert recent, at


def test_long_questions_need_little_memory() -> None:
    process = psutil.Process()
    world = DemoWorld(seed=3)
    ask("up", world=world)
    before = process.memory_info().rss

    for query in (
        "histogram_quantile(0.95, sum by (le, service) (rate(http_request_duration_seconds_bucket[5m])))",
        "avg_over_time(process_resident_memory_bytes[1d])",
        "sum by (service) (rate(http_requests_total[5m]))",
    ):
        over(query, NOON - 14 * DAY, NOON, 14 * DAY / 500, world)

    assert process.memory_info().rss - before < 40 * 2**20
