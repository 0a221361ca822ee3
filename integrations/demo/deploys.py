"""What the people of the town put into production, and when; versions and reverts included."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from integrations.demo.events import bad_deploy
from integrations.demo.signals import DAY, HOUR, MINUTE, SECOND, between, draw, week_of, week_start
from integrations.demo.town import LEAKY, RECKLESS, REGIONS, SERVICES

FIRST_WEEK = 2800  # versions count from September 2023
ROLLING = 40 * SECOND  # from one region to the next
ROUTINE = 0.4  # share of working days on which a service is deployed
LONGEST_LULL = 8  # weeks; longer ones do not happen, save to a service that is never deployed

_MAJOR = {service.name: service.major for service in SERVICES}


@dataclass(frozen=True, slots=True)
class Deploy:
    service: str
    at: int
    version: str
    bad: bool = False

    @property
    def deployed_at(self) -> datetime:
        return datetime.fromtimestamp(self.at / 1000, UTC)


@lru_cache(maxsize=256)
def deploys(seed: int, service: str, week: int) -> tuple[Deploy, ...]:
    """What was put into production in one week. A bad version is taken back by another one; no version comes twice."""
    planned = []
    for day in range(5):
        begins = week_start(week) + day * DAY
        if service == RECKLESS:
            story = bad_deploy(seed, begins // DAY)
            planned += [(story.start, True), (story.end, False)]
        elif _is_routine(seed, service, week, day):
            planned.append((begins + int(between(8 * 60, 16 * 60, seed, service, week, day)) * MINUTE, False))
    return tuple(
        Deploy(service, at, _version(service, week, number), bad) for number, (at, bad) in enumerate(planned, start=1)
    )


def _version_before(seed: int, service: str, week: int) -> str:
    """What ran when the week began: the newest of the weeks before it."""
    for earlier in range(week - 1, week - 1 - LONGEST_LULL, -1):
        if done := deploys(seed, service, earlier):
            return done[-1].version
    return _version(service, FIRST_WEEK, 0)


def _is_routine(seed: int, service: str, week: int, day: int) -> bool:
    return service != LEAKY and draw(seed, service, week, day, "deploys") < ROUTINE


def _version(service: str, week: int, number: int) -> str:
    return f"v{_MAJOR[service]}.{week - FIRST_WEEK}.{number}"


def rollout(region: str, env: str) -> int:
    """When a deploy reaches a place, against when it is said to be: staging first, then region by region."""
    return ROLLING * REGIONS.index(region) if env == "prod" else -HOUR


def deploys_between(seed: int, service: str, start: int, end: int) -> list[Deploy]:
    """Every deploy of a service in this span."""
    weeks = range(week_of(start), week_of(end) + 1)
    return [deploy for week in weeks for deploy in deploys(seed, service, week) if start <= deploy.at <= end]


def versions(seed: int, service: str, first: int, last: int) -> list[tuple[int, str]]:
    """From when on which version ran, from before the first week to the end of the last."""
    done = [(deploy.at, deploy.version) for week in range(first, last + 1) for deploy in deploys(seed, service, week)]
    return [(week_start(first) - DAY, _version_before(seed, service, first)), *done]
