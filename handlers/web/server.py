"""Listening, and stopping calmly: first say so, then take nothing new, then finish what is under way."""

import asyncio
import contextlib
import errno
import logging
import signal
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.model.errors import Misconfigured
from handlers.web.health import DRAIN

log = logging.getLogger(__name__)

IDLE = timedelta(seconds=75)  # a connection without a request, also a new one; longer than load balancers keep theirs
FINISH = timedelta(seconds=25)  # less than the 30 s that orchestrators wait before they kill
LINGER = timedelta(seconds=5)
BACKLOG = 1024
_ADVICE = "End that program, or choose another port: NIGHTDESK_PORT; for the demo, --port and --bot-port."


@dataclass(frozen=True, slots=True)
class Serving:
    port: int
    _runner: web.AppRunner

    async def drain(self, notice: timedelta = timedelta(0)) -> None:
        """/readyz says 503 for `notice` while requests are still taken, then listeners close, then requests finish."""
        self._runner.app[DRAIN].set()
        log.info("draining", extra={"notice_seconds": notice.total_seconds()})
        await asyncio.sleep(notice.total_seconds())
        await self._runner.cleanup()


async def serve(app: web.Application, host: str, port: int) -> Serving:
    runner = await _listen(app, host, port, FINISH)
    bound = runner.addresses[0][1]
    log.info("listening", extra={"host": host, "port": bound})
    return Serving(bound, runner)


async def serve_plain(app: web.Application, host: str, port: int) -> web.AppRunner:
    """A page beside the bot: nothing is promised there, so `cleanup` closes it without waiting for its listeners."""
    return await _listen(app, host, port, timedelta(seconds=0.5))


async def _listen(app: web.Application, host: str, port: int, finish: timedelta) -> web.AppRunner:
    runner = web.AppRunner(
        app,
        access_log=None,  # requests are counted, and every event that matters has a line of its own
        keepalive_timeout=IDLE.total_seconds(),
        lingering_time=LINGER.total_seconds(),
        shutdown_timeout=finish.total_seconds(),
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=BACKLOG).start()
    except OSError as problem:
        await runner.cleanup()
        raise Misconfigured(_refused(problem, host, port), advice=_ADVICE) from problem
    return runner


async def until_told() -> None:
    """Returns at SIGTERM or SIGINT; a second one ends the process at once."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    wanted = (signal.SIGTERM, signal.SIGINT)
    for one in wanted:
        loop.add_signal_handler(one, told.set)
    try:
        await told.wait()
    finally:
        for one in wanted:
            with contextlib.suppress(ValueError):
                loop.remove_signal_handler(one)


def _refused(problem: OSError, host: str, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program."
    return f"It is not possible to listen on {host}, port {port}: {problem.strerror or problem}."
