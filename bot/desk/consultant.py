"""Asks the language model on behalf of a tenant: within what it may spend, a few at a time, each by its deadline.

Whatever goes wrong there ends here: the answer is then None, and the rules that were always there have the word.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.desk.shapes import read, strict
from bot.model.errors import Problem, Unavailable
from bot.model.plan import Plan
from bot.model.tenant import TenantId
from bot.model.usage import OURS, Allowance, Outcome, Spent, Tokens, Usage, price_of
from bot.ports.model import A, Brief, Heard, Inquiry, LanguageModel, Line, PlainWords, Task, TooSlow, Written
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage, UnitOfWork

log = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE, MOST_WAITING = 2, 20
LONGEST_ERROR = 200

UsedUp = Callable[[UnitOfWork, Allowance, Spent, datetime], Awaitable[None]]
"""Tells, once a day, that the model is off until the next one."""


@dataclass(frozen=True, slots=True)
class _Call:
    outcome: Outcome
    took: timedelta
    written: Written | None = None
    error: str = ""


class Consultant:
    """Fills bot.ports.model.Consults."""

    def __init__(self, storage: Storage, clock: Clock, meters: Meters, model: LanguageModel, used_up: UsedUp) -> None:
        self._storage, self._clock, self._meters, self._model = storage, clock, meters, model
        self._used_up = used_up
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._off: dict[TenantId, datetime] = {}  # the day that it was told of

    async def ask(self, tenant: TenantId, brief: Brief[A]) -> A | None:
        return await self._in_turn(tenant, brief, lambda deadline: self._asked(tenant, brief, deadline))

    async def tell(self, tenant: TenantId, brief: Brief[PlainWords], heard: Heard) -> Written | None:
        return await self._in_turn(tenant, brief, lambda deadline: self._told(tenant, brief, deadline, heard))

    async def _in_turn(
        self, tenant: TenantId, brief: Brief[A], work: Callable[[float], Awaitable[T | None]]
    ) -> T | None:
        if self._waiting >= MOST_WAITING:
            self._count(brief.task, "busy")
            return None
        self._waiting += 1
        deadline = asyncio.get_running_loop().time() + brief.patience.total_seconds()
        try:
            async with asyncio.timeout_at(deadline):
                await self._turns.acquire()
            try:
                return await work(deadline) if await self._may(tenant, brief.task) else None
            finally:
                self._turns.release()
        except TimeoutError:
            self._count(brief.task, "busy")
        except Problem as problem:
            log.warning("model_not_asked", extra={"task": brief.task, "reason": problem.says})
        finally:
            self._waiting -= 1
        return None

    async def _may(self, tenant: TenantId, task: Task) -> bool:
        found = await self._storage.directory.tenant(tenant)
        since, until = _day(self._clock.now(), found.zone if found else "UTC")
        async with self._storage.work(tenant) as work:
            use = (await work.plans.get() or Plan()).model
            if task.value not in use.use_for:
                return False
            allowance = use.allowance(self._model.allowance)
            spent = await work.usages.spent(OURS, since, until)
            if not allowance.used_up(spent):
                return True
            if self._off.get(tenant) != since:
                await self._used_up(work, allowance, spent, since)
        self._off[tenant] = since
        self._count(task, "limit")
        return False

    async def _asked(self, tenant: TenantId, brief: Brief[A], deadline: float) -> A | None:
        """One repair: what could not be read is sent back with the reason."""
        lines: tuple[Line, ...] = (Line("system", brief.system), Line("user", brief.user))
        for _ in range(2):
            call = await self._call(brief, lines, deadline)
            value, wrong = _value(brief, call.written)
            if call.written and wrong:
                call = replace(call, outcome=Outcome.INVALID, error=wrong)
            await self._book(tenant, brief, call)
            if value is not None or call.written is None:
                return value
            said = Line("assistant", call.written.text or "(nothing)")
            lines = (*lines[:2], said, Line("user", f"That cannot be read: {wrong} Answer again, in the shape alone."))
        return None

    async def _told(self, tenant: TenantId, brief: Brief[PlainWords], deadline: float, heard: Heard) -> Written | None:
        """Once: what was heard cannot be taken back and told anew."""
        lines = (Line("system", brief.system), Line("user", brief.user))
        call = await self._call(brief, lines, deadline, heard)
        await self._book(tenant, brief, call)
        return call.written

    async def _call(
        self, brief: Brief[A], lines: tuple[Line, ...], deadline: float, heard: Heard | None = None
    ) -> _Call:
        loop, name = asyncio.get_running_loop(), brief.shape.__name__.lower()
        left = timedelta(seconds=max(0.0, deadline - loop.time()))
        started = loop.time()
        inquiry = Inquiry(brief.task, lines, name, {} if heard else strict(brief.shape), left)

        def took() -> timedelta:
            return timedelta(seconds=loop.time() - started)

        try:
            async with asyncio.timeout_at(deadline):
                written = await (self._model.stream(inquiry, heard) if heard else self._model.write(inquiry))
        except TimeoutError:
            return _Call(Outcome.TIMEOUT, took())
        except Problem as problem:
            log.warning("model_failed", extra={"task": brief.task, "reason": problem.says})
            return _Call(_outcome(problem), took(), error=problem.says)
        return _Call(Outcome.OK, took(), written)

    async def _book(self, tenant: TenantId, brief: Brief[A], call: _Call) -> None:
        written, model = call.written, self._model.model_of(brief.task)
        tokens = written.tokens if written else None
        price = price_of(model, self._model.prices)
        cost = price.of(tokens) if price and tokens else None
        usage = Usage(
            self._clock.now(), brief.task, brief.version, model, call.outcome, call.took, tokens, cost,
            call.error[:LONGEST_ERROR], brief.about, endpoint=self._model.endpoint,
        )  # fmt: skip
        self._measure(usage)
        async with self._storage.work(tenant) as work:
            await work.usages.add(usage)

    def _measure(self, usage: Usage) -> None:
        self._count(usage.task, usage.outcome)
        self._meters.observe("model_call", usage.took.total_seconds(), task=usage.task)
        for kind, count in _kinds(usage.tokens):
            self._meters.count("model_tokens", count, model=usage.model, kind=kind)
        if usage.cost is not None:
            self._meters.count("model_cost_usd", float(usage.cost), model=usage.model)

    def _count(self, task: str, outcome: str) -> None:
        self._meters.count("model_calls", task=str(task), outcome=str(outcome))


def _value(brief: Brief[A], written: Written | None) -> tuple[A | None, str]:
    """What it says, or why that cannot be read."""
    if written is None:
        return None, ""
    if written.cut:
        return None, "It is longer than allowed, and was cut."
    try:
        return read(brief.shape, written.text), ""
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        return None, f"{'.'.join(map(str, first['loc'])) or 'JSON'}: {first['msg']}."


def _outcome(problem: Problem) -> Outcome:
    if isinstance(problem, TooSlow):
        return Outcome.TIMEOUT
    if not isinstance(problem, Unavailable):
        return Outcome.REFUSED
    return Outcome.LIMITED if problem.retry_after and problem.definite else Outcome.AWAY


def _kinds(tokens: Tokens | None) -> tuple[tuple[str, int], ...]:
    if tokens is None:
        return ()
    return (("read", tokens.read - tokens.cached), ("cached", tokens.cached), ("written", tokens.written))


def _day(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The tenant's own day, which may be shorter or longer than others."""
    here = now.astimezone(ZoneInfo(zone))
    begin = here.replace(hour=0, minute=0, second=0, microsecond=0)
    end = (begin + timedelta(hours=36)).replace(hour=0)
    return begin.astimezone(now.tzinfo), end.astimezone(now.tzinfo)
