"""What the AI tools of a made-up company use: every call follows from the seed, the tool, its hour and its number.

One of the tools has longer and longer prompts lately, one fails at its endpoint, one had a busy day; many ask the same.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

DAYS = 70  # of the past
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GREW, GROWING = 12 * DAY, 6 * DAY  # prompts began to grow so long before the beginning, for so long
FAILING, BUSY = 2 * DAY, 1  # the endpoint fails since; so many days before the beginning was the busy one
BUSIER = 4.4
WEEKEND = 0.3
BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 9, 15, 18, 19, 18, 14, 16, 18, 18, 16, 12, 8, 6, 4, 3, 2, 1)
PRICES: Mapping[str, tuple[float, float, float]] = {  # dollars for a million tokens: read, written, cached
    "gpt-4-turbo": (10.0, 30.0, 10.0),
    "gpt-4o": (2.5, 10.0, 1.25),
    "gpt-4o-mini": (0.15, 0.6, 0.075),
    "claude-sonnet-4": (3.0, 15.0, 0.3),
}
PEOPLE = ("anna", "ben", "carla", "david", "emma", "felix", "greta", "hugo", "ida", "jonas")


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    endpoint: str
    a_day: float  # calls of a working day
    models: tuple[tuple[str, int], ...]  # and their weights
    read: int
    written: int
    seconds: float
    failing: float = 0.008
    repeated: float = 0.0  # of its calls, those that ask what was asked before
    prompts: int = 1  # that are asked again and again


TOOLS: tuple[Tool, ...] = (
    Tool("Document Analyzer", "/api/documents/analyze", 26, (("gpt-4-turbo", 3), ("gpt-4o", 2)), 3200, 420, 6.5,
         failing=0.05, repeated=0.12, prompts=25),
    Tool("Chatbot", "/api/chat", 150, (("gpt-4o", 1),), 800, 180, 1.8, repeated=0.34, prompts=40),
    Tool("Content Generator", "/api/content/generate", 9, (("claude-sonnet-4", 4), ("gpt-4o", 1)), 950, 1100, 11.0),
    Tool("Lead Scoring", "/api/leads/score", 60, (("gpt-4o-mini", 4), ("gpt-4o", 1)), 620, 60, 0.9, repeated=0.05,
         prompts=60),
)  # fmt: skip
CHATBOT, ANALYZER, GENERATOR = TOOLS[1], TOOLS[0], TOOLS[2]


class AiUsage:
    """`began`: when it begins to be told; what is new lately is new then."""

    def __init__(self, seed: int, began: datetime) -> None:
        self._seed = seed
        self._began = began.astimezone(UTC)

    def history(self) -> Iterator[Sequence[Mapping[str, Any]]]:
        """Day by day, the newest first, up to the beginning."""
        for day in range(DAYS):
            until = self._began - day * DAY
            yield self.between(until - DAY, until)

    def between(self, since: datetime, until: datetime) -> Sequence[Mapping[str, Any]]:
        """The records of the calls with since <= timestamp < until."""
        hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        found: list[Mapping[str, Any]] = []
        while hour < until:
            found += [one for tool in TOOLS for at, one in self._hour(tool, hour) if since <= at < until]
            hour += HOUR
        return found

    def _hour(self, tool: Tool, hour: datetime) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
        chance = Random(f"{self._seed}:{tool.name}:{hour:%Y-%m-%d %H}")  # noqa: S311 - a story, no secret
        for number in range(_poisson(chance, self._expected(tool, hour))):
            at = hour + HOUR * chance.random()
            yield at, self._call(tool, chance, at, f"{tool.endpoint}:{hour:%Y%m%d%H}:{number}")

    def _expected(self, tool: Tool, hour: datetime) -> float:
        calls = tool.a_day * BY_HOUR[hour.hour] / sum(BY_HOUR) * (WEEKEND if hour.weekday() > 4 else 1)
        busy = tool is GENERATOR and (self._began.date() - hour.date()).days == BUSY
        return calls * BUSIER if busy else calls

    def _call(self, tool: Tool, chance: Random, at: datetime, name: str) -> Mapping[str, Any]:
        model = chance.choices([one for one, _ in tool.models], [weight for _, weight in tool.models])[0]
        read = round(tool.read * self._longer(tool, at) * chance.lognormvariate(-0.045, 0.3))
        written = max(8, round(tool.written * chance.lognormvariate(-0.08, 0.4)))
        slower = (read / tool.read) ** 0.8
        seconds = tool.seconds * slower * chance.lognormvariate(-0.03, 0.25)
        prompt = f"{tool.endpoint}#{_favourite(chance, tool.prompts)}" if chance.random() < tool.repeated else ""
        told: dict[str, Any] = {
            "id": name, "timestamp": at.isoformat(), "tool": tool.name, "model": model,
            "operation": "chat", "person": f"{chance.choice(PEOPLE)}@example.com", "endpoint": tool.endpoint,
            "prompt": prompt or f"{name}#", "latency_ms": round(seconds * 1000),
        }  # fmt: skip
        cached = read // 3 if prompt and read > 1024 else 0
        if chance.random() < self._failing(tool, at):
            return {**told, **_failure(chance, model, read)}
        return {
            **told, "success": True, "input_tokens": read, "output_tokens": written, "cached_tokens": cached,
            "cost": _cost(model, read, written, cached),
        }  # fmt: skip

    def _longer(self, tool: Tool, at: datetime) -> float:
        """From 800 tokens to 2,400."""
        if tool is not CHATBOT:
            return 1.0
        return 1 + 2 * min(1.0, max(0.0, (at - (self._began - GREW)) / GROWING))

    def _failing(self, tool: Tool, at: datetime) -> float:
        return 0.19 if tool is ANALYZER and at > self._began - FAILING else tool.failing


def _failure(chance: Random, model: str, read: int) -> Mapping[str, Any]:
    """What ran out of time was read, and is paid for; what was not let in is not."""
    if chance.random() < 0.6:
        return {
            "success": False, "error": "timeout", "latency_ms": 30_000, "input_tokens": read, "output_tokens": 0,
            "cost": _cost(model, read, 0, 0),
        }  # fmt: skip
    return {"success": False, "error": "rate_limit_exceeded", "latency_ms": 120, "cost": "0"}


def _cost(model: str, read: int, written: int, cached: int) -> str:
    fresh, out, again = PRICES[model]
    return f"{((read - cached) * fresh + cached * again + written * out) / 1e6:.9f}"


def _favourite(chance: Random, many: int) -> int:
    """The first are asked most."""
    return min(many - 1, int(many * chance.random() ** 2.2))


def _poisson(chance: Random, expected: float) -> int:
    left, count = math.exp(-expected), -1
    product = 1.0
    while product > left:
        product *= chance.random()
        count += 1
    return max(0, count)
