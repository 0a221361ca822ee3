"""Asks the language model on behalf of a tenant: within what it may spend, a few at a time, each by its deadline.

Whatever goes wrong there ends here: the answer is then None, and the rules that were always there have the word.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from bot.desk.purse import Held, Purse, Told
from bot.desk.shapes import strict, used
from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.prices import price_of
from bot.model.tenant import TenantId
from bot.model.usage import Outcome, Tokens, Usage
from bot.ports.calls import allowed
from bot.ports.model import A, Brief, Heard, Inquiry, LanguageModel, Line, PlainWords, TooSlow, Written
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage

log = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE, MOST_WAITING = 2, 20
LONGEST_ERROR = 200
BOOKED_WITHIN = 1.0  # seconds
ANSWERED = frozenset({"refusal", "empty", "size", "unreadable"})  # codes of what was refused after it was written


@dataclass(frozen=True, slots=True)
class _Call:
    outcome: Outcome
    took: timedelta
    written: Written | None = None
    error: str = ""
    billed: bool = False  # it may have cost something, whether that was counted or not


class _Queue:
    """People do not wait behind what is done in the background: each kind has its own."""

    def __init__(self, at_once: int, most: int) -> None:
        self.turns, self.most, self.waiting = asyncio.Semaphore(at_once), most, 0


class Consultant:
    """Fills bot.ports.model.Consults."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        meters: Meters,
        model: LanguageModel,
        told: Told,
        *,
        at_once: int = AT_ONCE,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._storage, self._clock, self._meters, self._model = storage, clock, meters, model
        self._purse = Purse(storage, clock, meters, model, told)
        self._people, self._background = _Queue(at_once, most_waiting), _Queue(at_once, most_waiting)
        self._booking: set[asyncio.Task[None]] = set()

    async def ask(self, tenant: TenantId, brief: Brief[A]) -> A | None:
        return await self._in_turn(brief, lambda deadline: self._asked(tenant, brief, deadline))

    async def tell(self, tenant: TenantId, brief: Brief[PlainWords], heard: Heard) -> Written | None:
        return await self._in_turn(brief, lambda deadline: self._told(tenant, brief, deadline, heard))

    async def _in_turn(self, brief: Brief[A], work: Callable[[float], Awaitable[T | None]]) -> T | None:
        queue = self._people if brief.task.waited_for else self._background
        if queue.waiting >= queue.most:
            self._count(brief.task, "busy")
            return None
        queue.waiting += 1
        deadline = asyncio.get_running_loop().time() + brief.patience.total_seconds()
        try:
            async with asyncio.timeout_at(deadline):
                await queue.turns.acquire()
            try:
                return await work(deadline)
            finally:
                queue.turns.release()
        except TimeoutError:
            self._count(brief.task, "busy")
        except Problem as problem:
            log.warning("model_not_asked", extra={"task": brief.task, "reason": problem.says})
        finally:
            queue.waiting -= 1
        return None

    async def _asked(self, tenant: TenantId, brief: Brief[A], deadline: float) -> A | None:
        """What cannot be used is sent back with the reason, as often as the brief says."""
        lines: tuple[Line, ...] = (Line("system", brief.system), Line("user", brief.user))
        schema = json.dumps(strict(brief.shape))
        for _ in range(1 + brief.repairs):
            held = await self._purse.hold(tenant, brief, [schema, *(line.text for line in lines)])
            if held is None:
                return None
            call = await self._call(tenant, brief, held, lines, deadline)
            value, wrong = _value(brief, call.written)
            if call.written and wrong:
                call = replace(call, outcome=Outcome.INVALID, error=wrong)
            await self._book(tenant, brief, held, call, lines)
            if value is not None or call.written is None:
                return value
            said = Line("assistant", call.written.text or "(nothing)")
            lines = (*lines[:2], said, Line("user", f"That cannot be used: {wrong} Answer again, in the shape alone."))
        return None

    async def _told(self, tenant: TenantId, brief: Brief[PlainWords], deadline: float, heard: Heard) -> Written | None:
        """Once: what was heard cannot be taken back and told anew."""
        lines = (Line("system", brief.system), Line("user", brief.user))
        held = await self._purse.hold(tenant, brief, [brief.system, brief.user])
        if held is None:
            return None
        call = await self._call(tenant, brief, held, lines, deadline, heard)
        await self._book(tenant, brief, held, call, lines)
        return call.written

    async def _call(
        self,
        tenant: TenantId,
        brief: Brief[A],
        held: Held,
        lines: tuple[Line, ...],
        deadline: float,
        heard: Heard | None = None,
    ) -> _Call:
        loop, name = asyncio.get_running_loop(), brief.shape.__name__.lower()
        left = timedelta(seconds=max(0.0, deadline - loop.time()))
        started = loop.time()
        inquiry = Inquiry(brief.task, lines, name, {} if heard else strict(brief.shape), left, held.model)

        def took() -> timedelta:
            return timedelta(seconds=loop.time() - started)

        try:
            async with asyncio.timeout_at(deadline):
                written = await (self._model.stream(inquiry, heard) if heard else self._model.write(inquiry))
        except TimeoutError:
            return _Call(Outcome.TIMEOUT, took(), billed=True)
        except asyncio.CancelledError:
            given_up = _Call(Outcome.TIMEOUT, took(), billed=True)
            booking = self._later(self._book(tenant, brief, held, given_up, lines))
            await asyncio.wait({booking}, timeout=BOOKED_WITHIN)  # so that the answer can count it
            raise
        except Problem as problem:
            log.warning("model_failed", extra={"task": brief.task, "reason": problem.says})
            return _Call(_outcome(problem), took(), error=problem.says, billed=_billed(problem, heard))
        return _Call(Outcome.OK, took(), written, billed=True)

    async def _book(self, tenant: TenantId, brief: Brief[A], held: Held, call: _Call, lines: tuple[Line, ...]) -> None:
        tokens = call.written.tokens if call.written else None
        price = price_of(held.model, self._model.prices)
        cost = price.of(tokens) if price and tokens else None
        usage = Usage(
            self._clock.now(), brief.task, brief.version, held.model, call.outcome, call.took, tokens, cost,
            call.error[:LONGEST_ERROR], brief.about, brief.person, endpoint=self._model.endpoint,
        )  # fmt: skip
        self._measure(usage)
        async with self._storage.work(tenant) as work:
            row = await work.usages.add(usage)
            if said := allowed(held.use.keep, lines, call.written):
                await work.prompts.keep(row, said, usage.at)
            await self._purse.book(work, held, usage, billed=call.billed)

    def _later(self, booking: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Whoever asked is gone; what it may have cost is booked without them."""
        task = asyncio.create_task(booking)
        self._booking.add(task)
        task.add_done_callback(self._booking.discard)
        return task

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
    return used(brief, written.text)


def _outcome(problem: Problem) -> Outcome:
    if isinstance(problem, TooSlow):
        return Outcome.TIMEOUT
    if not isinstance(problem, Unavailable):
        return Outcome.REFUSED
    return Outcome.LIMITED if problem.retry_after and problem.definite else Outcome.AWAY


def _billed(problem: Problem, heard: Heard | None) -> bool:
    """What was given up, broke off or answered with nothing of use. What was turned away or never arrived is free."""
    if isinstance(problem, Unavailable):
        return isinstance(problem, TooSlow) or (heard is not None and not problem.definite)
    return isinstance(problem, Rejected) and problem.code in ANSWERED


def _kinds(tokens: Tokens | None) -> tuple[tuple[str, int], ...]:
    if tokens is None:
        return ()
    return (("read", tokens.read - tokens.cached), ("cached", tokens.cached), ("written", tokens.written))
