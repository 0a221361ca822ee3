"""Which signals are one issue, and what that issue is called. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b

from bot.model.issue import IssueId
from bot.model.plan import Plan
from bot.model.signal import Signal
from bot.pipeline import routing

EACH_ITS_OWN = "..."
LONGEST_SLUG = 40

_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_BEFORE_THIS_IS_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # zero values of the sources' languages


def facts(signal: Signal) -> dict[str, str]:
    """Its labels, and those that plans may always count on. The severity is ours, whatever word the source uses."""
    return {
        "service": signal.service,
        "region": signal.region,
        "alertname": signal.title,
        **signal.labels,
        "severity": signal.severity.value,
        "source": signal.source,
    }


class Grouping:
    """Of one plan; made once, asked for every signal."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._by_route = any(route.group_by is not None for route in plan.routes)

    def key(self, signal: Signal) -> str:
        found = facts(signal)
        labels = self._labels(signal, found) if self._by_route else self._plan.group_by
        values = [] if EACH_ITS_OWN in labels else [f"{name}\x01{found[name]}" for name in labels if found.get(name)]
        if not values:  # nothing to group by: everything that says nothing about itself would be one issue
            values = [f"\x02{signal.fingerprint}"]
        return blake2b("\0".join((signal.source, *values)).encode("utf-8", "replace"), digest_size=16).hexdigest()

    def _labels(self, signal: Signal, found: Mapping[str, str]) -> tuple[str, ...]:
        for route in self._plan.routes:
            if routing.fits(route, found, signal.severity):
                return self._plan.group_by if route.group_by is None else route.group_by
        return self._plan.group_by


def opened_at(signal: Signal, now: datetime) -> datetime:
    """Since when it is so: never in the future, and never a zero that stands for “unknown”."""
    return min(signal.started_at, now) if signal.started_at > _BEFORE_THIS_IS_NO_TIME else now


def slug(signal: Signal) -> str:
    words = (signal.service, signal.labels.get("alertname", ""), signal.title, signal.source)
    slugs = (_NOT_IN_SLUGS.sub("-", word[:200].lower()).strip("-")[:LONGEST_SLUG].strip("-") for word in words)
    return next((one for one in slugs if one), "issue")


def name(opened: datetime, slug: str, key: str, attempt: int) -> IssueId:
    """The plain name first; where that is taken, one that no other key has; then numbers."""
    suffix = ("", f"-{key[:6]}")[attempt] if attempt < 2 else f"-{key[:6]}-{attempt}"
    return IssueId(f"ISS-{int(opened.timestamp())}-{slug}{suffix}")
