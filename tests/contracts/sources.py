"""Datasources, profiles and watches, as tests need them."""

from typing import Any

from bot.model.profile import Profile, ProfileId
from bot.model.source import Datasource, SourceId
from bot.model.watch import Watch, WatchId
from tests.fakes import NOON


def source(name: str = "eu-prometheus", **given: Any) -> Datasource:
    plain: dict[str, Any] = {"type": "prometheus", "url": "https://prometheus.example.com"}
    return Datasource(SourceId(f"id-{name}"), name, **{"created_at": NOON, "updated_at": NOON, **plain, **given})


def profile(name: str = "abc-app", **given: Any) -> Profile:
    return Profile(ProfileId(f"id-{name}"), name, NOON, NOON, **given)


def watch(number: int = 1, **given: Any) -> Watch:
    plain = {"name": "p95 latency", "query": "latency", **given}
    return Watch(WatchId(f"W{number}"), made_at=NOON, **plain)
