"""What a metric's values look like, guessed from its name, help and unit as a person would."""

import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["counter", "level", "switch", "share", "limit", "moment", "deadline", "one"]


@dataclass(frozen=True)
class Look:
    kind: Kind
    low: float = 1.0
    high: float = 100.0  # levels lie between the two; of a counter, per second
    whole: bool = False


_SWITCH = re.compile(
    r"(^|_)up$|success(ful)?$|healthy|_ready$|paused$|leader$|_in_recovery|suspended"
    r"|\b(whether|1 if|0 or 1|1 means|1 for|phase|condition)\b"
)
_DEADLINE = re.compile(r"expir|not_after|renew")
_MOMENT = re.compile(r"timestamp|unix ?time|epoch|boot_time|start_time|(?<!run)_time_seconds$|last_success")
_LIMIT = re.compile(
    r"(^|_)(max|limits?|size_bytes|capacity|quota|allocatable|memtotal|total_bytes|desired|maximum|spec)(_|$)"
)
_UNITED = re.compile(
    r"bytes|seconds|ratio|percent|celsius|volt|watt|amp|load\d|meters|dbm|hertz|dollars|usd|eur|cost|ms$|_usage"
)
_SCARCE = re.compile(r"unavailable|failed|failing|pending|unhealthy|down|waiting|blocked|stuck|offline|broken")
_RARE = re.compile(
    r"restart|oom|fail|error|crash|evict|timeout|dropped|reject|dead|retries|lost|abort|reset|chargeback"
)


def of(metric: dict[str, Any]) -> Look:
    name = metric["name"].lower()
    about = f"{name} {metric.get('help', '').lower()} {metric.get('unit', '').lower()}"
    if metric["type"] in ("counter", "histogram", "summary"):
        return Look("counter", *_per_second(name))
    return _gauge(name, about)


def _per_second(name: str) -> tuple[float, float]:
    for pattern, low, high in (("bytes", 1e5, 1e7), ("seconds", 0.01, 0.9), ("tokens", 10, 1000), (_RARE, 2e-5, 2e-3)):
        if re.search(pattern, name):
            return low, high
    return (1e-4, 1e-2) if re.search("dollar|usd|eur|cost", name) else (0.1, 50)


def _gauge(name: str, about: str) -> Look:
    if name.endswith("_info"):
        return Look("one")
    if _DEADLINE.search(about) and _MOMENT.search(about):
        return Look("deadline", 5 * 86400, 60 * 86400)
    if _MOMENT.search(about) and "age" not in name.split("_"):
        return Look("moment", 3600, 12 * 86400)
    if _SWITCH.search(about):
        return Look("switch")
    if "percent" in name or "pct" in name:
        return Look("share", 4, 50)
    if re.search("ratio|between 0 and 1|0-1|utilization|_perc$", about) and "bytes" not in name:
        return Look("share", 0.05, 0.5)
    if "replicas" in name:
        return Look("level", 1.5, 7, whole=True)  # as many as wanted, or not quite
    if _LIMIT.search(name):
        return (
            Look("limit", 3e10, 6e10) if "bytes" in name else Look("limit", 1000, 4000, whole=not _UNITED.search(name))
        )
    if "bytes" in name:
        return Look("level", 1e8, 2e10)
    if _SCARCE.search(name) and not _UNITED.search(name):
        return Look("level", 0.2, 6, whole=True)
    return Look("level", 0.05, 30) if _UNITED.search(name) else Look("level", 3, 900, whole=True)
