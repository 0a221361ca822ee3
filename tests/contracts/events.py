"""Log events, as tests need them."""

from dataclasses import replace
from typing import Any

from bot.model.log_event import EventId, Kind, LogEvent
from tests.fakes import NOON


def event(id_: str = "EVT-1773835200-abc", **given: Any) -> LogEvent:
    plain = LogEvent(EventId(id_), NOON, Kind.API, "checkout", "slow", "us-east-1", metrics={"latency_ms": 650.0})
    return replace(plain, **given)
