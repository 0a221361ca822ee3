"""What happens in the demo world: stories that can be seen in the figures and traced to their cause.

All of it hangs on the calendar and on the seed, so that yesterday is the same whenever one looks at it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, TypeAlias

from integrations.demo.signals import DAY, HOUR, MINUTE, between
from integrations.demo.town import LEAKY, PAYMENT_PROVIDER, RECKLESS, REGIONS, SERVICES

Kind: TypeAlias = Literal[
    "bad deploy", "regional slowdown", "provider outage", "pool exhaustion", "prompt bloat", "crash", "memory leak",
    "slow database", "rejected cards", "lost service", "lost cluster",
]  # fmt: skip

LEAK_LASTS = 84 * HOUR  # until memory runs out and the process is restarted: twice a week


@dataclass(frozen=True, slots=True)
class State:
    """How a place is doing; what several stories do to it at once multiplies, and failures add."""

    load: float = 1.0
    slow: float = 1.0
    errors: float = 0.0
    cpu: float = 1.0
    pool: float = 0.0  # further connections in use
    tokens: float = 1.0
    up: bool = True

    def with_(self, other: "State") -> "State":
        return State(
            self.load * other.load,
            self.slow * other.slow,
            min(0.9, self.errors + other.errors),
            self.cpu * other.cpu,
            self.pool + other.pool,
            self.tokens * other.tokens,
            self.up and other.up,
        )

    def at(self, strength: float) -> "State":
        """The same trouble while it is only beginning or fading."""
        return State(
            1 + (self.load - 1) * strength,
            1 + (self.slow - 1) * strength,
            self.errors * strength,
            1 + (self.cpu - 1) * strength,
            self.pool * strength,
            1 + (self.tokens - 1) * strength,
            self.up,
        )


WELL = State()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a story does to one thing of the town; without a region, in all of production."""

    thing: str
    state: State
    region: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    kind: Kind
    title: str
    start: int  # milliseconds, as all times inside the demo world
    end: int
    effects: tuple[Effect, ...]
    sudden: bool = False  # comes and goes at once, without growing or fading

    @property
    def started_at(self) -> datetime:
        return datetime.fromtimestamp(self.start / 1000, UTC)

    @property
    def ended_at(self) -> datetime:
        return datetime.fromtimestamp(self.end / 1000, UTC)

    def of(self, thing: str, region: str, env: str) -> State | None:
        if env != "prod":
            return None
        for effect in self.effects:
            if effect.thing == thing and effect.region in ("", region):
                return effect.state
        return None


def stories(seed: int, start: int, end: int) -> list[Story]:
    """Every story that touches this span, in order."""
    first, last = (start - LEAK_LASTS) // DAY, end // DAY
    told = (story for day in range(first, last + 1) for story in _day(seed, day))
    return sorted((s for s in told if s.end >= start and s.start <= end), key=lambda story: story.start)


@lru_cache(maxsize=64)
def _day(seed: int, day: int) -> tuple[Story, ...]:
    return tuple(_told(seed, day))


def _told(seed: int, day: int) -> Iterator[Story]:
    """Four times a day something happens: people deploy before noon, and America is busy in Europe's evening."""
    odd, weekday = day % 2 == 1, (day + 3) % 7
    if weekday in (0, 3):
        yield _leak(day * DAY + (LEAK_LASTS % DAY if weekday == 3 else 0))
    yield _crash(seed, day, 5) if odd else _provider_outage(seed, day, 5)
    yield bad_deploy(seed, day) if weekday < 5 else _pool_exhaustion(seed, day, 11)
    yield _regional_slowdown(seed, day, 17)
    yield _pool_exhaustion(seed, day, 22) if odd else _prompt_bloat(seed, day, 22)


def _leak(start: int) -> Story:
    title = f"{LEAKY} keeps memory that it no longer needs, until it is killed and restarted."
    return Story("memory leak", title, start, start + LEAK_LASTS, ())


def _span(seed: int, day: int, hour: int, shortest: float, longest: float) -> tuple[int, int]:
    start = day * DAY + hour * HOUR + int(between(5, 40, seed, day, hour, "start")) * MINUTE
    return start, start + int(between(shortest, longest, seed, day, hour, "length")) * MINUTE


def bad_deploy(seed: int, day: int) -> Story:
    start, end = _span(seed, day, 11, 110, 190)
    return Story(
        "bad deploy",
        f"A new version of {RECKLESS} asks orders-db once for every line of the cart.",
        start,
        end,
        (
            Effect(RECKLESS, State(slow=5.4, errors=0.045, cpu=1.7)),
            Effect("orders-db", State(load=2.6, slow=2.2, pool=17)),
            Effect("frontend", State(slow=1.3, errors=0.006)),
        ),
    )


def _regional_slowdown(seed: int, day: int, hour: int) -> Story:
    start, end = _span(seed, day, hour, 120, 200)
    region = REGIONS[0]
    return Story(
        "regional slowdown",
        f"Everything in {region} answers slowly while its network is congested.",
        start,
        end,
        tuple(Effect(service.name, State(slow=2.4, errors=0.004), region) for service in SERVICES),
    )


def _provider_outage(seed: int, day: int, hour: int) -> Story:
    start, end = _span(seed, day, hour, 60, 130)
    return Story(
        "provider outage",
        f"{PAYMENT_PROVIDER} does not answer, so payments time out and checkouts fail.",
        start,
        end,
        (
            Effect(PAYMENT_PROVIDER, State(slow=14, up=False)),
            Effect("payments", State(slow=3.1, errors=0.14)),
            Effect("checkout", State(slow=1.6, errors=0.035)),
        ),
    )


def _pool_exhaustion(seed: int, day: int, hour: int) -> Story:
    start, end = _span(seed, day, hour, 80, 150)
    return Story(
        "pool exhaustion",
        "A report holds connections of catalog-db until none are left, and catalog has to wait.",
        start,
        end,
        (
            Effect("catalog-db", State(slow=7.5, pool=38)),
            Effect("catalog", State(slow=3.4, errors=0.02)),
            Effect("search", State(slow=1.5)),
        ),
    )


def _prompt_bloat(seed: int, day: int, hour: int) -> Story:
    start, end = _span(seed, day, hour, 120, 220)
    return Story(
        "prompt bloat",
        "support-bot sends whole conversations along: three times the prompt tokens, slower and dearer answers.",
        start,
        end,
        (Effect("support-bot", State(tokens=3.0, slow=2.3)),),
    )


def _crash(seed: int, day: int, hour: int) -> Story:
    start, end = _span(seed, day, hour, 12, 25)
    region = REGIONS[2]
    return Story(
        "crash",
        f"shipping in {region} does not come up again after a crash.",
        start,
        end,
        (Effect("shipping", State(load=0.0, cpu=0.05, up=False), region),),
    )
