"""In a channel that is about one application, its services are meant where no other is named."""

from dataclasses import replace

import pytest

from bot.model.profile import Profile, ProfileId, Service
from bot.query import translate
from bot.query.application import About, part, translated, usual
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.words.outcome import Planned
from tests.fakes import NOON

BOTH = {"service": ("checkout", "payments", "search"), "env": ("prod", "staging")}
CATALOG = Catalog(
    (
        KnownMetric("http_errors_total", "counter", "Requests that failed.", "", BOTH),
        KnownMetric("jobs_waiting", "gauge", "Jobs waiting per queue.", "", {"app": ("web-shop", "blog"), **BOTH}),
        KnownMetric("node_disk_free_bytes", "gauge", "Free disk space.", "bytes", {"mountpoint": ("/", "/var")}),
        KnownMetric("abc_carts_open", "gauge", "Carts open.", "", {"region": ("eu", "us")}),
    ),
    {"service": ("checkout", "search"), "level": ("info", "error")},
    (KnownLogs("checkout", "logfmt", {"level": "info|error"}), KnownLogs("search", "logfmt", {"level": "info|error"})),
)
SHOP = Profile(ProfileId("a1"), "web-shop", NOON, NOON, services={"checkout": Service(), "payments": Service()})
ONE = replace(SHOP, services={"checkout": Service()})
MAPPED = replace(SHOP, services={"shop": Service(log_label="app=web-shop")})
PREFIXED = replace(SHOP, services={"carts": Service(metrics_prefix="abc_")})
STAGED = replace(ONE, architecture={"environment": "staging"})
GROUND = translate.prepare(CATALOG)


def read(text, profile, *previous, catalog=CATALOG):
    own = part(catalog, profile)
    defaults = usual(own, profile)
    about = About(profile, translate.prepare(own), translate.prepare(defaults) if defaults else None)
    ground = GROUND if catalog is CATALOG else translate.prepare(catalog)
    outcome, whole = translated(translate.Question(text, NOON, previous=previous), ground, about)
    query = translate.written(outcome) if isinstance(outcome, Planned) else ""
    return query.replace("sum(", "sum ("), outcome is not whole


@pytest.mark.parametrize(
    ("text", "profile", "query"),
    [
        ("jobs waiting per queue", MAPPED, 'jobs_waiting{app="web-shop"}'),
        ("http errors in the last 2h", ONE, 'sum (increase(http_errors_total{service="checkout"}[2h]))'),
        ("http errors in the last 2h", SHOP, 'sum (increase(http_errors_total{service=~"checkout|payments"}[2h]))'),
        (
            "http errors by service in the last 2h", SHOP,
            'sum by (service) (increase(http_errors_total{service=~"checkout|payments"}[2h]))',
        ),
        (
            "http errors in the last 2h", STAGED,
            'sum (increase(http_errors_total{service="checkout",env="staging"}[2h]))',
        ),
        (
            "http errors in prod in the last 2h", STAGED,
            'sum (increase(http_errors_total{service="checkout",env="prod"}[2h]))',
        ),
        ("carts open by region", PREFIXED, "sum by (region) (abc_carts_open)"),
        ("how many error lines in the last hour", ONE, '{service="checkout"'),
    ],
)  # fmt: skip
def test_the_applications_own_is_meant(text, profile, query):
    found, taken = read(text, profile)
    assert query in found
    assert taken


@pytest.mark.parametrize(
    ("text", "profile", "query"),
    [
        ("http errors of search in the last 2h", SHOP, 'sum (increase(http_errors_total{service="search"}[2h]))'),
        ("http errors of checkout in the last 2h", SHOP, 'sum (increase(http_errors_total{service="checkout"}[2h]))'),
        ("http errors of all services in the last 2h", SHOP, "sum (increase(http_errors_total[2h]))"),
        ("free disk space by mountpoint", SHOP, "node_disk_free_bytes"),
        ("http errors in the last 2h", PREFIXED, "sum (increase(http_errors_total[2h]))"),
        ("error lines of search in the last hour", ONE, '{service="search"'),
    ],
)
def test_what_is_named_and_what_belongs_to_none_stays_as_it_is(text, profile, query):
    found, taken = read(text, profile)
    assert query in found
    assert not taken


def test_a_follow_up_is_about_it_too_and_one_that_names_another_is_not():
    before = "http errors in the last 2h"
    assert 'service="checkout"' in read("and in the last 6h?", ONE, before)[0]
    found, taken = read("and of search?", ONE, before)
    assert 'service="search"' in found
    assert not taken


def test_its_default_metrics_are_meant_where_several_would_do():
    labels = {"service": ("checkout", "search")}
    catalog = Catalog(
        (
            KnownMetric("cart_wait_seconds", "gauge", "Wait time.", "seconds", labels),
            KnownMetric("till_wait_seconds", "gauge", "Wait time.", "seconds", labels),
        )
    )
    assert read("wait time", ONE, catalog=catalog) == ("", False)
    found, taken = read("wait time", replace(ONE, default_metrics=("till_wait_seconds",)), catalog=catalog)
    assert 'till_wait_seconds{service="checkout"}' in found
    assert taken


def test_its_part_of_the_catalogue_holds_nothing_of_others():
    own = part(CATALOG, ONE)
    assert {metric.name: metric.labels.get("service") for metric in own.metrics} == {
        "http_errors_total": ("checkout",),
        "jobs_waiting": ("checkout",),
    }
    assert own.stream_labels["service"] == ("checkout",)
    assert [one.service for one in own.logs] == ["checkout"]
