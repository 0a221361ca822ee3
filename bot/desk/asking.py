"""One question put to a source: so many at once, within a budget of time, and again where the source said when."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import TypeVar

from bot.model.errors import Problem, TooHeavy, Unavailable
from bot.ports.services import Clock, Meters

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    total: timedelta = timedelta(seconds=20)  # below what the whole answer may take, so that the rest of it stands
    at_once: int = 8
    attempts: int = 3
    pause: timedelta = timedelta(milliseconds=300)  # where the source names no time


class Asking:
    def __init__(self, title: str, kind: str, clock: Clock, meters: Meters, patience: Patience) -> None:
        self._title, self._kind = title, kind
        self._clock, self._meters, self._patience = clock, meters, patience
        self._places = asyncio.Semaphore(patience.at_once)

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        began, status = perf_counter(), "success"
        try:
            async with asyncio.timeout(self._patience.total.total_seconds()), self._places:
                return await self._answered(question)
        except TimeoutError as problem:
            status = "timeout"
            raise Unavailable(
                self._title, advice="It was too slow. Ask for a shorter range, or again in a minute."
            ) from problem
        except Problem as problem:
            status = type(problem).__name__.lower()
            raise
        except asyncio.CancelledError:
            status = "abandoned"  # nobody waits for it any more
            raise
        except BaseException:
            status = "failed"
            raise
        finally:
            self._meters.count("grafana_queries", datasource_type=self._kind, status=status)
            self._meters.observe("grafana_query", perf_counter() - began, datasource_type=self._kind)

    async def _answered(self, question: Callable[[], Awaitable[T]]) -> T:
        deadline = self._clock.now() + self._patience.total
        for attempt in range(1, self._patience.attempts + 1):
            try:
                return await question()
            except TooHeavy:
                raise
            except Unavailable as problem:
                pause = self._pause(problem, attempt)
                if pause is None or self._clock.now() + pause >= deadline:
                    raise
            await self._clock.sleep(pause.total_seconds())
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, problem: Unavailable, attempt: int) -> timedelta | None:
        """None: not again. What has not answered for long is left alone; its fuse says when it may be asked."""
        if problem.since is not None or attempt == self._patience.attempts:
            return None
        if problem.retry_after is not None:
            return problem.retry_after
        return self._patience.pause if attempt == 1 else None
